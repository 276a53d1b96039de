import { describe, expect, it } from 'vitest';
import { parseResetMs } from '../../src/llm/parse-reset-headers.js';

const now = new Date('2026-01-01T00:00:00Z');

describe('parseResetMs', () => {
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
    expect(parseResetMs(headers, now)).toBe(expected);
  });

  it.each(['', 'soon', '5', '-3s', '1s2m', 'NaN'])('knows nothing of %j', (text) => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': text };
    expect(parseResetMs(headers, now)).toBeUndefined();
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
    expect(parseResetMs(headers, now)).toBe(9000);
  });

  it('knows OpenRouter’s', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225603000' };
    expect(parseResetMs(headers, now)).toBe(3000);
  });
});
