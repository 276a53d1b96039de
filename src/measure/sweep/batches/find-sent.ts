import type { Clock } from '../calls/clock.js';
import { describeFailure } from '../cell-run.js';
import { toFailure, type BatchApi } from './batch-api.js';
import type { BatchRecords } from './batch-records.js';
import { openBatch, type SentBatch } from './open-batch.js';

/** A batch that was sent, and of which the provider's answer is not known. */
type SentUnknown = Parameters<BatchApi['find']>[0];

type FoundBatch =
  | { readonly kind: 'found'; readonly batchId: string }
  /** The provider has not got it. */
  | { readonly kind: 'absent' }
  /** Nobody knows. Sent again, it could be paid for twice. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What is said while a batch is looked for. */
export const whyLooking =
  'It is not known whether a batch arrived; looking for it at the provider.';

export interface FindContext {
  readonly clock: Pick<Clock, 'sleep' | 'date'>;
  readonly signal: AbortSignal;
  readonly onWait: (waitMs: number) => void;
}

/**
 * Waits between looks at the provider's list, five minutes together. A gateway that no longer waits
 * for its provider does not end what the provider is doing.
 */
const waitsMs = [5_000, 15_000, 40_000, 120_000, 120_000];
const settledMs = waitsMs.reduce((sum, waitMs) => sum + waitMs, 0);

/** Looks for a batch until it is found, or until it was sent so long ago that it never arrived. */
export async function findSent(
  api: BatchApi,
  sent: SentUnknown,
  { clock, signal, onWait }: FindContext,
): Promise<FoundBatch> {
  let ageMs = clock.date().getTime() - sent.at.getTime();
  if (ageMs >= settledMs) return look(api, sent);
  let found: FoundBatch = { kind: 'absent' };
  for (const waitMs of waitsMs) {
    if (ageMs >= settledMs) break;
    onWait(waitMs);
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return { kind: 'unknown', why: 'the sweep ended before it was certain' };
    ageMs += waitMs;
    found = await look(api, sent);
    if (found.kind !== 'absent') return found;
  }
  return found;
}

/** Looks once: for a batch whose sending was refused, and for one that was sent long ago. */
export async function look(api: BatchApi, sent: SentUnknown): Promise<FoundBatch> {
  try {
    const batchId = await api.find(sent);
    return batchId === undefined ? { kind: 'absent' } : { kind: 'found', batchId };
  } catch (error) {
    return { kind: 'unknown', why: describeFailure(toFailure(error)) };
  }
}

/**
 * Finds a batch again for which another one was taken: first among those that are no batch's of the run
 * so far, then among those that were found for another batch and may be this one.
 *
 * @returns undefined where there is none: it was never received
 * @throws BatchCallError
 */
export async function findAgain(
  batch: SentBatch,
  records: BatchRecords,
): Promise<SentBatch | undefined> {
  const { token, lane, ids, at } = batch;
  const sent = { token, requests: ids.size, at: new Date(at) };
  const batchId =
    (await lane.api.find({ ...sent, known: records.known })) ??
    (await lane.api.find({ ...sent, known: records.listOthers(token) }));
  if (batchId === undefined) return undefined;
  await records.append({ kind: 'submitted', token, batchId, isFound: true });
  return openBatch({ ...batch, batchId, cellKeys: [...ids] });
}
