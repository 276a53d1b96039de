import { startTimer } from '../../util/timer.js';
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
  /**
   * Lengthens the limit by time that does not count.
   *
   * @param findExtraMs all of that time so far, asked for when the limit has passed
   */
  extend(findExtraMs: () => number): void;
  /** Clears its timer and detaches it from its parent. Does not abort the signal. */
  dispose(): void;
}

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
  return new OneCutoff(parent, limitMs, limitClass);
}

/** The limit of a stream that nobody reads comes no nearer, so it is looked at again and again. */
const minExtensionMs = 100;

/** A class, because each getter of an object literal costs a hidden class of its own. */
class OneCutoff implements Cutoff {
  reason: AttemptFailureClass | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #limitClass: AttemptFailureClass;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #findExtraMs: (() => number) | undefined;
  readonly #stopFollowing: () => void;
  /** Created on demand, because a controller costs more than everything else here. */
  #controller: AbortController | undefined;

  constructor(
    parent: Cutoff | StopSignal | undefined,
    limitMs: number,
    limitClass: AttemptFailureClass,
  ) {
    this.#limitClass = limitClass;
    this.#startTimer(limitMs, 0);
    this.#stopFollowing = follow(parent, (reason) => this.cut(reason));
  }

  /** @param extendedMs the extra time that has been given already */
  #startTimer(delayMs: number, extendedMs: number): void {
    this.#timer = startTimer(delayMs, () => {
      if (this.reason !== undefined) return;
      const leftMs = (this.#findExtraMs?.() ?? 0) - extendedMs;
      if (leftMs < 1) return this.cut(this.#limitClass);
      const extraMs = Math.max(leftMs, minExtensionMs);
      return this.#startTimer(extraMs, extendedMs + extraMs);
    });
  }

  extend(findExtraMs: () => number): void {
    this.#findExtraMs = findExtraMs;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.reason !== undefined) this.#controller.abort();
    return this.#controller.signal;
  }

  cut(reason: AttemptFailureClass): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#controller?.abort();
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  onCut(listener: () => void): () => void {
    if (this.reason === undefined) this.#listeners.add(listener);
    else listener();
    return () => void this.#listeners.delete(listener);
  }

  wait<T>(
    promise: Promise<T>,
    waitMs: number = Infinity,
    waitClass: AttemptFailureClass = this.#limitClass,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = startTimer(waitMs, () => this.cut(waitClass));
      const stopListening = this.onCut(() => {
        clearTimeout(timer);
        reject(attemptError(this.reason ?? 'aborted'));
      });
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
      };
      promise.then(
        (value) => {
          end();
          return resolve(value);
        },
        (error: unknown) => {
          end();
          reject(this.reason === undefined ? error : attemptError(this.reason));
        },
      );
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stopFollowing();
  }
}

/** What an abort of a caller's signal calls. */
interface Followers {
  readonly aborts: Set<() => void>;
  readonly abortAll: () => void;
}

/** By signal: one listener for all calls, because Node warns of a leak at the eleventh. */
const followersOf = new WeakMap<StopSignal, Followers>();

/** @returns stops it */
function follow(
  parent: Cutoff | StopSignal | undefined,
  cut: (reason: AttemptFailureClass) => void,
): () => void {
  if (parent === undefined) return () => undefined;
  if ('onCut' in parent) return parent.onCut(() => cut(parent.reason ?? 'aborted'));
  const abort = (): void => cut('aborted');
  if (parent.aborted) abort();
  const { aborts, abortAll } = followersOf.get(parent) ?? createFollowers(parent);
  aborts.add(abort);
  return () => {
    // A signal that is listened to may be kept in memory.
    if (aborts.delete(abort) && aborts.size === 0) {
      parent.removeEventListener('abort', abortAll);
      followersOf.delete(parent);
    }
  };
}

function createFollowers(signal: StopSignal): Followers {
  const aborts = new Set<() => void>();
  const followers = { aborts, abortAll: () => aborts.forEach((abort) => abort()) };
  signal.addEventListener('abort', followers.abortAll, { once: true });
  followersOf.set(signal, followers);
  return followers;
}
