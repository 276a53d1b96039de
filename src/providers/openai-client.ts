import { createParser } from 'eventsource-parser';
import { Agent, type Dispatcher } from 'undici';
import type { JsonValue } from '../util/json.js';
import { buildOpenAiRequest } from './build-openai-request.js';
import type { CallRequest, CallResult, ProviderClient } from './call-result.js';
import { classifyResponse, createFailure } from './classify-failure.js';
import { classifyTransportError } from './classify-transport-error.js';
import { systemClock, type Clock } from './clock.js';
import { createCompletionStream, type CompletionStream } from './completion-stream.js';
import { parseRetryAfterMs } from '../util/parse-retry-after.js';

/** How long to wait for what, in milliseconds. None of it shapes an answer. */
export interface CallTimeouts {
  /** @default 10_000 */
  readonly connectMs: number;
  /** Until the response's headers. @default 120_000 */
  readonly firstByteMs: number;
  /** Between two pieces of the stream. @default 60_000 */
  readonly idleMs: number;
  /** For one attempt, whatever arrives meanwhile. @default 300_000 */
  readonly totalMs: number;
}

const defaultTimeouts: CallTimeouts = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 300_000,
};

export interface OpenAiClientSettings {
  /** Where requests go; without one the client opens its own connections and closes them. */
  readonly dispatcher?: Dispatcher;
  /** @default systemClock */
  readonly clock?: Clock;
  readonly timeouts?: Partial<CallTimeouts>;
}

const largestErrorBytes = 64 * 1024;
const largestStreamCharacters = 32 * 1024 * 1024;
/** How long the end of the response may take after `[DONE]`, for the connection to be kept. */
const graceMs = 100;

/**
 * Creates a client for OpenAI's chat completions and for every server that speaks the same
 * protocol. Each call is one attempt, streamed, and timed from the moment it is sent; trying again
 * is the caller's business (`callWithRetry`).
 */
export function createOpenAiClient(settings: OpenAiClientSettings = {}): ProviderClient {
  const timeouts = { ...defaultTimeouts, ...settings.timeouts };
  const clock = settings.clock ?? systemClock;
  const ownAgent =
    settings.dispatcher === undefined
      ? new Agent({ connect: { timeout: timeouts.connectMs } })
      : undefined;
  const dispatcher = settings.dispatcher ?? (ownAgent as Agent);
  return {
    complete: (request) => complete(request, dispatcher, timeouts, clock),
    close: async () => ownAgent?.close(),
  };
}

async function complete(
  request: CallRequest,
  dispatcher: Dispatcher,
  timeouts: CallTimeouts,
  clock: Clock,
): Promise<CallResult> {
  const secrets = [request.apiKey];
  const abort = createAbort(request.signal, timeouts.totalMs);
  const startedMs = clock.now();
  const stream = createCompletionStream(() => clock.now() - startedMs, secrets);
  try {
    const response = await send(request, dispatcher, timeouts, abort.signal);
    const contentType = String(response.headers['content-type'] ?? '');
    if (response.statusCode !== 200 || !/event-stream/i.test(contentType)) {
      const body = await readErrorBody(response.body);
      if (response.statusCode === 200 && !hasError(body)) {
        const message = `the response is ${contentType || 'untyped'} where a stream was asked for`;
        return { kind: 'failed', failure: createFailure('malformed', { message, secrets }) };
      }
      const status = response.statusCode === 200 ? readStatus(body) : response.statusCode;
      const retryAfterMs = parseRetryAfterMs(response.headers, clock.date());
      return { kind: 'failed', failure: classifyResponse({ status, body, retryAfterMs }, secrets) };
    }
    await readStream(response.body, stream);
    return stream.result();
  } catch (error) {
    if (stream.ended) return stream.result();
    const message = abort.reason();
    if (message === 'cancelled') {
      return { kind: 'failed', failure: createFailure('cancelled', { message }) };
    }
    if (message !== undefined) {
      return { kind: 'failed', failure: createFailure('timeout', { message }) };
    }
    return { kind: 'failed', failure: classifyTransportError(error, secrets) };
  } finally {
    abort.dispose();
  }
}

function send(
  { model, prompt, apiKey }: CallRequest,
  dispatcher: Dispatcher,
  timeouts: CallTimeouts,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname } = new URL(`${model.baseUrl}/chat/completions`);
  return dispatcher.request({
    origin,
    path: pathname,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'user-agent': 'routesmith',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(buildOpenAiRequest(model, prompt)),
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    signal,
  });
}

type ResponseBody = Dispatcher.ResponseData['body'];

async function readStream(body: ResponseBody, stream: CompletionStream): Promise<void> {
  const decoder = new TextDecoder();
  let cut = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      // What a cut leaves of an event is the cut's business, not an event that is not JSON.
      if (!cut || data.trim() === '[DONE]') stream.accept(data);
    },
  });
  let characters = 0;
  let grace: NodeJS.Timeout | undefined;
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(bytes, { stream: true });
      characters += text.length;
      if (characters > largestStreamCharacters) {
        const message = `the stream is longer than ${largestStreamCharacters} characters`;
        stream.fail(createFailure('malformed', { message }));
      }
      parser.feed(text);
      // The rest is read, so that the connection can be used again, but not waited for.
      if (stream.ended) grace ??= setTimeout(() => body.destroy(), graceMs);
    }
    cut = true;
    parser.feed(`${decoder.decode()}\n\n`);
  } finally {
    clearTimeout(grace);
  }
}

/** What arrives of an error's body, up to a limit: JSON, or the text where it is none. */
async function readErrorBody(body: ResponseBody): Promise<JsonValue> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      pieces.push(bytes);
      size += bytes.length;
      if (size >= largestErrorBytes) break;
    }
  } catch {
    // The status is known already, and says more than the cut of its explanation.
  }
  const text = Buffer.concat(pieces).subarray(0, largestErrorBytes).toString('utf8');
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

interface Abort {
  readonly signal: AbortSignal;
  /** Why the call was cut off; undefined while it was not. */
  reason(): string | undefined;
  dispose(): void;
}

function createAbort(outer: AbortSignal | undefined, totalMs: number): Abort {
  const controller = new AbortController();
  let reason: string | undefined;
  const cut = (why: string): void => {
    reason ??= why;
    controller.abort();
  };
  const cancel = (): void => cut('cancelled');
  const timer = setTimeout(() => cut('the call took longer than the total timeout'), totalMs);
  if (outer?.aborted === true) cancel();
  outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    reason: () => reason,
    dispose: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}
