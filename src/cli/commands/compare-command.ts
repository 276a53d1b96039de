import { defineCommand } from '../options/define-command.js';
import { loadRun, runPositional, seedOption } from '../options/run-options.js';

export const compareCommand = defineCommand({
  usage: 'compare <first> <second>',
  summary: 'Compare the decisions of two policies on a run, and their results',
  positionals: {
    first: { type: 'string', demandOption: true, describe: 'Policy file, such as the current one' },
    second: { type: 'string', demandOption: true, describe: 'Policy file that would replace it' },
  },
  options: {
    on: runPositional,
    seed: { ...seedOption, describe: 'Seed of the confidence intervals' },
  },
  examples: [
    [
      'compare runs/demo/demo.policy.json demo.policy.json --on runs/demo',
      'after "routesmith train runs/demo --out demo.policy.json"',
    ],
  ],
  async run(args) {
    const [{ comparePolicyFiles }, { printPolicyComparison }] = await Promise.all([
      import('../../learn/evaluate-policy-files.js'),
      import('../print/print-policy-comparison.js'),
    ]);
    const run = await loadRun(args.on);
    const comparison = await comparePolicyFiles(args.first, args.second, run, args.seed);
    printPolicyComparison(comparison, args.json);
  },
});
