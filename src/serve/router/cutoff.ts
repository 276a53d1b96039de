import { attemptError, type AttemptFailureClass } from './failure.js';

/** A moment after which nothing is waited for any more, and why it came. */
export interface Cutoff {
  /** Aborts when the cutoff comes: connections end with it. */
  readonly signal: AbortSignal;
  /** Why it came; undefined while it has not. */
  readonly reason: AttemptFailureClass | undefined;
  cut(reason: AttemptFailureClass): void;
  /** Calls when it comes, or at once where it has come. @returns forgets about it */
  onCut(listener: () => void): () => void;
  /**
   * Waits for a promise, at most for a time of its own. Cuts off when that is over, and rejects with
   * an `AttemptError` as soon as the cutoff comes, whether or not the promise minds the signal.
   */
  wait<T>(promise: Promise<T>, limitMs?: number, limitClass?: AttemptFailureClass): Promise<T>;
  /** Forgets its timers and its parent; the signal is left as it is. */
  dispose(): void;
}

/** The longest time that timers can hold: 24 days. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Creates a cutoff that comes with another one, or a signal, after a time, or when it is told to.
 *
 * @param limitMs may be Infinity
 */
export function createCutoff(
  parent: Cutoff | AbortSignal | undefined,
  limitMs: number,
  limitClass: AttemptFailureClass,
): Cutoff {
  const listeners = new Set<() => void>();
  let reason: AttemptFailureClass | undefined;
  /** Made for who asks: a controller costs more than all the rest. */
  let controller: AbortController | undefined;

  function cut(why: AttemptFailureClass): void {
    if (reason !== undefined) return;
    reason = why;
    controller?.abort();
    for (const listener of listeners) listener();
    listeners.clear();
  }

  function onCut(listener: () => void): () => void {
    if (reason === undefined) listeners.add(listener);
    else listener();
    return () => void listeners.delete(listener);
  }

  const timer = startTimer(limitMs, () => cut(limitClass));
  const stopFollowing = follow(parent, cut);

  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (reason !== undefined) controller.abort();
      }
      return controller.signal;
    },
    get reason() {
      return reason;
    },
    cut,
    onCut,
    wait: (promise, waitMs = Infinity, waitClass = limitClass) =>
      new Promise((resolve, reject) => {
        const phaseTimer = startTimer(waitMs, () => cut(waitClass));
        const stopListening = onCut(() => {
          clearTimeout(phaseTimer);
          reject(attemptError(reason ?? 'aborted'));
        });
        const end = (): void => {
          clearTimeout(phaseTimer);
          stopListening();
        };
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
      stopFollowing();
    },
  };
}

/** @returns stops it */
function follow(
  parent: Cutoff | AbortSignal | undefined,
  cut: (reason: AttemptFailureClass) => void,
): () => void {
  if (parent === undefined) return () => undefined;
  if ('onCut' in parent) return parent.onCut(() => cut(parent.reason ?? 'aborted'));
  const giveUp = (): void => cut('aborted');
  if (parent.aborted) giveUp();
  parent.addEventListener('abort', giveUp, { once: true });
  return () => parent.removeEventListener('abort', giveUp);
}

function startTimer(limitMs: number, act: () => void): ReturnType<typeof setTimeout> | undefined {
  return limitMs === Infinity ? undefined : setTimeout(act, Math.min(limitMs, maxTimerMs));
}
