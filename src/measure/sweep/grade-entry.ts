import { randomUUID } from 'node:crypto';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';
import { gradeCell } from './cell-outcome.js';

/**
 * Grades the answer of a ledger line, for another line. Where a judge is asked, the grade gets an id,
 * so that its costs count once, however often the line is copied, and again when it is asked again.
 */
export async function gradeEntry(
  example: Example,
  { outcome, answer }: Pick<LedgerEntry, 'outcome' | 'answer'>,
  tools: GradingTools,
): Promise<{ readonly grade: Grade; readonly gradeKey: string | null }> {
  const { grade, gradeKey } = await gradeCell(example, outcome, answer, tools);
  if (grade.judge === undefined) return { grade, gradeKey };
  return { grade: { ...grade, judge: { ...grade.judge, id: randomUUID() } }, gradeKey };
}
