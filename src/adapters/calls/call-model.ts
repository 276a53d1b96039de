import type { AttemptContext } from '../../serve/router/ask-in-turn.js';
import type { AttemptFailureClass } from '../../serve/router/failure.js';
import { isStaleConnection } from '../../serve/router/network-error.js';
import { readThrown } from './read-thrown.js';

/** What an attempt at a model that is an object needs of its context. */
export type ObjectAttempt = Pick<
  AttemptContext<unknown>,
  'cutoff' | 'timeouts' | 'elapsedMs' | 'date' | 'resendsOnReset'
>;

/** How long a call may take, and the failure that it is after that. */
export type CallLimit = readonly [limitMs: number, limitClass: AttemptFailureClass];

/** A whole answer comes at once, with its first content. */
export function findWholeLimit({ timeouts }: ObjectAttempt): CallLimit {
  return [timeouts.firstContentMs, 'first_content_timeout'];
}

/** A stream comes with the headers of its response. */
export function findStreamLimit({ timeouts }: ObjectAttempt): CallLimit {
  return timeouts.firstByteMs < timeouts.connectMs
    ? [timeouts.firstByteMs, 'first_byte_timeout']
    : [timeouts.connectMs, 'connect_timeout'];
}

/**
 * Calls a model and waits for what it returns. It is called once more if its connection was stale.
 *
 * @param discard what becomes of a value that comes after the cutoff, from a model that ignores it
 * @throws AttemptError for whatever it throws, also at once
 */
export async function callModel<T>(
  { cutoff, elapsedMs, date, resendsOnReset }: ObjectAttempt,
  [limitMs, limitClass]: CallLimit,
  call: () => PromiseLike<T>,
  discard: (value: T) => unknown = () => undefined,
): Promise<T> {
  const ask = async (): Promise<T> => {
    const called = new Promise<T>((resolve) => {
      resolve(call());
    });
    const stop = cutoff.onCut(() => {
      called.then(discard).catch(() => undefined);
    });
    const value = await cutoff.wait(called, Math.max(1, limitMs - elapsedMs()), limitClass);
    stop();
    return value;
  };
  try {
    return await ask().catch((error: unknown) => {
      const isOver = cutoff.reason !== undefined;
      if (resendsOnReset && !isOver && isStaleConnection(error, elapsedMs())) return ask();
      throw error;
    });
  } catch (error) {
    throw readThrown(error, { isReading: false, now: date() });
  }
}
