import { computeGradeKey, gradeAnswer } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import { isBrief } from '../graders/pool/grade-within-limits.js';
import type { CallResult } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import type { CellOutcome, LedgerEntry } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';
import { findGrader } from '../graders/registry.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Cell } from './plan-sweep.js';

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
  // A call that its server cannot read is of no use, however well a grader could read it.
  const isUseless = outcome === 'malformed' || answer === null || answer.trim() === '';
  if (example.grader !== undefined && isUseless) {
    const gradeKey = computeGradeKey(example, answer ?? '');
    return { grade: { kind: 'graded', quality: 0, detail: `no answer: ${outcome}` }, gradeKey };
  }
  const grade = await gradeAnswer(example, answer ?? '', tools, outcome === 'truncated');
  if (grade.kind === 'ungraded' && grade.retryable === true) return { grade, gradeKey: null };
  return { grade, gradeKey: computeGradeKey(example, answer ?? '', grade.judge) };
}

/** Where finished cells are recorded. */
export interface CellRecords {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly journal: Pick<CallJournal, 'end'>;
  /** The tools that graders may use. */
  readonly tools: GradingTools;
  readonly clock: Clock;
  /** Called when a cell is finished and in the ledger. */
  readonly onEntry: (entry: LedgerEntry) => void;
}

/** A grade that takes longer is waited for with the answer in the ledger. */
const promptGradeMs = 250;

/**
 * Grades a cell's answer and appends it to the ledger. If grading needs a sandbox or a judge, or
 * takes long, the ungraded answer is recorded first: it has been paid for.
 *
 * @returns the entry with its grade
 */
export async function recordCell(
  { example }: Cell,
  ungraded: LedgerEntry,
  { ledger, journal, tools, clock, onEntry }: CellRecords,
): Promise<LedgerEntry> {
  const { outcome, answer } = ungraded;
  const speed = foreseeSpeed(example, answer, tools);
  const recordUngraded = (): void => {
    ledger.append(ungraded);
    journal.end(ungraded.cellKey);
  };
  if (speed === 'slow') recordUngraded();
  const grading = gradeCell(example, outcome, answer, tools);
  const isLate = speed === 'unknown' && (await takesLonger(grading, promptGradeMs, clock));
  if (isLate) recordUngraded();
  const isRecorded = speed === 'slow' || isLate;
  const entry: LedgerEntry = {
    ...ungraded,
    ...(await grading),
    ...(isRecorded && { regraded: true }),
  };
  ledger.append(entry);
  if (!isRecorded) journal.end(entry.cellKey);
  onEntry(entry);
  return entry;
}

function foreseeSpeed(
  { grader: spec, reference }: Example,
  answer: string | null,
  tools: GradingTools,
): 'fast' | 'slow' | 'unknown' {
  const grader = findGrader(spec?.name ?? '');
  if (spec === undefined || grader === undefined || answer === null) return 'fast';
  if (grader.needs !== undefined) return tools[grader.needs] === undefined ? 'fast' : 'slow';
  return isBrief(grader, { answer, reference, options: spec.options }) ? 'fast' : 'unknown';
}

async function takesLonger(
  work: Promise<unknown>,
  limitMs: number,
  clock: Clock,
): Promise<boolean> {
  const ended = new AbortController();
  const isLate = await Promise.race([
    work.then(() => false),
    clock.sleep(limitMs, ended.signal).then(() => true),
  ]);
  ended.abort();
  return isLate;
}
