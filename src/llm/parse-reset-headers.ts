import type { ResponseHeaders } from './parse-retry-after.js';

/** What a rate limit may count; each has headers of its own. */
const counted = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/**
 * How long until a rate limit that is used up starts anew, in milliseconds, from the headers that
 * say so: OpenAI's `x-ratelimit-remaining-…` and `x-ratelimit-reset-…` (`1m30.5s`), Anthropic's
 * `anthropic-ratelimit-…-reset` (a time) and OpenRouter's `x-ratelimit-reset` (milliseconds since
 * 1970). The longest wait of those limits that have nothing left; undefined where none is known.
 */
export function parseResetMs(headers: ResponseHeaders, now: Date): number | undefined {
  const waits: number[] = [];
  for (const name of counted) {
    noteWait(headers, `x-ratelimit-remaining-${name}`, `x-ratelimit-reset-${name}`);
    noteWait(headers, `anthropic-ratelimit-${name}-remaining`, `anthropic-ratelimit-${name}-reset`);
  }
  noteWait(headers, 'x-ratelimit-remaining', 'x-ratelimit-reset');
  return waits.length === 0 ? undefined : Math.max(...waits);

  function noteWait(all: ResponseHeaders, remaining: string, reset: string): void {
    if (Number(readHeader(all, remaining) ?? Number.NaN) !== 0) return;
    const waitMs = parseReset(readHeader(all, reset) ?? '', now);
    if (waitMs !== undefined) waits.push(waitMs);
  }
}

/** A duration (`6m0s`, `120ms`), a time of day in ISO 8601, or milliseconds or seconds since 1970. */
function parseReset(text: string, now: Date): number | undefined {
  const duration =
    /^(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,9}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$/.exec(
      text,
    );
  if (text !== '' && duration !== null) {
    const [, hours = '0', minutes = '0', seconds = '0', milliseconds = '0'] = duration;
    return (
      (Number(hours) * 60 + Number(minutes)) * 60_000 +
      Number(seconds) * 1000 +
      Number(milliseconds)
    );
  }
  if (/^\d{10}(?:\.\d{1,6})?$/.test(text)) return Math.max(0, Number(text) * 1000 - now.getTime());
  if (/^\d{13}$/.test(text)) return Math.max(0, Number(text) - now.getTime());
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}

function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : value?.[0]?.trim();
}
