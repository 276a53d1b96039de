import { isJsonObject, type JsonValue } from '../util/json.js';

/** Response headers with their names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * How long a failed response asks to wait, in milliseconds, or undefined. The first that is known of:
 * `retry-after-ms`, `Retry-After` (seconds, a duration or a date), the body's own members (Gemini's
 * RetryInfo, OpenRouter's repeated headers), and a sentence in the error's text.
 *
 * @param now the time of day, for dates where the response does not tell its own
 */
export function readRetryAfterMs(
  response: {
    readonly headers?: ResponseHeaders | undefined;
    readonly body?: JsonValue;
    readonly message?: string;
  },
  now: Date,
): number | undefined {
  const { headers = {}, body = null, message = '' } = response;
  return readRetryHeaders(headers, now) ?? readRetryBody(body, now) ?? readRetryText(message);
}

function readRetryHeaders(headers: ResponseHeaders, now: Date): number | undefined {
  const milliseconds = readAmount(readHeader(headers, 'retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = readHeader(headers, 'retry-after');
  if (text === undefined) return undefined;
  const seconds = readAmount(text);
  if (seconds !== undefined) return seconds * 1000;
  const duration = parseDurationMs(text);
  if (duration !== undefined) return duration;
  // A date is read against the provider's own clock: ours may be ahead, and the wait too short.
  const theirs = Date.parse(readHeader(headers, 'date') ?? '');
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  return Math.max(0, time - (Number.isNaN(theirs) ? now.getTime() : theirs));
}

/** What a rate limit may count; each has headers of its own. */
const countedLimits = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/**
 * How long until a used-up rate limit starts again, in milliseconds, from the headers that say so:
 * OpenAI's `x-ratelimit-remaining-…` and `x-ratelimit-reset-…` (`1m30.5s`), Anthropic's
 * `anthropic-ratelimit-…-reset` (a time) and OpenRouter's `x-ratelimit-reset` (milliseconds since
 * 1970). The longest wait of the limits that have nothing left; undefined if none is known.
 */
export function readResetMs(headers: ResponseHeaders, now: Date): number | undefined {
  const names = countedLimits.flatMap((name) => [
    [`x-ratelimit-remaining-${name}`, `x-ratelimit-reset-${name}`] as const,
    [`anthropic-ratelimit-${name}-remaining`, `anthropic-ratelimit-${name}-reset`] as const,
  ]);
  const waits = [...names, ['x-ratelimit-remaining', 'x-ratelimit-reset'] as const]
    .filter(([remaining]) => Number(readHeader(headers, remaining) ?? Number.NaN) === 0)
    .map(([, reset]) => parseReset(readHeader(headers, reset) ?? '', now))
    .filter((waitMs) => waitMs !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** A duration, a time in ISO 8601, or milliseconds or seconds since 1970. */
function parseReset(text: string, now: Date): number | undefined {
  const duration = parseDurationMs(text);
  if (duration !== undefined) return duration;
  if (/^\d{10}(?:\.\d{1,6})?$/.test(text)) return Math.max(0, Number(text) * 1000 - now.getTime());
  if (/^\d{13}$/.test(text)) return Math.max(0, Number(text) - now.getTime());
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}

/** `6m0s`, `1h2m3.5s`, `120ms`, in milliseconds. */
function parseDurationMs(text: string): number | undefined {
  const parts =
    /^(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,9}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$/.exec(
      text,
    );
  if (text === '' || parts === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', milliseconds = '0'] = parts;
  const wholeMinutes = Number(hours) * 60 + Number(minutes);
  return wholeMinutes * 60_000 + Number(seconds) * 1000 + Number(milliseconds);
}

function readRetryBody(body: JsonValue, now: Date): number | undefined {
  const outer = Array.isArray(body) ? (body as readonly JsonValue[])[0] : body;
  if (!isJsonObject(outer)) return undefined;
  const error = isJsonObject(outer['error']) ? outer['error'] : outer;
  // google.rpc.RetryInfo (googleapis/googleapis, google/rpc/error_details.proto).
  const details = Array.isArray(error['details'])
    ? (error['details'] as readonly JsonValue[]).filter(isJsonObject)
    : [];
  for (const detail of details) {
    const delay = detail['retryDelay'] ?? detail['retry_delay'];
    if (typeof delay === 'string') return parseDurationMs(delay);
    if (isJsonObject(delay)) {
      return Number(delay['seconds'] ?? 0) * 1000 + Number(delay['nanos'] ?? 0) / 1e6 || undefined;
    }
  }
  const metadata = error['metadata'];
  const headers = isJsonObject(metadata) ? metadata['headers'] : undefined;
  if (isJsonObject(headers)) {
    const lowered: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers))
      lowered[name.toLowerCase()] = String(value);
    const waitMs = readRetryHeaders(lowered, now) ?? readResetMs(lowered, now);
    if (waitMs !== undefined) return waitMs;
  }
  const milliseconds = error['retry_after_ms'];
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  const seconds = error['retry_after'] ?? error['retry_after_seconds'];
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined;
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/**
 * `Please try again in 7.66s` (OpenAI, Groq: also `1m2.5s`), `Please retry in 3.2s` (Gemini), `retry
 * after 20 seconds` (Azure), `wait 30 seconds`.
 */
function readRetryText(message: string): number | undefined {
  const place = /\b(?:(?:try again|retry|retrying) (?:in|after)|wait(?: for)?)\s/i.exec(message);
  if (place === null) return undefined;
  let rest = message.slice(place.index + place[0].length, place.index + place[0].length + 80);
  let waitMs: number | undefined;
  for (;;) {
    const part =
      /^(?:about |at least |approximately |and |, ?)?(\d{1,9}(?:\.\d{1,9})?) ?(ms|h|m|s)[a-z]* ?/i.exec(
        rest.replace(/^(\d[\d.]* ?)milli\w*/i, '$1ms'),
      );
    if (part === null) return waitMs;
    const unit = unitMs[(part[2] as string).toLowerCase()] as number;
    waitMs = (waitMs ?? 0) + Number(part[1]) * unit;
    rest = rest.replace(/^(\d[\d.]* ?)milli\w*/i, '$1ms').slice(part[0].length);
  }
}

function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : value?.[0]?.trim();
}

function readAmount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
