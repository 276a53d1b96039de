import { escapeControls } from '../../util/escape-controls.js';
import { wrapText } from '../../util/wrap-text.js';
import { MultiBar, Presets, type Options, type Params, type SingleBar } from 'cli-progress';
import { formatKnownUsd, formatUsd, formatWhole } from '../../util/format-number.js';
import type { Clock } from './calls/clock.js';
import {
  computeTotals,
  estimateRest,
  type ModelFlow,
  type ProgressTotals,
  type RestEstimate,
  type SweepProgress,
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
const minNameLength = 12;
const maxBarLength = 16;
const minBarLength = 4;
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
      if (notice !== undefined) stream.write(`${wrapNotice(notice)}\n`);
      last = progress;
      if (clock.now() - shownMs >= lineIntervalMs) show(progress);
    },
    notify: (line) => {
      stream.write(`${wrapNotice(line)}\n`);
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
      format: formatBar,
      // The sweep handles Ctrl-C. The cursor stays visible, so that it is never lost on exit.
      hideCursor: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const barOf = new Map<string, SingleBar>();
  let last: SweepProgress | undefined;
  let drawnMs = -Infinity;

  function begin(progress: SweepProgress): void {
    const names = [...progress.models.keys()];
    // A pool that does not fit on the terminal gets only the total bar.
    const fits = names.length > 1 && names.length + spareRows <= (stream.rows ?? 24);
    for (const name of [...(fits ? names : []), total]) {
      barOf.set(name, bars.create(1, 0, { name, text: '' }));
    }
  }

  function draw(progress: SweepProgress): void {
    if (barOf.size === 0) begin(progress);
    drawnMs = clock.now();
    last = undefined;
    const columns = stream.columns ?? defaultColumns;
    const names = [...barOf.keys()];
    const texts = names.map((name) =>
      name === total
        ? describeProgress(progress, drawnMs, columns - minNameLength - 1)
        : describeModel(progress, name, drawnMs, columns - minNameLength - 1),
    );
    const layout = planBars(names, texts, columns);
    names.forEach((name, index) => {
      const counts = name === total ? computeTotals(progress) : progress.models.get(name);
      if (counts === undefined) return;
      const bar = barOf.get(name);
      // Without a cell yet, an empty bar.
      bar?.setTotal(Math.max(1, counts.total));
      bar?.update(counts.settledBefore + counts.done + counts.failed, {
        name: escapeControls(name).slice(-layout.nameLength).padEnd(layout.nameLength),
        barLength: layout.barLength,
        text: texts[index],
      });
    });
  }

  return {
    report(progress, notice) {
      if (notice !== undefined) bars.log(`${wrapNotice(notice, stream.columns)}\n`);
      last = progress;
      if (clock.now() - drawnMs >= drawIntervalMs) draw(progress);
    },
    notify: (line) => {
      bars.log(`${wrapNotice(line, stream.columns)}\n`);
    },
    close() {
      if (last !== undefined) draw(last);
      // Pending notices are only written by a redraw.
      bars.update();
      bars.stop();
    },
  };
}

/** A line above the progress, broken between words. */
function wrapNotice(text: string, columns = defaultColumns): string {
  return wrapText(text, columns).join('\n');
}

/** The name of the bar of all models. */
const total = 'all';

/** What is left beside the longest text goes to the names first, and then to the bars. */
function planBars(
  names: readonly string[],
  texts: readonly string[],
  columns: number,
): { readonly nameLength: number; readonly barLength: number } {
  const left = columns - 1 - Math.max(...texts.map(({ length }) => length));
  const longest = Math.max(minNameLength / 2, ...names.map(({ length }) => length));
  const nameLength = Math.max(1, Math.min(maxNameLength, longest, left));
  const barLength = Math.min(maxBarLength, left - nameLength - 1);
  return { nameLength, barLength: barLength < minBarLength ? 0 : barLength };
}

function formatBar(
  { barCompleteString = '', barIncompleteString = '' }: Options,
  { progress }: Params,
  {
    name,
    barLength,
    text,
  }: { readonly name: string; readonly barLength: number; readonly text: string },
): string {
  const done = Math.round(progress * barLength);
  const bar = barCompleteString.slice(0, done) + barIncompleteString.slice(0, barLength - done);
  return [name, ...(bar === '' ? [] : [bar]), text].join(' ');
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
  const flow = inFlight === 0 ? [] : [{ text: `${inFlight} in flight`, rank: 2 }];
  const leftUsd = progress.readLeftUsd();
  const judgeUsd = progress.readJudgeUsd();
  const judgeSinceStartUsd = judgeUsd - progress.startJudgeUsd;
  const rest = estimateRest(
    progress.models.values(),
    progress.startedMs,
    nowMs,
    judgeSinceStartUsd,
  );
  const parts = describeCounts({ ...counts, judgeUsd }, flow, rest);
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
  const words = counts.stoppedBecause === undefined ? describeFlow(flow) : [{ text: 'skipped' }];
  const rest = estimateRest([counts], progress.startedMs, nowMs);
  return fit(describeCounts(counts, words, rest), columns);
}

function describeFlow(flow: ModelFlow | undefined): Part[] {
  if (flow === undefined || (flow.inFlight === 0 && flow.waiting === 0)) return [];
  const { inFlight, limit, isPaused } = flow;
  const calls = isPaused ? `${inFlight} in flight` : `${inFlight}/${limit} in flight`;
  return [...(isPaused ? [{ text: 'paused' }] : []), { text: calls, rank: 2 }];
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

/** What cells have come to, and what their judge has cost, which no model's line says. */
interface CountsWithJudge extends ProgressTotals {
  readonly judgeUsd?: number;
}

function describeCounts(
  counts: CountsWithJudge,
  flow: readonly Part[],
  rest: RestEstimate | undefined,
): Part[] {
  const { total, settledBefore, done, failed, skipped, spentUsd } = counts;
  const { judgeUsd = 0 } = counts;
  const missing = counts.unpriced + counts.possiblyCharged;
  const parts: Part[] = [
    { text: `${formatWhole(settledBefore + done)}/${formatWhole(total)} cells` },
  ];
  if (failed > 0) parts.push({ text: `${failed} failed` });
  if (skipped > 0) parts.push({ text: `${skipped} not called` });
  parts.push(...flow, { text: describeSpending(spentUsd + judgeUsd, missing), kind: 'spent' });
  if (judgeUsd > 0) parts.push({ text: `${formatUsd(judgeUsd)} of it by the judge`, rank: 0 });
  if (rest === undefined) return parts;
  const { remainingMs, usdPerSecond } = rest;
  if (usdPerSecond > 0) parts.push({ text: `${formatUsd(usdPerSecond)}/s`, rank: 1 });
  return [...parts, { text: describeRemaining(remainingMs) }];
}

function describeRemaining(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function describeSpending(spentUsd: number, missing: number): string {
  if (missing > 0 && spentUsd === 0) return 'cost unknown';
  return `${formatKnownUsd(spentUsd, missing)} spent`;
}
