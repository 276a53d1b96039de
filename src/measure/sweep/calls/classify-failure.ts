import type { JsonValue } from '../../../util/json.js';
import {
  classifyProviderError,
  findErrorStatus,
  readProviderError,
  type ProviderError,
} from '../../../llm/provider-error.js';
import type { CallFailure, FailureClass } from './call-result.js';
import { redactSecrets } from '../../../util/redact-secrets.js';

const maxMessageLength = 400;

const passingClasses: ReadonlySet<FailureClass> = new Set([
  'rate_limited',
  'server_error',
  'timeout',
  'network',
]);

/** Said by a gateway that did not wait for the model: it may have worked all the same. */
const gatewayStatuses: ReadonlySet<number> = new Set([408, 502, 504, 524]);

/** What is known of a failed response. */
export interface FailedResponse {
  readonly status: number;
  /** The body as JSON, or as text where it is none. */
  readonly body: JsonValue;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Says what a response that is no completion means; see `classifyProviderError`.
 *
 * @param secrets values that must not appear in the message
 */
export function classifyResponse(
  response: FailedResponse,
  secrets: readonly (string | undefined)[] = [],
): CallFailure {
  const error = readProviderError(response.body);
  const failureClass = classify(response.status, error);
  return createFailure(failureClass, {
    status: response.status,
    mayBeCharged: gatewayStatuses.has(response.status),
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
  const body = readProviderError({ error });
  const status = findErrorStatus(body);
  return createFailure(classify(status, body), {
    status: status === Number(body.code) ? status : null,
    mayBeCharged: true,
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
    /** @default false */
    readonly mayBeCharged?: boolean;
  },
): CallFailure {
  // Made safe before it is cut, so that no half of a key is left at the end.
  const safe = redactSecrets(details.message, details.secrets);
  return {
    class: failureClass,
    status: details.status ?? null,
    retryable: passingClasses.has(failureClass),
    ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
    message: toOneLine(safe).slice(0, maxMessageLength),
    mayBeCharged: details.mayBeCharged ?? false,
  };
}

/** The sweep sends every model the same prompts: what one cannot do is a request it cannot take. */
function classify(status: number, error: ProviderError): FailureClass {
  const errorClass = classifyProviderError(status, error);
  return errorClass === 'unsupported' ? 'bad_request' : errorClass;
}

/** On one line, without control characters: a message may end up on a terminal. */
function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
