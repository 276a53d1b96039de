import type { AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import { checkCombination, checkNeeds } from './check-arguments.js';
import type { OptionSpec } from './define-command.js';
import type { RepeatsArgument } from './repeats-option.js';

/** Options of a sweep that decides itself what to call. */
export const adaptiveOptions = {
  adaptive: {
    type: 'boolean',
    default: false,
    describe:
      'Call only what could change a decision, and stop when more calls are not worth their cost',
  },
  for: {
    type: 'string',
    choices: ['quality', 'save'],
    defaultDescription: 'quality',
    describe: 'With --adaptive: look for the best answers, or for savings at 99 % of the quality',
  },
  worth: {
    type: 'number',
    above: 0,
    maximum: 100,
    defaultDescription: '2',
    describe: 'With --adaptive: points of quality (0 to 100) that routing must gain to pay',
  },
  'max-calls': {
    type: 'number',
    whole: true,
    minimum: 1,
    describe: 'With --adaptive: maximum calls for learning; calls for the verdict are extra',
  },
  'keep-going': {
    type: 'boolean',
    default: false,
    describe: 'With --adaptive: keep learning after the verdict is clear',
  },
} as const satisfies Record<string, OptionSpec>;

export interface AdaptiveArguments {
  readonly adaptive: boolean;
  readonly for: string | undefined;
  readonly worth: number | undefined;
  readonly 'max-calls': number | undefined;
  readonly 'keep-going': boolean;
  readonly repeats: RepeatsArgument;
  readonly 'retry-failed': boolean;
  readonly ungraded: boolean;
  readonly batch: boolean;
  readonly budget: number | undefined;
  readonly seed: number;
}

/** The options by name that have a meaning with `--adaptive` only. */
export function pickAdaptive(
  args: Pick<AdaptiveArguments, 'for' | 'worth' | 'max-calls' | 'keep-going'>,
): Readonly<Record<string, unknown>> {
  const { for: objective, worth, 'max-calls': maxCalls, 'keep-going': keepGoing } = args;
  return { for: objective, worth, 'max-calls': maxCalls, 'keep-going': keepGoing };
}

/**
 * Reads the settings of an adaptive sweep.
 *
 * @returns undefined for a sweep of all cells
 * @throws RoutesmithError `usage` for options that do not go together
 */
export function readAdaptiveSettings(args: AdaptiveArguments): AdaptiveSettings | undefined {
  if (!args.adaptive) {
    checkNeeds(pickAdaptive(args), 'adaptive');
    return undefined;
  }
  const { batch, ungraded, 'retry-failed': retryFailed } = args;
  checkCombination(
    { repeats: args.repeats !== 1, 'retry-failed': retryFailed, ungraded, batch },
    'adaptive',
    'An adaptive sweep chooses which answers it buys, one at a time.',
  );
  return {
    objective: args.for === 'save' ? 'save' : 'quality',
    worth: (args.worth ?? 2) / 100,
    maxLearningCells: args['max-calls'],
    keepsGoing: args['keep-going'],
    isBudgeted: args.budget !== undefined,
    seed: args.seed,
  };
}
