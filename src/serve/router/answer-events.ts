import {
  endCall,
  endWithFailure,
  type AnswerFigures,
  type Call,
  type RunningAttempt,
} from './call.js';
import { AttemptError, attemptError } from './failure.js';
import type { RouterError } from './router-error.js';
import type { OpenStream, StreamChunk } from './stream-once.js';

/** An event of a streamed answer. The last event of a complete answer is its `end`. */
export type AnswerEvent =
  ({ readonly kind: 'chunk' } & StreamChunk) | ({ readonly kind: 'end' } & AnswerFigures);

/**
 * The events of a stream that has begun. The caller already has a part of the answer, so no other
 * model can take over: any failure rejects with a `RouterError`, and so does every later call of
 * `next`. Leaving the loop early closes the connection.
 */
export function createAnswerEvents(
  call: Call,
  running: RunningAttempt,
  stream: OpenStream,
): AsyncIterableIterator<AnswerEvent> {
  const ttftMs = running.elapsedMs();
  const queue: StreamChunk[] = [...stream.first];
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

  async function pull(): Promise<IteratorResult<AnswerEvent>> {
    if (problem !== undefined) throw problem;
    if (isOver) return { done: true, value: undefined };
    try {
      while (queue.length === 0) {
        const chunks = await stream.next();
        // The caller may have aborted in the meantime.
        if (problem !== undefined) throw problem;
        if (chunks === undefined) return { done: false, value: end() };
        queue.push(...chunks);
      }
    } catch (error) {
      if (problem !== undefined) throw problem;
      if (error instanceof AttemptError) throw fail(error);
      // A bug in this library: rethrown unchanged, after the endpoint is released.
      fail(attemptError('aborted'));
      throw error;
    }
    const chunk = queue.shift() as StreamChunk;
    for (const event of chunk.events) {
      if (event.kind === 'text') call.logEntry?.noteText(event.text);
    }
    return { done: false, value: { kind: 'chunk', ...chunk } };
  }

  function end(): AnswerEvent {
    isOver = true;
    stopListening();
    const figures = running.succeed(stream.summary(), ttftMs);
    call.cutoff.dispose();
    return { kind: 'end', ...figures };
  }

  return {
    next() {
      const next = turn.then(pull, pull);
      turn = next;
      return next;
    },
    return() {
      if (!isOver) running.cutoff.cut('aborted');
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
