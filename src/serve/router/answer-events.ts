import type { JsonObject } from '../../util/json.js';
import type { AnswerFigures } from './answer-charge.js';
import { endCall, endWithFailure, type Call, type RunningAttempt } from './call.js';
import { AttemptError, attemptError } from './failure.js';
import type { RouterError } from './router-error.js';
import type { OpenStream, StreamChunk } from './open-stream.js';

/** An event of a streamed answer. The last event of a complete answer is its `end`. */
export type AnswerEvent<Data = JsonObject> =
  StreamChunk<Data> | ({ readonly kind: 'end' } & AnswerFigures);

/** The events of a streamed answer, as many at a time as have arrived. */
export interface AnswerBatches<Data = JsonObject> {
  /**
   * The next events, at least one; undefined after the `end`.
   *
   * @param limit gives no more at once. @default all that have arrived
   * @throws RouterError if the answer broke off, now and at every later call
   */
  next(limit?: number): Promise<readonly AnswerEvent<Data>[] | undefined>;
  /** Closes the connection, unless the answer has ended. */
  cancel(): void;
}

/**
 * The events of a stream that has begun. The caller already has a part of the answer, so no other
 * model can take over: any failure rejects with a `RouterError`.
 */
export function createAnswerBatches<Data>(
  call: Call<unknown>,
  running: RunningAttempt,
  stream: OpenStream<Data>,
): AnswerBatches<Data> {
  const ttftMs = running.elapsedMs();
  const { readerTime } = running;
  readerTime.pause();
  running.cutoff.extend(() => readerTime.totalMs);
  const queue: StreamChunk<Data>[] = [...stream.first];
  let problem: RouterError | undefined;
  let isOver = false;
  /** Serializes concurrent calls of `next`. */
  let turn: Promise<unknown> = Promise.resolve();

  function fail(error: AttemptError): RouterError {
    if (problem !== undefined) return problem;
    isOver = true;
    queue.length = 0;
    running.fail(error, true);
    const isAborted = error.failure.class === 'aborted';
    problem = isAborted
      ? endWithFailure(call, error)
      : endCall(call, 'stream_truncated', 'the answer broke off after it had begun', error);
    return problem;
  }

  // Releases the endpoint and its connection immediately, even if the caller is not reading.
  const stopListening = running.cutoff.onCut(() => {
    if (!isOver) fail(attemptError(running.cutoff.reason ?? 'aborted'));
  });

  async function pull(limit: number): Promise<readonly AnswerEvent<Data>[] | undefined> {
    if (problem !== undefined) throw problem;
    if (isOver) return undefined;
    try {
      if (queue.length === 0) {
        if (stream.isComplete()) return [end()];
        readerTime.resume();
        const chunks = await stream.next();
        readerTime.pause();
        // The caller may have aborted in the meantime.
        if (problem !== undefined) throw problem;
        if (chunks === undefined) return [end()];
        queue.push(...chunks);
      }
      const given: AnswerEvent<Data>[] = queue.splice(0, limit);
      logTexts(given);
      // The end that came with the last chunks need not wait for the next call.
      const isLast = queue.length === 0 && given.length < limit && stream.isComplete();
      if (isLast) given.push(end());
      return given;
    } catch (error) {
      if (problem !== undefined) throw problem;
      if (error instanceof AttemptError) throw fail(error);
      // A bug in this library: rethrown unchanged, after the endpoint is released.
      fail(attemptError('aborted'));
      throw error;
    }
  }

  function logTexts(given: readonly AnswerEvent<Data>[]): void {
    if (call.logEntry === undefined) return;
    for (const one of given) {
      if (one.kind === 'chunk' && one.text !== '') call.logEntry.noteText(one.text);
    }
  }

  function end(): AnswerEvent<Data> {
    isOver = true;
    stopListening();
    const figures = running.succeed(stream.summary(), ttftMs);
    call.cutoff.dispose();
    return { kind: 'end', ...figures };
  }

  return {
    next(limit = Infinity) {
      const next = turn.then(
        () => pull(limit),
        () => pull(limit),
      );
      turn = next;
      return next;
    },
    cancel() {
      if (!isOver) running.cutoff.cut('aborted');
    },
  };
}

/** The same events, one at a time. Leaving the loop early closes the connection. */
export function createAnswerEvents<Data>(
  batches: AnswerBatches<Data>,
): AsyncIterableIterator<AnswerEvent<Data>> {
  return {
    async next() {
      const [value] = (await batches.next(1)) ?? [];
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    return() {
      batches.cancel();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
