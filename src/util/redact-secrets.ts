import { isJsonObject, type JsonValue } from './json.js';

const replacement = '[redacted]';

/** Shorter keys are placeholders ("none", "EMPTY"): replacing them would only shred texts. */
const shortestSecret = 8;

const secretPatterns: readonly RegExp[] = [
  /\bBearer\s{1,4}[\w.~+/=-]{8,4096}/gi,
  /\b(?:sk|pk|rk|gsk|xai|hf|ghp)[-_][\w-]{8,4096}/gi,
  /\bAIza[\w-]{20,4096}/g,
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
    if (secret === undefined || secret.length < shortestSecret) continue;
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
