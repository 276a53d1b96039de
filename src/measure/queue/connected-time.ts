import { computeElapsedMs, readMoment, type Clock, type Moment } from '../sweep/calls/clock.js';

/**
 * How long this process has been in touch with the database without a break. Leases are only taken
 * back after a whole one: where the database was away, or this machine slept, so may have been or have
 * done the workers, which could not renew theirs.
 */
export class ConnectedTime {
  readonly #clock: Pick<Clock, 'now' | 'date'>;
  #since: Moment;
  #looked: Moment;

  constructor(clock: Pick<Clock, 'now' | 'date'>) {
    this.#clock = clock;
    this.#since = this.#looked = readMoment(clock);
  }

  /** The database was away until now. */
  restart(): void {
    this.#since = this.#looked = readMoment(this.#clock);
  }

  /**
   * Whether it has been connected for this long. To be asked several times as often: after a longer
   * pause between two questions, as of a machine that slept or a process that was stopped, it counts
   * from the last one.
   */
  isLongerThan(durationMs: number): boolean {
    const now = readMoment(this.#clock);
    if (computeElapsedMs(this.#looked, now) > durationMs / 2) this.#since = now;
    this.#looked = now;
    return now.monotonicMs - this.#since.monotonicMs >= durationMs;
  }
}
