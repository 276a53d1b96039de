import { RoutesmithError } from '../../util/errors.js';
import { checkName } from '../options/check-name.js';
import { defineCommand } from './define-command.js';
import { listObjectiveRequests, objectiveOptions } from '../options/objective-options.js';
import { print, printJson } from '../print/print.js';
import { partOptions, readTrainingOptions, trainingOptions } from '../options/training-options.js';
import { runPositional } from '../options/run-positional.js';

export const evaluateCommand = defineCommand({
  usage: 'evaluate <run>',
  summary: 'Measure on held-out prompts what routing gains, or what a policy gains on a run',
  positionals: { run: runPositional },
  options: {
    policy: {
      type: 'string',
      describe: 'Apply this policy to the run, instead of training on parts of it',
    },
    ...partOptions,
    baseline: {
      type: 'string',
      describe: 'The model to use without routing [default: the best single model]',
    },
    'no-unseen-tasks': {
      type: 'boolean',
      default: false,
      describe: 'Do not hold out whole tasks besides, which takes half the time',
    },
    ...trainingOptions,
    ...objectiveOptions,
  },
  examples: [
    ['evaluate runs/demo', 'after "routesmith demo", or with a run of yours'],
    ['evaluate runs/demo --keep-quality 0.98', 'what keeping 98 % of the quality saves'],
    ['evaluate runs/demo --policy runs/demo/demo.policy.json', 'how a policy does on a run'],
  ],
  async run(args) {
    const { openRun } = await import('../open-run.js');
    if (args.policy !== undefined) {
      checkPolicyOptions(args);
      const [{ evaluatePolicyFile }, { printPolicyEvaluation }, run] = await Promise.all([
        import('../../learn/evaluate-policy-files.js'),
        import('../print/print-policy-evaluation.js'),
        openRun(args.run),
      ]);
      const evaluation = await evaluatePolicyFile(args.policy, run, args.seed);
      printPolicyEvaluation(evaluation, args.json);
      return;
    }
    const run = await openRun(args.run);
    if (args.baseline !== undefined) checkName('--baseline', args.baseline, run.table.models);
    const [
      { crossValidate },
      results,
      { printFamilies, printUnseenTasks },
      { printFrontier, printPair },
      { printCalibration },
      { printNoise, readNoise },
    ] = await Promise.all([
      import('../cross-validate.js'),
      import('../print/print-evaluation.js'),
      import('../print/print-families.js'),
      import('../print/print-frontier.js'),
      import('../print/print-calibration.js'),
      import('../print/print-noise.js'),
    ]);
    const evaluation = await crossValidate(run, {
      seed: args.seed,
      folds: args.folds ?? 5,
      unseenTasks: !args.noUnseenTasks,
      ...readTrainingOptions(args),
      objectives: listObjectiveRequests(args),
      ...(args.baseline !== undefined && { baseline: args.baseline }),
    });
    const noise = await readNoise(run, args.seed);
    if (args.json) {
      printJson(noise === undefined ? evaluation : { ...evaluation, noise });
      return;
    }
    results.printVerdict(evaluation);
    print();
    results.printStrategies(evaluation);
    printFamilies(evaluation);
    if (evaluation.unseenTasks !== null) printUnseenTasks(evaluation.unseenTasks);
    print();
    results.printEvidence(evaluation.verdict);
    print();
    printFrontier(evaluation);
    if (evaluation.pair !== null) printPair(evaluation.pair);
    print();
    printCalibration(evaluation.calibration);
    if (noise === undefined) return;
    print();
    printNoise(noise);
  },
});

function checkPolicyOptions(args: {
  readonly folds: number | undefined;
  readonly baseline: string | undefined;
  readonly family: string | undefined;
  readonly threads: number | undefined;
  readonly keepQuality: readonly number[] | undefined;
  readonly maxCostPerRequest: readonly number[] | undefined;
  readonly maxLatencyP95: readonly number[] | undefined;
}): void {
  const given = {
    '--folds': args.folds,
    '--baseline': args.baseline,
    '--family': args.family,
    '--threads': args.threads,
    '--keep-quality': args.keepQuality,
    '--max-cost-per-request': args.maxCostPerRequest,
    '--max-latency-p95': args.maxLatencyP95,
  };
  const [needless] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (needless === undefined) return;
  throw new RoutesmithError('usage', `${needless} has no meaning with --policy`, {
    fix: 'A policy has its baseline and its objectives, and nothing is trained. Leave one of the two out.',
  });
}
