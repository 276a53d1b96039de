import type { GraderTool } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';

/** Why nothing has graded an answer. */
export interface UngradedReason {
  readonly reason: string;
  /** The tool that was not given, where that is the reason. */
  readonly lacks?: GraderTool;
}

/** Answers of a run without a grade, for one reason. */
export interface UngradedAnswers extends UngradedReason {
  readonly answers: number;
}

/** Why nothing has graded a settled entry; undefined where something has. */
export function findUngraded({
  outcome,
  grade,
}: Pick<LedgerEntry, 'outcome' | 'grade'>): UngradedReason | undefined {
  if (outcome === 'infrastructure' || grade.kind === 'graded') return undefined;
  const { reason, lacks } = grade;
  return { reason: reason || 'no reason given', ...(lacks !== undefined && { lacks }) };
}

/**
 * Counts ungraded answers by reason, the most frequent first.
 *
 * @param reasons of one answer each, or of as many as they say
 */
export function countUngraded(
  reasons: Iterable<UngradedReason & Partial<UngradedAnswers>>,
): readonly UngradedAnswers[] {
  const counts = new Map<string, UngradedAnswers>();
  for (const one of reasons) {
    const key = `${one.lacks ?? ''} ${one.reason}`;
    counts.set(key, { ...one, answers: (counts.get(key)?.answers ?? 0) + (one.answers ?? 1) });
  }
  return [...counts.values()].sort((a, b) => b.answers - a.answers);
}
