import { describe, expect, it } from 'vitest';
import { createPracticeLimiter } from '../../../src/measure/practice/practice-limiter.js';

describe('the rate limit of a simulated model', () => {
  it('takes so many requests in any minute, and says when it takes the next', () => {
    let nowMs = 0;
    const limiter = createPracticeLimiter(2, () => nowMs);
    expect(limiter.findWaitMs('a')).toBe(0);
    nowMs = 10_000;
    expect(limiter.findWaitMs('a')).toBe(0);
    expect(limiter.findWaitMs('a')).toBe(50_000);
    expect(limiter.findWaitMs('b')).toBe(0);
    nowMs = 60_000;
    expect(limiter.findWaitMs('a')).toBe(0);
    expect(limiter.findWaitMs('a')).toBe(10_000);
  });

  it('is none by default', () => {
    const limiter = createPracticeLimiter(Infinity, () => 0);
    expect([1, 2, 3].map(() => limiter.findWaitMs('a'))).toEqual([0, 0, 0]);
  });
});
