import { defineCommand } from './define-command.js';

export const compareCommand = defineCommand({
  usage: 'compare <first> <second>',
  summary: 'Compare what two policies decide, and what comes of it, on a run',
  positionals: {
    first: { type: 'string', demandOption: true, describe: 'Policy file, such as the present one' },
    second: { type: 'string', demandOption: true, describe: 'Policy file to take its place' },
  },
  options: {
    on: {
      type: 'string',
      demandOption: true,
      describe: "A run's folder, or a file of outcomes (.csv, .jsonl)",
    },
    seed: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 0,
      describe: 'Decides the draws of the intervals',
    },
  },
  examples: [
    [
      'compare runs/demo/demo.policy.json demo.policy.json --on runs/demo',
      'after "routesmith train runs/demo --out demo.policy.json"',
    ],
  ],
  async run(args) {
    const [{ openRun }, { comparePolicyFiles }, { printPolicyComparison }] = await Promise.all([
      import('../open-run.js'),
      import('../../learn/evaluate-policy-files.js'),
      import('../print/print-policy-comparison.js'),
    ]);
    const run = await openRun(args.on);
    const comparison = await comparePolicyFiles(args.first, args.second, run, args.seed);
    printPolicyComparison(comparison, args.json);
  },
});
