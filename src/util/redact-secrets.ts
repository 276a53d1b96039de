import { isJsonObject, type JsonValue } from './json.js';

const replacement = '[redacted]';

/** Shorter keys are placeholders ("none", "EMPTY"): replacing them would only shred texts. */
const minSecretLength = 8;

const secretPatterns: readonly RegExp[] = [
  /\bBearer\s{1,4}[\w.~+/=-]{8,4096}/gi,
  /\b(?:sk|pk|rk|gsk|xai|hf|ghp)[-_][\w-]{8,4096}/gi,
  /\bAIza[\w-]{20,4096}/g,
  // In a URL or a header that a provider repeats.
  /(?<=\b(?:x-api-key|api[-_]?key|access[-_]?token|auth[-_]?token)["']?[=:]\s{0,4}["']?)[\w.~+/%-]{8,4096}/gi,
];

/**
 * A text without secrets: the given values, and whatever has the shape of a key or of an
 * `Authorization` header. For texts that a provider sent, before they are shown or recorded.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let result = redactValues(text, secrets);
  for (const pattern of secretPatterns) result = result.replace(pattern, replacement);
  return result;
}

/**
 * A text without the given values, and otherwise unchanged. For answers: they are data, and a text
 * that only looks like a key belongs to them.
 */
export function redactValues(text: string, secrets: readonly (string | undefined)[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < minSecretLength) continue;
    result = result.replaceAll(secret, replacement);
  }
  return result;
}

/** A JSON value with the given values taken out of every text in it, names of members too. */
export function redactJson(value: JsonValue, secrets: readonly (string | undefined)[]): JsonValue {
  if (typeof value === 'string') return redactValues(value, secrets);
  if (Array.isArray(value)) return value.map((item: JsonValue) => redactJson(item, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      redactValues(key, secrets),
      redactJson(member, secrets),
    ]),
  );
}

/** Takes the given secrets out of whatever is about to be recorded or shown. */
export interface Redactor {
  text(text: string): string;
  json(value: JsonValue): JsonValue;
}

/**
 * Creates a redactor for all keys of a sweep, also as they look percent-encoded in a URL or in
 * base64: what a server repeats it may have put into another form.
 */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const values = [...new Set(secrets.flatMap(listForms))];
  if (values.length === 0) return { text: (text) => text, json: (value) => value };
  return {
    text: (text) => redactValues(text, values),
    json: (value) => redactJson(value, values),
  };
}

function listForms(secret: string | undefined): string[] {
  if (secret === undefined || secret.length < minSecretLength) return [];
  // No key that an HTTP header can carry has other characters.
  const base64 = /^[\x20-\x7e]*$/.test(secret) ? [btoa(secret)] : [];
  return [secret, encodeURIComponent(secret), ...base64];
}
