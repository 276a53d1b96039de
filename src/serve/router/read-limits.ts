import type { Cutoff } from './cutoff.js';
import type { AttemptFailureClass } from './failure.js';
import type { RouterTimeouts } from './timeouts.js';

/** How long the next read of an answer may take. */
export interface ReadLimits {
  /** In milliseconds, at least 1, and the failure that it is after that. */
  find(): readonly [limitMs: number, limitClass: AttemptFailureClass];
  /** Notes that something has arrived. */
  noteData(): void;
  /** Notes that what arrived has content of the answer, which the timeouts wait for. */
  noteProgress(): void;
  /** Reads within the limit. @throws AttemptError at the cutoff */
  wait<T>(cutoff: Cutoff, read: () => Promise<T>): Promise<T>;
}

/**
 * Creates the limits of one answer. Once there is content, they only run during a read.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createReadLimits(timeouts: RouterTimeouts, elapsedMs: () => number): ReadLimits {
  let hasData = false;
  let hasContent = false;
  /** How long reads have waited since the last content. */
  let waitedMs = 0;

  function find(): readonly [number, AttemptFailureClass] {
    if (hasContent) return [Math.max(1, timeouts.idleMs - waitedMs), 'idle_timeout'];
    const contentMs = Math.max(1, timeouts.firstContentMs - elapsedMs());
    const [dataMs, dataClass] = hasData
      ? ([timeouts.idleMs, 'idle_timeout'] as const)
      : ([Math.max(1, timeouts.firstByteMs - elapsedMs()), 'first_byte_timeout'] as const);
    return contentMs < dataMs ? [contentMs, 'first_content_timeout'] : [dataMs, dataClass];
  }

  return {
    find,
    noteData() {
      hasData = true;
    },
    noteProgress() {
      hasContent = true;
      waitedMs = 0;
    },
    async wait(cutoff, read) {
      const [limitMs, limitClass] = find();
      const startedMs = elapsedMs();
      const value = await cutoff.wait(read(), limitMs, limitClass);
      waitedMs += elapsedMs() - startedMs;
      return value;
    },
  };
}
