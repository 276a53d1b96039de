import { formatLedgerLine } from '../ledger/ledger.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { CallResult } from '../sweep/calls/call-result.js';
import type { JudgeSpend } from '../sweep/create-judge.js';
import type { Judgment } from '../sweep/judge-attempt.js';
import type { Cell } from '../sweep/plan-sweep.js';
import type { SweepEvent } from '../sweep/sweep-event.js';
import type { LaneControlState, LaneHold } from './lane-control.js';
import type { JobDelivery } from './queue-jobs.js';
import type { RunState } from './queue-run.js';

/** A cell that this worker holds. */
export interface HeldKey extends JobDelivery {
  readonly number: number;
}

/** Names one delivery of a cell: a worker may lose a cell and take it again. */
export function nameDelivery({ number, fence }: Pick<HeldKey, 'number' | 'fence'>): string {
  return `${number} ${fence}`;
}

/** The numbers and fences of cells, as columns of a statement. */
export function listDeliveryColumns(cells: readonly HeldKey[]): [number[], number[]] {
  return [cells.map(({ number }) => number), cells.map(({ fence }) => fence)];
}

/** A call that has ended. */
export interface EndedCall extends HeldKey {
  readonly cell: Cell;
  readonly result: CallResult;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** Of the cell's attempts, this one included. */
  readonly timedOutAttempts: number;
  readonly elapsedMs: number;
  /** What the row of the cell says of its calls until the next one is sent, as `WantedCall.begun`. */
  readonly begun: string;
}

/** What the judge was asked for one line. */
export interface LineJudge extends JudgeSpend {
  /** Upper bound, in USD, of the cost of the unpriced calls. @default 0 */
  readonly possibleUsd?: number;
}

/** A line for the ledger, and what the judge was asked for it. */
export interface CellLine {
  readonly line: string;
  readonly judge: LineJudge | undefined;
}

/**
 * The line of a settled cell whose calls are on record as cut off: that line has what they may have
 * cost, and the sums of a ledger must not count it twice. An amount of 0 stays, because a refused call
 * without any has cost nothing.
 */
export function omitPossibleCost(line: string): string {
  const { unboundedCalls, ...entry } = JSON.parse(line) as LedgerEntry;
  if (entry.possibleCostUsd === undefined && unboundedCalls === undefined) return line;
  return formatLedgerLine({ ...entry, possibleCostUsd: 0 });
}

/** A ledger entry as a line, with what its judge was asked. */
export function buildCellLine(entry: LedgerEntry): CellLine {
  return { line: formatLedgerLine(entry), judge: readLineJudge(entry) };
}

/** What the judge was asked for a line; undefined if nothing. */
function readLineJudge({ grade: { judge } }: LedgerEntry): LineJudge | undefined {
  return (
    judge && {
      calls: judge.calls,
      costUsd: judge.costUsd ?? 0,
      guessed: judge.guessed ?? 0,
      unpriced: judge.unpriced ?? (judge.costUsd === null ? 1 : 0),
      possibleUsd: judge.possibleCostUsd ?? 0,
    }
  );
}

/** Adds what the judge has cost for a line. */
export function addLineJudge(spend: JudgeSpend, entry: LedgerEntry): JudgeSpend {
  const judge = readLineJudge(entry);
  if (judge === undefined) return spend;
  return {
    calls: spend.calls + judge.calls,
    costUsd: spend.costUsd + judge.costUsd,
    guessed: spend.guessed + judge.guessed,
    unpriced: spend.unpriced + judge.unpriced,
  };
}

/**
 * A cell that this worker is done with: its line settles it, or says that its attempts failed. A cell
 * that is handed back has a line only if calls of it failed.
 */
export interface FinishedCell extends HeldKey {
  readonly record: CellLine | undefined;
  readonly outcome: 'settled' | 'failed' | 'handed_back';
  /** The charge of the last call, in USD; null if unknown, and where the cell is handed back. */
  readonly chargedUsd: number | null;
  /** The answer's grade follows in a line of its own. */
  readonly isGrading: boolean;
}

/** A cell whose next call is to be sent. */
export interface WantedCall extends HeldKey {
  readonly attempt: number;
  readonly worstUsd: number;
  /** The same without surcharges. */
  readonly listedUsd: number;
  readonly model: string;
  /** The call as `calls.jsonl` has it, in case it is cut off. */
  readonly begun: string;
}

/** The grade of a settled cell whose answer was recorded before it was graded. */
export interface FurtherLine extends HeldKey {
  /** Undefined only if it is handed back, and no judge was paid. */
  readonly record: CellLine | undefined;
  /** True if this worker ends before it has graded it; another one does. @default false */
  readonly isHandedBack?: boolean;
}

export interface ExchangeRequest {
  readonly ended: readonly EndedCall[];
  readonly finished: readonly FinishedCell[];
  readonly further: readonly FurtherLine[];
  /** In the order in which they are to be sent; those of another attempt first. */
  readonly wanted: readonly WantedCall[];
}

/** Why the rest of the wanted calls is not sent. */
export type ExchangeHold = LaneHold | { readonly kind: 'budget' | 'run_ended' };

export interface ExchangeReply {
  /** What follows each ended call, by cell. */
  readonly judgments: ReadonlyMap<number, Judgment>;
  /** Deliveries whose call may be sent now; it is on record. See `nameDelivery`. */
  readonly granted: ReadonlySet<string>;
  /** Cells that this worker has lost to another one; see `nameDelivery`. */
  readonly lost: ReadonlySet<string>;
  readonly hold: ExchangeHold;
  readonly runState: RunState;
  /** Calls of the lane in flight, over all workers. */
  readonly inFlight: number;
  readonly control: LaneControlState;
  readonly events: readonly SweepEvent[];
}
