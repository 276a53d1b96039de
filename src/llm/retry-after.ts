import { getMember, isJsonObject, listObjects, unwrapList, type JsonValue } from '../util/json.js';

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
  const duration = readDurationMs(text, true);
  if (duration !== undefined) return duration;
  // Dates have letters; engines read "-1" as a year.
  const time = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  return Math.max(0, time - readServerMs(headers, now));
}

/**
 * The time of a response by its own `date`, in milliseconds since 1970, to read its other times
 * against: our clock may be ahead, and the wait too short, or behind, and too long.
 */
function readServerMs(headers: ResponseHeaders, now: Date): number {
  const theirs = Date.parse(readHeader(headers, 'date') ?? '');
  return Number.isNaN(theirs) ? now.getTime() : theirs;
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
  const serverMs = readServerMs(headers, now);
  const names = countedLimits.flatMap((name) => [
    [`x-ratelimit-remaining-${name}`, `x-ratelimit-reset-${name}`] as const,
    [`anthropic-ratelimit-${name}-remaining`, `anthropic-ratelimit-${name}-reset`] as const,
  ]);
  const waits = [...names, ['x-ratelimit-remaining', 'x-ratelimit-reset'] as const]
    .filter(([remaining]) => Number(readHeader(headers, remaining) ?? Number.NaN) === 0)
    .map(([, reset]) => parseReset(readHeader(headers, reset) ?? '', serverMs))
    .filter((waitMs) => waitMs !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** A duration, a time in ISO 8601, or milliseconds or seconds since 1970. */
function parseReset(text: string, nowMs: number): number | undefined {
  const duration = readDurationMs(text, true);
  if (duration !== undefined) return duration;
  let time = Number.NaN;
  if (/^\d{10}(?:\.\d{1,6})?$/.test(text)) time = Number(text) * 1000;
  else if (/^\d{13}$/.test(text)) time = Number(text);
  else if (/^\d{4}-\d{2}-\d{2}T/.test(text)) time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - nowMs);
}

function readRetryBody(body: JsonValue, now: Date): number | undefined {
  const outer = unwrapList(body);
  const inner = getMember(outer, 'error');
  const error = isJsonObject(inner) ? inner : outer;
  // google.rpc.RetryInfo (googleapis/googleapis, google/rpc/error_details.proto).
  for (const detail of listObjects(getMember(error, 'details'))) {
    const delay = detail['retryDelay'] ?? detail['retry_delay'];
    if (typeof delay === 'string') return readDurationMs(delay, true);
    if (isJsonObject(delay)) {
      return Number(delay['seconds'] ?? 0) * 1000 + Number(delay['nanos'] ?? 0) / 1e6 || undefined;
    }
  }
  const repeated = getMember(getMember(error, 'metadata'), 'headers');
  if (isJsonObject(repeated)) {
    const headers = Object.fromEntries(
      Object.entries(repeated).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const waitMs = readRetryHeaders(headers, now) ?? readResetMs(headers, now);
    if (waitMs !== undefined) return waitMs;
  }
  const milliseconds = getMember(error, 'retry_after_ms');
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  const seconds = getMember(error, 'retry_after') ?? getMember(error, 'retry_after_seconds');
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined;
}

/**
 * `Please try again in 7.66s` (OpenAI, Groq: also `1m2.5s`), `Please retry in 3.2s` (Gemini), `retry
 * after 20 seconds` (Azure), `wait 30 seconds`.
 */
function readRetryText(message: string): number | undefined {
  const place = /\b(?:(?:try again|retry|retrying) (?:in|after)|wait(?: for)?)\s(.{0,80})/is.exec(
    message,
  );
  return place === null ? undefined : readDurationMs(place[1] as string, false);
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  milli: 1,
};

/**
 * The duration that a text begins with, in milliseconds: `6m0s`, `1h2m3.5s`, `120ms`, `about 2
 * minutes and 5 seconds`.
 *
 * @param isAll whether the text must hold nothing else
 */
function readDurationMs(text: string, isAll: boolean): number | undefined {
  const part =
    /(?:about |at least |approximately |and |, ?)?(\d{1,9}(?:\.\d{1,9})?) ?(milli|ms|h|m|s)[a-z]* ?/iy;
  let waitMs: number | undefined;
  let end = 0;
  let lastUnitMs = Infinity;
  for (let found = part.exec(text); found !== null; found = part.exec(text)) {
    const [, amount, name] = found as unknown as readonly [string, string, string];
    const unit = unitMs[name.toLowerCase()] as number;
    // The units get smaller: "1s2m" is no duration.
    if (unit >= lastUnitMs) break;
    waitMs = (waitMs ?? 0) + Number(amount) * unit;
    lastUnitMs = unit;
    end = part.lastIndex;
  }
  return isAll && end < text.length ? undefined : waitMs;
}

function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : value?.[0]?.trim();
}

function readAmount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
