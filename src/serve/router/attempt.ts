import { wantsNoAnswer, type CallerRequest } from '../../llm/caller-request.js';
import { hasUncountedCharges } from '../../llm/charged-request.js';
import { parseAnswerBody, parseBody } from '../../llm/event-data.js';
import { readFailure } from '../../llm/failure.js';
import { protocols } from '../../llm/protocol.js';
import { responseLimits } from '../../llm/response-limits.js';
import type { ResponseHeaders } from '../../llm/retry-after.js';
import { hasFreeRefusals } from '../../llm/refusal-charge.js';
import { joinText } from '../../llm/stream-progress.js';
import type { Protocol, ReadContext, StreamEvent } from '../../llm/types.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { createBodyReader, type BodyReader } from './body-reader.js';
import type { AnswerSummary } from './call.js';
import type { Cutoff } from './cutoff.js';
import { checkConclusion, readSafely } from './check-conclusion.js';
import { AttemptError, attemptError, toAttemptError } from './failure.js';
import { buildEndpointRequest } from './router-request.js';
import { sendRequest, type SendSettings } from './send-request.js';

/** One attempt at one endpoint. */
export interface AttemptInput extends SendSettings {
  readonly request: CallerRequest;
  /** See `Candidate`. */
  readonly effort: string | undefined;
  readonly date: () => Date;
  readonly exposesMessages: boolean;
  readonly maxAnswerBytes: number;
}

/** A response without an error status. */
export interface OpenedResponse {
  readonly protocol: Protocol;
  readonly body: BodyReader;
  readonly contentType: string;
  /** The protocol's, with a guess where the request asks for what no usage counts. */
  readonly readUsage: Protocol['readUsage'];
  readonly hasFreeRefusals: boolean;
  /** Passed to the protocol's readers. */
  readonly context: ReadContext;
}

/** A complete answer as the provider sent it. */
export interface CompletedAttempt extends AnswerSummary {
  readonly response: JsonObject;
  /** The same as text. */
  readonly json: string;
  /** What it says, in one form for all protocols. */
  readonly events: readonly StreamEvent[];
  /** Empty if the model only called tools. */
  readonly text: string;
}

/**
 * Sends a request and reads the response's status.
 *
 * @throws AttemptError for everything that is not an answer
 */
export async function openResponse(input: AttemptInput, stream: boolean): Promise<OpenedResponse> {
  const { endpoint, cutoff, timeouts, exposesMessages } = input;
  const protocol = protocols[endpoint.kind];
  const built = buildEndpointRequest(input.request, endpoint, stream, input.effort);
  const request = protocol.buildRequest(built);
  const takesHeaders = input.request.protocol === endpoint.kind && built.form.betas === true;
  const passed = takesHeaders ? input.request.headers : undefined;
  const { response, secrets } = await sendRequest(input, protocol, request, passed);
  const body = createBodyReader(response, cutoff, timeouts, input.elapsedMs);
  const { status } = response;
  const headers = (): ResponseHeaders => Object.fromEntries(response.headers);
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    throw new AttemptError({ class: 'redirected', status });
  }
  if (!response.ok) {
    const error = { status, headers: headers(), body: await readErrorBody(body, cutoff) };
    const failure = readSafely(() => readFailure(error, { secrets, now: input.date() }));
    throw toAttemptError(failure, exposesMessages);
  }
  const contentType = response.headers.get('content-type') ?? '';
  const readUsage: Protocol['readUsage'] = hasUncountedCharges(request)
    ? (rawUsage) => ({ ...protocol.readUsage(rawUsage), isGuess: true })
    : protocol.readUsage;
  const context = { secrets, now: input.date, headers };
  const isFree = hasFreeRefusals(endpoint.baseUrl);
  return { protocol, body, contentType, readUsage, hasFreeRefusals: isFree, context };
}

/**
 * Requests a complete answer.
 *
 * @throws AttemptError for everything else
 */
export async function completeOnce(input: AttemptInput): Promise<CompletedAttempt> {
  return readWholeAnswer(await openResponse(input, false), input);
}

/**
 * Reads a body as a complete answer.
 *
 * @throws AttemptError if it is not one
 */
export async function readWholeAnswer(
  { protocol, body, readUsage, hasFreeRefusals, context }: OpenedResponse,
  {
    request,
    exposesMessages,
    maxAnswerBytes,
  }: Pick<AttemptInput, 'request' | 'exposesMessages' | 'maxAnswerBytes'>,
): Promise<CompletedAttempt> {
  const answer = parseAnswerBody(await body.readText(maxAnswerBytes));
  if (answer.kind === 'cut') throw attemptError('truncated', 'the body ends before its JSON does');
  if (answer.kind === 'other') throw attemptError('malformed', `the body ${answer.problem}`);
  const { value: response, json } = answer;
  const { events, conclusion } = readSafely(() => protocol.readAnswer(response, context, json));
  const usage = events.find((event) => event.kind === 'usage');
  const tokens = readUsage(usage?.rawUsage);
  // An empty answer is all that such a request asks for.
  const wanted = wantsNoAnswer(request) ? { ...conclusion, hasAnswer: true } : conclusion;
  const summary = checkConclusion(wanted, exposesMessages, tokens, hasFreeRefusals);
  return { response, json, events, text: joinText(events), ...summary };
}

/** The body of an error, parsed as JSON if possible. */
async function readErrorBody(body: BodyReader, cutoff: Cutoff): Promise<JsonValue> {
  let text: string;
  try {
    text = await body.readText(responseLimits.maxErrorBytes);
  } catch (error) {
    // The error status is enough, even if its body is incomplete.
    if (cutoff.reason === 'aborted' || cutoff.reason === 'total_timeout') throw error;
    text = '';
  }
  return parseBody(text);
}
