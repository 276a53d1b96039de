import type { GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import { sha256OfJson } from '../../util/sha256.js';
import { gradeCell } from './cell-outcome.js';
import type { SweepPlan } from './plan-sweep.js';
import { runWorkers } from '../../util/run-workers.js';
import type { SettledCells } from './settled-cells.js';

/** Answers graded at the same time. */
const concurrency = 8;

/**
 * Appends a new line for every settled cell whose line is outdated, with the recorded answer, a new
 * grade, and the current ids of example and model. Calls no candidate model.
 *
 * @returns the number of appended lines
 */
export async function regradeSettled(
  plan: SweepPlan,
  settled: Pick<SettledCells, 'outdated' | 'labels'>,
  ledger: Ledger,
  tools: GradingTools,
): Promise<number> {
  let regraded = 0;
  await runWorkers(settled.outdated, concurrency, async ([number, { isShown, ...place }]) => {
    const { example, model } = plan.buildCell(number);
    const entry: LedgerEntry = await ledger.readEntry(place);
    const graded = await gradeCell(example, entry.outcome, entry.answer, tools);
    // A cell that still cannot be graded gets no new line, or the ledger would grow on each resume.
    const { grade, gradeKey } = entry;
    if (isShown && sha256OfJson(graded) === sha256OfJson({ grade, gradeKey })) return;
    const renewed = { ...entry, ...graded, taskId: example.id, model: model.id, regraded: true };
    ledger.append(renewed);
    settled.labels.note(number, renewed);
    regraded += 1;
  });
  return regraded;
}
