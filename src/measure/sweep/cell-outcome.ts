import { computeGradeKey, gradeAnswer } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { CallResult } from './calls/call-result.js';
import type { CellOutcome } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';

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
  if (result.refused || result.finishReason === 'content_filter') return 'refused';
  if (result.finishReason === 'length') return 'truncated';
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
