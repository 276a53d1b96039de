import { MultiBar, Presets } from 'cli-progress';
import type { Clock } from '../providers/clock.js';
import { computeRemainingMs, computeTotals, type SweepProgress } from './sweep-progress.js';

/** Shows a sweep's progress to somebody who waits for it. */
export interface ProgressReporter {
  /** To be handed to `runSweep` as `onProgress`. */
  report(progress: SweepProgress, notice?: string): void;
  /** Shows the last state and leaves the terminal as it was. */
  close(): void;
}

const lineIntervalMs = 5_000;

/**
 * Creates a reporter: a bar on a terminal, else a line every five seconds and one at the end.
 *
 * @param stream where to write; standard error, so that standard output stays the result's
 */
export function createProgressReporter(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
  clock: Pick<Clock, 'now'>,
): ProgressReporter {
  return stream.isTTY === true ? createBar(stream, clock) : createLines(stream, clock);
}

/** One line: `120/400 cells, 3 failed, $0.0123 spent, 20 s left`. */
export function describeProgress(progress: SweepProgress, nowMs: number): string {
  const { total, settledBefore, done, failed, skipped, spentUsd } = computeTotals(progress);
  const parts = [`${settledBefore + done}/${total} cells`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  parts.push(`$${spentUsd.toFixed(4)} spent`);
  const remainingMs = computeRemainingMs(progress, nowMs);
  if (remainingMs !== undefined && remainingMs > 0) parts.push(describeRemaining(remainingMs));
  return parts.join(', ');
}

function describeRemaining(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function createLines(stream: NodeJS.WritableStream, clock: Pick<Clock, 'now'>): ProgressReporter {
  let shownMs = clock.now();
  let last: SweepProgress | undefined;
  const show = (progress: SweepProgress): void => {
    shownMs = clock.now();
    last = undefined;
    stream.write(`${describeProgress(progress, shownMs)}\n`);
  };
  return {
    report(progress, notice) {
      if (notice !== undefined) stream.write(`${notice}\n`);
      last = progress;
      if (clock.now() - shownMs >= lineIntervalMs) show(progress);
    },
    close() {
      if (last !== undefined) show(last);
    },
  };
}

function createBar(stream: NodeJS.WritableStream, clock: Pick<Clock, 'now'>): ProgressReporter {
  const bars = new MultiBar(
    // What Ctrl-C does is the sweep's business. The cursor stays, so that no way to end can lose it.
    { stream, format: '{bar} {text}', barsize: 24, hideCursor: false, gracefulExit: false },
    Presets.shades_classic,
  );
  const bar = bars.create(1, 0, { text: '' });
  return {
    report(progress, notice) {
      if (notice !== undefined) bars.log(`${notice}\n`);
      const { total, settledBefore, done, failed, skipped } = computeTotals(progress);
      bar.setTotal(total);
      bar.update(settledBefore + done + failed + skipped, {
        text: describeProgress(progress, clock.now()),
      });
    },
    close() {
      // Notices that are still waiting are only written by a redraw.
      bars.update();
      bars.stop();
    },
  };
}
