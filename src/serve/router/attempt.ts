import type { JsonObject, JsonValue } from '../../util/json.js';
import { anthropicWire } from './anthropic-wire.js';
import { createBodyReader, type BodyReader } from './body-reader.js';
import { classifyErrorBody, type ErrorContext } from './classify-response.js';
import type { Cutoff } from './cutoff.js';
import type { Endpoint } from './endpoint.js';
import { AttemptError, attemptError } from './failure.js';
import { openAiWire } from './openai-wire.js';
import { parseJsonObject } from '../../util/parse-json-object.js';
import type { RouterRequest } from './router-request.js';
import { sendRequest, type Fetch } from './send-request.js';
import type { RouterTimeouts } from './timeouts.js';
import type { AnswerSummary, WireFormat } from './wire-format.js';

const maxAnswerBytes = 32 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

/** One attempt at one endpoint. */
export interface AttemptInput {
  readonly endpoint: Endpoint;
  readonly request: RouterRequest;
  readonly fetch: Fetch;
  readonly cutoff: Cutoff;
  readonly timeouts: RouterTimeouts;
  /** Milliseconds since the attempt began. */
  readonly elapsedMs: () => number;
  readonly date: () => Date;
  readonly exposesMessages: boolean;
}

/** A response that is no error by its status. */
export interface OpenedResponse {
  readonly wire: WireFormat;
  readonly body: BodyReader;
  readonly contentType: string;
  /** For an error that comes inside. */
  readonly errors: ErrorContext;
}

/** A whole answer as the provider sent it. */
export interface CompletedAttempt extends AnswerSummary {
  readonly response: JsonObject;
}

/** The protocol that an endpoint speaks. */
export function findWire(endpoint: Endpoint): WireFormat {
  return endpoint.kind === 'anthropic' ? anthropicWire : openAiWire;
}

/**
 * Sends a request and reads the response's status.
 *
 * @throws AttemptError for everything that is no answer
 */
export async function openResponse(input: AttemptInput, stream: boolean): Promise<OpenedResponse> {
  const { endpoint, cutoff, timeouts } = input;
  const wire = findWire(endpoint);
  const { response, secrets } = await sendRequest({
    ...input,
    path: wire.path,
    buildHeaders: wire.buildHeaders,
    body: wire.buildBody(input.request, endpoint, stream),
  });
  const body = createBodyReader(response, cutoff, timeouts, input.elapsedMs);
  const errors: ErrorContext = {
    headers: response.headers,
    secrets,
    exposesMessages: input.exposesMessages,
    date: input.date(),
  };
  const { status } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    throw new AttemptError({ class: 'redirected', status });
  }
  if (!response.ok) {
    throw classifyErrorBody(status, await readErrorBody(body, cutoff), errors);
  }
  return { wire, body, contentType: response.headers.get('content-type') ?? '', errors };
}

/**
 * Asks for a whole answer.
 *
 * @throws AttemptError for everything else
 */
export async function completeOnce(input: AttemptInput): Promise<CompletedAttempt> {
  const { wire, body, errors } = await openResponse(input, false);
  const text = await body.readText(maxAnswerBytes);
  const response = parseJsonObject(text);
  if (response === undefined) {
    const isCut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    throw isCut
      ? attemptError('truncated', 'the body ends before its JSON does')
      : attemptError('malformed', 'the body is not a JSON object');
  }
  const error = response['error'];
  if (error !== undefined && error !== null) throw classifyErrorBody(undefined, response, errors);
  const answer = wire.readAnswer(response);
  if (answer.kind === 'malformed') throw attemptError('malformed', answer.detail);
  checkEnd(answer.finishReason, answer.hasAnswer);
  const { finishReason, usage, reportedCostUsd } = answer;
  return { response, text: answer.text, finishReason, usage, reportedCostUsd };
}

/**
 * Checks that a whole answer is one.
 *
 * @throws AttemptError `server_error`, `content_filtered` or `empty_answer`
 */
export function checkEnd(finishReason: string | null, hasAnswer: boolean): void {
  if (finishReason === 'error') {
    throw attemptError('server_error', 'the answer ended with an error that is not named');
  }
  if (hasAnswer) return;
  if (finishReason === 'content_filter') throw attemptError('content_filtered');
  // A limit too small to answer in is the request's: it says nothing of the endpoint.
  const isCutByLimit = finishReason === 'length' || finishReason === 'max_tokens';
  throw isCutByLimit
    ? new AttemptError(
        { class: 'empty_answer', status: null, detail: 'the token limit left no room to answer' },
        'unharmed',
      )
    : attemptError('empty_answer');
}

/** What arrives of an error's body: JSON, or the text where it is none. */
async function readErrorBody(body: BodyReader, cutoff: Cutoff): Promise<JsonValue> {
  let text: string;
  try {
    text = await body.readText(maxErrorBytes);
  } catch (error) {
    // The status is known already, and says more than the cut of its explanation.
    if (cutoff.reason === 'aborted' || cutoff.reason === 'total_timeout') throw error;
    text = '';
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
