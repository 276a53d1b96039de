import { isJsonObject, type JsonValue } from './json.js';

const replacement = '[redacted]';

/** Shorter keys are placeholders ("none", "EMPTY"), which also occur in ordinary text. */
const minSecretLength = 8;
/** Long enough that no ordinary text holds it, whatever it is made of. */
const minDistinctLength = 16;
/**
 * "your-api-key-here", "not-needed-at-all": what local servers are given as a key. Words that real keys
 * are named with as well ("prod-master-key", "acme-internal-token") make no placeholder.
 */
const placeholder =
  /^(?:[a-z]{1,12}[-_.]){0,8}(?:your|needed|required|used|placeholder|dummy|fake|example|none|null|empty|localhost|here|changeme)(?:[-_.][a-z]{1,12}){0,8}$/i;

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
 * Removes only the given values from a message, in every form of {@link listForms}. Of an answer, a
 * {@link Redactor} removes less.
 */
export function redactValues(text: string, secrets: readonly (string | undefined)[]): string {
  return createReplacer(secrets)(text);
}

/** Removes the keys of a sweep from what a server sends. */
export interface Redactor {
  /** Removes only keys that are no ordinary text: an answer is graded as it is left. */
  answer(text: string): string;
  /** Removes every key of at least 8 characters. */
  message(text: string): string;
  /** Redacts every string of a value as an answer, including member names. */
  json(value: JsonValue): JsonValue;
}

/** Creates a redactor for all keys of a sweep, in every form in which a server may repeat them. */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const answer = createAnswerRedactor(secrets);
  return {
    answer,
    message: createReplacer(secrets),
    json: (value) => redactJson(value, answer),
  };
}

/** Removes only keys that are no ordinary text, in every form: see {@link Redactor}. */
export function createAnswerRedactor(
  secrets: readonly (string | undefined)[],
): (text: string) => string {
  return createReplacer(
    secrets.filter((one) => one !== undefined && classifyKey(one) === 'distinct'),
  );
}

/**
 * Whether a key is told from ordinary text (`distinct`): it has at least 16 characters, or 8 with
 * letters and digits. A `plain` key ("sunshine") is part of right answers, as is a `placeholder`.
 */
export function classifyKey(secret: string): 'distinct' | 'plain' | 'placeholder' {
  if (secret.length < minSecretLength || placeholder.test(secret)) return 'placeholder';
  const isMixed = /[A-Za-z]/.test(secret) && /\d/.test(secret);
  return isMixed || secret.length >= minDistinctLength ? 'distinct' : 'plain';
}

function createReplacer(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(listForms))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(forms.join('|'), 'g');
  return (text) => text.replace(pattern, replacement);
}

function redactJson(value: JsonValue, redact: (text: string) => string): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => redactJson(item, redact));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redact(key), redactJson(member, redact)]),
  );
}

/**
 * Patterns of a secret: as it is, percent-encoded, hexadecimal, and in either alphabet of base64,
 * also within a longer text such as `user:KEY`.
 */
function listForms(secret: string | undefined): string[] {
  if (secret === undefined || secret.length < minSecretLength) return [];
  const [, bare] = /^(?:Bearer|Basic|Token)\s+(.+)$/i.exec(secret) ?? [];
  const bytes = new TextEncoder().encode(secret);
  // Decoded again, because a text with half a character cannot be percent-encoded.
  const percent = encodeURIComponent(new TextDecoder().decode(bytes));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  // Each code in either case: %2F and %2f.
  const percentPattern = escapePattern(percent).replace(/%../g, (code) =>
    code.replace(/[A-F]/g, (digit) => `[${digit}${digit.toLowerCase()}]`),
  );
  return [
    escapePattern(secret),
    percentPattern,
    hex,
    hex.toUpperCase(),
    ...listBase64Patterns(bytes),
    ...listForms(bare),
  ];
}

/**
 * The base64 of bytes that follow 0, 1 or 2 others in their group of three: the characters that
 * those do not change, and what may stand beside them for the rest of the bits.
 */
function listBase64Patterns(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const binary =
      '\0'.repeat(before) + Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const first = Math.ceil((8 * before) / 6);
    const core = btoa(binary).slice(first, Math.floor((8 * binary.length) / 6));
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    const sides = (text: string): string =>
      `${before === 0 ? '' : '[\\w+/-]?'}${escapePattern(text)}[\\w+/-]?={0,2}`;
    return url === core ? [sides(core)] : [sides(core), sides(url)];
  });
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
