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

/** What a stream of a router yields. The last event of a whole answer is its `end`. */
export type AnswerEvent =
  ({ readonly kind: 'chunk' } & StreamChunk) | ({ readonly kind: 'end' } & AnswerFigures);

/**
 * The events of a stream that has begun. A part of the answer is out of the house, so nobody else
 * can take over: what fails from here on ends in a `RouterError`, never in a clean end, and asking
 * again gives the same error again. Leaving the loop early ends the connection.
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
  /** Callers may ask for several events at once; they get them in order. */
  let turn: Promise<unknown> = Promise.resolve();

  function fail(error: AttemptError): RouterError {
    if (problem !== undefined) return problem;
    isOver = true;
    queue.length = 0;
    running.fail(error, true);
    const isGivenUp = error.failure.class === 'aborted';
    problem = isGivenUp
      ? endWithFailure(call, error)
      : endCall(call, 'stream_truncated', 'the answer broke off after it had begun', error);
    return problem;
  }

  // Also where nobody is reading: the endpoint and its connection are given back at once.
  const stopListening = running.cutoff.onCut(() => {
    if (!isOver) fail(attemptError(running.cutoff.reason ?? 'aborted'));
  });

  async function pull(): Promise<IteratorResult<AnswerEvent>> {
    if (problem !== undefined) throw problem;
    if (isOver) return { done: true, value: undefined };
    try {
      while (queue.length === 0) {
        const chunks = await stream.next();
        // Meanwhile the caller may have left.
        if (problem !== undefined) throw problem;
        if (chunks === undefined) return { done: false, value: end() };
        queue.push(...chunks);
      }
    } catch (error) {
      if (problem !== undefined) throw problem;
      if (error instanceof AttemptError) throw fail(error);
      // A fault of this library: it is told as it is, and holds no place at the endpoint.
      fail(attemptError('aborted'));
      throw error;
    }
    return { done: false, value: { kind: 'chunk', ...(queue.shift() as StreamChunk) } };
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
