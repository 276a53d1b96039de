import type { BreakerSettings } from './breaker-settings.js';
import type { AttemptFailure, FailureBlame, AttemptFailureClass } from './failure.js';

/**
 * `open` and `misconfigured` block requests for a time. The next request is then a probe
 * (`half_open`), and no other is sent until it has ended or, as a stream, has begun to answer.
 */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'misconfigured';

/** Why an endpoint must not be called now. */
export type UnavailableReason = 'cooling_down' | 'open' | 'misconfigured' | 'probing';

/** Why an endpoint is not called now, and for how long. */
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
  /**
   * Notes the first content of a stream. That ends a probe: the endpoint is open to others, though
   * only the end of the answer is a success. A probe that breaks off after that opens the breaker,
   * unless another request has succeeded since.
   */
  noteAnswering(): void;
  succeed(): void;
  /**
   * @param request identifies the request, for refusals and errors of a model's own code; by default one
   * that is like no other
   */
  fail(failure: AttemptFailure, blame: FailureBlame, request?: number): void;
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
  /** Resolves when the probe in flight has ended or answers; undefined if there is none. */
  findProbeEnd(): Promise<void> | undefined;
  /** Takes back that a model's own code failed for a request, which turns out to be about the request. */
  forgive(request: number): void;
  /** Acquires a lease for an early probe; only allowed if `findEarlyProbeMs` is defined. */
  acquireEarly(): Lease;
  /** Follows other settings from now on; a time that has begun keeps its length. */
  configure(settings: BreakerSettings): void;
  read(): EndpointHealth;
}

/**
 * Creates the circuit breaker and the cooldown of one endpoint.
 *
 * A wait that a busy or broken provider requests (Retry-After) is observed up to `maxRetryAfterMs`:
 * neither a later success nor a shorter Retry-After reduces it. It does not affect the breaker.
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
  /** Whether `state` is, or was before its probe, `misconfigured`. */
  let isMisconfigured = false;
  /** Whether `state` is `open` because there were so many failures, and not because a probe failed. */
  let isOpenByCount = false;
  let isProbing = false;
  /** Called when the probe in flight ends. */
  let probeListeners: (() => void)[] = [];
  /** The requests that were refused since the last success, up to the threshold. */
  const refused = new Set<number>();
  /** The requests for which the model's own code has failed since the last success. */
  const erred = new Set<number>();
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
    /** Whether this is the probe that others wait for. */
    let isAwaited = isProbe;
    /** Successes before the first content of a probe, which has proven nothing until the next one. */
    let succeededBefore: number | undefined;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      inFlight -= 1;
      if (isAwaited) isProbing = false;
      return true;
    };
    const tellListeners = (): void => {
      if (!isAwaited) return;
      isAwaited = false;
      for (const listener of probeListeners) listener();
      probeListeners = [];
    };
    return {
      isProbe,
      noteAnswering() {
        if (isOver || !isAwaited) return;
        isProbing = false;
        succeededBefore = succeeded;
        noteContact();
        tellListeners();
      },
      release() {
        if (end()) tellListeners();
      },
      succeed() {
        if (!end()) return;
        succeeded += 1;
        noteSuccess(isAwaited);
        tellListeners();
      },
      fail(failure, blame, request) {
        if (!end()) return;
        if (blame !== 'none') {
          failed += 1;
          lastFailure = { class: failure.class, status: failure.status };
        }
        if (blame === 'misconfigured') noteRefusal(failure, request);
        else if (isAwaited || isNews(failure, request))
          noteFailure(failure, blame, { isAwaited, isUnproven: succeeded === succeededBefore });
        tellListeners();
      },
    };
  }

  /** Whether a failure is one more: code that fails for a request fails for it again, whenever it is sent. */
  function isNews({ class: failureClass }: AttemptFailure, request: number | undefined): boolean {
    if (failureClass !== 'model_error' || request === undefined) return true;
    if (erred.has(request)) return false;
    // More of them change nothing, and must not fill the memory.
    if (erred.size < settings.failureThreshold) erred.add(request);
    return true;
  }

  function noteSuccess(isProbe: boolean): void {
    refused.clear();
    erred.clear();
    // A request that was sent before the breaker opened does not close it. An answer shows at any time
    // that the configuration is right.
    if (!isProbe && state !== 'closed' && !isMisconfigured) return;
    noteContact();
    consecutiveFailures = 0;
  }

  /** Without a success, the failures so far remain in a row. */
  function noteContact(): void {
    refused.clear();
    state = 'closed';
    isMisconfigured = false;
  }

  function noteRefusal({ class: failureClass }: AttemptFailure, request: number | undefined): void {
    if (refused.size < settings.refusalThreshold) refused.add(request ?? -1 - refused.size);
    // A key that cannot be had does not depend on the request.
    const isCertain = failureClass === 'invalid_credentials';
    if (refused.size < settings.refusalThreshold && !isCertain) return;
    state = 'misconfigured';
    isMisconfigured = true;
    closedUntilMs = now() + settings.misconfiguredMs;
  }

  /**
   * @param isAwaited whether it was the probe that others wait for
   * @param isUnproven whether it was a probe that began to answer, and no request has succeeded since
   */
  function noteFailure(
    failure: AttemptFailure,
    blame: FailureBlame,
    { isAwaited, isUnproven }: { readonly isAwaited: boolean; readonly isUnproven: boolean },
  ): void {
    const nowMs = now();
    const { retryAfterMs } = failure;
    if (retryAfterMs !== undefined && blame !== 'none') {
      const waitMs = Math.min(retryAfterMs, settings.maxRetryAfterMs);
      retryAfterUntilMs = Math.max(retryAfterUntilMs, nowMs + waitMs);
    } else if (blame === 'busy') {
      pauseUntilMs = Math.max(pauseUntilMs, nowMs + settings.rateLimitMs);
    }
    if (blame === 'broken') {
      consecutiveFailures += 1;
      const opens = isAwaited || isUnproven || consecutiveFailures >= settings.failureThreshold;
      if (opens && (isAwaited || state === 'closed')) {
        state = 'open';
        isOpenByCount = !isAwaited && !isUnproven;
        closedUntilMs = nowMs + settings.openMs;
      }
    }
  }

  function findEarlyProbeMs(): number | undefined {
    const nowMs = now();
    if (isProbing || retryAfterUntilMs > nowMs) return undefined;
    const untilMs = Math.max(pauseUntilMs, isHeldBack() ? closedUntilMs : -Infinity);
    return untilMs > nowMs ? untilMs - nowMs : undefined;
  }

  return {
    findUnavailable,
    acquire,
    findEarlyProbeMs,
    forgive(request) {
      if (!erred.delete(request)) return;
      consecutiveFailures = Math.max(0, consecutiveFailures - 1);
      const isEnough = consecutiveFailures >= settings.failureThreshold;
      if (state === 'open' && isOpenByCount && !isEnough) state = 'closed';
    },
    findProbeEnd: () =>
      isProbing ? new Promise((resolve) => void probeListeners.push(resolve)) : undefined,
    acquireEarly() {
      // Makes the request a probe even after a pause, so that only one is sent.
      if (state === 'closed') state = 'open';
      return acquire();
    },
    configure(next) {
      settings = next;
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
