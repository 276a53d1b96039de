import { escapeControls } from '../../util/escape-controls.js';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { formatKnownUsd, formatUsd, formatWhole } from '../../util/format-number.js';
import type { Clock } from './calls/clock.js';
import {
  computeTotals,
  type SweepProgress,
  computeRemainingMs,
  type ModelFlow,
  type ProgressTotals,
} from './sweep-progress.js';

/** Shows the progress of a sweep. */
export interface ProgressReporter {
  /** The `onProgress` callback of `runSweep`. */
  report(progress: SweepProgress, notice?: string): void;
  /** Shows a line above the progress. */
  notify(line: string): void;
  /** Shows the final state and restores the terminal. */
  close(): void;
}

type Terminal = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
};

const lineIntervalMs = 5_000;
/** A sweep may settle thousands of cells per second, faster than a terminal should be redrawn. */
const drawIntervalMs = 100;
/** Lines of the terminal that are kept free for other output. */
const spareRows = 4;
const maxNameLength = 28;
const barLength = 16;
const defaultColumns = 80;

/**
 * Creates a reporter: on a terminal, a bar for each model and one for the total; otherwise a line
 * every five seconds and one at the end.
 *
 * @param stream where to write, usually standard error, because standard output is for results
 */
export function createProgressReporter(
  stream: Terminal,
  clock: Pick<Clock, 'now'>,
): ProgressReporter {
  return stream.isTTY === true ? createBars(stream, clock) : createLines(stream, clock);
}

function createLines(stream: NodeJS.WritableStream, clock: Pick<Clock, 'now'>): ProgressReporter {
  let shownMs = clock.now();
  let last: SweepProgress | undefined;
  const show = (progress: SweepProgress): void => {
    shownMs = clock.now();
    last = undefined;
    stream.write(`${describeProgress(progress, shownMs, defaultColumns)}\n`);
  };
  return {
    report(progress, notice) {
      if (notice !== undefined) stream.write(`${notice}\n`);
      last = progress;
      if (clock.now() - shownMs >= lineIntervalMs) show(progress);
    },
    notify: (line) => {
      stream.write(`${line}\n`);
    },
    close() {
      if (last !== undefined) show(last);
    },
  };
}

