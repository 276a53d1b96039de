import type { UnavailableReason } from './endpoint-health.js';
import type { AttemptFailure } from './failure.js';

/** The outcome of one model in one call. */
export type Attempt =
  | {
      readonly model: string;
      readonly outcome: 'answered';
      readonly isProbe: boolean;
      /** Without the time in which nobody read a stream. */
      readonly latencyMs: number;
      readonly failure?: undefined;
    }
  | {
      /** A stream that has begun and may still fail. */
      readonly model: string;
      readonly outcome: 'answering';
      readonly isProbe: boolean;
      readonly ttftMs: number;
      readonly failure?: undefined;
    }
  | {
      readonly model: string;
      readonly outcome: 'failed';
      readonly isProbe: boolean;
      readonly latencyMs: number;
      readonly failure: AttemptFailure;
    }
  | {
      /** Feasible, but not called. */
      readonly model: string;
      readonly outcome: 'skipped';
      readonly reason:
        | UnavailableReason
        | 'context_too_small'
        /** `mayAttempt` of the call refused it. */
        | 'not_permitted';
      /** Null if unknown. */
      readonly availableInMs: number | null;
      readonly failure?: undefined;
    };

/** The models that a call may not ask: what it last noted of each is `not_permitted`. */
export function listNotPermitted(attempts: readonly Attempt[]): ReadonlySet<string> {
  const closed = new Set<string>();
  for (const attempt of attempts) {
    if (attempt.outcome === 'skipped' && attempt.reason === 'not_permitted') {
      closed.add(attempt.model);
    } else closed.delete(attempt.model);
  }
  return closed;
}

const refusals: ReadonlySet<string> = new Set(['context_overflow', 'unsupported', 'bad_request']);

/** Whether a model did not take the request as it is, so that waiting does not help. */
export function isRefused(attempt: Attempt): boolean {
  return (
    (attempt.outcome === 'failed' && refusals.has(attempt.failure.class)) ||
    (attempt.outcome === 'skipped' && attempt.reason === 'context_too_small')
  );
}
