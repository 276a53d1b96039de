import type { GradingTools } from '../graders/grade.js';
import { findGrader } from '../graders/registry.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import { gradeCell } from './cell-outcome.js';
import type { Cell } from './plan-sweep.js';

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
