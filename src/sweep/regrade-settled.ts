import type { LedgerEntry } from '../records/ledger-entry.js';
import type { Ledger } from '../records/ledger.js';
import { gradeCell } from './cell-outcome.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';

/**
 * Appends a new line for every settled cell whose line no longer stands for it: graded anew, under
 * the present ids of task and model. No model is called: the answer is the recorded one.
 *
 * @returns how many
 */
export async function regradeSettled(
  plan: SweepPlan,
  settled: Pick<SettledCells, 'outdated'>,
  ledger: Ledger,
): Promise<number> {
  for (const [number, place] of settled.outdated) {
    const { task, model } = plan.buildCell(number);
    const entry: LedgerEntry = await ledger.readEntry(place);
    const graded = gradeCell(task, entry.outcome, entry.answer);
    ledger.append({ ...entry, ...graded, taskId: task.id, model: model.id, regraded: true });
  }
  return settled.outdated.size;
}
