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

/** What a breaker remembers, as plain JSON, so that several processes can share it. */
export interface BreakerMemory {
  /** The kind of the latest failures in a row. */
  kind: string;
  count: number;
  state: 'closed' | 'open' | 'half_open';
  failedProbes: number;
  refusals: number;
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

/** The state of a breaker before its first call. */
export function startBreakerState(): BreakerMemory {
  return { kind: '', count: 0, state: 'closed', failedProbes: 0, refusals: 0 };
}

/**
 * Creates the breaker of one account and model.
 *
 * @param breaker its state, which is changed in place
 */
export function createBreaker(breaker: BreakerMemory = startBreakerState()): Breaker {
  return {
    get isHalfOpen() {
      return breaker.state === 'half_open';
    },
    halfOpen() {
      if (breaker.state === 'open') breaker.state = 'half_open';
    },
    noteSuccess() {
      breaker.count = 0;
      breaker.failedProbes = 0;
      breaker.refusals = 0;
      breaker.state = 'closed';
    },
    noteRefusal(reason) {
      breaker.refusals += 1;
      return breaker.refusals < refusalThreshold
        ? { kind: 'closed' }
        : { kind: 'given_up', reason: `refused ${breaker.refusals} calls in a row: ${reason}` };
    },
    noteFailure(failure) {
      // The request is sent again in another form, so this says nothing about other calls.
      if (failure.class === 'unsupported' && failure.retryable) return { kind: 'closed' };
      const isHopeless = hopelessClasses.has(failure.class);
      if (!isHopeless && !brokenClasses.has(failure.class)) return { kind: 'closed' };
      const failureKind = failure.status === null ? failure.class : `HTTP ${failure.status}`;
      breaker.count = failureKind === breaker.kind ? breaker.count + 1 : 1;
      breaker.kind = failureKind;
      if (isHopeless) {
        // A server that rejects requests is not down.
        breaker.state = 'closed';
        breaker.failedProbes = 0;
        if (breaker.count < hopelessThreshold) return { kind: 'closed' };
        const reason = `${failureKind} ${breaker.count} times in a row: ${failure.message}`;
        return { kind: 'given_up', reason };
      }
      // The call was sent before the breaker opened and adds no information.
      if (breaker.state === 'open') return { kind: 'closed' };
      if (breaker.state === 'half_open') {
        breaker.failedProbes += 1;
        const reason = `${failureKind} again after a pause: ${failure.message}`;
        if (breaker.failedProbes >= maxProbes) return { kind: 'given_up', reason };
        breaker.state = 'open';
        return { kind: 'open', pauseMs, reason };
      }
      if (breaker.count < threshold) return { kind: 'closed' };
      breaker.state = 'open';
      const reason = `${failureKind} ${breaker.count} times in a row: ${failure.message}`;
      return { kind: 'open', pauseMs, reason };
    },
  };
}
