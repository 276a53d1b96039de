import { standardObjectives } from '../../learn/evaluate/plan/objective-request.js';
import { checkName } from '../options/check-name.js';
import { defineCommand } from './define-command.js';
import { listObjectiveRequests, objectiveOptions } from '../options/objective-options.js';
import { readTrainingOptions, trainingOptions } from '../options/training-options.js';
import { escapeControls, print, printJson, printNotice, style } from '../print/print.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { runPositional } from '../options/run-positional.js';

export const trainCommand = defineCommand({
  usage: 'train <run>',
  summary: 'Learn a policy from a run, and say whether routing pays',
  positionals: { run: runPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'The policy file to write' },
    seed: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 0,
      describe: 'Same run and seed, same bytes',
    },
    baseline: {
      type: 'string',
      describe: 'The model to use without routing [default: the best single model]',
    },
    objective: {
      type: 'string',
      default: 'quality',
      describe:
        'Objective for requests that name none: quality, balanced, cost, fast, or one below',
    },
    ...trainingOptions,
    ...objectiveOptions,
  },
  examples: [
    ['train runs/demo --out demo.policy.json', 'after "routesmith demo", or with a run of yours'],
    [
      'train runs/demo --out demo.policy.json --keep-quality 0.98 --objective keep-98',
      "98 % of the best model's quality at the lowest cost, unless a request asks otherwise",
    ],
    [
      'train runs/demo --out demo.policy.json --max-cost-per-request 0.002 --max-latency-p95 3000',
      'two objectives more: "max-cost-0.002" and "max-p95-3000"',
    ],
  ],
  async run(args) {
    const objectives = listObjectiveRequests(args);
    const names = [...standardObjectives, ...objectives].map(({ name }) => name);
    checkName('--objective', args.objective, names);
    await prepareOutputFile(args.out);
    const [
      { openRun },
      { trainRun },
      { printAlternative, printObjectives },
      printing,
      { printFamilies },
    ] = await Promise.all([
      import('../open-run.js'),
      import('../train-run.js'),
      import('../print/print-objectives.js'),
      import('../print/print-evaluation.js'),
      import('../print/print-families.js'),
    ]);
    const trained = await trainRun(await openRun(args.run), {
      seed: args.seed,
      ...readTrainingOptions(args),
      objectives,
      defaultObjective: args.objective,
      ...(args.baseline !== undefined && { baseline: args.baseline }),
    });
    await writeOutputFile(args.out, trained.text);
    const bytes = Buffer.byteLength(trained.text);
    const { backend, digest, warnings, evaluation, policy } = trained;
    for (const warning of warnings) {
      printNotice(style('yellow', escapeControls(`warning: ${warning}`), process.stderr));
    }
    if (args.json) {
      printJson({ file: args.out, bytes, digest, backend, warnings, evaluation });
      return;
    }
    printing.printVerdict(evaluation);
    if (evaluation.verdict.decision === "DON'T ROUTE") {
      printAlternative(evaluation.verdict, policy.provenance.prompts);
    }
    print();
    printing.printStrategies(evaluation);
    printFamilies(evaluation);
    print();
    printing.printEvidence(evaluation.verdict);
    printObjectives(policy);
    print();
    printing.printPolicyFile({ file: args.out, bytes, digest });
    print(`Next: routesmith route ${args.out} "What is 12 times 12?"`);
  },
});