function createBars(stream: Terminal, clock: Pick<Clock, 'now'>): ProgressReporter {
  const bars = new MultiBar(
    {
      stream,
      format: '{name} {bar} {text}',
      barsize: barLength,
      // The sweep handles Ctrl-C. The cursor stays visible, so that it is never lost on exit.
      hideCursor: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const barOf = new Map<string, SingleBar>();
  let total: SingleBar | undefined;
  let nameLength = 0;
  let last: SweepProgress | undefined;
  let drawnMs = -Infinity;

  function begin(progress: SweepProgress): void {
    const names = [...progress.models.keys()];
    // A pool that does not fit on the terminal gets only the total bar.
    const fits = names.length > 1 && names.length + spareRows <= (stream.rows ?? 24);
    const width = fits
      ? Math.min(maxNameLength, Math.max(...names.map(({ length }) => length)))
      : 5;
    nameLength = width;
    const padName = (name: string): string => escapeControls(name).slice(-width).padEnd(width);
    for (const name of fits ? names : []) {
      barOf.set(name, bars.create(1, 0, { name: padName(name), text: '' }));
    }
    total = bars.create(1, 0, { name: padName('all'), text: '' });
  }

  function draw(progress: SweepProgress): void {
    if (total === undefined) begin(progress);
    drawnMs = clock.now();
    last = undefined;
    const columns = (stream.columns ?? defaultColumns) - nameLength - barLength - 2;
    for (const [name, bar] of barOf) {
      const model = progress.models.get(name);
      if (model === undefined) continue;
      bar.setTotal(model.total);
      const value = model.settledBefore + model.done + model.failed + model.skipped;
      bar.update(value, { text: describeModel(progress, name, drawnMs, columns) });
    }
    const all = computeTotals(progress);
    total?.setTotal(all.total);
    total?.update(all.settledBefore + all.done + all.failed + all.skipped, {
      text: describeProgress(progress, drawnMs, columns),
    });
  }

  return {
    report(progress, notice) {
      if (notice !== undefined) bars.log(`${notice}\n`);
      last = progress;
      if (clock.now() - drawnMs >= drawIntervalMs) draw(progress);
    },
    notify: (line) => {
      bars.log(`${line}\n`);
    },
    close() {
      if (last !== undefined) draw(last);
      // Pending notices are only written by a redraw.
      bars.update();
      bars.stop();
    },
  };
}

/**
 * One line: `120/400 cells, 3 failed, 16 in flight, $0.0123 spent, $0.0008/s, 20 s left`.
 *
 * @param columns that it may take, for which it leaves out what says least. @default as many as it needs
 */
export function describeProgress(
  progress: SweepProgress,
  nowMs: number,
  columns = Infinity,
): string {
  const flows = [...progress.models.keys()].map((id) => progress.readFlow(id));
  const inFlight = flows.reduce((sum, flow) => sum + (flow?.inFlight ?? 0), 0);
  const counts = computeTotals(progress);
  const flow = inFlight === 0 ? [] : [`${inFlight} in flight`];
  const leftUsd = progress.readLeftUsd();
  const parts = describeCounts(counts, progress.startedMs, nowMs, flow);
  if (leftUsd === undefined) return fit(parts, columns);
  // With what is left of it, what is spent of a budget can be told.
  const withLeft = parts.map((part) => (part.kind === 'spent' ? { ...part, rank: 3 } : part));
  return fit([...withLeft, { text: `${formatUsd(leftUsd)} of the budget left` }], columns);
}

/** The same for one model, with its limit: `30/100 cells, 8/20 in flight, ...`. */
export function describeModel(
  progress: SweepProgress,
  modelId: string,
  nowMs: number,
  columns = Infinity,
): string {
  const counts = progress.models.get(modelId);
  if (counts === undefined) return '';
  const flow = progress.readFlow(modelId);
  const words = counts.stoppedBecause === undefined ? describeFlow(flow) : ['skipped'];
  return fit(describeCounts(counts, progress.startedMs, nowMs, words), columns);
}

function describeFlow(flow: ModelFlow | undefined): string[] {
  if (flow === undefined || (flow.inFlight === 0 && flow.waiting === 0)) return [];
  const { inFlight, limit, isPaused } = flow;
  return [isPaused ? `paused, ${inFlight} in flight` : `${inFlight}/${limit} in flight`];
}

/** A part of a line of progress. */
interface Part {
  readonly text: string;
  readonly kind?: 'spent';
  /** The lowest are left out first. @default never left out */
  readonly rank?: number;
}

function fit(parts: readonly Part[], columns: number): string {
  const line = parts.map(({ text }) => text).join(', ');
  const rank = Math.min(...parts.map((part) => part.rank ?? Infinity));
  if (line.length <= columns || rank === Infinity) return line;
  return fit(
    parts.filter((part) => part.rank !== rank),
    columns,
  );
}

function describeCounts(
  counts: ProgressTotals,
  startedMs: number | null,
  nowMs: number,
  flow: readonly string[],
): Part[] {
  const { total, settledBefore, done, failed, skipped, spentUsd, unpriced } = counts;
  const parts: Part[] = [
    { text: `${formatWhole(settledBefore + done)}/${formatWhole(total)} cells` },
  ];
  if (failed > 0) parts.push({ text: `${failed} failed` });
  if (skipped > 0) parts.push({ text: `${skipped} skipped` });
  parts.push(...flow.map((text) => ({ text, rank: 2 })));
  parts.push({ text: describeSpending(spentUsd, unpriced), kind: 'spent' });
  const remainingMs = computeRemainingMs(counts, startedMs, nowMs);
  if (startedMs !== null && remainingMs !== undefined && remainingMs > 0) {
    const perSecond = (1000 * spentUsd) / (nowMs - startedMs);
    if (spentUsd > 0) parts.push({ text: `${formatUsd(perSecond)}/s`, rank: 1 });
    parts.push({ text: describeRemaining(remainingMs) });
  }
  return parts;
}

function describeRemaining(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function describeSpending(spentUsd: number, unpriced: number): string {
  if (unpriced > 0 && spentUsd === 0) return 'cost unknown';
  return `${formatKnownUsd(spentUsd, unpriced)} spent`;
}
