import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
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
  /** True if the provider says that its moderation refused the request. */
  readonly isModerated: boolean;
}

/**
 * Reads an error in any of the forms that providers use: `{ error: { code, type, message } }` and
 * the same in a list (Gemini), `{ error: "..." }`, `{ object: "error", message }` (vLLM, Mistral),
 * `{ detail }` (FastAPI), `{ message }` (Bedrock), `{ base_resp }` (MiniMax), or plain text.
 */
export function readProviderError(body: JsonValue): ProviderError {
  const outer = Array.isArray(body) ? ((body as readonly JsonValue[])[0] ?? null) : body;
  const error = isJsonObject(outer) ? findErrorMember(outer) : outer;
  if (!isJsonObject(error)) {
    const message = typeof error === 'string' ? error : JSON.stringify(error);
    const codes = isJsonObject(outer) ? readCodes(outer) : [];
    return { codes, status: undefined, param: undefined, message, isModerated: false };
  }
  const codes = [...readCodes(error), ...(isJsonObject(outer) ? readCodes(outer) : [])];
  const metadata = error['metadata'];
  const raw = isJsonObject(metadata) ? readRaw(metadata['raw']) : '';
  const message = readMessage(error) || JSON.stringify(error);
  return {
    codes,
    status: codes.map(Number).find((code) => Number.isInteger(code) && code >= 400 && code <= 599),
    param: error['param'],
    // OpenRouter says "Provider returned error" and repeats the provider's own in `metadata.raw`.
    message: raw === '' ? message : `${message}: ${raw}`,
    isModerated: isJsonObject(metadata) && Array.isArray(metadata['reasons']),
  };
}

/**
 * Whether a body or an event that should hold an answer holds an error instead, in any form.
 *
 * @param isAnswer whether it has what the protocol's answers have: a text in `message` or `detail`
 * is then no error
 */
export function holdsError(body: JsonObject, isAnswer: boolean): boolean {
  const { error, errors, base_resp: baseResponse } = body;
  if (typeof error === 'string' ? error !== '' : isFilled(error)) return true;
  if (Array.isArray(errors) && errors.length > 0) return true;
  if (body['object'] === 'error' || body['type'] === 'error') return true;
  if (isJsonObject(baseResponse) && isNonZero(baseResponse['status_code'])) return true;
  if (isAnswer) return false;
  return (
    ['message', 'msg', 'detail', 'error_msg', 'error_message', 'Message'].some(
      (name) => typeof body[name] === 'string' && body[name] !== '',
    ) ||
    isFilled(body['detail']) ||
    body['success'] === false ||
    Number(body['status']) >= 400 ||
    Number(body['code']) >= 400
  );
}

function isFilled(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

function isNonZero(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && Number(value) !== 0;
}

function findErrorMember(outer: JsonObject): JsonValue {
  const { error, errors } = outer;
  if (Array.isArray(error)) return (error as readonly JsonValue[])[0] ?? outer;
  if (isFilled(error) || (typeof error === 'string' && error !== '')) return error as JsonValue;
  if (Array.isArray(errors) && errors.length > 0)
    return (errors as readonly JsonValue[])[0] as JsonValue;
  return outer;
}

/** Everything in an error that can be a code, in lower case. MiniMax's numbers are marked as its own. */
function readCodes(error: JsonObject): string[] {
  const inner = error['innererror'] ?? error['inner_error'];
  const details = Array.isArray(error['details']) ? (error['details'] as readonly JsonValue[]) : [];
  const reasons = details.filter(isJsonObject).map((detail) => detail['reason']);
  const { base_resp: baseResponse } = error;
  const values = [
    error['code'],
    error['type'],
    error['status'],
    error['error_type'],
    error['error_code'],
    error['__type'],
    isJsonObject(inner) ? inner['code'] : undefined,
    ...reasons,
    isJsonObject(baseResponse) ? `minimax_${String(baseResponse['status_code'])}` : undefined,
  ];
  return values
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => String(value).toLowerCase());
}

function readMessage(error: JsonObject): string {
  const baseResponse = error['base_resp'];
  const candidates = [
    error['message'],
    error['detail'],
    error['msg'],
    error['error_msg'],
    error['error_message'],
    error['Message'],
    isJsonObject(baseResponse) ? baseResponse['status_msg'] : undefined,
  ];
  for (const value of candidates) {
    if (typeof value === 'string' && value !== '') return value;
    if (value === undefined || value === null || !isFilled(value)) continue;
    const nested = isJsonObject(value) && value['detail'] !== undefined ? value['detail'] : value;
    return describeValidation(nested) ?? JSON.stringify(value);
  }
  return '';
}

function readRaw(raw: JsonValue | undefined): string {
  if (raw === undefined || raw === null) return '';
  return typeof raw === 'string' ? raw : JSON.stringify(raw);
}
