import type {
  OmittableMember,
  ResolvedRequestForm,
  TokenLimitName,
} from '../../../llm/request-form.js';
import type { Reservation } from '../budget.js';
import type { CellRun } from '../cell-run.js';
import type { BatchLane } from './batch-lane.js';

/** A batch at its provider. */
export interface SentBatch {
  readonly token: string;
  readonly batchId: string;
  readonly lane: BatchLane;
  /** Whether it was found in a list by what is known of it, so that it may be another's. */
  readonly isFound: boolean;
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

/** A batch that was just sent, or is taken over. */
export function openBatch(
  batch: Omit<SentBatch, 'ids' | 'shown' | 'failures'> & { readonly cellKeys: readonly string[] },
): SentBatch {
  const { cellKeys, ...rest } = batch;
  return { ...rest, ids: new Set(cellKeys), shown: '', failures: 0 };
}

/** A cell in a batch, with what is reserved for it. */
export interface SentCell {
  readonly run: CellRun;
  readonly reservation: Reservation;
}

/** What can change in the form of a lane's requests, as it is recorded. */
export function describeForm({ tokenLimit, omit }: ResolvedRequestForm): {
  tokenLimit?: TokenLimitName;
  omit?: OmittableMember[];
} {
  return { ...(tokenLimit && { tokenLimit }), ...(omit && { omit: [...omit] }) };
}

export function describeBatch({ batchId, lane }: SentBatch): {
  readonly models: readonly string[];
  readonly batch: string;
} {
  return { models: lane.models.map(({ id }) => id), batch: batchId };
}
