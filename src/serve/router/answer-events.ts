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
export type AnswerEvent = StreamChunk | ({ readonly kind: 'end' } & AnswerFigures);

/** The events of a streamed answer, as many at a time as have arrived. */
export interface AnswerBatches {
  /**
   * The next events, at least one; undefined after the `end`.
   *
   * @throws RouterError if the answer broke off, now and at every later call
   */
  next(): Promise<readonly AnswerEvent[] | undefined>;
  /** Why the answer broke off; undefined if it has not. */
  findProblem(): RouterError | undefined;
  /** Closes the connection, unless the answer has ended. */
  cancel(): void;
}

/**
 * The events of a stream that has begun. The caller already has a part of the answer, so no other
 * model can take over: any failure rejects with a `RouterError`.
 */
export function createAnswerBatches(
  call: Call,
  running: RunningAttempt,
  stream: OpenStream,
): AnswerBatches {
  const ttftMs = running.elapsedMs();
  let first: readonly StreamChunk[] = stream.first;
  let problem: RouterError | undefined;
  let isOver = false;
  /** Serializes concurrent calls of `next`. */
  let turn: Promise<unknown> = Promise.resolve();

  function fail(error: AttemptError): RouterError {
    if (problem !== undefined) return problem;
    isOver = true;
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

  async function pull(): Promise<readonly AnswerEvent[] | undefined> {
    if (problem !== undefined) throw problem;
    if (isOver) return undefined;
    try {
      const chunks = first.length > 0 ? first : await stream.next();
      first = [];
      // The caller may have aborted in the meantime.
      if (problem !== undefined) throw problem;
      if (chunks === undefined) return [end()];
      logTexts(chunks);
      // The end that came with the last chunks need not wait for the next call.
      return stream.isComplete() ? [...chunks, end()] : chunks;
    } catch (error) {
      if (problem !== undefined) throw problem;
      if (error instanceof AttemptError) throw fail(error);
      // A bug in this library: rethrown unchanged, after the endpoint is released.
      fail(attemptError('aborted'));
      throw error;
    }
  }

  function logTexts(chunks: readonly StreamChunk[]): void {
    if (call.logEntry === undefined) return;
    for (const { events } of chunks) {
      for (const event of events) if (event.kind === 'text') call.logEntry.noteText(event.text);
    }
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
    findProblem: () => problem,
    cancel() {
      if (!isOver) running.cutoff.cut('aborted');
    },
  };
}

/** The same events, one at a time. Leaving the loop early closes the connection. */
export function createAnswerEvents(batches: AnswerBatches): AsyncIterableIterator<AnswerEvent> {
  const queue: AnswerEvent[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  async function pull(): Promise<IteratorResult<AnswerEvent>> {
    // An answer that was aborted gives no more of what waits.
    const problem = batches.findProblem();
    if (problem !== undefined) throw problem;
    if (queue.length === 0) queue.push(...((await batches.next()) ?? []));
    const value = queue.shift();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  return {
    next() {
      const next = turn.then(pull, pull);
      turn = next;
      return next;
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
