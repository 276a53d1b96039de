import type { GradingTools } from '../../graders/grade.js';
import type { LedgerEntry } from '../../ledger/ledger-entry.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Redactor } from '../../../util/redact-secrets.js';
import type { Budget } from '../budget.js';
import type { RetryLimits } from '../calls/retry.js';
import type { CellRecords } from '../record-cell.js';
import type { SweepPlan } from '../plan-sweep.js';
import type { SettledCells } from '../settled-cells.js';
import type { SweepEvent } from '../sweep-event.js';
import type { BatchLane } from './batch-lane.js';
import type { BatchRecords } from './batch-records.js';

/** What all batches of a sweep share. */
export interface BatchesContext extends CellRecords {
  readonly ledger: Ledger;
  /** The tools for the answer of a cell. */
  readonly findTools: (cellKey: string) => GradingTools;
  readonly plan: SweepPlan;
  readonly settled: Pick<SettledCells, 'hasChargeLine'>;
  /** By model id. */
  readonly laneOf: ReadonlyMap<string, BatchLane>;
  readonly records: BatchRecords;
  readonly budget: Budget;
  readonly redactor: Redactor;
  readonly secrets: readonly (string | undefined)[];
  readonly retryLimits: RetryLimits;
  /** Answers that are graded at the same time. */
  readonly concurrency: number;
  /** Between two looks at the batches. */
  readonly pollMs: number;
  /** Ends the waiting; batches stay with their providers. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SweepEvent) => void;
  /** Called when an attempt that may have been charged is in the ledger, and its cell is sent again. */
  readonly onChargeLine: (entry: LedgerEntry) => void;
}
