import { randomUUID } from 'node:crypto';
import type { CallFailure } from '../calls/call-failure.js';
import { toFailure, type BatchRequest } from './batch-api.js';
import { buildBatchRequest, type BatchLane } from './batch-lane.js';
import type { BatchRecords } from './batch-records.js';
import { findSent, look, type FindContext } from './find-sent.js';
import { describeForm, openBatch, type SentBatch, type SentCell } from './open-batch.js';

/** Requests that are collected for a batch. */
export interface BatchDraft {
  readonly requests: BatchRequest[];
  readonly cells: Map<string, SentCell>;
  bytes: number;
}

export function startDraft(lane: BatchLane, sent: SentCell): BatchDraft {
  const request = buildBatchRequest(lane, sent.run.cell);
  const cells = new Map([[request.id, sent]]);
  return { requests: [request], cells, bytes: countBytes(request) };
}

/** @returns false if the draft has no room for the cell */
export function addToDraft(draft: BatchDraft, lane: BatchLane, sent: SentCell): boolean {
  const request = buildBatchRequest(lane, sent.run.cell);
  const bytes = draft.bytes + countBytes(request);
  if (draft.requests.length >= lane.maxRequests || bytes > lane.api.maxBytes) return false;
  draft.requests.push(request);
  draft.cells.set(request.id, sent);
  draft.bytes = bytes;
  return true;
}

function countBytes({ body }: BatchRequest): number {
  return Buffer.byteLength(JSON.stringify(body));
}

/** What became of a draft. */
export type Sending =
  | { readonly kind: 'sent'; readonly batch: SentBatch }
  /** The provider has not got it. */
  | { readonly kind: 'refused'; readonly failure: CallFailure }
  /** Nobody knows whether it arrived. It stays recorded: sent again, it could be paid for twice. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Sends a batch, which is recorded before it is.
 */
export async function sendBatch(
  lane: BatchLane,
  { requests, cells }: BatchDraft,
  context: FindContext & { readonly records: BatchRecords },
): Promise<Sending> {
  const { records, clock } = context;
  const token = randomUUID();
  const sentAt = clock.date();
  const at = sentAt.toISOString();
  const cellKeys = [...cells.keys()];
  const models = lane.models.map(({ id }) => id);
  const { form } = lane;
  const begun = { token, models, cellKeys, at, form: describeForm(form) };
  await records.append({ kind: 'begun', ...begun });
  let batchId: string | undefined;
  let failure: CallFailure | undefined;
  try {
    batchId = await lane.api.submit(requests, token);
  } catch (error) {
    failure = toFailure(error);
  }
  // The request may have arrived although its answer did not, unless it was turned away (429).
  if (failure?.retryable === true && failure.status !== 429) {
    const sent = { token, requests: cellKeys.length, at: sentAt, known: records.known };
    const found = failure.mayBeCharged
      ? await findSent(lane.api, sent, context)
      : await look(lane.api, sent);
    if (found.kind === 'unknown') return found;
    if (found.kind === 'found') ({ batchId } = found);
  }
  if (batchId === undefined) {
    await records.append({ kind: 'ended', token });
    return { kind: 'refused', failure: failure as CallFailure };
  }
  const isFound = failure !== undefined;
  await records.append({ kind: 'submitted', token, batchId, ...(isFound && { isFound }) });
  return {
    kind: 'sent',
    batch: openBatch({ token, batchId, isFound, lane, form, at, cells, cellKeys }),
  };
}
