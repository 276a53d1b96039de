import type { LogLine } from './record.js';

/** What was found in a log. */
export interface LogTotals {
  segments: number;
  decisions: number;
  served: number;
  feedback: number;
  /** Records whose decision is not in the log. */
  unmatchedServed: number;
  /**
   * Records of logs of earlier versions whose id several decisions in flight had: none of these is known
   * to have been served.
   */
  ambiguousServed: number;
  unmatchedFeedback: number;
  /** Decisions with the id of an earlier one that has feedback, which goes to the last one before it. */
  repeatedIds: number;
  /** Decisions that were left out by sampling; `keep` of the others makes up for them. */
  sampledOut: number;
  /** Decisions that were left out because the queue was full; nothing makes up for them. */
  overflow: number;
  /** Records that crashed writers had accepted, and that never reached a file. */
  lost: number;
  /** Ends of files in the middle of a line. */
  tornLines: number;
  /** Lines that cannot be read, and segments that break off. */
  damagedLines: number;
  /** The first problems, each with its file and line. */
  readonly problems: string[];
}

const maxProblems = 20;

export function createLogTotals(): LogTotals {
  return {
    segments: 0,
    decisions: 0,
    served: 0,
    feedback: 0,
    unmatchedServed: 0,
    ambiguousServed: 0,
    unmatchedFeedback: 0,
    repeatedIds: 0,
    sampledOut: 0,
    overflow: 0,
    lost: 0,
    tornLines: 0,
    damagedLines: 0,
    problems: [],
  };
}

/** Counts what a line says was left out. */
export function countLosses(totals: LogTotals, line: LogLine): void {
  if (line.kind === 'lost') totals.lost += line.records;
  if (line.kind !== 'dropped') return;
  totals.sampledOut += line.sampled;
  totals.overflow += line.overflow;
}

export function noteProblem(totals: LogTotals, place: string, problem: string): void {
  totals.damagedLines += 1;
  if (totals.problems.length < maxProblems) totals.problems.push(`${place}: ${problem}`);
}
