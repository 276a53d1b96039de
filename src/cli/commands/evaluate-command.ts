import type { CrossValidation } from '../../learn/evaluate/cross-validate.js';
import type { Noise } from '../../learn/evaluate/diagnose/noise.js';
import type { Run } from '../../measure/outcomes/run.js';
import { checkCombination } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import {
  listObjectiveRequests,
  objectiveOptions,
  type ObjectiveArguments,
} from '../options/objective-options.js';
import {
  baselineOption,
  balanceOption,
  modelsOption,
  loadRun,
  runPositional,
  seedOption,
} from '../options/run-options.js';
import { foldsOption, readTrainingOptions, trainingOptions } from '../options/training-options.js';
import { print, printJson, printNotice, printWarning } from '../print/print.js';

export const evaluateCommand = defineCommand({
  usage: 'evaluate <run>',
  summary: 'Measure what routing gains on held-out prompts, or what a policy gains on a run',
  positionals: { run: runPositional },
  options: {
    policy: {
      type: 'string',
      describe: 'Apply this policy file to the run, instead of cross-validating',
    },
    models: modelsOption,
    balance: balanceOption,
    folds: foldsOption,
    seed: seedOption,
    baseline: baselineOption,
    'no-unseen-tasks': {
      type: 'boolean',
      default: false,
      describe: 'Skip the evaluation on unseen tasks, which takes half the time',
    },
    curve: {
      type: 'boolean',
      default: false,
      describe: 'Also show what routing gains with fewer training prompts, in twice the time',
    },
    ...trainingOptions,
    ...objectiveOptions,
  },
  examples: [
    ['evaluate runs/demo', 'after "routesmith demo", or with your own run'],
    ['evaluate runs/demo --keep-quality 0.98', 'what keeping 98 % of the quality saves'],
    ['evaluate runs/demo --curve --no-unseen-tasks', 'whether more examples would pay'],
    ['evaluate runs/demo --policy runs/demo/demo.policy.json', 'how a policy does on a run'],
  ],
  async run(args) {
    if (args.policy !== undefined) {
      checkPolicyOptions(args);
      await applyPolicy(args.policy, args);
      return;
    }
    const run = await loadRun(args.run, args);
    const evaluation = await crossValidateRun(run, args);
    for (const warning of evaluation.leftOut) printWarning(warning);
    await warnOfRun(run);
    const noise = await readNoise(run, args.seed);
    if (args.json) printJson(noise === undefined ? evaluation : { ...evaluation, noise });
    else await printEvaluation(evaluation, noise);
  },
});

interface EvaluateArguments extends ObjectiveArguments {
  readonly seed: number;
  readonly folds: number | undefined;
  readonly baseline: string | undefined;
  readonly noUnseenTasks: boolean;
  readonly curve: boolean;
  readonly family: string | undefined;
  readonly threads: number | undefined;
}

function checkPolicyOptions(args: EvaluateArguments): void {
  const options = {
    folds: args.folds,
    baseline: args.baseline,
    family: args.family,
    threads: args.threads,
    curve: args.curve,
    'keep-quality': args.keepQuality,
    'max-cost-per-request': args.maxCostPerRequest,
    'max-latency-p95': args.maxLatencyP95,
  };
  const reason = 'A policy has its own baseline and objectives, and nothing is trained.';
  checkCombination(options, 'policy', reason);
}

async function applyPolicy(
  policyFile: string,
  args: {
    readonly run: string;
    readonly models: string | undefined;
    readonly balance: string;
    readonly seed: number;
    readonly json: boolean;
  },
): Promise<void> {
  const [{ evaluatePolicyFile }, { printPolicyEvaluation }, run] = await Promise.all([
    import('../../learn/evaluate-policy-files.js'),
    import('../print/print-policy-evaluation.js'),
    loadRun(args.run, { models: args.models, balance: args.balance }),
  ]);
  await warnOfRun(run);
  printPolicyEvaluation(await evaluatePolicyFile(policyFile, run, args.seed), args.json);
}

/** Warns of what makes the costs of a run less than certain. */
async function warnOfRun(run: Run): Promise<void> {
  const [{ readCellCounts }, { warnOfCosts }] = await Promise.all([
    import('../../measure/outcomes/run-health.js'),
    import('../../learn/train/find-warnings.js'),
  ]);
  for (const warning of warnOfCosts(await readCellCounts(run))) printWarning(warning);
}

async function crossValidateRun(run: Run, args: EvaluateArguments): Promise<CrossValidation> {
  const [{ crossValidate }, { withProgress }] = await Promise.all([
    import('../../learn/evaluate/cross-validate.js'),
    import('../print/work-progress.js'),
  ]);
  return withProgress('fits', (onProgress) =>
    crossValidate(run, {
      seed: args.seed,
      folds: args.folds,
      baseline: args.baseline,
      unseenTasks: !args.noUnseenTasks,
      curve: args.curve,
      ...readTrainingOptions(args),
      objectives: listObjectiveRequests(args),
      onNotice: printNotice,
      onProgress,
    }),
  );
}

/** The noise of grades; undefined where the run repeats no call. */
async function readNoise(run: Run, seed: number): Promise<Noise | undefined> {
  const [{ readRepeats }, { computeNoise }] = await Promise.all([
    import('../../measure/outcomes/read-repeats.js'),
    import('../../learn/evaluate/diagnose/noise.js'),
  ]);
  const repeats = await readRepeats(run);
  return repeats && computeNoise(run.table.models, repeats, { seed });
}

async function printEvaluation(
  evaluation: CrossValidation,
  noise: Noise | undefined,
): Promise<void> {
  const [
    { printComparison, printEvidence, printFamilies, printUnseenTasks, printVerdict },
    { printDelivery },
    { printObjectives },
    { printFrontier, printPair },
    { printCalibration },
    { printNoise },
    { printLearningCurve },
  ] = await Promise.all([
    import('../print/print-evaluation.js'),
    import('../print/print-delivery.js'),
    import('../print/print-policy.js'),
    import('../print/print-frontier.js'),
    import('../print/print-calibration.js'),
    import('../print/print-noise.js'),
    import('../print/print-learning-curve.js'),
  ]);
  printVerdict(evaluation);
  print();
  if (evaluation.delivery !== null) {
    printDelivery(evaluation.delivery, 'What a policy file trained on this run delivers:');
    print();
  }
  printComparison(evaluation);
  printFamilies(evaluation);
  if (evaluation.unseenTasks !== null) printUnseenTasks(evaluation.unseenTasks);
  print();
  if (evaluation.curve !== null) {
    printLearningCurve(evaluation.curve);
    print();
  }
  printEvidence(evaluation.verdict);
  print();
  // With other folds than training has, no file has these objectives.
  if (evaluation.delivery !== null) {
    const { objectives, advice, delivery } = evaluation;
    printObjectives({ objectives, defaultObjective: advice.objective, delivery });
    print();
  }
  printFrontier(evaluation);
  if (evaluation.pair !== null) printPair(evaluation.pair);
  print();
  printCalibration(evaluation.calibration);
  if (noise === undefined) return;
  print();
  printNoise(noise);
}
