import { computeGradeKey } from '../graders/grade-answer.js';
import type { LedgerEntry } from '../records/ledger-entry.js';
import { gradeCell } from './cell-outcome.js';
import type { Cell } from './plan-sweep.js';

/**
 * New entries for settled cells whose grade no longer stands (another grader, grader version,
 * option or reference), whose task or model has got another id, or that are hidden by a later entry
 * of the same task, model and repeat with other parameters. No model is called: the answer is the
 * recorded one.
 *
 * @param entries the ledger as it is; of several entries of one cell the last one counts
 */
export function regradeSettled(
  entries: readonly LedgerEntry[],
  settled: readonly Cell[],
): LedgerEntry[] {
  const entryOf = new Map(entries.map((entry) => [entry.cellKey, entry]));
  const shownKeyOf = new Map(
    entries.map((entry) => [formatPlace(entry.taskId, entry.model, entry.repeat), entry.cellKey]),
  );
  const changed: LedgerEntry[] = [];
  for (const { cellKey, task, model, repeat } of settled) {
    const entry = entryOf.get(cellKey);
    if (entry === undefined) continue;
    const isShown = shownKeyOf.get(formatPlace(task.id, model.id, repeat)) === cellKey;
    const isGraded = entry.gradeKey === computeGradeKey(task, entry.answer ?? '');
    if (isShown && isGraded) continue;
    const graded = gradeCell(task, entry.outcome, entry.answer);
    changed.push({ ...entry, ...graded, taskId: task.id, model: model.id });
  }
  return changed;
}

function formatPlace(taskId: string, model: string, repeat: number): string {
  return JSON.stringify([taskId, model, repeat]);
}
