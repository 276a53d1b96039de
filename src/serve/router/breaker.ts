import type { BreakerSettings } from './breaker-settings.js';
import type {
  BreakerState,
  EndpointHealth,
  EndpointHealthTracker,
  Lease,
  Unavailable,
} from './endpoint-health.js';
import type { AttemptFailure, FailureBlame } from './failure.js';
import { RequestLease, type LeaseListener, type ProbeState } from './request-lease.js';

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
  return new Breaker(settings, now);
}

class Breaker implements EndpointHealthTracker, LeaseListener {
  readonly #settings: BreakerSettings;
  readonly #now: () => number;
  #state: BreakerState = 'closed';
  #consecutiveFailures = 0;
  /** As requested by the provider. */
  #retryAfterUntilMs = -Infinity;
  /** The router's own choice, after a 429 without a requested wait and for an open breaker. */
  #pauseUntilMs = -Infinity;
  #closedUntilMs = -Infinity;
  /** Whether `state` is, or was before its probe, `misconfigured`. */
  #isMisconfigured = false;
  /** Whether `state` is `open` because there were so many failures, and not because a probe failed. */
  #isOpenByCount = false;
  #isProbing = false;
  /** Called when the probe in flight ends. */
  #probeListeners: (() => void)[] = [];
  /** The requests that were refused since the last success, up to the threshold. */
  readonly #refused = new Set<number>();
  /** The requests for which the model's own code has failed since the last success. */
  readonly #erred = new Set<number>();
  #inFlight = 0;
  #succeeded = 0;
  #failed = 0;
  #lastFailure: EndpointHealth['lastFailure'] = null;

