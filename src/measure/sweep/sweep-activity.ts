import { setMaxListeners } from 'node:events';

/** Maximum number of answers that are being graded; beyond it no more calls are sent. */
export const maxGrading = 256;

/** Counts the calls, gradings and timers of a sweep, and whether it is ending. */
export class SweepActivity {
  /** Calls that were sent and have not ended. */
  inFlight = 0;
  /** Answers that are being graded and recorded. */
  grading = 0;
  /** Timers of waiting cells and lanes. */
  sleeping = 0;
  readonly #maxInFlight: number;
  readonly #ending = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  /** @param maxInFlight maximum number of calls in flight, over all lanes */
  constructor(maxInFlight: number) {
    this.#maxInFlight = maxInFlight;
    // Every waiting cell listens to it.
    setMaxListeners(0, this.#ending.signal);
  }

  get maySend(): boolean {
    const hasSlot = this.inFlight < this.#maxInFlight && this.grading < maxGrading;
    return hasSlot && !this.isEnding;
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.grading === 0 && this.sleeping === 0;
  }

  get isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Aborts when the sweep is ending, which ends all waits. */
  get endSignal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The first error, if any. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Stops sending. Calls in flight are finished and recorded. */
  end(): void {
    this.#ending.abort();
  }

  /** Ends the sweep with an error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.end();
  }
}
