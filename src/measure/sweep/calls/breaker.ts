import type { CallFailure, FailureClass } from './call-result.js';

/** What a failure means for the other calls of the same account and model. */
export type BreakerVerdict =
  /** Nothing. */
  | { readonly kind: 'closed' }
  /** Send nothing for so long, then one call to see. */
  | { readonly kind: 'open'; readonly pauseMs: number; readonly reason: string }
  /** Send nothing more: it has failed again and again. */
  | { readonly kind: 'given_up'; readonly reason: string };

/** Holds back calls to a model that fails every one of them in the same way. */
export interface Breaker {
  noteSuccess(): void;
  noteFailure(failure: CallFailure): BreakerVerdict;
  /** The pause is over: the next call is the one to see. */
  halfOpen(): void;
  /** True where one call at a time may be sent. */
  readonly isHalfOpen: boolean;
}

/** So many failures of one kind, and no success between them. */
const threshold = 5;
const pauseMs = 30_000;
/** Calls to see that may fail in a row. */
const maxProbes = 3;

/** Whoever refuses so many requests in a row, whatever is in them, will refuse the others. */
const hopelessThreshold = 20;

const hopelessClasses: ReadonlySet<FailureClass> = new Set(['bad_request', 'malformed']);

/** What may be down. A 429 is for the limit, and all else says nothing of the other calls. */
const brokenClasses: ReadonlySet<FailureClass> = new Set(['server_error', 'network', 'timeout']);

/** Creates the breaker of one account and model. */
export function createBreaker(): Breaker {
  let kind = '';
  let count = 0;
  let state: 'closed' | 'open' | 'half_open' = 'closed';
  let failedProbes = 0;

  return {
    get isHalfOpen() {
      return state === 'half_open';
    },
    halfOpen() {
      if (state === 'open') state = 'half_open';
    },
    noteSuccess() {
      count = 0;
      failedProbes = 0;
      state = 'closed';
    },
    noteFailure(failure) {
      const isHopeless = hopelessClasses.has(failure.class);
      if (!isHopeless && !brokenClasses.has(failure.class)) return { kind: 'closed' };
      const failureKind = failure.status === null ? failure.class : `HTTP ${failure.status}`;
      count = failureKind === kind ? count + 1 : 1;
      kind = failureKind;
      if (isHopeless) {
        // Whoever answers, and be it with a no, is not down.
        state = 'closed';
        failedProbes = 0;
        if (count < hopelessThreshold) return { kind: 'closed' };
        const reason = `${failureKind} ${count} times in a row: ${failure.message}`;
        return { kind: 'given_up', reason };
      }
      // One that was sent before it opened says nothing new.
      if (state === 'open') return { kind: 'closed' };
      if (state === 'half_open') {
        failedProbes += 1;
        const reason = `${failureKind} again after a pause: ${failure.message}`;
        if (failedProbes >= maxProbes) return { kind: 'given_up', reason };
        state = 'open';
        return { kind: 'open', pauseMs, reason };
      }
      if (count < threshold) return { kind: 'closed' };
      state = 'open';
      const reason = `${failureKind} ${count} times in a row: ${failure.message}`;
      return { kind: 'open', pauseMs, reason };
    },
  };
}
