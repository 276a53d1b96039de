import { StringDecoder } from 'node:string_decoder';
import { createFailure, readFailure, type Failure } from '../../../llm/failure.js';
import type { ResponseHeaders } from '../../../llm/retry-after.js';
import { createSseParser } from '../../../llm/sse.js';
import type { Protocol, ReadContext, StreamReader } from '../../../llm/types.js';
import { isJsonObject, type JsonValue } from '../../../util/json.js';
import type { CallResult } from './call-result.js';
import { toCallFailure } from './call-failure.js';
import { createCompletionFold, type CompletionFold } from './completion.js';

/** Reads one response incrementally and returns its result. */
export interface ResponseReader {
  start(statusCode: number, headers: ResponseHeaders): void;
  /** Accepts bytes of the body; returns the result as soon as no further byte can change it. */
  accept(bytes: Uint8Array): CallResult | undefined;
  /** The result of a response that has ended. */
  end(): CallResult;
  /** The result of a response that broke off, if enough has arrived. */
  endEarly(): CallResult | undefined;
  /** True if the rest of the response should not be read. */
  readonly isBroken: boolean;
  /** Why the response is not an answer, if known. */
  readonly failure: Failure | undefined;
}

const maxErrorBytes = 64 * 1024;
const maxAnswerCharacters = 32 * 1024 * 1024;

/**
 * Creates a reader for the response to one request. It also reads the complete JSON response of a
 * server that does not stream.
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
        ? 'the response ended before the completion was complete'
        : `expected a stream, but the response is ${type}`;
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
      // May be called more than once: an interim response (1xx) precedes the final one.
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
      // An error status is enough, even if its body is incomplete.
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
  // Several times as fast as a TextDecoder on small chunks.
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
      // An event without the empty line after it may be incomplete, unless it is the end marker.
      for (const event of parser.feed(`${decoder.end()}\n\n`)) {
        if (event.data.trim() === '[DONE]') reader.accept(event);
      }
    },
  };
}

/** The received part of a body, parsed as JSON if possible. */
function parseBody(pieces: readonly Uint8Array[]): JsonValue {
  const text = Buffer.concat(pieces).subarray(0, maxAnswerCharacters).toString('utf8');
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text.slice(0, maxErrorBytes);
  }
}
