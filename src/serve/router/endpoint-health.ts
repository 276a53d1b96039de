import type { AttemptFailure, FailureBlame, AttemptFailureClass } from './failure.js';

export interface BreakerSettings {
  /** Consecutive failures that open the breaker; minimum 1. @default 5 */
  readonly failureThreshold: number;
  /** How long an open breaker blocks requests. @default 30_000 */
  readonly openMs: number;
  /** The pause after a 429 without a requested wait. @default 5_000 */
  readonly rateLimitMs: number;
  /** How long an endpoint with a wrong key, model or URL is skipped. @default 300_000 */
  readonly misconfiguredMs: number;
}

export const defaultBreakerSettings: BreakerSettings = {
  failureThreshold: 5,
  openMs: 30_000,
  rateLimitMs: 5_000,
  misconfiguredMs: 300_000,
};

/**
 * `open` and `misconfigured` block requests for a time. The next request is then a probe
 * (`half_open`), and no other is sent until it has ended.
 */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'misconfigured';

/** Why an endpoint must not be called now. */
export type UnavailableReason = 'cooling_down' | 'open' | 'misconfigured' | 'probing';

export interface Unavailable {
  readonly reason: UnavailableReason;
  /** Time until it may be called again; null while a probe is in flight. */
  readonly availableInMs: number | null;
}

/** The state of an endpoint. */
export interface EndpointHealth {
  readonly state: BreakerState;
  readonly consecutiveFailures: number;
  /** Why it may not be called now; null if it may. */
  readonly unavailable: Unavailable | null;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly lastFailure: {
    readonly class: AttemptFailureClass;
    readonly status: number | null;
  } | null;
}

/** Permission to send one request. Ended by one of its methods; later calls do nothing. */
export interface Lease {
  readonly isProbe: boolean;
  succeed(): void;
  fail(failure: AttemptFailure, blame: FailureBlame): void;
  /** Ends the lease without a verdict on the endpoint. */
  release(): void;
}

export interface EndpointHealthTracker {
  /** Why no request may be sent now; undefined if one may. */
  findUnavailable(): Unavailable | undefined;
  /** Acquires a lease; only allowed if `findUnavailable` returns undefined. */
  acquire(): Lease;
  /**
   * Milliseconds until the router would call the endpoint again, if an early probe is allowed: the
   * provider has not requested a wait, and no probe is in flight. Undefined otherwise.
   */
  findEarlyProbeMs(): number | undefined;
  /** Acquires a lease for an early probe; only allowed if `findEarlyProbeMs` is defined. */
  acquireEarly(): Lease;
  read(): EndpointHealth;
}

/**
 * Creates the circuit breaker and the cooldown of one endpoint.
 *
 * A wait that the provider requests (Retry-After) is observed in full: neither a later success nor a
 * shorter Retry-After reduces it. It does not affect the breaker.
 *
 * @param now monotonic clock in milliseconds
 */
export function createEndpointHealth(
  settings: BreakerSettings,
  now: () => number,
): EndpointHealthTracker {
  let state: BreakerState = 'closed';
  let consecutiveFailures = 0;
  /** As requested by the provider. */
  let retryAfterUntilMs = -Infinity;
  /** The router's own choice, after a 429 without a requested wait and for an open breaker. */
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
        // The request was sent before the breaker opened, so it does not close it.
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
      // Makes the request a probe even after a pause, so that only one is sent.
      if (state === 'closed') state = 'open';
      return acquire();
    },
    read: () => ({
      // After that time, the next request is a probe.
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
