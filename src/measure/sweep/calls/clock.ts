/** A clock that is passed in, so that tests can replace the system's. */
export interface Clock {
  /** Monotonic milliseconds, for durations. */
  now(): number;
  /** The wall-clock time, for records. */
  date(): Date;
  /** Resolves after `delayMs`, or immediately when the signal aborts. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** A point in time by both clocks, in milliseconds. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function readMoment(clock: Pick<Clock, 'now' | 'date'>): Moment {
  return { monotonicMs: clock.now(), wallMs: clock.date().getTime() };
}

/**
 * How much time may have passed elsewhere, in milliseconds: the monotonic clock stands still while
 * a machine sleeps, and the wall clock can be set back.
 */
export function computeElapsedMs(since: Moment, until: Moment): number {
  return Math.max(until.monotonicMs - since.monotonicMs, until.wallMs - since.wallMs);
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, delayMs);
      signal?.addEventListener('abort', finish, { once: true });
    }),
};
