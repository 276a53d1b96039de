import {
  closed,
  forgiveFailures,
  misconfigure,
  noteSuccess,
  open,
  readState,
  startProbe,
  type EndpointBreaker,
  type BreakerState,
  type RequestRole,
} from './endpoint-breaker.js';
import type { BreakerSettings } from './breaker-settings.js';
import { Cooldown } from './cooldown.js';
import type { AttemptFailure, FailureBlame, AttemptFailureClass } from './failure.js';

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
 * Creates the circuit breaker and the cooldown of one endpoint, which do not affect each other.
 *
 * @param now monotonic clock in milliseconds
 */
export function createEndpointHealth(
  settings: BreakerSettings,
  now: () => number,
): EndpointHealthTracker {
  return new HealthTracker(settings, now);
}

class HealthTracker implements EndpointHealthTracker {
  #settings: BreakerSettings;
  readonly #now: () => number;
  #breaker: EndpointBreaker = closed;
  readonly #cooldown = new Cooldown();
  /** Of the requests in flight. */
  readonly #leases = new Set<Lease>();
  /** The probe that others wait for, which they do even where a late success closes the breaker. */
  #probe: Lease | undefined;
  /** Called when others need not wait for it any longer. */
  #probeListeners: (() => void)[] = [];
  /** Probes that have begun to answer, with no success since. */
  readonly #unproven = new Set<Lease>();
  #consecutiveFailures = 0;
  /** The requests that were refused since the last success, up to the threshold. */
  readonly #refused = new Set<number>();
  /** The requests for which the model's own code has failed since the last success. */
  readonly #erred = new Set<number>();
  #succeeded = 0;
  #failed = 0;
  #lastFailure: EndpointHealth['lastFailure'] = null;

  constructor(settings: BreakerSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  findUnavailable(): Unavailable | undefined {
    const nowMs = this.#now();
    const breaker = this.#breaker;
    const coolsUntilMs = this.#cooldown.untilMs;
    if ('untilMs' in breaker && breaker.untilMs > nowMs) {
      const availableInMs = Math.max(breaker.untilMs, coolsUntilMs) - nowMs;
      return { reason: breaker.state, availableInMs };
    }
    if (this.#probe !== undefined) return { reason: 'probing', availableInMs: null };
    if (coolsUntilMs > nowMs) {
      return { reason: 'cooling_down', availableInMs: coolsUntilMs - nowMs };
    }
    return undefined;
  }

  findEarlyProbeMs(): number | undefined {
    const nowMs = this.#now();
    const breaker = this.#breaker;
    const { retryAfterUntilMs, pauseUntilMs } = this.#cooldown;
    if (this.#probe !== undefined || retryAfterUntilMs > nowMs) return undefined;
    const untilMs = 'untilMs' in breaker ? Math.max(pauseUntilMs, breaker.untilMs) : pauseUntilMs;
    return untilMs > nowMs ? untilMs - nowMs : undefined;
  }

  findProbeEnd(): Promise<void> | undefined {
    if (this.#probe === undefined) return undefined;
    return new Promise((resolve) => void this.#probeListeners.push(resolve));
  }

  acquire(): Lease {
    return this.#breaker.state === 'closed' ? this.#lend(false) : this.acquireEarly();
  }

  /** The request is a probe even after a pause, so that only one is sent. */
  acquireEarly(): Lease {
    this.#breaker = startProbe(this.#breaker);
    return (this.#probe = this.#lend(true));
  }

  forgive(request: number): void {
    if (!this.#erred.delete(request)) return;
    this.#consecutiveFailures = Math.max(0, this.#consecutiveFailures - 1);
    if (this.#consecutiveFailures < this.#settings.failureThreshold) {
      this.#breaker = forgiveFailures(this.#breaker);
    }
  }

  configure(settings: BreakerSettings): void {
    this.#settings = settings;
  }

  read(): EndpointHealth {
    return {
      state: readState(this.#breaker, this.#now()),
      consecutiveFailures: this.#consecutiveFailures,
      unavailable: this.findUnavailable() ?? null,
      inFlight: this.#leases.size,
      succeeded: this.#succeeded,
      failed: this.#failed,
      lastFailure: this.#lastFailure,
    };
  }

  #lend(isProbe: boolean): Lease {
    const lease: Lease = {
      isProbe,
      noteAnswering: () => this.#noteAnswering(lease),
      succeed: () => this.#noteSuccess(lease),
      fail: (failure, blame, request) => this.#noteFailure(lease, failure, blame, request),
      release: () => void this.#end(lease),
    };
    this.#leases.add(lease);
    return lease;
  }

  /** @returns undefined if it had ended before */
  #end(lease: Lease): RequestRole | undefined {
    if (!this.#leases.delete(lease)) return undefined;
    if (this.#endProbe(lease)) return 'probe';
    return this.#unproven.delete(lease) ? 'answering_probe' : 'ordinary';
  }

  /** @returns whether others waited for it */
  #endProbe(lease: Lease): boolean {
    if (this.#probe !== lease) return false;
    this.#probe = undefined;
    for (const listener of this.#probeListeners) listener();
    this.#probeListeners = [];
    return true;
  }

  /** Without a success, the failures so far remain in a row. */
  #noteAnswering(lease: Lease): void {
    if (!this.#endProbe(lease)) return;
    this.#unproven.add(lease);
    this.#refused.clear();
    this.#breaker = closed;
  }

  #noteSuccess(lease: Lease): void {
    const role = this.#end(lease);
    if (role === undefined) return;
    this.#succeeded += 1;
    this.#unproven.clear();
    this.#refused.clear();
    this.#erred.clear();
    this.#breaker = role === 'probe' ? closed : noteSuccess(this.#breaker);
    if (this.#breaker.state === 'closed') this.#consecutiveFailures = 0;
  }

  #noteFailure(lease: Lease, failure: AttemptFailure, blame: FailureBlame, request?: number): void {
    const role = this.#end(lease);
    if (role === undefined) return;
    if (blame !== 'none') {
      this.#failed += 1;
      this.#lastFailure = { class: failure.class, status: failure.status };
    }
    if (blame === 'misconfigured') return this.#noteRefusal(failure, request);
    if (role !== 'probe' && !this.#isNews(failure, request)) return;
    const { failureThreshold, openMs } = this.#settings;
    this.#cooldown.noteFailure(failure, blame, this.#settings, this.#now());
    if (blame !== 'broken') return;
    this.#consecutiveFailures += 1;
    if (role !== 'ordinary' || this.#consecutiveFailures >= failureThreshold) {
      this.#breaker = open(this.#breaker, role, this.#now() + openMs);
    }
  }

  #noteRefusal({ class: failureClass }: AttemptFailure, request: number | undefined): void {
    const { refusalThreshold, misconfiguredMs } = this.#settings;
    if (this.#refused.size < refusalThreshold)
      this.#refused.add(request ?? -1 - this.#refused.size);
    // A key that cannot be had does not depend on the request.
    const isCertain = failureClass === 'invalid_credentials';
    if (this.#refused.size < refusalThreshold && !isCertain) return;
    this.#breaker = misconfigure(this.#now() + misconfiguredMs);
  }

  /** Whether a failure is one more: code that fails for a request fails for it again, whenever it is sent. */
  #isNews({ class: failureClass }: AttemptFailure, request: number | undefined): boolean {
    if (failureClass !== 'model_error' || request === undefined) return true;
    if (this.#erred.has(request)) return false;
    // More of them change nothing, and must not fill the memory.
    if (this.#erred.size < this.#settings.failureThreshold) this.#erred.add(request);
    return true;
  }
}
