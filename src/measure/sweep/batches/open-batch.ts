import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import type { Reservation } from '../budget.js';
import type { CellRun } from '../cell-run.js';
import type { BatchLane } from './batch-lane.js';

/** A batch at its provider. */
export interface SentBatch {
  readonly token: string;
  readonly batchId: string;
  readonly lane: BatchLane;
  /** Of its requests. */
  readonly form: ResolvedRequestForm;
  /** When it was sent, ISO 8601. */
  readonly at: string;
  /** All that were sent in it. */
  readonly ids: ReadonlySet<string>;
  /** The cells without a result so far, by id. */
  readonly cells: Map<string, SentCell>;
  /** What the provider said last. */
  shown: string;
  /** Requests about it in a row that failed. */
  failures: number;
}

/** A cell in a batch, with what is reserved for it. */
export interface SentCell {
  readonly run: CellRun;
  readonly reservation: Reservation;
}

export function describeBatch({ batchId, lane }: SentBatch): {
  readonly models: readonly string[];
  readonly batch: string;
} {
  return { models: lane.models.map(({ id }) => id), batch: batchId };
}
