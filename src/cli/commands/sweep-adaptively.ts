import {
  describeAdaptive,
  writeAdaptiveRecord,
  type AdaptiveRecord,
} from '../../learn/adaptive/adaptive-record.js';
import { AdaptiveSource, type AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import type { AdaptiveState } from '../../learn/adaptive/find-ending.js';
import { readSplit, recordSplit } from '../../learn/adaptive/bind-split.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import { planSweep } from '../../measure/sweep/plan-sweep.js';
import { readPlanSettings, type SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { describeNeverHeldOut, describeState } from '../print/print-adaptive.js';
import { noteStop, runWithSource } from './run-with-source.js';

/** Decisions between two lines about what is being learned. */
const roundsPerLine = 8;

/**
 * Runs an adaptive sweep, says every few rounds what it has learned, and records what it bought.
 *
 * @param sweep the settings of the sweep that `run` runs
 * @param run runs a sweep whose cells a source decides
 * @throws RoutesmithError `usage` if the folder's held-out prompts are of another seed or prompt set
 */
export async function sweepAdaptively(
  settings: AdaptiveSettings,
  sweep: SweepSettings,
  report: { readonly notify: (line: string) => void },
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
): Promise<{ readonly summary: SweepSummary; readonly record: AdaptiveRecord }> {
  const { runDirectory } = sweep;
  const split = await readSplit(runDirectory, planSweep(readPlanSettings(sweep)), settings.seed);
  const { summary, source } = await runWithSource(run, async (plan, isSettled) => {
    const onDecision = (state: AdaptiveState): void => {
      if (state.rounds % roundsPerLine === 0) {
        report.notify(describeState(state, settings.maxLearningCells));
      }
    };
    const created = new AdaptiveSource(plan, { ...settings, split, onDecision }, isSettled);
    const neverHeldOut = describeNeverHeldOut(created.neverHeldOut);
    if (neverHeldOut !== undefined) report.notify(neverHeldOut);
    await recordSplit(runDirectory, plan, { seed: settings.seed, heldOut: created.heldOut });
    return created;
  });
  const record = describeAdaptive(source, settings);
  await writeAdaptiveRecord(summary.runDirectory, record);
  return { summary: noteStop(summary, record.ending !== null), record };
}
