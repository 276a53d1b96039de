import { describeRepeatRecord, type RepeatRecord } from '../../learn/repeats/repeat-record.js';
import { RepeatSource } from '../../learn/repeats/repeat-source.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { noteStop, runWithSource } from './run-with-source.js';

/**
 * Runs a sweep that decides about repeats, and says what it bought.
 *
 * @param run runs a sweep whose cells a source decides, over a plan of the maximum of repeats
 */
export async function sweepWithRepeats(
  settings: Pick<SweepSettings, 'pool'>,
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
): Promise<{ readonly summary: SweepSummary; readonly repeats: RepeatRecord }> {
  const { summary, source } = await runWithSource(run, (plan) => new RepeatSource(plan));
  const repeats = describeRepeatRecord(source, settings.pool.models);
  return { summary: noteStop(summary, repeats.ended), repeats };
}
