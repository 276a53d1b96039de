import { isJsonObject, type JsonValue } from './json.js';

const replacement = '[redacted]';

/** Shorter keys are placeholders ("none", "EMPTY"), which also occur in ordinary text. */
const minSecretLength = 8;

const secretPatterns: readonly RegExp[] = [
  /\bBearer\s{1,4}[\w.~+/=-]{8,4096}/gi,
  /\b(?:sk|pk|rk|gsk|xai|hf|ghp)[-_][\w-]{8,4096}/gi,
  /\bAIza[\w-]{20,4096}/g,
  // In a URL or a header that a provider repeats.
  /(?<=\b(?:x-api-key|api[-_]?key|access[-_]?token|auth[-_]?token)["']?[=:]\s{0,4}["']?)[\w.~+/%-]{8,4096}/gi,
];

/**
 * Removes secrets from a text: the given values, and anything that looks like a key or an
 * `Authorization` header. For texts from a provider, before they are shown or recorded.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let result = redactValues(text, secrets);
  for (const pattern of secretPatterns) result = result.replace(pattern, replacement);
  return result;
}

/**
 * Removes only the given values from a text. For answers, in which a text that merely looks like a
 * key must be kept.
 */
export function redactValues(text: string, secrets: readonly (string | undefined)[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < minSecretLength) continue;
    result = result.replaceAll(secret, replacement);
  }
  return result;
}

/** Removes the given values from every string of a JSON value, including member names. */
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

/** Removes secrets from texts and JSON values. */
export interface Redactor {
  text(text: string): string;
  json(value: JsonValue): JsonValue;
}

/**
 * Creates a redactor for all keys of a sweep, including their percent-encoded and base64 forms, in
 * which a server may repeat them.
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
  // Keys with other characters cannot be sent in an HTTP header.
  const base64 = /^[\x20-\x7e]*$/.test(secret) ? [btoa(secret)] : [];
  return [secret, encodeURIComponent(secret), ...base64];
}
