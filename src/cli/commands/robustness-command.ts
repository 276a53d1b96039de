import type { Robustness } from '../../learn/evaluate/diagnose/robustness.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatQuality } from '../../util/format-number.js';
import { defineCommand } from '../options/define-command.js';
import { policyPositional, promptsOption, seedOption } from '../options/run-options.js';

export const robustnessCommand = defineCommand({
  usage: 'robustness <policy>',
  summary: 'Measure which share of decisions survives typos, capitals, polite phrases and the like',
  positionals: { policy: policyPositional },
  options: {
    on: promptsOption,
    prompts: {
      type: 'number',
      default: 500,
      whole: true,
      minimum: 1,
      describe: 'Maximum number of prompts, sampled with the seed',
    },
    seed: { ...seedOption, describe: 'Seed of the sample, and of the typos' },
    min: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      describe: 'Exit with code 5 if any objective keeps a smaller share, such as 0.9',
    },
  },
  examples: [
    ['robustness runs/demo/demo.policy.json --on runs/demo', 'after "routesmith demo"'],
    ['robustness runs/demo/demo.policy.json --on runs/demo --min 0.8', 'as a check in CI'],
  ],
  async run(args) {
    const [
      { readLabeledPrompts },
      { computeRobustness },
      { printRobustness },
      { createRandom, shuffle },
    ] = await Promise.all([
      import('../options/read-prompts.js'),
      import('../../learn/evaluate/diagnose/robustness.js'),
      import('../print/print-robustness.js'),
      import('../../util/random.js'),
    ]);
    const loaded = await readPolicyFile(args.policy);
    const all = (await readLabeledPrompts(args.on)).map(({ prompt }) => prompt);
    const prompts = shuffle(all, createRandom(args.seed)).slice(0, args.prompts);
    const robustness = computeRobustness(loaded, prompts, { seed: args.seed });
    printRobustness(robustness, all.length, args.json);
    if (args.min !== undefined) checkShares(robustness, args.min);
  },
});

function checkShares({ objectives }: Robustness, min: number): void {
  const below = objectives.filter(({ share }) => share < min);
  if (below.length === 0) return;
  const shares = below.map(({ objective, share }) => `${formatQuality(share)} for "${objective}"`);
  throw new RoutesmithError(
    'gate_failed',
    `the share of unchanged decisions is below ${formatQuality(min)}: ${shares.join(', ')}`,
    { fix: 'Train on prompts that vary as users vary them, or lower --min.' },
  );
}
