import { parseBody } from '../../llm/event-data.js';
import { interpretError, type Failure } from '../../llm/failure.js';
import type { ResponseHeaders } from '../../llm/retry-after.js';
import { AttemptError, attemptError, toAttemptError } from '../../serve/router/failure.js';
import type { AttemptFailureClass } from '../../serve/router/failure.js';
import { describeNetworkError } from '../../serve/router/network-error.js';
import { listCauses } from '../../util/errors.js';
import { getMember, isJsonObject, type JsonValue } from '../../util/json.js';

/** When an error was thrown. */
export interface ThrownDuring {
  /** Whether an answer had begun to arrive, so that a lost connection cut it off. */
  readonly isReading: boolean;
  readonly now: Date;
}

/**
 * What the names of errors mean that tell of no HTTP status, without `Error` and the AI SDK's `AI_`
 * (ai-sdk.dev/docs/reference/ai-sdk-errors; openai/openai-node, src/core/error.ts).
 */
const namedFailures: Readonly<Record<string, AttemptFailureClass>> = {
  LoadAPIKey: 'invalid_credentials',
  LoadSetting: 'invalid_credentials',
  NoSuchModel: 'model_not_found',
  UnsupportedFunctionality: 'unsupported',
  UnsupportedModelVersion: 'unsupported',
  InvalidPrompt: 'bad_request',
  InvalidArgument: 'bad_request',
  EmptyResponseBody: 'malformed',
  InvalidResponseData: 'malformed',
  JSONParse: 'malformed',
  TypeValidation: 'malformed',
  NoContentGenerated: 'empty_answer',
  ContextOverflow: 'context_overflow',
  APIConnectionTimeout: 'timeout',
  Timeout: 'timeout',
  APIConnection: 'network',
  Abort: 'network',
  Syntax: 'malformed',
};

/**
 * What an error means that a model's package threw: by the status, headers and body that it tells
 * of, else by the network's code in its causes, else by its name. No text of it is kept.
 */
export function readThrown(error: unknown, during: ThrownDuring): AttemptError {
  if (error instanceof AttemptError) return error;
  try {
    return classify(error, during);
  } catch {
    // A getter that throws, or a body that is nested too deeply.
    return attemptError('model_error');
  }
}

/** What an error inside an answer means, which may be an error, an object or a text. */
export function readReported(error: unknown, during: ThrownDuring): AttemptError {
  if (error instanceof Error || error instanceof AttemptError) return readThrown(error, during);
  const body = { error: error ?? null } as JsonValue;
  try {
    return toAttemptError(interpretError({ status: undefined, body }, during.now), false);
  } catch {
    return attemptError('malformed', 'the response cannot be read');
  }
}

function classify(error: unknown, { isReading, now }: ThrownDuring): AttemptError {
  if (!(error instanceof Error)) return attemptError('model_error');
  const members = error as Error & Readonly<Record<string, unknown>>;
  const failure = readStatus(members, now);
  if (failure !== undefined) return toAttemptError(failure, false);
  const code = describeNetworkError(error);
  if (code !== undefined && /^(?:E[A-Z]{4,}|UND_ERR_\w+|CERT_\w+)$/.test(code)) {
    return attemptError(isReading || isResponse(members) ? 'truncated' : 'network', code);
  }
  const named = findNamed(error);
  if (named !== undefined)
    return attemptError(isReading && named === 'network' ? 'truncated' : named);
  if (isResponse(members)) return attemptError('malformed', 'the response cannot be read');
  return attemptError('model_error');
}

/** Whether an error comes from reading a response that was none of an error. */
function isResponse({ statusCode }: Readonly<Record<string, unknown>>): boolean {
  return typeof statusCode === 'number' && statusCode >= 200 && statusCode < 300;
}

function findNamed(error: Error): AttemptFailureClass | undefined {
  // OpenAI's classes keep the name "Error".
  const names = listCauses(error).flatMap((one) => [one.name, one.constructor.name]);
  const known = names.map((name) => /^(?:AI_)?(\w+)Error$/.exec(name)?.[1] ?? '');
  const found = known.find((name) => Object.hasOwn(namedFailures, name));
  return found === undefined ? undefined : namedFailures[found];
}

/**
 * Reads an error that tells of a response: as the AI SDK's, OpenAI's and Anthropic's do, those of AWS
 * (`$metadata`), and those of Google and axios (`response`, a number as `code`).
 */
function readStatus(error: Readonly<Record<string, unknown>>, now: Date): Failure | undefined {
  const status = [
    error['statusCode'],
    error['status'],
    getMember(error['$metadata'] as JsonValue, 'httpStatusCode'),
    getMember(error['response'] as JsonValue, 'status'),
    error['code'],
  ].find((one) => typeof one === 'number' && one >= 400 && one <= 599) as number | undefined;
  const { responseBody, data, error: inner, message } = error;
  const said = typeof responseBody === 'string' ? parseBody(responseBody) : (inner ?? data);
  // OpenAI's package throws an error inside a stream without a status, with the error as it came.
  if (status === undefined && !isJsonObject(error['error'])) return undefined;
  const body = (said ?? message ?? '') as JsonValue;
  const headers = readHeaders(error['responseHeaders'] ?? error['headers']);
  return interpretError({ status, body, headers }, now);
}

function readHeaders(headers: unknown): ResponseHeaders {
  if (typeof headers !== 'object' || headers === null) return {};
  const entries =
    headers instanceof Headers ? [...headers] : Object.entries(headers as Record<string, unknown>);
  return Object.fromEntries(
    entries
      .filter(([, value]) => typeof value === 'string')
      .map(([name, value]) => [name.toLowerCase(), value as string]),
  );
}
