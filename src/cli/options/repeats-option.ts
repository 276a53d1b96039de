import type { AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import { RoutesmithError } from '../../util/errors.js';
import { checkCombination } from './check-arguments.js';
import type { OptionSpec } from './define-command.js';

/** Calls per prompt and model, or that the sweep decides. */
export type RepeatsArgument = number | 'auto';

/** Calls per prompt and model at most, where the sweep decides. */
export const maxAutoRepeats = 3;

export const repeatsOption = {
  repeats: {
    type: 'string',
    default: '1',
    coerce: parseRepeats,
    describe:
      'Calls per prompt and model; auto repeats calls only where noise could change a decision',
  },
} as const satisfies Record<string, OptionSpec>;

/** @throws RoutesmithError `usage` for anything but `auto` and a whole number of at least 1 */
export function parseRepeats(text: string | number | readonly string[]): RepeatsArgument {
  if (text === 'auto') return text;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : text;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  const problem = Array.isArray(text)
    ? 'is given more than once'
    : 'must be a whole number of at least 1, or auto';
  throw new RoutesmithError('usage', `--repeats ${problem}`, {
    fix: 'Give --repeats 3, or --repeats auto.',
  });
}

export interface AutoRepeatsArguments {
  readonly repeats: RepeatsArgument;
  readonly batch: boolean;
  readonly queue: string | undefined;
  readonly 'retry-failed': boolean;
}

/**
 * Whether the sweep decides about repeats itself. (`--adaptive` refuses all repeats.)
 *
 * @throws RoutesmithError `usage` for options that do not go together
 */
export function readAutoRepeats(args: AutoRepeatsArguments): boolean {
  if (args.repeats !== 'auto') return false;
  const { batch, queue, 'retry-failed': retryFailed } = args;
  checkCombination(
    { batch, queue, 'retry-failed': retryFailed },
    'repeats auto',
    'Which answers are repeated is decided as they arrive; --repeats 3 repeats all.',
  );
  return true;
}

/** What decides which cells a sweep calls. @default all are called */
export interface SweepChoice {
  readonly adaptive?: AdaptiveSettings | undefined;
  /** Over settings with `maxAutoRepeats` repeats. */
  readonly autoRepeats?: boolean;
}
