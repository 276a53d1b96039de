import { hasFreeRefusals } from '../../../llm/refusal-charge.js';
import type { Clock } from '../calls/clock.js';
import { buildCallFailure } from '../calls/call-failure.js';
import { readTokenLimit } from '../calls/prompt-members.js';
import { BatchCallError, type BatchState } from './batch-api.js';
import type { SentBatch, SentCell } from './open-batch.js';
import { readBatchAnswer, type ReadBatchAnswer } from './read-batch-answer.js';

/** Results that are read before they are graded. */
const resultsAtOnce = 256;

/** Reads in a row that may give fewer results than the provider counts; fewer than failures may be. */
const maxShortReads = 6;

export type CollectedAnswer = readonly [SentCell, ReadBatchAnswer];

/** A batch that was found in a list has no answer to any request of ours: it is another's. */
export class ForeignBatchError extends Error {
  constructor() {
    super('the batch that was found has answers to other requests');
    this.name = 'ForeignBatchError';
  }
}

/**
 * Reads the results of a batch that has ended. Each cell's comes once, in any order: those without a
 * result last. Cells are taken out of the batch as they are read, so that reading can begin again
 * after a failure.
 *
 * @throws BatchCallError if the results cannot be read to their end, or are fewer than there must be
 * @throws ForeignBatchError if none of them is ours
 */
export async function* collectBatch(
  batch: SentBatch,
  { results, answered }: Extract<BatchState, { kind: 'ended' }>,
  { secrets, clock }: { readonly secrets: readonly (string | undefined)[]; readonly clock: Clock },
): AsyncGenerator<readonly CollectedAnswer[]> {
  const { lane, cells, ids } = batch;
  const context = { secrets, now: () => clock.date() };
  let damaged = 0;
  let lines = 0;
  let hasOurs = false;
  let collected: CollectedAnswer[] = [];
  try {
    for (const list of results) {
      for await (const line of lane.api.readResults(list)) {
        lines += 1;
        const id = line.ok ? line.value.id : '';
        if (line.ok && ids.has(id)) hasOurs = true;
        else damaged += 1;
        const sent = cells.get(id);
        if (!line.ok || sent === undefined) continue;
        cells.delete(id);
        const { model, example } = sent.run.cell;
        const read = readBatchAnswer(line.value.answer, lane.protocol, {
          ...context,
          tokenLimit: readTokenLimit(model, example.prompt),
          hasFreeRefusals: hasFreeRefusals(model.baseUrl),
        });
        collected.push([sent, read]);
        if (collected.length < resultsAtOnce) continue;
        yield collected;
        collected = [];
      }
    }
  } catch (error) {
    yield collected;
    throw error;
  }
  if (batch.isFound && damaged > 0 && !hasOurs) throw new ForeignBatchError();
  const isShort = lines < answered;
  // The provider may not have written all of it yet, or a proxy ended it early.
  if (isShort && batch.failures < maxShortReads) {
    yield collected;
    const message = `it has ${lines} results of ${answered}`;
    throw new BatchCallError(buildCallFailure('malformed', { message }));
  }
  const answer = describeMissing(isShort || damaged > 0);
  for (const sent of cells.values()) collected.push([sent, answer]);
  cells.clear();
  yield collected;
}

/**
 * A request without a result never ran.
 *
 * @param isUnread whether a result is missing or could not be read, which may be its own
 */
function describeMissing(isUnread: boolean): ReadBatchAnswer {
  const message = isUnread
    ? 'the batch has no answer to this request that can be read'
    : 'the batch ended without an answer to this request';
  const failure = buildCallFailure('server_error', { message, mayBeCharged: isUnread });
  return { result: { kind: 'failed', failure } };
}
