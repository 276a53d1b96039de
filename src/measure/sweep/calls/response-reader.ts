import { StringDecoder } from 'node:string_decoder';
import { parseAnswerBody, parseBody } from '../../../llm/event-data.js';
import { createFailure, readFailure, type Failure } from '../../../llm/failure.js';
import type { ResponseHeaders } from '../../../llm/retry-after.js';
import { responseLimits } from '../../../llm/response-limits.js';
import { listLastEvents } from '../../../llm/response-reader.js';
import { createStreamMeter, isProgress } from '../../../llm/stream-progress.js';
import { createSseParser, type SseEvent } from '../../../llm/sse.js';
import type { Protocol, ReadContext, StreamReader } from '../../../llm/types.js';
import type { CallResult } from './call-result.js';
import { toCallFailure } from './call-failure.js';
import { createCompletionFold, readFailedGeneration, type CompletionFold } from './completion.js';

/** Makes a result of one response, piece by piece as it arrives. */
export interface CallResponseReader {
  start(statusCode: number, headers: ResponseHeaders): void;
  /** Takes bytes of the body; gives the result as soon as no further byte can change it. */
  accept(bytes: Uint8Array): CallResult | undefined;
  /** The result of a response that came to its end. */
  end(): CallResult;
  /** The result of one that broke off, if what has arrived is enough for one. */
  endEarly(): CallResult | undefined;
  /** True if the rest of the response is not worth reading. */
  readonly isBroken: boolean;
  /** Grows whenever the model has said something; keep-alives do not count. */
  readonly progress: number;
  /** Why the response is no answer, as far as it is known. */
  readonly failure: Failure | undefined;
}

/** As fetch has it: some gateways answer with 201. */
function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

const { maxErrorBytes, maxBodyBytes } = responseLimits;

/**
 * Creates a reader for the response to one request. A server that does not stream answers with a
 * whole completion, which is read as one.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createCallResponseReader(
  protocol: Protocol,
  elapsedMs: () => number,
  given: Omit<ReadContext, 'headers'>,
): CallResponseReader {
  const fold = createCompletionFold(elapsedMs, protocol.readUsage);
  let status = 0;
  let headers: ResponseHeaders = {};
  const context: ReadContext = { ...given, headers: () => headers };
  let stream: EventStream | undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  let failure: Failure | undefined;
  let progress = 0;

  function fail(reason: Failure): CallResult {
    failure = reason;
    return { kind: 'failed', failure: toCallFailure(reason) };
  }

  /** The next answer would be as long, and would be paid for again. */
  function failByLength(reason: Failure): CallResult {
    failure = reason;
    return { kind: 'failed', failure: { ...toCallFailure(reason), retryable: false } };
  }

  function failStream(reason: Failure, { isAnswerTooLong }: EventStream): CallResult {
    return isAnswerTooLong ? failByLength(reason) : fail(reason);
  }

  function readBody(): CallResult {
    const text = Buffer.concat(pieces).toString('utf8');
    // Dozens of large bodies are read at the same time.
    pieces.length = 0;
    if (!isOk(status)) {
      const body = parseBody(text.slice(0, maxErrorBytes));
      const { secrets } = context;
      const failed = readFailure({ status, body, headers }, { secrets, now: context.now() });
      if (failed.isModelFault !== true) return fail(failed);
      for (const event of readFailedGeneration(body, failed)) fold.accept(event);
      return fold.result({ kind: 'failed', failure: failed });
    }
    const body = parseAnswerBody(text);
    if (body.kind === 'cut') {
      return fail(createFailure('truncated', 'the body ends before its JSON does'));
    }
    if (body.kind === 'other') {
      const type = String(headers['content-type'] ?? 'untyped');
      const detail = `the response is ${type} but a stream was expected, and its body`;
      return fail(createFailure('malformed', `${detail} ${body.problem}`));
    }
    const answer = protocol.readAnswer(body.value, context);
    for (const event of answer.events) fold.accept(event);
    if (answer.conclusion.kind === 'failed') failure = answer.conclusion.failure;
    return fold.result(answer.conclusion);
  }

  function endStream(reader: StreamReader): CallResult {
    const conclusion = reader.conclude();
    if (conclusion.kind === 'failed') failure = conclusion.failure;
    return fold.result(conclusion);
  }

  return {
    start(statusCode, responseHeaders) {
      // An interim response (1xx) comes before the one that counts.
      status = statusCode;
      headers = responseHeaders;
      const isStream = /event-stream/i.test(String(responseHeaders['content-type'] ?? ''));
      stream =
        isOk(statusCode) && isStream
          ? createEventStream(protocol.createStreamReader(context), fold, () => (progress += 1))
          : undefined;
    },
    accept(bytes) {
      if (stream !== undefined) {
        const problem = stream.accept(bytes);
        if (problem !== undefined) return failStream(problem, stream);
        return stream.reader.isOver() ? endStream(stream.reader) : undefined;
      }
      pieces.push(bytes.slice());
      // Servers that do not stream keep the connection open with white space (DeepSeek).
      if (bytes.some((byte) => byte > 0x20)) progress += 1;
      size += bytes.length;
      if (!isOk(status)) return size >= maxErrorBytes ? readBody() : undefined;
      if (size <= maxBodyBytes) return undefined;
      pieces.length = 0;
      return failByLength(
        createFailure('malformed', `the body is longer than ${maxBodyBytes} bytes`),
      );
    },
    end() {
      if (stream === undefined) return readBody();
      const problem = stream.end();
      return problem === undefined ? endStream(stream.reader) : failStream(problem, stream);
    },
    endEarly() {
      // An error status is enough, even if its body is incomplete.
      if (stream === undefined) return status === 0 || isOk(status) ? undefined : readBody();
      if (stream.end() !== undefined) return undefined;
      // Where the finish reason has arrived, only the usage or the mark of the end is missing.
      const isWhole = stream.reader.isOver() || stream.reader.conclude().kind === 'answered';
      return isWhole ? endStream(stream.reader) : undefined;
    },
    get isBroken() {
      return size >= maxErrorBytes || (stream?.isTooLong ?? false);
    },
    get progress() {
      return progress;
    },
    get failure() {
      return failure;
    },
  };
}

