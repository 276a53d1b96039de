import { describeRepeatRecord, type RepeatRecord } from '../../learn/repeats/repeat-record.js';
import { RepeatSource } from '../../learn/repeats/repeat-source.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { RoutesmithError } from '../../util/errors.js';

/**
 * Runs a sweep that decides about repeats, and says what it bought.
 *
 * @param run runs a sweep whose cells a source decides, over a plan of the maximum of repeats
 */
export async function sweepWithRepeats(
  settings: Pick<SweepSettings, 'pool'>,
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
): Promise<{ readonly summary: SweepSummary; readonly repeats: RepeatRecord }> {
  let source: RepeatSource | undefined;
  const summary = await run((plan) => (source = new RepeatSource(plan)));
  if (source === undefined) throw new RoutesmithError('internal', 'the sweep made no source');
  const repeats = describeRepeatRecord(source, settings.pool.models);
  // Without an end, more cells would have been called than those that were handed out.
  const isStopped = !repeats.ended && !summary.budget.reached && summary.coverage === 1;
  return { summary: { ...summary, interrupted: summary.interrupted || isStopped }, repeats };
}
