import type { CallFailure, CallFailureClass } from './call-failure.js';

/** What a failure means for the other calls of the same account and model. */
export type BreakerVerdict =
  /** Nothing. */
  | { readonly kind: 'closed' }
  /** Send nothing for `pauseMs`, then one probe. */
  | { readonly kind: 'open'; readonly pauseMs: number; readonly reason: string }
  /** Send nothing more: it has failed again and again. */
  | { readonly kind: 'given_up'; readonly reason: string };

/** Holds back calls to a model that fails every one of them in the same way. */
export interface Breaker {
  noteSuccess(): void;
  noteFailure(failure: CallFailure): BreakerVerdict;
  /** The pause is over: the next call is the probe. */
  halfOpen(): void;
  /** True where one call at a time may be sent. */
  readonly isHalfOpen: boolean;
}

/** Failures of one kind without a success between them that open the breaker. */
const threshold = 5;
const pauseMs = 30_000;
/** Probes that may fail in a row. */
const maxProbes = 3;

/** A server that refuses so many different requests in a row will refuse the others. */
const hopelessThreshold = 20;

const hopelessClasses: ReadonlySet<CallFailureClass> = new Set([
  'bad_request',
  'unsupported',
  'malformed',
]);

/** The server may be down. A 429 is for the limit; other failures say nothing of other calls. */
const brokenClasses: ReadonlySet<CallFailureClass> = new Set([
  'server_error',
  'network',
  'timeout',
]);

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
      // Refused in one form, it is sent again in another: that says nothing of the other calls.
      if (failure.class === 'unsupported' && failure.retryable) return { kind: 'closed' };
      const isHopeless = hopelessClasses.has(failure.class);
      if (!isHopeless && !brokenClasses.has(failure.class)) return { kind: 'closed' };
      const failureKind = failure.status === null ? failure.class : `HTTP ${failure.status}`;
      count = failureKind === kind ? count + 1 : 1;
      kind = failureKind;
      if (isHopeless) {
        // A server that answers is not down, even if it refuses.
        state = 'closed';
        failedProbes = 0;
        if (count < hopelessThreshold) return { kind: 'closed' };
        const reason = `${failureKind} ${count} times in a row: ${failure.message}`;
        return { kind: 'given_up', reason };
      }
      // A call that was sent before the breaker opened says nothing new.
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
