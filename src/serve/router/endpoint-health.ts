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
  read(): EndpointHealth;
}
