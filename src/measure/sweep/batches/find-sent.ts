import type { CallFailure } from '../calls/call-failure.js';
import type { Clock } from '../calls/clock.js';
import { describeFailure } from '../cell-run.js';
import type { SweepEvent } from '../sweep-event.js';
import { toFailure, type BatchApi } from './batch-api.js';
import type { BatchLane } from './batch-lane.js';
import type { BatchRecords } from './batch-records.js';
import { openBatch, type SentBatch } from './open-batch.js';

/** A batch that was sent, and of which the provider's answer is not known. */
type SentUnknown = Omit<Parameters<BatchApi['find']>[0], 'acceptsEarlier'>;

type NotFound =
  /** The provider has not got it. */
  | { readonly kind: 'absent' }
  /** Nobody knows. Sent again, it could be paid for twice. `failure` is missing if the search was ended. */
  | { readonly kind: 'unknown'; readonly why: string; readonly failure?: CallFailure };

type FoundBatch = { readonly kind: 'found'; readonly batchId: string } | NotFound;

/** What is said while a batch is looked for. */
const whyLooking = 'It is not known whether a batch arrived; looking for it at the provider.';

export interface FindContext {
  readonly clock: Pick<Clock, 'sleep' | 'date'>;
  readonly signal: AbortSignal;
  readonly onWait: (waitMs: number) => void;
}

/** For a search that says, in the name of a lane, that it waits. */
export function buildFindContext(
  lane: BatchLane,
  {
    clock,
    signal,
    onEvent,
  }: Omit<FindContext, 'onWait'> & { readonly onEvent: (event: SweepEvent) => void },
): FindContext {
  const models = lane.models.map(({ id }) => id);
  return {
    clock,
    signal,
    onWait: (pauseMs) => onEvent({ kind: 'paused', models, pauseMs, reason: whyLooking }),
  };
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
  // A clock that was set back must not leave out the last look.
  let ageMs = Math.max(0, clock.date().getTime() - sent.at.getTime());
  if (ageMs >= settledMs) return look(api, sent);
  let found: FoundBatch = { kind: 'absent' };
  for (const waitMs of waitsMs) {
    if (ageMs >= settledMs) break;
    onWait(waitMs);
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return { kind: 'unknown', why: 'the sweep ended before it was certain' };
    ageMs += waitMs;
    // Until then, it may still come; what is older is hardly ever it.
    found = await look(api, sent, { acceptsEarlier: ageMs >= settledMs });
    if (found.kind !== 'absent') return found;
  }
  return found;
}

/** Looks once: for a batch whose sending was refused, and for one that was sent long ago. */
export async function look(
  api: BatchApi,
  sent: SentUnknown,
  { acceptsEarlier = true }: { readonly acceptsEarlier?: boolean } = {},
): Promise<FoundBatch> {
  try {
    const batchId = await api.find({ ...sent, acceptsEarlier });
    return batchId === undefined ? { kind: 'absent' } : { kind: 'found', batchId };
  } catch (error) {
    const failure = toFailure(error);
    return { kind: 'unknown', why: describeFailure(failure), failure };
  }
}

/**
 * Finds a batch again for which another one was taken, perhaps before it was there: first among those
 * that are no batch's of the run so far, then among those that were found for another batch and may be
 * this one.
 */
export async function findAgain(
  batch: SentBatch,
  records: BatchRecords,
  context: FindContext,
): Promise<{ readonly kind: 'found'; readonly batch: SentBatch } | NotFound> {
  const { token, lane, ids, at } = batch;
  const sent = { token, requests: ids.size, at: new Date(at) };
  let found = await findSent(lane.api, { ...sent, known: records.known }, context);
  if (found.kind === 'absent') {
    found = await look(lane.api, { ...sent, known: records.listOthers(token) });
  }
  if (found.kind !== 'found') return found;
  const { batchId } = found;
  await records.append({ kind: 'submitted', token, batchId, isFound: true });
  return { kind: 'found', batch: openBatch({ ...batch, batchId, cellKeys: [...ids] }) };
}
