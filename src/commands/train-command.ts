import { defineCommand } from './define-command.js';
import { escapeControls, print, printJson, printNotice, style } from './print.js';
import { prepareOutputFile, writeOutputFile } from './write-output-file.js';

export const trainCommand = defineCommand({
  usage: 'train <run>',
  summary: 'Learn a policy from a run, and say whether routing pays',
  positionals: {
    run: {
      type: 'string',
      demandOption: true,
      describe: "A run's folder, or a file of outcomes (.csv, .jsonl)",
    },
  },
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
  },
  examples: [
    ['train runs/demo --out demo.policy.json', 'after "routesmith demo", or with a run of yours'],
  ],
  async run(args) {
    await prepareOutputFile(args.out);
    const [{ openRun }, { trainRun }, printing] = await Promise.all([
      import('./open-run.js'),
      import('./train-run.js'),
      import('./print-evaluation.js'),
    ]);
    const trained = await trainRun(await openRun(args.run), {
      seed: args.seed,
      ...(args.baseline !== undefined && { baseline: args.baseline }),
    });
    await writeOutputFile(args.out, trained.text);
    const bytes = Buffer.byteLength(trained.text);
    const { backend, digest, warnings, evaluation } = trained;
    for (const warning of warnings) {
      printNotice(style('yellow', escapeControls(`warning: ${warning}`), process.stderr));
    }
    if (args.json) {
      printJson({ file: args.out, bytes, digest, backend, warnings, evaluation });
      return;
    }
    printing.printVerdict(evaluation);
    print();
    printing.printStrategies(evaluation);
    print();
    printing.printEvidence(evaluation.verdict);
    print();
    printing.printPolicyFile({ file: args.out, bytes, digest });
    print(`Next: routesmith route ${args.out} "What is 12 times 12?"`);
  },
});
