import {
  describeAdaptive,
  writeAdaptiveRecord,
  type AdaptiveRecord,
} from '../../learn/adaptive/adaptive-record.js';
import { AdaptiveSource, type AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { describeState } from '../print/print-adaptive.js';
import { noteStop, runWithSource } from './run-with-source.js';

/** Decisions between two lines about what is being learned. */
const roundsPerLine = 8;

/**
 * Runs an adaptive sweep, says every few rounds what it has learned, and records what it bought.
 *
 * @param run runs a sweep whose cells a source decides
 */
export async function sweepAdaptively(
  settings: AdaptiveSettings,
  report: { readonly notify: (line: string) => void },
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
): Promise<{ readonly summary: SweepSummary; readonly record: AdaptiveRecord }> {
  const { summary, source } = await runWithSource(
    run,
    (plan) =>
      new AdaptiveSource(plan, {
        ...settings,
        onDecision(state) {
          if (state.rounds % roundsPerLine === 0) report.notify(describeState(state));
        },
      }),
  );
  const record = describeAdaptive(source, settings);
  await writeAdaptiveRecord(summary.runDirectory, record);
  return { summary: noteStop(summary, record.ending !== null), record };
}
