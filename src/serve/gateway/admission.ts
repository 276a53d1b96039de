import { startTimer } from '../../util/timer.js';
import type { StopSignal } from '../router/cutoff.js';
import { GatewayError } from './gateway-error.js';
import type { GatewayLimits } from './settings.js';

/** Lets in as many requests as are worked on at the same time; others wait in line. */
export interface Admission {
  /**
   * Waits for a place.
   *
   * @returns gives the place back, once
   * @throws GatewayError `overloaded` if the line is full or the wait too long, `aborted`
   */
  enter(signal: StopSignal): Promise<() => void>;
  readonly running: number;
  readonly waiting: number;
}

/** Creates the admission of a gateway. */
export function createAdmission({
  maxConcurrent,
  maxQueued,
  queueMs,
}: Pick<GatewayLimits, 'maxConcurrent' | 'maxQueued' | 'queueMs'>): Admission {
  let running = 0;
  /** In the order of their arrival. */
  const line = new Set<() => void>();

  function leave(): void {
    const [next] = line;
    if (next === undefined) running -= 1;
    else next();
  }

  function createLeave(): () => void {
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      leave();
    };
  }

  function wait(signal: StopSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        line.delete(admit);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const admit = (): void => {
        stop();
        resolve(createLeave());
      };
      const giveUp = (): void => {
        stop();
        reject(describeLeft());
      };
      const timer = startTimer(queueMs, () => {
        stop();
        reject(refuse());
      });
      signal.addEventListener('abort', giveUp, { once: true });
      line.add(admit);
    });
  }

  function describeLeft(): GatewayError {
    return new GatewayError('aborted', 'The caller left.');
  }

  function refuse(): GatewayError {
    const message = 'The gateway is busy. Try again later.';
    return new GatewayError('overloaded', message, { retryAfterMs: Math.min(queueMs, 5000) });
  }

  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(describeLeft());
      if (running < maxConcurrent) {
        running += 1;
        return Promise.resolve(createLeave());
      }
      return line.size < maxQueued ? wait(signal) : Promise.reject(refuse());
    },
    get running() {
      return running;
    },
    get waiting() {
      return line.size;
    },
  };
}
