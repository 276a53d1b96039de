import type { Lease } from './endpoint-health.js';
import type { AttemptFailure, FailureBlame } from './failure.js';

/** What a failed request was to the breaker. */
export interface ProbeState {
  /** It is the probe that others wait for. */
  readonly isAwaited: boolean;
  /** It is a probe that began to answer, and no request has succeeded since. */
  readonly isUnproven: boolean;
}

/** What a lease tells of its request. */
export interface LeaseListener {
  /** Requests that succeeded so far. */
  readonly succeeded: number;
  /** @param isAwaited whether the request is the probe that others wait for */
  endRequest(isAwaited: boolean): void;
  tellProbeListeners(): void;
  noteProbeAnswering(): void;
  noteSuccess(isAwaited: boolean): void;
  noteFailure(
    failure: AttemptFailure,
    blame: FailureBlame,
    request: number | undefined,
    probe: ProbeState,
  ): void;
}

/** The lease of one request, which tells the breaker how the request ended. */
export class RequestLease implements Lease {
  readonly isProbe: boolean;
  readonly #breaker: LeaseListener;
  #isOver = false;
  /** Whether this is the probe that others wait for. */
  #isAwaited: boolean;
  /** Successes before the first content of a probe, which has proven nothing until the next one. */
  #succeededBefore: number | undefined;

  constructor(breaker: LeaseListener, isProbe: boolean) {
    this.#breaker = breaker;
    this.isProbe = isProbe;
    this.#isAwaited = isProbe;
  }

  noteAnswering(): void {
    if (this.#isOver || !this.#isAwaited) return;
    this.#succeededBefore = this.#breaker.succeeded;
    this.#breaker.noteProbeAnswering();
    this.#tellListeners();
  }

  release(): void {
    if (this.#end()) this.#tellListeners();
  }

  succeed(): void {
    if (!this.#end()) return;
    this.#breaker.noteSuccess(this.#isAwaited);
    this.#tellListeners();
  }

  fail(failure: AttemptFailure, blame: FailureBlame, request?: number): void {
    if (!this.#end()) return;
    this.#breaker.noteFailure(failure, blame, request, {
      isAwaited: this.#isAwaited,
      isUnproven: this.#breaker.succeeded === this.#succeededBefore,
    });
    this.#tellListeners();
  }

  /** False if it was over before. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#breaker.endRequest(this.#isAwaited);
    return true;
  }

  #tellListeners(): void {
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    this.#breaker.tellProbeListeners();
  }
}