  constructor(settings: BreakerSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  findUnavailable(): Unavailable | undefined {
    const nowMs = this.#now();
    const coolsUntilMs = Math.max(this.#retryAfterUntilMs, this.#pauseUntilMs);
    if (this.#isHeldBack() && this.#closedUntilMs > nowMs) {
      const reason = this.#state === 'misconfigured' ? 'misconfigured' : 'open';
      return { reason, availableInMs: Math.max(this.#closedUntilMs, coolsUntilMs) - nowMs };
    }
    if (this.#isProbing) return { reason: 'probing', availableInMs: null };
    if (coolsUntilMs > nowMs) {
      return { reason: 'cooling_down', availableInMs: coolsUntilMs - nowMs };
    }
    return undefined;
  }

  acquire(): Lease {
    const isProbe = this.#state !== 'closed';
    if (isProbe) {
      this.#state = 'half_open';
      this.#isProbing = true;
    }
    this.#inFlight += 1;
    return new RequestLease(this, isProbe);
  }

  acquireEarly(): Lease {
    // Makes the request a probe even after a pause, so that only one is sent.
    if (this.#state === 'closed') this.#state = 'open';
    return this.acquire();
  }

  findEarlyProbeMs(): number | undefined {
    const nowMs = this.#now();
    if (this.#isProbing || this.#retryAfterUntilMs > nowMs) return undefined;
    const closedUntilMs = this.#isHeldBack() ? this.#closedUntilMs : -Infinity;
    const untilMs = Math.max(this.#pauseUntilMs, closedUntilMs);
    return untilMs > nowMs ? untilMs - nowMs : undefined;
  }

  findProbeEnd(): Promise<void> | undefined {
    if (!this.#isProbing) return undefined;
    return new Promise((resolve) => void this.#probeListeners.push(resolve));
  }

  forgive(request: number): void {
    if (!this.#erred.delete(request)) return;
    this.#consecutiveFailures = Math.max(0, this.#consecutiveFailures - 1);
    const isEnough = this.#consecutiveFailures >= this.#settings.failureThreshold;
    if (this.#state === 'open' && this.#isOpenByCount && !isEnough) this.#state = 'closed';
  }

  read(): EndpointHealth {
    return {
      // After that time, the next request is a probe.
      state: this.#isHeldBack() && this.#closedUntilMs <= this.#now() ? 'half_open' : this.#state,
      consecutiveFailures: this.#consecutiveFailures,
      unavailable: this.findUnavailable() ?? null,
      inFlight: this.#inFlight,
      succeeded: this.#succeeded,
      failed: this.#failed,
      lastFailure: this.#lastFailure,
    };
  }

  // The rest is called by leases.

  get succeeded(): number {
    return this.#succeeded;
  }

  /** @param isAwaited whether the request is the probe that others wait for */
  endRequest(isAwaited: boolean): void {
    this.#inFlight -= 1;
    if (isAwaited) this.#isProbing = false;
  }

  tellProbeListeners(): void {
    for (const listener of this.#probeListeners) listener();
    this.#probeListeners = [];
  }

  /** The probe that others wait for has begun to answer. */
  noteProbeAnswering(): void {
    this.#isProbing = false;
    this.#noteContact();
  }

  /** @param isAwaited whether the request was the probe that others wait for */
  noteSuccess(isAwaited: boolean): void {
    this.#succeeded += 1;
    this.#refused.clear();
    this.#erred.clear();
    // A request that was sent before the breaker opened does not close it. An answer shows at any time
    // that the configuration is right.
    if (!isAwaited && this.#state !== 'closed' && !this.#isMisconfigured) return;
    this.#noteContact();
    this.#consecutiveFailures = 0;
  }

  noteFailure(
    failure: AttemptFailure,
    blame: FailureBlame,
    request: number | undefined,
    probe: ProbeState,
  ): void {
    if (blame !== 'none') {
      this.#failed += 1;
      this.#lastFailure = { class: failure.class, status: failure.status };
    }
    if (blame === 'misconfigured') this.#noteRefusal(failure, request);
    else if (probe.isAwaited || this.#isNews(failure, request)) {
      this.#noteBreakdown(failure, blame, probe);
    }
  }

  #isHeldBack(): boolean {
    return this.#state === 'open' || this.#state === 'misconfigured';
  }

  /** Whether a failure is one more: code that fails for a request fails for it again, whenever it is sent. */
  #isNews({ class: failureClass }: AttemptFailure, request: number | undefined): boolean {
    if (failureClass !== 'model_error' || request === undefined) return true;
    if (this.#erred.has(request)) return false;
    // More of them change nothing, and must not fill the memory.
    if (this.#erred.size < this.#settings.failureThreshold) this.#erred.add(request);
    return true;
  }

  /** Without a success, the failures so far remain in a row. */
  #noteContact(): void {
    this.#refused.clear();
    this.#state = 'closed';
    this.#isMisconfigured = false;
  }

  #noteRefusal({ class: failureClass }: AttemptFailure, request: number | undefined): void {
    const { refusalThreshold, misconfiguredMs } = this.#settings;
    const refused = this.#refused;
    if (refused.size < refusalThreshold) refused.add(request ?? -1 - refused.size);
    // A key that cannot be had does not depend on the request.
    const isCertain = failureClass === 'invalid_credentials';
    if (refused.size < refusalThreshold && !isCertain) return;
    this.#state = 'misconfigured';
    this.#isMisconfigured = true;
    this.#closedUntilMs = this.#now() + misconfiguredMs;
  }

  #noteBreakdown(
    { retryAfterMs }: AttemptFailure,
    blame: FailureBlame,
    { isAwaited, isUnproven }: ProbeState,
  ): void {
    const nowMs = this.#now();
    const { maxRetryAfterMs, rateLimitMs, failureThreshold, openMs } = this.#settings;
    if (retryAfterMs !== undefined && blame !== 'none') {
      const waitMs = Math.min(retryAfterMs, maxRetryAfterMs);
      this.#retryAfterUntilMs = Math.max(this.#retryAfterUntilMs, nowMs + waitMs);
    } else if (blame === 'busy') {
      this.#pauseUntilMs = Math.max(this.#pauseUntilMs, nowMs + rateLimitMs);
    }
    if (blame !== 'broken') return;
    this.#consecutiveFailures += 1;
    const opens = isAwaited || isUnproven || this.#consecutiveFailures >= failureThreshold;
    if (opens && (isAwaited || this.#state === 'closed')) {
      this.#state = 'open';
      this.#isOpenByCount = !isAwaited && !isUnproven;
      this.#closedUntilMs = nowMs + openMs;
    }
  }
}
