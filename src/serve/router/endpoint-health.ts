import type { AttemptFailure, FailureBlame, AttemptFailureClass } from './failure.js';

export interface BreakerSettings {
  /** Consecutive failures that open the breaker; minimum 1. @default 5 */
  readonly failureThreshold: number;
  /** How long an open breaker keeps requests away. @default 30_000 */
  readonly openMs: number;
  /** The pause after a 429 that does not say how long to wait. @default 5_000 */
  readonly rateLimitMs: number;
  /** How long an endpoint is left alone whose key, model or address is wrong. @default 300_000 */
  readonly misconfiguredMs: number;
}

export const defaultBreakerSettings: BreakerSettings = {
  failureThreshold: 5,
  openMs: 30_000,
  rateLimitMs: 5_000,
  misconfiguredMs: 300_000,
};

/**
 * `open` and `misconfigured` keep requests away until their time is over. The next request is then
 * a probe (`half_open`): it is the only one until it is known how it ended.
 */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'misconfigured';

/** Why an endpoint is not to be asked now. */
export type UnavailableReason = 'cooling_down' | 'open' | 'misconfigured' | 'probing';

export interface Unavailable {
  readonly reason: UnavailableReason;
  /** Until it may be asked again; null while a probe is under way. */
  readonly availableInMs: number | null;
}

/** The state of an endpoint, for people and programs. */
export interface EndpointHealth {
  readonly state: BreakerState;
  readonly consecutiveFailures: number;
  /** Why it may not be asked now; null where it may. */
  readonly unavailable: Unavailable | null;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly lastFailure: {
    readonly class: AttemptFailureClass;
    readonly status: number | null;
  } | null;
}

/** Leave to send one request. One of the three ends it; what is called after that does nothing. */
export interface Lease {
  readonly isProbe: boolean;
  succeed(): void;
  fail(failure: AttemptFailure, blame: FailureBlame): void;
  /** The request ended without saying anything of the endpoint. */
  release(): void;
}

export interface EndpointHealthTracker {
  /** Why no request may be sent now, or undefined where one may. */
  findUnavailable(): Unavailable | undefined;
  /** Takes leave to send a request; only where `findUnavailable` finds nothing. */
  acquire(): Lease;
  /**
   * Milliseconds until the router would ask again by itself, where an early probe breaks no
   * provider's word: the endpoint is held back by the router's own guess, and nobody probes.
   */
  findEarlyProbeMs(): number | undefined;
  /** Takes leave for an early probe; only where `findEarlyProbeMs` finds something. */
  acquireEarly(): Lease;
  read(): EndpointHealth;
}

/**
 * Creates the circuit breaker and the cooldown of one endpoint.
 *
 * A pause that the provider asked for (Retry-After) is kept in full: nothing shortens it, not a
 * later success and not a later, shorter request. It closes no breaker and opens none.
 *
 * @param now milliseconds that only go forward
 */
export function createEndpointHealth(
  settings: BreakerSettings,
  now: () => number,
): EndpointHealthTracker {
  let state: BreakerState = 'closed';
  let consecutiveFailures = 0;
  /** The provider's word. */
  let retryAfterUntilMs = -Infinity;
  /** The router's own guesses: after a 429 without a time, and of an open breaker. */
  let pauseUntilMs = -Infinity;
  let closedUntilMs = -Infinity;
  let isProbing = false;
  let inFlight = 0;
  let succeeded = 0;
  let failed = 0;
  let lastFailure: EndpointHealth['lastFailure'] = null;

  function findUnavailable(): Unavailable | undefined {
    const nowMs = now();
    const coolsUntilMs = Math.max(retryAfterUntilMs, pauseUntilMs);
    if (isHeldBack() && closedUntilMs > nowMs) {
      const reason = state === 'misconfigured' ? 'misconfigured' : 'open';
      return { reason, availableInMs: Math.max(closedUntilMs, coolsUntilMs) - nowMs };
    }
    if (isProbing) return { reason: 'probing', availableInMs: null };
    if (coolsUntilMs > nowMs) {
      return { reason: 'cooling_down', availableInMs: coolsUntilMs - nowMs };
    }
    return undefined;
  }

  function isHeldBack(): boolean {
    return state === 'open' || state === 'misconfigured';
  }

  function acquire(): Lease {
    const isProbe = state !== 'closed';
    if (isProbe) {
      state = 'half_open';
      isProbing = true;
    }
    inFlight += 1;
    let isOver = false;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      inFlight -= 1;
      if (isProbe) isProbing = false;
      return true;
    };
    return {
      isProbe,
      release: () => void end(),
      succeed() {
        if (!end()) return;
        succeeded += 1;
        // One that was sent before the breaker opened says nothing of the time since.
        if (!isProbe && state !== 'closed') return;
        state = 'closed';
        consecutiveFailures = 0;
      },
      fail(failure, blame) {
        if (!end()) return;
        if (blame !== 'none') {
          failed += 1;
          lastFailure = { class: failure.class, status: failure.status };
        }
        noteFailure(failure, blame, isProbe);
      },
    };
  }

  function noteFailure(failure: AttemptFailure, blame: FailureBlame, isProbe: boolean): void {
    const nowMs = now();
    if (failure.retryAfterMs !== undefined) {
      retryAfterUntilMs = Math.max(retryAfterUntilMs, nowMs + failure.retryAfterMs);
    } else if (blame === 'busy') {
      pauseUntilMs = Math.max(pauseUntilMs, nowMs + settings.rateLimitMs);
    }
    if (blame === 'misconfigured') {
      state = 'misconfigured';
      closedUntilMs = nowMs + settings.misconfiguredMs;
    } else if (blame === 'broken') {
      consecutiveFailures += 1;
      const opens = isProbe || consecutiveFailures >= settings.failureThreshold;
      if (opens && (isProbe || state === 'closed')) {
        state = 'open';
        closedUntilMs = nowMs + settings.openMs;
      }
    }
  }

  function findEarlyProbeMs(): number | undefined {
    const nowMs = now();
    if (isProbing || retryAfterUntilMs > nowMs || state === 'misconfigured') return undefined;
    const untilMs = Math.max(pauseUntilMs, state === 'open' ? closedUntilMs : -Infinity);
    return untilMs > nowMs ? untilMs - nowMs : undefined;
  }

  return {
    findUnavailable,
    acquire,
    findEarlyProbeMs,
    acquireEarly() {
      // Also after a mere pause: whoever probes early is alone.
      if (state === 'closed') state = 'open';
      return acquire();
    },
    read: () => ({
      // From the end of its time on, what comes next is a probe.
      state: isHeldBack() && closedUntilMs <= now() ? 'half_open' : state,
      consecutiveFailures,
      unavailable: findUnavailable() ?? null,
      inFlight,
      succeeded,
      failed,
      lastFailure,
    }),
  };
}
