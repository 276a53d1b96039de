import { describe, expect, it } from 'vitest';
import { parseRetryAfterMs } from '../../src/llm/parse-retry-after.js';

const now = new Date('2025-06-30T12:00:00Z');

describe('parseRetryAfterMs', () => {
  it.each([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['fractions of seconds', { 'retry-after': '0.5' }, 500],
    ['zero', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Mon, 30 Jun 2025 12:00:10 GMT' }, 10_000],
    ['a date that has passed', { 'retry-after': 'Mon, 30 Jun 2025 11:00:00 GMT' }, 0],
    ['milliseconds, before seconds', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    ['the first of several', { 'retry-after': ['2', '5'] }, 2000],
  ])('reads %s', (_, headers, expected) => {
    expect(parseRetryAfterMs(headers, now)).toBe(expected);
  });

  it.each([[{}], [{ 'retry-after': 'soon' }], [{ 'retry-after': '-5x' }], [{ 'retry-after': '' }]])(
    'says nothing for %j',
    (headers) => {
      expect(parseRetryAfterMs(headers, now)).toBeUndefined();
    },
  );
});
