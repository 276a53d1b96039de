import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { formatQuality } from '../print/format-number.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';

export const robustnessCommand = defineCommand({
  usage: 'robustness <policy>',
  summary: 'Measure how many decisions survive typos, capitals, politeness and the like',
  positionals: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
  },
  options: {
    on: {
      type: 'string',
      demandOption: true,
      describe: "Whose prompts to take: a run's folder, a task set, or a file of outcomes",
    },
    prompts: {
      type: 'number',
      default: 500,
      whole: true,
      minimum: 1,
      describe: 'The most prompts to take, drawn by the seed',
    },
    seed: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 0,
      describe: 'Decides the prompts, and where the typos are',
    },
    min: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      describe: 'End with 5 where fewer decisions survive under any objective, such as 0.9',
    },
  },
  examples: [
    ['robustness runs/demo/demo.policy.json --on runs/demo', 'after "routesmith demo"'],
    ['robustness runs/demo/demo.policy.json --on runs/demo --min 0.9', 'as a check in a pipeline'],
  ],
  async run(args) {
    const [loaded, { readPrompts }, { computeRobustness }, { printRobustness }, random] =
      await Promise.all([
        readPolicyFile(args.policy),
        import('../options/read-prompts.js'),
        import('../../learn/evaluate/diagnose/robustness.js'),
        import('../print/print-robustness.js'),
        import('../../util/random.js'),
      ]);
    const all = await readPrompts(args.on);
    const prompts = random.shuffle(all, random.createRandom(args.seed)).slice(0, args.prompts);
    const robustness = computeRobustness(loaded, prompts, { seed: args.seed });
    printRobustness(robustness, all.length, args.json);
    const { min } = args;
    if (min === undefined) return;
    const below = robustness.objectives.filter(({ share }) => share < min);
    if (below.length === 0) return;
    const shares = below.map(
      ({ objective, share }) => `${formatQuality(share)} for "${objective}"`,
    );
    throw new RoutesmithError(
      'gate_failed',
      `fewer decisions survive than ${formatQuality(min)}: ${shares.join(', ')}`,
      { fix: 'Train on prompts that vary as users vary them, or ask for less with --min.' },
    );
  },
});
