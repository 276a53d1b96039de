import { isJsonObject, type JsonValue } from '../util/json.js';

/** What a provider's error says, as far as it can be read. Texts are empty where nothing is said. */
export interface ProviderError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** True where the provider says that its moderation refused the request. */
  readonly moderated: boolean;
}

/** What an error response means. `unsupported`: the model or its server cannot do what is asked. */
export type ProviderErrorClass =
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'quota_exhausted'
  | 'authentication'
  | 'model_not_found'
  | 'bad_request'
  | 'context_overflow'
  | 'unsupported'
  | 'content_filtered';

const quotaCodes: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'billing_error',
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

const unsupportedCodes: ReadonlySet<string> = new Set([
  'unsupported_parameter',
  'unsupported_value',
  'unsupported_model',
  'model_not_supported',
  'unsupported_image',
]);

const overflowMessage =
  /maximum context length|context (?:length|window|size) (?:is |was )?exceeded|exceeds? the (?:available |maximum |model's )?context|prompt is too long|input is too long/i;

/** Anthropic says so with a 400 of type `invalid_request_error`. */
const quotaMessage = /credit balance is too low/i;

const unsupportedMessage =
  /(?:does not|doesn't|do not|not) support (?:\w+ ){0,3}(?:images?|vision|tools?|functions?|tool use|function calling|response_format|json)|no endpoints found that support/i;

/** Errors inside a stream have no status; their types stand for one. */
const typeStatuses: ReadonlyMap<string, number> = new Map([
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['authentication_error', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['invalid_request_error', 400],
  ['timeout_error', 408],
  ['overloaded_error', 529],
]);

/**
 * Reads `{ error: { code, type, message } }`, `{ error: "..." }`, `{ message }` or plain text: the
 * forms of OpenAI, Anthropic and the servers that imitate them.
 */
export function readProviderError(body: JsonValue): ProviderError {
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

/**
 * The HTTP status that an error inside a 200 stands for: its code where that is one, else what its
 * type or code means, else 500.
 */
export function findErrorStatus(error: ProviderError): number {
  const code = Number(error.code);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  return typeStatuses.get(error.type) ?? typeStatuses.get(error.code) ?? 500;
}

/**
 * Says what an error response means. Decided by status and by the error's `code` and `type`; its
 * message is read for three things only, a prompt that is too long, a capability that is missing and
 * credit that is used up, because servers such as vLLM, OpenRouter and Anthropic say them nowhere else.
 */
export function classifyProviderError(status: number, error: ProviderError): ProviderErrorClass {
  const has = (codes: ReadonlySet<string>): boolean =>
    codes.has(error.code) || codes.has(error.type);
  if (status === 402 || has(quotaCodes)) return 'quota_exhausted';
  if (status === 400 && quotaMessage.test(error.message)) return 'quota_exhausted';
  if (has(overflowCodes)) return 'context_overflow';
  if (has(filterCodes) || (status === 403 && error.moderated)) return 'content_filtered';
  if (status === 401 || status === 403) return 'authentication';
  if (status === 404) {
    return unsupportedMessage.test(error.message) ? 'unsupported' : 'model_not_found';
  }
  if (status === 408) return 'timeout';
  if (status === 409) return 'server_error';
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'server_error';
  if (status >= 400 && overflowMessage.test(error.message)) return 'context_overflow';
  if (status >= 400 && (has(unsupportedCodes) || unsupportedMessage.test(error.message))) {
    return 'unsupported';
  }
  return 'bad_request';
}

function readText(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
