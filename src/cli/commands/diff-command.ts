import { defineCommand } from './define-command.js';

export const diffCommand = defineCommand({
  usage: 'diff <first> <second>',
  summary: 'Show which prompts two policies send elsewhere; needs no outcomes',
  positionals: {
    first: { type: 'string', demandOption: true, describe: 'Policy file, such as the present one' },
    second: { type: 'string', demandOption: true, describe: 'Policy file to take its place' },
  },
  options: {
    on: {
      type: 'string',
      demandOption: true,
      describe: "A run's folder, a task set, or a file of outcomes",
    },
  },
  examples: [
    [
      'diff policies/practice-everyday.policy.json runs/demo/demo.policy.json --on datasets/everyday.jsonl',
      'after "routesmith demo"',
    ],
  ],
  async run(args) {
    const [{ diffPolicies }, { printPolicyDiff }, { readLabelledPrompts }, { readPolicyFile }] =
      await Promise.all([
        import('../../learn/evaluate/compare/diff-policies.js'),
        import('../print/print-policy-diff.js'),
        import('../options/read-prompts.js'),
        import('../../learn/read-policy-file.js'),
      ]);
    const [first, second] = [await readPolicyFile(args.first), await readPolicyFile(args.second)];
    printPolicyDiff(diffPolicies(first, second, await readLabelledPrompts(args.on)), args.json);
  },
});
