import { isGradeCurrent } from '../graders/grade-answer.js';
import type { GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../records/ledger-entry.js';
import { sha256OfJson } from '../util/sha256.js';
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
export async function regradeSettled(
  entries: readonly LedgerEntry[],
  settled: readonly Cell[],
  tools: GradingTools = {},
): Promise<LedgerEntry[]> {
  const entryOf = new Map(entries.map((entry) => [entry.cellKey, entry]));
  const shownKeyOf = new Map(
    entries.map((entry) => [formatPlace(entry.taskId, entry.model, entry.repeat), entry.cellKey]),
  );
  const changed: LedgerEntry[] = [];
  for (const { cellKey, task, model, repeat } of settled) {
    const entry = entryOf.get(cellKey);
    if (entry === undefined) continue;
    const isShown = shownKeyOf.get(formatPlace(task.id, model.id, repeat)) === cellKey;
    if (isShown && isGradeCurrent(task, entry, tools)) continue;
    const graded = await gradeCell(task, entry.outcome, entry.answer, tools);
    // What still cannot be graded is not written down again and again.
    if (isShown && sha256OfJson(graded) === sha256OfJson(pickGrade(entry))) continue;
    changed.push({ ...entry, ...graded, taskId: task.id, model: model.id, regraded: true });
  }
  return changed;
}

function pickGrade({ grade, gradeKey }: LedgerEntry): Pick<LedgerEntry, 'grade' | 'gradeKey'> {
  return { grade, gradeKey };
}

function formatPlace(taskId: string, model: string, repeat: number): string {
  return JSON.stringify([taskId, model, repeat]);
}
