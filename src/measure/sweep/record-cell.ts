import { isBrief } from '../graders/pool/grade-within-limits.js';
import type { GradingTools } from '../graders/grade.js';
import { findGrader } from '../graders/registry.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Example } from '../tasks/example.js';
import type { Clock } from './calls/clock.js';
import { endJudging, gradeEntry } from './grade-entry.js';
import type { Cell } from './plan-sweep.js';

/** Where finished cells are recorded. */
export interface CellRecords {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly journal: Pick<CallJournal, 'begin' | 'end'>;
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
  const speed = foreseeSpeed(example, ungraded.answer, tools);
  const recordUngraded = (): void => {
    ledger.append(ungraded);
    journal.end(ungraded.cellKey);
  };
  if (speed === 'slow') recordUngraded();
  const grading = gradeEntry(example, ungraded, tools, journal);
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
  endJudging(entry, journal);
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
  if (tools.ambiguous === 'judge' && tools.judge !== undefined) return 'unknown';
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
