import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import type { JsonValue } from '../../../util/json.js';
import { parseRetryAfterMs, type ResponseHeaders } from '../../../llm/parse-retry-after.js';
import type { CallResult } from './call-result.js';
import { classifyResponse, createFailure } from './classify-failure.js';
import type { Clock } from './clock.js';
import type { CompletionStream } from './completion-stream.js';
import { parseResetMs } from '../../../llm/parse-reset-headers.js';

/** Makes a result of one response, piece by piece as it arrives. */
export interface ResponseReader {
  start(statusCode: number, headers: ResponseHeaders): void;
  /** Takes bytes of the body; gives the result as soon as no further byte can change it. */
  accept(bytes: Uint8Array): CallResult | undefined;
  /** The result of a response that came to its end. */
  end(): CallResult;
  /** The result of one that broke off, where what has arrived is enough for one. */
  endEarly(): CallResult | undefined;
  /** True where the rest of the response is not worth reading. */
  readonly isBroken: boolean;
}

const maxErrorBytes = 64 * 1024;
const maxStreamCharacters = 32 * 1024 * 1024;

/** Creates a reader for the response to one request. */
export function createResponseReader(
  stream: CompletionStream,
  context: { readonly secrets: readonly (string | undefined)[]; readonly clock: Clock },
): ResponseReader {
  const { secrets, clock } = context;
  let status = 0;
  let headers: ResponseHeaders = {};
  let events: EventReader | undefined;
  const errorPieces: Uint8Array[] = [];
  let errorBytes = 0;

  function readFailure(): CallResult {
    const body = parseBody(errorPieces);
    if (status === 200 && !hasError(body)) {
      const contentType = String(headers['content-type'] ?? 'untyped');
      const message = `the response is ${contentType} where a stream was asked for`;
      const details = { message, secrets, mayBeCharged: true };
      return { kind: 'failed', failure: createFailure('malformed', details) };
    }
    const now = clock.date();
    const meant = status === 200 ? readStatus(body) : status;
    // A limit's reset says how long to wait only where the limit is what stands in the way.
    const resetMs = meant === 429 ? parseResetMs(headers, now) : undefined;
    const retryAfterMs = parseRetryAfterMs(headers, now) ?? resetMs;
    return {
      kind: 'failed',
      failure: classifyResponse({ status: meant, body, retryAfterMs }, secrets),
    };
  }

  return {
    start(statusCode, responseHeaders) {
      // An interim response (1xx) comes before the one that counts.
      status = statusCode;
      headers = responseHeaders;
      const isStream = /event-stream/i.test(String(responseHeaders['content-type'] ?? ''));
      events = statusCode === 200 && isStream ? createEventReader(stream) : undefined;
    },
    accept(bytes) {
      if (events !== undefined) {
        events.accept(bytes);
        return stream.ended ? stream.result() : undefined;
      }
      errorPieces.push(bytes.slice());
      errorBytes += bytes.length;
      return errorBytes >= maxErrorBytes ? readFailure() : undefined;
    },
    end() {
      if (events === undefined) return readFailure();
      events.end();
      return stream.result();
    },
    endEarly() {
      // The status is known already, and says more than the cut of its explanation.
      if (events === undefined) return status === 0 ? undefined : readFailure();
      events.end();
      return stream.ended ? stream.result() : undefined;
    },
    get isBroken() {
      return errorBytes >= maxErrorBytes || (events?.isTooLong ?? false);
    },
  };
}

interface EventReader {
  readonly isTooLong: boolean;
  accept(bytes: Uint8Array): void;
  end(): void;
}

function createEventReader(stream: CompletionStream): EventReader {
  // Knows UTF-8 only, and in return is several times as fast as a TextDecoder on small pieces.
  const decoder = new StringDecoder('utf8');
  let isCut = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      // What a cut leaves of an event is the cut's business, not an event that is not JSON.
      if (!isCut || data.trim() === '[DONE]') stream.accept(data);
    },
  });
  let characters = 0;
  return {
    get isTooLong() {
      return characters > maxStreamCharacters;
    },
    accept(bytes) {
      if (stream.ended) return;
      const text = decoder.write(bytes as Buffer);
      characters += text.length;
      if (characters > maxStreamCharacters) {
        const message = `the stream is longer than ${maxStreamCharacters} characters`;
        stream.fail(createFailure('malformed', { message, mayBeCharged: true }));
        return;
      }
      parser.feed(text);
    },
    end() {
      isCut = true;
      parser.feed(`${decoder.end()}\n\n`);
    },
  };
}

/** What arrived of a body: JSON, or the text where it is none. */
function parseBody(pieces: readonly Uint8Array[]): JsonValue {
  const text = Buffer.concat(pieces).subarray(0, maxErrorBytes).toString('utf8');
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function hasError(body: JsonValue): boolean {
  return typeof body === 'object' && body !== null && 'error' in body;
}

/** Some gateways answer 200 and put the status into the error. */
function readStatus(body: JsonValue): number {
  const code = Number((body as { error?: { code?: unknown } }).error?.code);
  return Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
}
