import type { JsonValue } from '../util/json.js';
import { redactSecrets } from '../util/redact-secrets.js';
import { isAboutOtherText } from './context-overflow.js';
import {
  failureTable,
  modelFaultCodes,
  tokenLimitText,
  type FailureClass,
  type FailureRow,
} from './failure-table.js';
import { readProviderError, type ProviderError } from './provider-error.js';
import { findRefusedMember, type RefusedMember } from './refused-member.js';
import { refusesCallName } from './refused-name.js';
import { readResetMs, readRetryAfterMs, type ResponseHeaders } from './retry-after.js';

export type { FailureClass } from './failure-table.js';

/** What went wrong with one response. No text holds a key. */
export interface Failure {
  readonly class: FailureClass;
  /** The HTTP status, or the one that an error inside a 200 names; null if there is none. */
  readonly status: number | null;
  /** Present for an error inside a 200, which may come after a part of the answer. */
  readonly isInAnswer?: true;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number;
  /** What failed, in words of this library. */
  readonly detail?: string;
  /** What the provider says, on one line of at most a few hundred characters. May quote the prompt. */
  readonly providerMessage?: string;
  /** The member of the request that the server refuses, if that is why. */
  readonly refusedMember?: RefusedMember;
  /**
   * True where the model made the mistake, and the class is `malformed`: it wrote a call of a tool, or
   * JSON, that cannot be read.
   */
  readonly isModelFault?: true;
  /** Beside `isModelFault`: the token limit came first, and what the model wrote is not told. */
  readonly isTokenLimit?: true;
  /**
   * The provider's whole text for `context_overflow`, which may tell what does not fit. Absent where only
   * the status says so (413): any server on the way may limit bodies.
   */
  readonly overflowText?: string;
}

/** Characters of a failure's message. */
export const maxMessageLength = 400;
/** Characters of an error's text that are read: patterns must not take long for any text. */
const maxTextLength = 4000;

/** A response that is an error by its status, or an error inside a 200. */
export interface ErrorResponse {
  /** Undefined for an error inside a 200. */
  readonly status: number | undefined;
  /** JSON, or the text if it is none. */
  readonly body: JsonValue;
  readonly headers?: ResponseHeaders | undefined;
}

/** Reads a response that is an error. */
export function readFailure(
  response: ErrorResponse,
  { secrets, now }: { readonly secrets: readonly (string | undefined)[]; readonly now: Date },
): Failure {
  const read = readProviderError(response.body);
  // Redacted before it is cut, so that no half of a key is left at the end.
  const message = redactSecrets(read.message, secrets).slice(0, maxTextLength);
  const failure = interpretError(response, now, { ...read, message });
  return { ...failure, providerMessage: makeSafe(message, secrets) };
}

/** What an error means, without `providerMessage`; `overflowText` may hold a key. */
export function interpretError(
  { status, body, headers }: ErrorResponse,
  now: Date,
  read: ProviderError = readProviderError(body),
): Failure {
  const message = read.message.slice(0, maxTextLength);
  const error = { ...read, message };
  const meant = status ?? error.status ?? findTypeStatus(error);
  const row = findRow(meant, error);
  const refusedMember =
    isClientError(meant) && row?.isOfSchema !== true
      ? findRefusedMember({ param: error.param, code: error.codes[0] ?? '' }, message)
      : undefined;
  const found = classifyError(meant, error, row);
  // What one server has a limit of, another one may take.
  const isOfServer =
    refusedMember !== undefined || isAboutOtherText(error) || refusesCallName(error);
  const isFault = error.codes.some((code) => modelFaultCodes.includes(code));
  const requestClass = found === 'bad_request' && isOfServer ? 'unsupported' : found;
  const failureClass = isFault ? 'malformed' : requestClass;
  const waits = failureClass === 'rate_limited' || failureClass === 'server_error';
  // A limit's reset is a time to wait only if that limit is what stopped the request.
  const resetMs = failureClass === 'rate_limited' ? readResetMs(headers ?? {}, now) : undefined;
  const retryAfterMs =
    readRetryAfterMs(waits ? { headers, body, message } : { headers }, now) ?? resetMs;
  return {
    class: failureClass,
    status: status ?? error.status ?? null,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? { isInAnswer: true, detail: 'an error inside a 200' } : {}),
    ...(failureClass === 'unsupported' && refusedMember !== undefined ? { refusedMember } : {}),
    ...(isFault ? readFault(error) : {}),
    ...(row?.class === 'context_overflow' && failureClass === row.class
      ? { overflowText: message }
      : {}),
  };
}

