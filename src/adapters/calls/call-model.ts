import type { AttemptContext } from '../../serve/router/ask-in-turn.js';
import { sendOnceMoreIfStale } from '../../serve/router/network-error.js';
import { findHeadLimit, type TimeLimit } from '../../serve/router/timeouts.js';
import { listCauses } from '../../util/errors.js';
import { readThrown } from './read-thrown.js';

/** What an attempt at a model that is an object needs of its context. */
export type ObjectAttempt = Pick<
  AttemptContext<unknown>,
  'cutoff' | 'timeouts' | 'elapsedMs' | 'date' | 'resendsOnReset'
>;

/** A whole answer comes at once, with its first content. */
export function findWholeLimit({ timeouts }: ObjectAttempt): TimeLimit {
  return [timeouts.firstContentMs, 'first_content_timeout'];
}

/** A stream comes with the headers of its response. */
export function findStreamLimit({ timeouts }: ObjectAttempt): TimeLimit {
  return findHeadLimit(timeouts);
}

/**
 * Calls a model and waits for what it returns. It is called once more if its connection was stale and
 * the error tells that no answer had begun: a call includes the body, which may be cut off.
 *
 * @param discard what becomes of a value that comes after the cutoff, from a model that ignores it
 * @throws AttemptError for whatever it throws, also at once
 */
export async function callModel<T>(
  { cutoff, elapsedMs, date, resendsOnReset }: ObjectAttempt,
  [limitMs, limitClass]: TimeLimit,
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
    const mayResend = (error: unknown): boolean => resendsOnReset && isUnanswered(error);
    return await sendOnceMoreIfStale(ask, { cutoff, elapsedMs, mayResend });
  } catch (error) {
    throw readThrown(error, { isReading: false, now: date() });
  }
}

/**
 * Whether an error is that of `fetch` itself, by the name that Node or the AI SDK gives it, and tells of
 * no status. The errors of other packages do not tell whether an answer had begun.
 */
function isUnanswered(error: unknown): boolean {
  const causes: readonly MaybeAnswered[] = listCauses(error);
  return (
    causes.some(({ name, message }) => name === 'AI_APICallError' || message === 'fetch failed') &&
    causes.every(({ statusCode, status }) => (statusCode ?? status) === undefined)
  );
}

type MaybeAnswered = Error & { readonly statusCode?: unknown; readonly status?: unknown };
