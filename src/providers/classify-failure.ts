import { isJsonObject, type JsonValue } from '../util/json.js';
import type { CallFailure, FailureClass } from './call-result.js';
import { redactSecrets } from './redact-secrets.js';

const longestMessage = 400;

const passingClasses: ReadonlySet<FailureClass> = new Set([
  'rate_limited',
  'server_error',
  'timeout',
  'network',
]);

/** What is known of a failed response. */
export interface FailedResponse {
  readonly status: number;
  /** The body as JSON, or as text where it is none. */
  readonly body: JsonValue;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Says what a response that is no completion means. Decided by status and by the error's `code`
 * and `type`; its message is read for one thing only, a prompt that is too long, because servers
 * such as vLLM and OpenRouter say it nowhere else.
 *
 * @param secrets values that must not appear in the message
 */
export function classifyResponse(
  response: FailedResponse,
  secrets: readonly (string | undefined)[] = [],
): CallFailure {
  const error = readErrorBody(response.body);
  const failureClass = classify(response.status, error);
  return createFailure(failureClass, {
    status: response.status,
    retryAfterMs: response.retryAfterMs,
    message: `HTTP ${response.status}: ${error.message}`,
    secrets,
  });
}

/** An error object that came inside a stream, after a 200: its code stands for the status. */
export function classifyStreamError(
  error: JsonValue,
  secrets: readonly (string | undefined)[] = [],
): CallFailure {
  const body = readErrorBody({ error });
  const code = Number(body.code);
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
  return createFailure(classify(status, body), {
    status: status === code ? status : null,
    message: `error in the stream: ${body.message}`,
    secrets,
  });
}

/** Builds a failure: whether it may pass follows from its class, and its message is made safe. */
export function createFailure(
  failureClass: FailureClass,
  details: {
    readonly message: string;
    readonly status?: number | null;
    readonly retryAfterMs?: number | undefined;
    readonly secrets?: readonly (string | undefined)[];
  },
): CallFailure {
  // Made safe before it is cut, so that no half of a key is left at the end.
  const safe = redactSecrets(details.message, details.secrets);
  return {
    class: failureClass,
    status: details.status ?? null,
    retryable: passingClasses.has(failureClass),
    ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
    message: toOneLine(safe).slice(0, longestMessage),
  };
}

interface ErrorBody {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly moderated: boolean;
}

const quotaCodes: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
]);

const overflowCodes: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'exceed_context_size_error',
  'string_above_max_length',
]);

const filterCodes: ReadonlySet<string> = new Set([
  'content_filter',
  'content_policy_violation',
  'moderation_blocked',
]);

const overflowMessage =
  /maximum context length|context (?:length|window|size) (?:is |was )?exceeded|exceeds? the (?:available |maximum |model's )?context/i;

function classify(status: number, error: ErrorBody): FailureClass {
  const has = (codes: ReadonlySet<string>): boolean =>
    codes.has(error.code) || codes.has(error.type);
  if (status === 402 || has(quotaCodes)) return 'quota_exhausted';
  if (has(overflowCodes)) return 'context_overflow';
  if (has(filterCodes) || (status === 403 && error.moderated)) return 'content_filtered';
  if (status === 401 || status === 403) return 'authentication';
  if (status === 404) return 'model_not_found';
  if (status === 408) return 'timeout';
  if (status === 409) return 'server_error';
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'server_error';
  if (status >= 400 && overflowMessage.test(error.message)) return 'context_overflow';
  return 'bad_request';
}

/** Reads `{ error: { code, type, message } }`, `{ error: "..." }`, `{ message }` or plain text. */
function readErrorBody(body: JsonValue): ErrorBody {
  const error = isJsonObject(body) ? (body['error'] ?? body) : body;
  if (!isJsonObject(error)) {
    const message = typeof error === 'string' ? error : JSON.stringify(error);
    return { code: '', type: '', message, moderated: false };
  }
  const metadata = error['metadata'];
  return {
    code: readText(error['code']),
    type: readText(error['type']),
    message: readText(error['message']) || JSON.stringify(error),
    moderated: isJsonObject(metadata) && Array.isArray(metadata['reasons']),
  };
}

function readText(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** On one line, without control characters: a message may end up on a terminal. */
function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
