import type { CallFailure, CallFailureClass } from './call-failure.js';

/** The consequence of a failure for other calls of the same account and model. */
export type BreakerVerdict =
  /** No consequence. */
  | { readonly kind: 'closed' }
  /** Pause for `pauseMs`, then send one probe. */
  | { readonly kind: 'open'; readonly pauseMs: number; readonly reason: string }
  /** Stop calling the model. */
  | { readonly kind: 'given_up'; readonly reason: string };

/** A circuit breaker: stops calls to a model that keeps failing in the same way. */
export interface Breaker {
  noteSuccess(): void;
  noteFailure(failure: CallFailure): BreakerVerdict;
  /** Notes a call that is not tried again because the account or the model seems unusable. */
  noteRefusal(reason: string): BreakerVerdict;
  /** The pause is over: the next call is the probe. */
  halfOpen(): void;
  /** True if only one call at a time may be sent. */
  readonly isHalfOpen: boolean;
}

/** Number of consecutive failures of one kind that open the breaker. */
const threshold = 5;
const pauseMs = 30_000;
/** Number of consecutive failed probes after which the model is given up. */
const maxProbes = 3;

/** A server that rejects this many different requests in a row will reject the others as well. */
const hopelessThreshold = 20;

const hopelessClasses: ReadonlySet<CallFailureClass> = new Set([
  'bad_request',
  'unsupported',
  'malformed',
]);

/** The server may be down. A 429 only affects the limit; other failures concern a single call. */
const brokenClasses: ReadonlySet<CallFailureClass> = new Set([
  'server_error',
  'network',
  'timeout',
]);

/**
 * Number of calls in a row that must be refused for a reason that would hold for every call, such as a
 * wrong key. A single one may be refused for its prompt, by a firewall that answers 403.
 */
const refusalThreshold = 5;

/** Creates the breaker of one account and model. */
export function createBreaker(): Breaker {
  let kind = '';
  let count = 0;
  let state: 'closed' | 'open' | 'half_open' = 'closed';
  let failedProbes = 0;
  let refusals = 0;

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
      refusals = 0;
      state = 'closed';
    },
    noteRefusal(reason) {
      refusals += 1;
      return refusals < refusalThreshold
        ? { kind: 'closed' }
        : { kind: 'given_up', reason: `refused ${refusals} calls in a row: ${reason}` };
    },
    noteFailure(failure) {
      // The request is sent again in another form, so this says nothing about other calls.
      if (failure.class === 'unsupported' && failure.retryable) return { kind: 'closed' };
      const isHopeless = hopelessClasses.has(failure.class);
      if (!isHopeless && !brokenClasses.has(failure.class)) return { kind: 'closed' };
      const failureKind = failure.status === null ? failure.class : `HTTP ${failure.status}`;
      count = failureKind === kind ? count + 1 : 1;
      kind = failureKind;
      if (isHopeless) {
        // A server that rejects requests is not down.
        state = 'closed';
        failedProbes = 0;
        if (count < hopelessThreshold) return { kind: 'closed' };
        const reason = `${failureKind} ${count} times in a row: ${failure.message}`;
        return { kind: 'given_up', reason };
      }
      // The call was sent before the breaker opened and adds no information.
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
