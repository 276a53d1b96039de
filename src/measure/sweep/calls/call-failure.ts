import {
  makeSafe,
  maxMessageLength,
  mayBeCharged,
  type Failure,
  type FailureClass,
} from '../../../llm/failure.js';
import { isUnsentCode } from '../../../llm/unsent-codes.js';
import { findErrorCode } from '../../../util/errors.js';
import { findOverflowCause } from './overflow-cause.js';

/**
 * Why a call returned no completion: a provider's failure (see `FailureClass`), but with `network`
 * for an answer that broke off; no response at all (`network`); or `cancelled` by the sweep.
 */
export type CallFailureClass = Exclude<FailureClass, 'truncated'> | 'network' | 'cancelled';

export interface CallFailure {
  readonly class: CallFailureClass;
  /** The HTTP status, or null if there was none. */
  readonly status: number | null;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The wait that the provider requests. */
  readonly retryAfterMs?: number;
  /** One line without secrets, at most a few hundred characters. */
  readonly message: string;
  /** True if the model may have processed the request, so that it may be charged. */
  readonly mayBeCharged: boolean;
}

const passingClasses: ReadonlySet<CallFailureClass> = new Set([
  'rate_limited',
  'server_error',
  'timeout',
  'network',
  'malformed',
]);

/**
 * Converts the failure of a response, with an error status or inside a 200.
 *
 * @param tokenLimit the limit of the answer that the request gave
 */
export function toCallFailure(failure: Failure, tokenLimit?: number): CallFailure {
  const { status, retryAfterMs, detail, providerMessage, overflowText } = failure;
  const where = detail ?? `HTTP ${status}`;
  const message = [where, providerMessage].filter((part) => part !== undefined).join(': ');
  const callFailure = buildCallFailure(failure.class === 'truncated' ? 'network' : failure.class, {
    status,
    message,
    retryAfterMs,
    mayBeCharged: mayBeCharged(failure),
  });
  if (failure.class !== 'context_overflow') return callFailure;
  // Only a prompt that is too long says that the model cannot read it, which is a label.
  if (overflowText === undefined) return { ...callFailure, class: 'bad_request' };
  return findOverflowCause(overflowText, tokenLimit) === 'prompt'
    ? callFailure
    : blamePool(callFailure, lowerMaxTokens);
}

const lowerMaxTokens =
  'prompt and maxTokens exceed the context window together; lower parameters.maxTokens';

/** An overflow that the pool causes, and not the prompt, with what to change. */
export function blamePool(failure: CallFailure, advice: string): CallFailure {
  const message = `${failure.message.slice(0, 250)} (${advice})`;
  return { ...failure, class: 'unsupported', message };
}

/** Builds a failure from texts without secrets. The class decides whether it is retryable. */
export function buildCallFailure(
  failureClass: CallFailureClass,
  details: {
    readonly message: string;
    readonly status?: number | null;
    readonly retryAfterMs?: number | undefined;
    /** @default false */
    readonly mayBeCharged?: boolean;
  },
): CallFailure {
  const { status = null, retryAfterMs, message, mayBeCharged = false } = details;
  return {
    class: failureClass,
    status,
    retryable: passingClasses.has(failureClass),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    message: message.slice(0, maxMessageLength),
    mayBeCharged,
  };
}

const timeoutCodes: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection within the connect timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no response within the first-byte timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'no data within the idle timeout'],
  ['ETIMEDOUT', 'the connection timed out'],
]);

const requestCodes: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL']);

/**
 * Converts an error thrown by the HTTP client. Unknown errors count as `network`.
 *
 * @param isSent whether the request may have been sent, if there was a connection
 * @param secrets what the message must not show
 */
export function readTransportError(
  error: unknown,
  isSent: boolean,
  secrets: readonly (string | undefined)[],
): CallFailure {
  const code = findErrorCode(error);
  const mayBeCharged = isSent && !isUnsentCode(code);
  const timeout = timeoutCodes.get(code);
  if (timeout !== undefined) return buildCallFailure('timeout', { message: timeout, mayBeCharged });
  const text = error instanceof Error ? error.message : String(error);
  const message = makeSafe([code, text].filter((part) => part !== '').join(': '), secrets);
  const failureClass = requestCodes.has(code) ? 'bad_request' : 'network';
  return buildCallFailure(failureClass, { message, mayBeCharged });
}
