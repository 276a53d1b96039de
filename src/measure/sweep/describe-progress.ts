import {
  computeRemainingMs,
  computeTotals,
  type ModelFlow,
  type ProgressTotals,
  type SweepProgress,
} from './sweep-progress.js';

/** One line: `120/400 cells, 3 failed, 16 in flight, $0.0123 spent, $0.0008/s, 20 s left`. */
export function describeProgress(progress: SweepProgress, nowMs: number): string {
  const flows = [...progress.models.keys()].map((id) => progress.readFlow(id));
  const inFlight = flows.reduce((sum, flow) => sum + (flow?.inFlight ?? 0), 0);
  const counts = computeTotals(progress);
  const flow = inFlight === 0 ? [] : [`${inFlight} in flight`];
  return describeCounts(counts, progress.startedMs, nowMs, flow);
}

/** The same for one model, with its limit: `30/100 cells, 8/20 in flight, ...`. */
export function describeModel(progress: SweepProgress, modelId: string, nowMs: number): string {
  const counts = progress.models.get(modelId);
  if (counts === undefined) return '';
  const flow = progress.readFlow(modelId);
  const words = counts.stoppedBecause === undefined ? describeFlow(flow) : ['left out'];
  return describeCounts(counts, progress.startedMs, nowMs, words);
}

function describeFlow(flow: ModelFlow | undefined): string[] {
  if (flow === undefined || (flow.inFlight === 0 && flow.waiting === 0)) return [];
  const { inFlight, limit, isPaused } = flow;
  return [isPaused ? `paused, ${inFlight} in flight` : `${inFlight}/${limit} in flight`];
}

function describeCounts(
  counts: ProgressTotals,
  startedMs: number,
  nowMs: number,
  flow: readonly string[],
): string {
  const { total, settledBefore, done, failed, skipped, spentUsd } = counts;
  const parts = [`${settledBefore + done}/${total} cells`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  parts.push(...flow, `$${spentUsd.toFixed(4)} spent`);
  const remainingMs = computeRemainingMs(counts, startedMs, nowMs);
  if (remainingMs !== undefined && remainingMs > 0) {
    if (spentUsd > 0) parts.push(`$${formatRate((1000 * spentUsd) / (nowMs - startedMs))}/s`);
    parts.push(describeRemaining(remainingMs));
  }
  return parts.join(', ');
}

function formatRate(usdPerSecond: number): string {
  return usdPerSecond.toFixed(usdPerSecond >= 0.01 ? 2 : 6);
}

function describeRemaining(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
