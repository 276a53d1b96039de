import { attemptError, type AttemptFailureClass } from './failure.js';

/** The part of an `AbortSignal` that this library uses. */
export type StopSignal = Pick<AbortSignal, 'aborted'> & {
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

/** Ends all waiting when a time limit, the caller or an error requires it. */
export interface Cutoff {
  /** Aborts at the cutoff, which closes connections. Created when it is first read. */
  readonly signal: AbortSignal;
  /** The reason of the cutoff; undefined before it. */
  readonly reason: AttemptFailureClass | undefined;
  cut(reason: AttemptFailureClass): void;
  /** Calls the listener at the cutoff, or immediately if it has passed. @returns unsubscribes */
  onCut(listener: () => void): () => void;
  /**
   * Waits for a promise, with an optional time limit that triggers the cutoff. Rejects with an
   * `AttemptError` at the cutoff, even if the promise ignores the signal.
   */
  wait<T>(promise: Promise<T>, limitMs?: number, limitClass?: AttemptFailureClass): Promise<T>;
  /** Clears its timer and detaches it from its parent. Does not abort the signal. */
  dispose(): void;
}

/** The maximum delay of a timer: about 24 days. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Creates a cutoff that is triggered by a parent cutoff or signal, by a time limit, or by `cut`.
 *
 * @param limitMs may be Infinity
 */
export function createCutoff(
  parent: Cutoff | StopSignal | undefined,
  limitMs: number,
  limitClass: AttemptFailureClass,
): Cutoff {
  const listeners = new Set<() => void>();
  let reason: AttemptFailureClass | undefined;
  /** Created on demand, because a controller costs more than everything else here. */
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
  parent: Cutoff | StopSignal | undefined,
  cut: (reason: AttemptFailureClass) => void,
): () => void {
  if (parent === undefined) return () => undefined;
  if ('onCut' in parent) return parent.onCut(() => cut(parent.reason ?? 'aborted'));
  const abort = (): void => cut('aborted');
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort, { once: true });
  return () => parent.removeEventListener('abort', abort);
}

function startTimer(limitMs: number, act: () => void): ReturnType<typeof setTimeout> | undefined {
  return limitMs === Infinity ? undefined : setTimeout(act, Math.min(limitMs, maxTimerMs));
}