interface EventStream {
  readonly reader: StreamReader;
  /** Whether more was sent than is read. */
  readonly isTooLong: boolean;
  /** Whether the answer itself is what is too long. */
  readonly isAnswerTooLong: boolean;
  accept(bytes: Uint8Array): Failure | undefined;
  /** Reads what came after the last empty line. */
  end(): Failure | undefined;
}

function createEventStream(
  reader: StreamReader,
  fold: CompletionFold,
  onProgress: () => void,
): EventStream {
  // Knows UTF-8 only, and in return is several times as fast as a TextDecoder on small pieces.
  const decoder = new StringDecoder('utf8');
  const parser = createSseParser();
  const meter = createStreamMeter();
  let isTooLong = false;
  let isAnswerTooLong = false;

  function refuse(excess: string): Failure {
    isTooLong = true;
    return createFailure('malformed', `the stream ${excess}`);
  }

  function read(events: readonly SseEvent[]): Failure | undefined {
    for (const event of events) {
      for (const said of reader.accept(event).events) {
        fold.accept(said);
        const excess = meter.note(said);
        if (excess !== undefined) {
          isAnswerTooLong = true;
          return refuse(excess);
        }
        if (isProgress(said)) onProgress();
      }
      if (reader.isOver()) return undefined;
    }
    return undefined;
  }

  return {
    reader,
    get isTooLong() {
      return isTooLong;
    },
    get isAnswerTooLong() {
      return isAnswerTooLong;
    },
    accept(bytes) {
      if (reader.isOver()) return undefined;
      const text = decoder.write(bytes as Buffer);
      const events = parser.feed(text);
      const problem = read(events);
      if (problem !== undefined || reader.isOver()) return problem;
      const excess = meter.add(text.length, events.length);
      return excess === undefined ? undefined : refuse(excess);
    },
    end() {
      return reader.isOver() ? undefined : read(listLastEvents(parser));
    },
  };
}
