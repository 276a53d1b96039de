/** Response headers, as undici gives them: names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * How long a response asks to wait, in milliseconds: `retry-after-ms`, else `Retry-After` in
 * seconds or as a date. Undefined where neither says anything that can be understood.
 */
export function parseRetryAfterMs(headers: ResponseHeaders, now: Date): number | undefined {
  const milliseconds = parseAmount(firstValue(headers['retry-after-ms']));
  if (milliseconds !== undefined) return milliseconds;
  const text = firstValue(headers['retry-after']);
  const seconds = parseAmount(text);
  if (seconds !== undefined) return seconds * 1000;
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}

function firstValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value.trim() : value?.[0]?.trim();
}

function parseAmount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
