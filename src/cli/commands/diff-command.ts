import { defineCommand } from '../options/define-command.js';
import { promptsOption } from '../options/run-options.js';

export const diffCommand = defineCommand({
  usage: 'diff <first> <second>',
  summary: 'Show which prompts two policies route differently; needs no outcomes',
  positionals: {
    first: { type: 'string', demandOption: true, describe: 'Policy file, such as the current one' },
    second: { type: 'string', demandOption: true, describe: 'Policy file that would replace it' },
  },
  options: { on: promptsOption },
  examples: [
    [
      'diff policies/practice-everyday.policy.json runs/demo/demo.policy.json --on datasets/everyday.jsonl',
      'after "routesmith demo"',
    ],
  ],
  async run(args) {
    const [{ diffPolicies }, { printPolicyDiff }, { readLabeledPrompts }, { readPolicyFile }] =
      await Promise.all([
        import('../../learn/evaluate/compare/diff-policies.js'),
        import('../print/print-policy-diff.js'),
        import('../options/read-prompts.js'),
        import('../../learn/read-policy-file.js'),
      ]);
    const [first, second] = [await readPolicyFile(args.first), await readPolicyFile(args.second)];
    printPolicyDiff(diffPolicies(first, second, await readLabeledPrompts(args.on)), args.json);
  },
});
