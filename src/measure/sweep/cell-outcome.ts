import { computeGradeKey, gradeAnswer } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { CallResult } from './calls/call-result.js';
import type { CellOutcome, LedgerEntry } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';
import { findGrader } from '../graders/registry.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Cell } from './plan-sweep.js';

/**
 * What a call's result means for its cell. An answer that ran out of tokens is truncated even where
 * nothing of it is visible (reasoning may take all of them): that is not the model saying nothing.
 */
export function computeCellOutcome(result: CallResult): CellOutcome {
  if (result.kind === 'failed') {
    if (result.failure.class === 'context_overflow') return 'context_overflow';
    if (result.failure.class === 'content_filtered') return 'refused';
    return 'infrastructure';
  }
  if (result.ending === 'refused' || result.ending === 'truncated') return result.ending;
  return result.answer.trim() === '' ? 'malformed' : 'answered';
}

/**
 * Grades a cell. The grader judges whatever text arrived, since that is what a user would have got;
 * where none arrived, the task is not solved. An infrastructure failure is never graded. A grade that
 * only lacked a tool has no key, so that it is tried again.
 */
export async function gradeCell(
  example: Example,
  outcome: CellOutcome,
  answer: string | null,
  tools: GradingTools = {},
): Promise<{ readonly grade: Grade; readonly gradeKey: string | null }> {
  if (outcome === 'infrastructure') {
    return { grade: { kind: 'ungraded', reason: 'infrastructure failure' }, gradeKey: null };
  }
  if (example.grader !== undefined && (answer === null || answer.trim() === '')) {
    const gradeKey = computeGradeKey(example, answer ?? '');
    return { grade: { kind: 'graded', quality: 0, detail: `no answer: ${outcome}` }, gradeKey };
  }
  const grade = await gradeAnswer(example, answer ?? '', tools);
  if (grade.kind === 'ungraded' && grade.retryable === true) return { grade, gradeKey: null };
  return { grade, gradeKey: computeGradeKey(example, answer ?? '', grade.judge) };
}

/** Where cells end. */
export interface CellRecords {
  readonly ledger: Ledger;
  readonly journal: CallJournal;
  /** What graders may use beyond the answer. */
  readonly tools: GradingTools;
  /** A cell has come to its end and is in the ledger. */
  readonly onEntry: (entry: LedgerEntry) => void;
}

/**
 * Grades a cell's answer and puts it into the ledger. One that a sandbox or a judge has to look at is
 * on record before they do: it is paid for, and grading may take long.
 */
export async function recordCell(
  { example }: Cell,
  ungraded: LedgerEntry,
  { ledger, journal, tools, onEntry }: CellRecords,
): Promise<void> {
  const needed = findGrader(example.grader?.name ?? '')?.needs;
  const takesTime = needed !== undefined && tools[needed] !== undefined;
  if (takesTime) {
    ledger.append(ungraded);
    journal.end(ungraded.cellKey);
  }
  const graded = await gradeCell(example, ungraded.outcome, ungraded.answer, tools);
  const entry: LedgerEntry = { ...ungraded, ...graded, ...(takesTime && { regraded: true }) };
  ledger.append(entry);
  if (!takesTime) journal.end(entry.cellKey);
  onEntry(entry);
}
