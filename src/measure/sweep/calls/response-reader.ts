import { StringDecoder } from 'node:string_decoder';
import { createFailure, readFailure, type Failure } from '../../../llm/failure.js';
import type { ResponseHeaders } from '../../../llm/retry-after.js';
import { createSseParser } from '../../../llm/sse.js';
import type { Protocol, ReadContext, StreamReader } from '../../../llm/types.js';
import { isJsonObject, type JsonValue } from '../../../util/json.js';
import type { CallResult } from './call-result.js';
import { toCallFailure } from './call-failure.js';
import { createCompletionFold, type CompletionFold } from './completion.js';

/** Makes a result of one response, piece by piece as it arrives. */
export interface ResponseReader {
  start(statusCode: number, headers: ResponseHeaders): void;
  /** Takes bytes of the body; gives the result as soon as no further byte can change it. */
  accept(bytes: Uint8Array): CallResult | undefined;
  /** The result of a response that came to its end. */
  end(): CallResult;
  /** The result of one that broke off, if what has arrived is enough for one. */
  endEarly(): CallResult | undefined;
  /** True if the rest of the response is not worth reading. */
  readonly isBroken: boolean;
  /** Why the response is no answer, as far as it is known. */
  readonly failure: Failure | undefined;
}

const maxErrorBytes = 64 * 1024;
const maxAnswerCharacters = 32 * 1024 * 1024;

/**
 * Creates a reader for the response to one request. A server that does not stream answers with a
 * whole completion, which is read as one.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createResponseReader(
  protocol: Protocol,
  elapsedMs: () => number,
  given: Omit<ReadContext, 'headers'>,
): ResponseReader {
  const fold = createCompletionFold(elapsedMs, protocol.readUsage);
  let status = 0;
  let headers: ResponseHeaders = {};
  const context: ReadContext = { ...given, headers: () => headers };
  let stream: EventStream | undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  let failure: Failure | undefined;

  function fail(reason: Failure): CallResult {
    failure = reason;
    return { kind: 'failed', failure: toCallFailure(reason) };
  }

  function readBody(isCut: boolean): CallResult {
    const body = parseBody(pieces);
    const { secrets } = context;
    if (status !== 200) {
      return fail(readFailure({ status, body, headers }, { secrets, now: context.now() }));
    }
    const outer = Array.isArray(body) ? ((body as readonly JsonValue[])[0] ?? null) : body;
    if (!isJsonObject(outer)) {
      const type = String(headers['content-type'] ?? 'untyped');
      const detail = isCut
        ? 'the stream ended before the completion did'
        : `the response is ${type} where a stream was expected`;
      return fail(createFailure(isCut ? 'truncated' : 'malformed', detail));
    }
    const answer = protocol.readAnswer(outer, context);
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
        statusCode === 200 && isStream
          ? createEventStream(protocol.createStreamReader(context), fold)
          : undefined;
    },
    accept(bytes) {
      if (stream !== undefined) {
        const problem = stream.accept(bytes);
        if (problem !== undefined) return fail(problem);
        return stream.reader.isOver ? endStream(stream.reader) : undefined;
      }
      pieces.push(bytes.slice());
      size += bytes.length;
      const maxBytes = status === 200 ? maxAnswerCharacters : maxErrorBytes;
      return size >= maxBytes ? readBody(false) : undefined;
    },
    end() {
      if (stream === undefined) return readBody(false);
      stream.end();
      return endStream(stream.reader);
    },
    endEarly() {
      // The status is known already, and says more than the cut of its explanation.
      if (stream === undefined) return status === 0 || status === 200 ? undefined : readBody(true);
      stream.end();
      return stream.reader.isOver ? endStream(stream.reader) : undefined;
    },
    get isBroken() {
      return size >= maxErrorBytes || (stream?.isTooLong ?? false);
    },
    get failure() {
      return failure;
    },
  };
}

interface EventStream {
  readonly reader: StreamReader;
  readonly isTooLong: boolean;
  accept(bytes: Uint8Array): Failure | undefined;
  end(): void;
}

function createEventStream(reader: StreamReader, fold: CompletionFold): EventStream {
  // Knows UTF-8 only, and in return is several times as fast as a TextDecoder on small pieces.
  const decoder = new StringDecoder('utf8');
  const parser = createSseParser();
  let characters = 0;
  return {
    reader,
    get isTooLong() {
      return characters > maxAnswerCharacters;
    },
    accept(bytes) {
      if (reader.isOver) return undefined;
      const text = decoder.write(bytes as Buffer);
      characters += text.length;
      if (characters > maxAnswerCharacters) {
        const detail = `the stream is longer than ${maxAnswerCharacters} characters`;
        return createFailure('malformed', detail);
      }
      for (const event of parser.feed(text)) {
        for (const said of reader.accept(event).events) fold.accept(said);
      }
      return undefined;
    },
    end() {
      if (reader.isOver) return;
      // Without the empty line after it, an event may be cut, unless it is the mark of the end.
      for (const event of parser.feed(`${decoder.end()}\n\n`)) {
        if (event.data.trim() === '[DONE]') reader.accept(event);
      }
    },
  };
}

/** What arrived of a body: JSON, or the text if it is none. */
function parseBody(pieces: readonly Uint8Array[]): JsonValue {
  const text = Buffer.concat(pieces).subarray(0, maxAnswerCharacters).toString('utf8');
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text.slice(0, maxErrorBytes);
  }
}
