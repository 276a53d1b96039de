import {
  getMember,
  isJsonObject,
  listObjects,
  unwrapList,
  type JsonObject,
  type JsonValue,
} from '../util/json.js';
import { describeValidation } from './refused-member.js';

/** What a provider's error says, as far as it can be read. */
export interface ProviderError {
  /** `code`, `type`, `status` and the like, in lower case. */
  readonly codes: readonly string[];
  /** The HTTP status that the error itself names; undefined if it names none. */
  readonly status: number | undefined;
  /** The member of the request that the error is about, as it says itself. */
  readonly param: JsonValue | undefined;
  readonly message: string;
  /** What the model wrote, where the error says that it cannot be read (Groq); else empty. */
  readonly failedGeneration: string;
  /** True if the provider says that its moderation refused the request. */
  readonly isModerated: boolean;
}

/**
 * Reads an error in any of the forms that providers use: `{ error: { code, type, message } }` and
 * the same in a list (Gemini), `{ error: "..." }`, `{ object: "error", message }` (vLLM, Mistral),
 * `{ detail }` (FastAPI), `{ message }` (Bedrock), `{ base_resp }` (MiniMax), or plain text.
 */
export function readProviderError(body: JsonValue): ProviderError {
  const outer = unwrapList(body);
  const error = unwrapList(findErrorMember(outer));
  const codes = [...readCodes(error), ...(outer === error ? [] : readCodes(outer))];
  const metadata = getMember(error, 'metadata');
  const raw = getMember(metadata, 'raw') ?? '';
  const message = readMessage(error);
  const failedGeneration = getMember(error, 'failed_generation');
  return {
    codes,
    status: codes.map(Number).find((code) => Number.isInteger(code) && code >= 400 && code <= 599),
    param: getMember(error, 'param'),
    // OpenRouter says "Provider returned error" and repeats the provider's own in `metadata.raw`.
    message: raw === '' ? message : `${message}: ${toText(raw)}`,
    failedGeneration: typeof failedGeneration === 'string' ? failedGeneration : '',
    isModerated: Array.isArray(getMember(metadata, 'reasons')),
  };
}

/** Members whose text says what went wrong, the most telling one first. */
const messageNames = ['message', 'detail', 'msg', 'error_msg', 'error_message', 'Message'];

/** Members that can hold a code. */
const codeNames = ['code', 'type', 'status', 'error_type', 'error_code', 'http_code', '__type'];

/**
 * The error that a body or an event holds in place of an answer, in any form: usually the body
 * itself, or the choice that ended with one; undefined if there is none.
 *
 * @param isAnswer whether it has what the protocol's answers have: a text in `message` or `detail`
 * is then no error
 */
export function findError(body: JsonObject, isAnswer: boolean): JsonObject | undefined {
  const { code } = body;
  const isError =
    isFilled(body['error']) ||
    isFilled(body['errors']) ||
    body['object'] === 'error' ||
    body['type'] === 'error' ||
    Number(getMember(body['base_resp'], 'status_code') ?? 0) !== 0 ||
    // Envelopes say "success" with the code 0 (iFlytek).
    (!isAnswer && code !== 0 && messageNames.some((name) => isFilled(body[name]))) ||
    (!isAnswer &&
      (body['success'] === false || Number(body['status']) >= 400 || Number(code) >= 400));
  if (isError) return body;
  // OpenRouter ends a choice with an error of its own, and Groq a stream in `x_groq`.
  const { choices, x_groq: groq } = body;
  const failed = Array.isArray(choices)
    ? (choices as readonly JsonValue[]).find(hasError)
    : undefined;
  const found = failed ?? groq;
  return hasError(found) ? (found as JsonObject) : undefined;
}

function hasError(value: JsonValue | undefined): boolean {
  return isFilled(getMember(value, 'error'));
}

/** Whether a member says anything: true, a text, or what is not empty. */
function isFilled(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === true || isText(value);
  return Object.keys(value).length > 0;
}

function isText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function findErrorMember(outer: JsonValue): JsonValue {
  const found = [getMember(outer, 'error'), getMember(outer, 'errors')].find(isFilled);
  return found === undefined || found === true ? outer : found;
}

/** Everything in an error that can be a code, in lower case. MiniMax's numbers are marked as its own. */
function readCodes(error: JsonValue): string[] {
  if (!isJsonObject(error)) return [];
  const inner = error['innererror'] ?? error['inner_error'];
  const minimax = getMember(error['base_resp'], 'status_code');
  return [
    ...codeNames.map((name) => error[name]),
    getMember(inner, 'code'),
    ...listObjects(error['details']).map((detail) => detail['reason']),
    minimax === undefined ? undefined : `minimax_${String(minimax)}`,
  ]
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => String(value).toLowerCase());
}

function readMessage(error: JsonValue): string {
  const candidates = [
    ...messageNames.map((name) => getMember(error, name)),
    getMember(getMember(error, 'base_resp'), 'status_msg'),
  ];
  const said = candidates.find(isFilled);
  if (typeof said === 'string') return said;
  return describeValidation(getMember(said, 'detail') ?? said) ?? toText(said ?? error);
}