/** Whose mistake the model's answer is: its own, or that of the token limit. */
function readFault({
  failedGeneration,
}: ProviderError): Pick<Failure, 'isModelFault' | 'isTokenLimit' | 'detail'> {
  if (!tokenLimitText.test(failedGeneration)) return { isModelFault: true };
  const detail = 'the token limit was reached before the answer was complete';
  return { isModelFault: true, isTokenLimit: true, detail };
}

/** A failure that this library sees in a response, with what the provider said, if anything. */
export function createFailure(
  failureClass: FailureClass,
  detail: string,
  said:
    | { readonly text: string; readonly secrets: readonly (string | undefined)[] }
    | undefined = undefined,
): Failure {
  const base = { class: failureClass, status: null, detail } as const;
  return said === undefined || said.text.trim() === ''
    ? base
    : { ...base, providerMessage: makeSafe(said.text, said.secrets) };
}

/** Sent by a gateway that stopped waiting for the model, which may still process the request. */
const gatewayStatuses: ReadonlySet<number> = new Set([408, 502, 504, 524]);

/** Whether the model may have processed a request whose response failed, so that it may be charged. */
export function mayBeCharged({
  status,
  isInAnswer,
}: Pick<Failure, 'status' | 'isInAnswer'>): boolean {
  return isInAnswer === true || status === null || gatewayStatuses.has(status);
}

/**
 * A provider's text without keys and control characters, on one line: it may end up on a terminal.
 * Redacted before it is cut, so that no half of a key is left at the end.
 */
export function makeSafe(text: string, secrets: readonly (string | undefined)[]): string {
  return redactSecrets(text, secrets)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, maxMessageLength);
}

/** Errors inside a 200 may name no status; their types stand for one. */
const typeStatuses: ReadonlyMap<string, number> = new Map([
  ['permission_error', 403],
  ['permission_denied', 403],
  ['request_too_large', 413],
  ['invalid_request_error', 400],
  ['invalid_argument', 400],
  ['badrequesterror', 400],
  ['notfounderror', 404],
  ['timeout_error', 408],
  ['overloaded_error', 529],
  ['api_error', 500],
  ['server_error', 500],
  ['internalservererror', 500],
]);

function findTypeStatus({ codes }: ProviderError): number | undefined {
  return codes.map((code) => typeStatuses.get(code)).find((status) => status !== undefined);
}

function isClientError(status: number | undefined): boolean {
  return status === undefined || (status >= 400 && status < 500);
}

/**
 * The first row that an error matches: by its codes, then by its text for client errors and errors
 * without a status. A server error's text decides nothing: it may repeat anything.
 */
function findRow(status: number | undefined, error: ProviderError): FailureRow | undefined {
  const row = failureTable.find(
    ({ class: failureClass, codes = [], code, text }) =>
      error.codes.some((one) => codes.includes(one) || code?.test(one) === true) ||
      (isClientError(status) &&
        // A 429 that speaks of input tokens means those of a minute.
        (status !== 429 || failureClass !== 'context_overflow') &&
        text?.test(error.message) === true),
  );
  return row?.class === 'context_overflow' && isAboutOtherText(error) ? undefined : row;
}

/** What an error means, by its row, else by its status. */
function classifyError(
  status: number | undefined,
  error: ProviderError,
  row: FailureRow | undefined,
): FailureClass {
  if (status === 402) return 'quota_exhausted';
  if (status === 403 && error.isModerated) return 'content_filtered';
  return row?.class ?? classifyStatus(status);
}

function classifyStatus(status: number | undefined): FailureClass {
  switch (status) {
    case 401:
    case 403:
      return 'authentication';
    case 404:
      return 'model_not_found';
    case 408:
      return 'timeout';
    case 413:
      return 'context_overflow';
    case 429:
    // Groq's flex tier is full (console.groq.com/docs/errors).
    case 498:
      return 'rate_limited';
    // TGI's failed generation is a 424 (huggingface.co/docs/text-generation-inference).
    case 409:
    case 424:
    case 425:
      return 'server_error';
    // Fireworks: the account, or the model did not load (docs.fireworks.ai/guides/inference-error-codes).
    case 412:
      return 'unsupported';
    default:
      return status === undefined || status >= 500 ? 'server_error' : 'bad_request';
  }
}
