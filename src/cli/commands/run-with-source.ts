import type { CellSource, CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { RoutesmithError } from '../../util/errors.js';

/** Runs a sweep whose cells a source decides; also returns the source, which knows what it bought. */
export async function runWithSource<Source extends CellSource>(
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
  create: (plan: SweepPlan, isSettled: (number: number) => boolean) => Source | Promise<Source>,
): Promise<{ readonly summary: SweepSummary; readonly source: Source }> {
  let source: Source | undefined;
  const summary = await run(async (plan, isSettled) => (source = await create(plan, isSettled)));
  if (source === undefined) throw new RoutesmithError('internal', 'the sweep made no source');
  return { summary, source };
}

/**
 * Adds to a summary that the sweep was stopped before its source had ended: more cells would have been
 * called than those that were handed out.
 */
export function noteStop(summary: SweepSummary, hasEnded: boolean): SweepSummary {
  const isStopped = !hasEnded && !summary.budget.reached && summary.coverage === 1;
  return { ...summary, interrupted: summary.interrupted || isStopped };
}
