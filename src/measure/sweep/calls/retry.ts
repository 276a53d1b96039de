import type { Random } from '../../../util/random.js';
import type { CallFailure } from './call-failure.js';

export interface RetryLimits {
  /** Attempts in all, the first one included; minimum 1. @default 5 */
  readonly maxAttempts: number;
  /** No attempt starts later than this after the first one. @default 600_000 */
  readonly maxElapsedMs: number;
}

export const defaultRetryLimits: RetryLimits = { maxAttempts: 5, maxElapsedMs: 600_000 };

/** What becomes of a call after a failed attempt. */
export type RetryDecision =
  | { readonly kind: 'final' }
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      /** True where the provider asked for the wait: it holds for all calls to this model. */
      readonly isAsked: boolean;
    };

const firstDelayMs = 500;
const maxDelayMs = 30_000;

/**
 * How long to wait before the attempt after number `attempt` (from 1), in milliseconds: twice as
 * long each time, between half and all of it by chance. Where the provider says how long, never
 * less than that and up to a tenth more, so that waiting calls do not all return at once.
 */
export function computeRetryDelay(
  attempt: number,
  retryAfterMs: number | undefined,
  random: Random,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs * (1 + random() / 10);
  const ceilingMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return ceilingMs * (0.5 + random() / 2);
}

/**
 * Decides whether a call is tried again, within both limits. The only place that does: the HTTP
 * client tries nothing again, so that there are no layers to multiply.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param elapsedMs since the first attempt began
 */
export function decideRetry(
  failure: CallFailure,
  call: {
    readonly attempt: number;
    readonly elapsedMs: number;
    readonly limits: RetryLimits;
    readonly random: Random;
  },
): RetryDecision {
  const { attempt, elapsedMs, limits, random } = call;
  if (!failure.retryable || attempt >= limits.maxAttempts) return { kind: 'final' };
  const delayMs = computeRetryDelay(attempt, failure.retryAfterMs, random);
  if (elapsedMs + delayMs > limits.maxElapsedMs) return { kind: 'final' };
  return { kind: 'retry', delayMs, isAsked: failure.retryAfterMs !== undefined };
}
