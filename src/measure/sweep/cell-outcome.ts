import { computeGradeKey, gradeAnswer } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { CallResult } from './calls/call-result.js';
import type { CellOutcome } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';

/**
 * The outcome of a cell, given the result of its call. An answer that ran out of tokens is truncated
 * even if it is empty, because reasoning may have used all tokens.
 */
export function computeCellOutcome(result: CallResult): CellOutcome {
  if (result.kind === 'failed') {
    if (result.failure.class === 'context_overflow') return 'context_overflow';
    if (result.failure.class === 'content_filtered') return 'refused';
    return 'infrastructure';
  }
  if (result.ending === 'malformed') return 'malformed';
  if (result.ending === 'refused' || result.ending === 'truncated') return result.ending;
  return result.answer.trim() === '' ? 'malformed' : 'answered';
}

/**
 * Grades a cell. The grader gets whatever text arrived, as a user would have; an empty or malformed
 * answer has quality 0. Infrastructure failures are never graded. A cell that could not be graded because a
 * tool is missing gets no grade key, so that it is graded later.
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
  if (example.grader !== undefined && isUseless(outcome, answer)) {
    const gradeKey = computeGradeKey(example, answer ?? '');
    return { grade: { kind: 'graded', quality: 0, detail: `no answer: ${outcome}` }, gradeKey };
  }
  const grade = await gradeAnswer(example, answer ?? '', tools, outcome === 'truncated');
  if (grade.kind === 'ungraded' && grade.retryable === true) return { grade, gradeKey: null };
  return { grade, gradeKey: computeGradeKey(example, answer ?? '', grade.judge) };
}

/** Whether nothing is there to grade. */
export function isUseless(outcome: CellOutcome, answer: string | null): boolean {
  // A call that its server cannot read is of no use, however well a grader could read it.
  return outcome === 'malformed' || answer === null || answer.trim() === '';
}
