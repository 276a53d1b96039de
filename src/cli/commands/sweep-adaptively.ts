import {
  describeAdaptive,
  writeAdaptiveRecord,
  type AdaptiveRecord,
} from '../../learn/adaptive/adaptive-record.js';
import { AdaptiveSource, type AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { RoutesmithError } from '../../util/errors.js';
import { describeState } from '../print/print-adaptive.js';

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
  let source: AdaptiveSource | undefined;
  const summary = await run((plan) => {
    source = new AdaptiveSource(plan, {
      ...settings,
      onDecision(state) {
        if (state.rounds % roundsPerLine === 0) report.notify(describeState(state));
      },
    });
    return source;
  });
  if (source === undefined) throw new RoutesmithError('internal', 'the sweep made no source');
  const record = describeAdaptive(source, settings);
  await writeAdaptiveRecord(summary.runDirectory, record);
  // Without an ending, more cells would have been called than those that were handed out.
  const isStopped = record.ending === null && !summary.budget.reached && summary.coverage === 1;
  return { summary: { ...summary, interrupted: summary.interrupted || isStopped }, record };
}
