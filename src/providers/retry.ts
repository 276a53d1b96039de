import type { Random } from '../util/random.js';
import type { CallFailure, CallResult } from './call-result.js';
import type { Clock } from './clock.js';

export interface RetryLimits {
  /** Attempts in all, the first one included; minimum 1. @default 5 */
  readonly maxAttempts: number;
  /** No attempt starts later than this after the first one. @default 120_000 */
  readonly maxElapsedMs: number;
}

export const defaultRetryLimits: RetryLimits = { maxAttempts: 5, maxElapsedMs: 120_000 };

/** One attempt that failed. */
export interface AttemptFailure {
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly failure: CallFailure;
}

/** What a call came to, with the attempts before the last one. */
export interface RetriedCall {
  readonly result: CallResult;
  readonly failedAttempts: readonly AttemptFailure[];
  /** When the last attempt was sent. */
  readonly startedAt: Date;
  /** The last attempt's own time. */
  readonly durationMs: number;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;

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
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return ceilingMs * (0.5 + random() / 2);
}

/**
 * Calls until the result is a completion or a failure that will not pass, within the limits. The
 * only place that tries again: the HTTP client does not.
 *
 * @param signal stops further attempts; one that is under way is left to end
 */
export async function callWithRetry(
  call: () => Promise<CallResult>,
  settings: {
    readonly clock: Clock;
    readonly random: Random;
    readonly limits?: RetryLimits;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<RetriedCall> {
  const { clock, random, signal } = settings;
  const limits = settings.limits ?? defaultRetryLimits;
  const failedAttempts: AttemptFailure[] = [];
  const beginMs = clock.now();
  for (let attempt = 1; ; attempt++) {
    const startedAt = clock.date();
    const startedMs = clock.now();
    const result = await call();
    const endedMs = clock.now();
    const final: RetriedCall = {
      result,
      failedAttempts,
      startedAt,
      durationMs: endedMs - startedMs,
    };
    if (result.kind === 'completed' || !result.failure.retryable) return final;
    if (attempt >= limits.maxAttempts || signal?.aborted === true) return final;
    const delayMs = computeRetryDelay(attempt, result.failure.retryAfterMs, random);
    if (endedMs - beginMs + delayMs > limits.maxElapsedMs) return final;
    await clock.sleep(delayMs, signal);
    if (signal?.aborted) return final;
    failedAttempts.push({ startedAt, durationMs: final.durationMs, failure: result.failure });
  }
}
