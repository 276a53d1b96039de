import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResetMs, readRetryAfterMs } from '../../src/llm/retry-after.js';

const now = new Date('2025-06-30T12:00:00Z');

describe('readRetryAfterMs', () => {
  it.each([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['fractions of seconds', { 'retry-after': '0.5' }, 500],
    ['zero', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Mon, 30 Jun 2025 12:00:10 GMT' }, 10_000],
    ['a date that has passed', { 'retry-after': 'Mon, 30 Jun 2025 11:00:00 GMT' }, 0],
    ['milliseconds, before seconds', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    ['a duration', { 'retry-after': '1m2s' }, 62_000],
    ['the first of several', { 'retry-after': ['2', '5'] }, 2000],
  ])('reads %s', (_, headers, expected) => {
    expect(readRetryAfterMs({ headers }, now)).toBe(expected);
  });

  it.each([
    [{}],
    [{ 'retry-after': 'soon' }],
    [{ 'retry-after': '-5x' }],
    [{ 'retry-after': '-1' }],
    [{ 'retry-after': '' }],
  ])('says nothing for %j', (headers) => {
    expect(readRetryAfterMs({ headers }, now)).toBeUndefined();
  });
});

describe('a date', () => {
  it('is read against the provider’s own clock', () => {
    const headers = {
      date: 'Mon, 30 Jun 2025 11:00:00 GMT',
      'retry-after': 'Mon, 30 Jun 2025 11:00:20 GMT',
    };
    expect(readRetryAfterMs({ headers }, now)).toBe(20_000);
  });
});

describe('the wait in a body', () => {
  const retryInfo = (retryDelay: unknown) => ({
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
    },
  });

  it.each([
    ['Gemini’s RetryInfo', retryInfo('34.5s'), 34_500],
    ['the same in a list', [retryInfo('3s')], 3000],
    ['the same as an object', retryInfo({ seconds: 2, nanos: 5e8 }), 2500],
    [
      'headers that OpenRouter repeats',
      {
        error: {
          metadata: {
            headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1751284807000' },
          },
        },
      },
      7000,
    ],
    ['seconds', { error: { retry_after: 4 } }, 4000],
  ])('is %s', (_, body, expected) => {
    expect(readRetryAfterMs({ body: body as never }, now)).toBe(expected);
  });
});

describe('the wait in a text', () => {
  it.each([
    ['Rate limit reached. Please try again in 7.66s. Visit ...', 7660],
    ['Please try again in 1m2.5s.', 62_500],
    ['Please try again in 9m38.016s. Need more tokens?', 578_016],
    ['Please try again in 120ms', 120],
    ['Please retry after 20 seconds.', 20_000],
    ['You exceeded your current quota. Please retry in 3.2s.', 3200],
    ['Try again in 2 minutes and 5 seconds.', 125_000],
    ['retrying in 500 milliseconds', 500],
    ['please wait 30 seconds', 30_000],
    ['wait for 1 hour', 3_600_000],
  ])('of %j is %i ms', (message, expected) => {
    expect(readRetryAfterMs({ message }, now)).toBeCloseTo(expected);
  });

  it.each(['Try again later.', 'Please wait', 'in 5s', 'try again in a while', ''])(
    'of %j is not known',
    (message) => {
      expect(readRetryAfterMs({ message }, now)).toBeUndefined();
    },
  );
});

describe('any response', () => {
  it('has a wait that is a number of at least 0, or none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (body, header, message) => {
        const headers = { 'retry-after': header };
        const waitMs = readRetryAfterMs({ headers, body: body as never, message }, now) ?? 0;
        expect(waitMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

const newYear = new Date('2026-01-01T00:00:00Z');

describe('readResetMs', () => {
  it.each([
    ['1s', 1000],
    ['6m0s', 360_000],
    ['1m30.5s', 90_500],
    ['120ms', 120],
    ['1h2m3s', 3_723_000],
    ['2026-01-01T00:00:07Z', 7000],
    ['1767225610', 10_000],
    ['1767225610000', 10_000],
    ['2025-12-31T23:59:00Z', 0],
  ])('reads %s', (text, expected) => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': text };
    expect(readResetMs(headers, newYear)).toBe(expected);
  });

  it.each(['', 'soon', '5', '-3s', '1s2m', 'NaN'])('knows nothing of %j', (text) => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': text };
    expect(readResetMs(headers, newYear)).toBeUndefined();
  });

  it('takes the longest wait of those limits that are used up', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '1h',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:05Z',
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': '2026-01-01T00:00:09Z',
    };
    expect(readResetMs(headers, newYear)).toBe(9000);
  });

  it.each([
    ['ahead', '2025-12-31T23:00:00Z', '2025-12-31T23:00:05Z'],
    ['behind', '2026-01-01T01:00:00Z', '2026-01-01T01:00:05Z'],
  ])('reads a time by the provider’s clock where ours is %s', (_, date, reset) => {
    const headers = {
      date: new Date(date).toUTCString(),
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': reset,
    };
    expect(readResetMs(headers, now)).toBe(5000);
  });

  it('knows OpenRouter’s', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225603000' };
    expect(readResetMs(headers, newYear)).toBe(3000);
  });
});
