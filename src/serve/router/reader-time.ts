/** Some servers cut a connection on which nothing moves for so long. */
const longPauseMs = 10_000;

/**
 * How long a stream has waited for its reader: time that says nothing about the model. A class,
 * because every attempt has one.
 */
export class ReaderTime {
  readonly #now: () => number;
  #betweenReadsMs = 0;
  #pausedSinceMs: number | undefined;
  #longPauseEndedMs: number | undefined;

  /** @param now monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether nobody is reading. */
  get isPaused(): boolean {
    return this.#pausedSinceMs !== undefined;
  }

  /** All of it so far, in milliseconds. */
  get totalMs(): number {
    const sinceMs = this.#pausedSinceMs;
    return this.#betweenReadsMs + (sinceMs === undefined ? 0 : this.#now() - sinceMs);
  }

  /** The part that was followed by another read. The model may have worked meanwhile, or not. */
  get betweenReadsMs(): number {
    return this.#betweenReadsMs;
  }

  /** Whether what happens now may follow from a long pause, which its reader has just ended. */
  get followsLongPause(): boolean {
    const endedMs = this.#longPauseEndedMs;
    return endedMs !== undefined && this.#now() - endedMs <= longPauseMs;
  }

  pause(): void {
    this.#pausedSinceMs ??= this.#now();
  }

  resume(): void {
    const sinceMs = this.#pausedSinceMs;
    if (sinceMs !== undefined && this.#now() - sinceMs >= longPauseMs) {
      this.#longPauseEndedMs = this.#now();
    }
    this.#betweenReadsMs = this.totalMs;
    this.#pausedSinceMs = undefined;
  }
}
