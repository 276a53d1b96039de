import { attemptError, type FailureClass } from './failure.js';

/** A moment after which nothing is waited for any more, and why it came. */
export interface Cutoff {
  /** Aborts when the cutoff comes: connections end with it. */
  readonly signal: AbortSignal;
  /** Why it came; undefined while it has not. */
  readonly reason: FailureClass | undefined;
  cut(reason: FailureClass): void;
  /**
   * Waits for a promise, at most for a time of its own. Cuts off when that is over, and rejects with
   * an `AttemptError` as soon as the cutoff comes, whether or not the promise minds the signal.
   */
  wait<T>(promise: Promise<T>, limitMs?: number, limitClass?: FailureClass): Promise<T>;
  /** Forgets its timers and its parent; the signal is left as it is. */
  dispose(): void;
}

/** The longest time that timers can hold: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Creates a cutoff that comes with another one, after a time, or when it is told to.
 *
 * @param limitMs may be Infinity
 */
export function createCutoff(
  parent: { readonly signal: AbortSignal; readonly reason?: FailureClass | undefined } | undefined,
  limitMs: number,
  limitClass: FailureClass,
): Cutoff {
  const controller = new AbortController();
  const { signal } = controller;
  let reason: FailureClass | undefined;
  const cut = (why: FailureClass): void => {
    if (reason !== undefined) return;
    reason = why;
    controller.abort();
  };
  const follow = (): void => cut(parent?.reason ?? 'aborted');
  const timer = startTimer(limitMs, () => cut(limitClass));
  if (parent?.signal.aborted === true) follow();
  parent?.signal.addEventListener('abort', follow, { once: true });

  return {
    signal,
    get reason() {
      return reason;
    },
    cut,
    wait: (promise, waitMs = Infinity, waitClass = limitClass) =>
      new Promise((resolve, reject) => {
        const phaseTimer = startTimer(waitMs, () => cut(waitClass));
        const end = (): void => {
          clearTimeout(phaseTimer);
          signal.removeEventListener('abort', giveUp);
        };
        const giveUp = (): void => {
          end();
          reject(attemptError(reason ?? 'aborted'));
        };
        if (signal.aborted) giveUp();
        else signal.addEventListener('abort', giveUp, { once: true });
        promise.then(
          (value) => {
            end();
            return resolve(value);
          },
          (error: unknown) => {
            end();
            reject(reason === undefined ? error : attemptError(reason));
          },
        );
      }),
    dispose() {
      clearTimeout(timer);
      parent?.signal.removeEventListener('abort', follow);
    },
  };
}

function startTimer(limitMs: number, act: () => void): ReturnType<typeof setTimeout> | undefined {
  return limitMs === Infinity ? undefined : setTimeout(act, Math.min(limitMs, longestTimerMs));
}
