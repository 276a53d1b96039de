import type { Random } from '../../../util/random.js';
import type { CallFailure } from './call-failure.js';

/** How often, and for how long, one call is tried. */
export interface RetryLimits {
  /** Total number of attempts; minimum 1. @default 5 */
  readonly maxAttempts: number;
  /** Time after the first attempt beyond which no further attempt starts. @default 600_000 */
  readonly maxElapsedMs: number;
}

export const defaultRetryLimits: RetryLimits = { maxAttempts: 5, maxElapsedMs: 600_000 };

/** Whether and when a call is retried after a failed attempt. */
export type RetryDecision =
  | { readonly kind: 'final' }
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      /** True if the provider requested the wait, which then applies to all calls to this model. */
      readonly isRequested: boolean;
    };

/**
 * Attempts of a call that end in a timeout after they were sent. Each may be charged, and an answer
 * that is longer than the timeout will be so again.
 */
const maxTimedOutAttempts = 2;

/** Whether a call ended in a timeout after it was sent. */
export function isTimedOut({ class: name, mayBeCharged }: CallFailure): boolean {
  return name === 'timeout' && mayBeCharged;
}

const firstDelayMs = 500;
const maxDelayMs = 30_000;

/**
 * The delay before the attempt after number `attempt` (from 1), in milliseconds: exponential backoff
 * with random jitter between 50 % and 100 %. If the provider requests a longer wait, that wait plus
 * up to 10 %, so that waiting calls do not all resume at once. A shorter one, such as 0 or a time that
 * has passed, does not replace the backoff: all attempts would be over within milliseconds.
 */
export function computeRetryDelay(
  attempt: number,
  retryAfterMs: number | undefined,
  random: Random,
): number {
  const luck = random();
  const ceilingMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.max(ceilingMs * (0.5 + luck / 2), (retryAfterMs ?? 0) * (1 + luck / 10));
}

/** How far the attempts at a call have come. */
export interface RetryState {
  /** The number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** Those that ended in a timeout after they were sent, the last one included. */
  readonly timedOutAttempts: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
  readonly limits: RetryLimits;
  readonly random: Random;
}

/**
 * Decides whether a call is retried, within both limits. This is the only layer of retries: the HTTP
 * client does not retry.
 */
export function decideRetry(
  failure: CallFailure,
  { attempt, timedOutAttempts, elapsedMs, limits, random }: RetryState,
): RetryDecision {
  if (!failure.retryable || attempt >= limits.maxAttempts) return { kind: 'final' };
  const isLost = isTimedOut(failure);
  if (isLost && timedOutAttempts >= maxTimedOutAttempts) return { kind: 'final' };
  // Sent again in another form: the server does not need a rest.
  const isNewForm = failure.class === 'unsupported';
  const delayMs = isNewForm ? 0 : computeRetryDelay(attempt, failure.retryAfterMs, random);
  // One call may take longer than the limit, and gets its second try all the same.
  const isLate = elapsedMs + delayMs > limits.maxElapsedMs;
  if (isLate && !isLost) return { kind: 'final' };
  return { kind: 'retry', delayMs, isRequested: failure.retryAfterMs !== undefined };
}
