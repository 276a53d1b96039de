import type { RefusedMember } from '../../../llm/refused-member.js';
import { findAdjustment, findPoolForm } from '../calls/adjust-form.js';
import type { CallFailure } from '../calls/call-failure.js';
import { describeFailure } from '../cell-run.js';
import type { BatchState } from './batch-api.js';
import type { BatchLane } from './batch-lane.js';
import type { SentBatch } from './open-batch.js';
import { describeNewForm, type SweepEvent } from '../sweep-event.js';

/** Requests about a batch in a row, or batches of a lane in a row, that may fail. */
const maxFailures = 8;

/** For how long providers keep results: Anthropic for 29 days, OpenAI for 30. */
const keptMs = 29 * 86_400_000;

/**
 * Counts a batch that the API did not accept.
 *
 * @returns why the lane stops; undefined if the batch is sent again
 */
export function judgeRefusal(lane: BatchLane, failure: CallFailure): string | undefined {
  const said = describeFailure(failure);
  lane.failures += 1;
  if (failure.status === 404 || failure.status === 405) {
    return `It has no batch API here; sweep it without --batch. ${said}`;
  }
  return !failure.retryable || lane.failures >= maxFailures ? said : undefined;
}

/**
 * Counts a batch that was accepted but not taken. The next ones are smaller; only a single request
 * that is not taken while nothing else runs counts as a failure, because nothing smaller can be sent.
 *
 * @returns why the lane stops; undefined if its requests are sent again
 */
export function judgeNotTaken(
  lane: BatchLane,
  requests: number,
  { reason, isTooMuch }: Extract<BatchState, { kind: 'refused' }>,
): string | undefined {
  if (!isTooMuch) return reason;
  lane.maxRequests = Math.min(lane.maxRequests, Math.max(1, Math.floor(requests / 2)));
  if (requests > 1 || lane.isFull) return undefined;
  lane.failures += 1;
  return lane.failures >= maxFailures ? reason : undefined;
}

/**
 * Changes the form of a lane's requests after the server refused a member of one.
 *
 * @returns whether the lane's form differs now from that of the batch
 */
export function adjustForm(
  { lane, form }: SentBatch,
  refusedMember: RefusedMember | undefined,
  onEvent: (event: SweepEvent) => void,
): boolean {
  if (refusedMember === undefined) return false;
  const adjusted = findAdjustment({ refusedMember }, form, lane.models[0])?.form;
  if (adjusted === undefined) return false;
  // The first that fails changes the form; the others of its batch failed for the same reason.
  if (lane.form === form) {
    lane.form = adjusted;
    for (const model of lane.models) onEvent(describeNewForm(model, findPoolForm(model, adjusted)));
  }
  return lane.form !== form;
}

export type TroubleJudgment =
  /** It is asked for again. */
  | { readonly kind: 'wait' }
  /** It stays open for the next run; its lane stops. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** No provider would have it any more. */
  | { readonly kind: 'lost' };

/**
 * Counts a request about a batch that failed. A batch that is not found may be there with another
 * key, so it is given up only when it is too old to be kept.
 */
export function judgeTrouble(batch: SentBatch, failure: CallFailure, now: Date): TroubleJudgment {
  batch.failures += 1;
  const isNotFound = failure.status === 404 || failure.status === 410;
  if (isNotFound && now.getTime() - Date.parse(batch.at) > keptMs) return { kind: 'lost' };
  if (failure.retryable && batch.failures < maxFailures) return { kind: 'wait' };
  const advice = isNotFound
    ? 'Run the same command again with a key of the project that sent the batch: its results may be there until 29 days after.'
    : 'The batch stays with the provider: run the same command again to collect it.';
  return { kind: 'unreachable', why: `${describeFailure(failure)}. ${advice}` };
}
