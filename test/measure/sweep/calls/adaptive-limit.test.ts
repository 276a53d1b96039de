import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createAdaptiveLimit,
  type LimitChange,
  type LoadSign,
} from '../../../../src/measure/sweep/calls/adaptive-limit.js';

function setUp(maximum = 1000) {
  let nowMs = 0;
  const changes: LimitChange[] = [];
  const limit = createAdaptiveLimit(
    maximum,
    () => nowMs,
    (change) => changes.push(change),
  );
  return {
    limit,
    changes,
    wait: (milliseconds: number) => (nowMs += milliseconds),
    /** A round at full use, with one call that ends otherwise. */
    round(sign: LoadSign = 'answered', inFlight = limit.limit) {
      const size = limit.limit;
      limit.noteStart(inFlight);
      limit.noteEnd(sign);
      for (let call = 1; call < size; call++) limit.noteEnd('answered');
    },
  };
}

describe('an adaptive limit', () => {
  it('begins at 20, or at less where less is allowed', () => {
    expect(setUp().limit.limit).toBe(20);
    expect(setUp(8).limit.limit).toBe(8);
  });

  it('doubles with every clean round, up to the maximum', () => {
    const { limit, round, changes } = setUp(100);
    round();
    expect(limit.limit).toBe(40);
    round();
    round();
    expect(limit.limit).toBe(100);
    round();
    expect(changes.map(({ from, to }) => [from, to])).toEqual([
      [20, 40],
      [40, 80],
      [80, 100],
    ]);
    expect(changes[0]?.reason).toContain('slow start');
  });

  it('shrinks to four fifths at a 429, and then grows by a twentieth', () => {
    const { limit, round, changes } = setUp();
    round();
    limit.noteEnd('rate_limited');
    expect(limit.limit).toBe(32);
    expect(changes.at(-1)).toEqual({ from: 40, to: 32, reason: '429, rate limited' });
    round();
    expect(limit.limit).toBe(32);
    round();
    expect(limit.limit).toBe(33);
    for (let count = 0; count < 10; count++) round();
    expect(limit.limit).toBeGreaterThan(43);
    expect(limit.limit).toBeLessThan(60);
  });

  it('shrinks once for a burst of 429s, and again when they go on', () => {
    const { limit, wait } = setUp();
    for (let call = 0; call < 10; call++) limit.noteEnd('rate_limited');
    expect(limit.limit).toBe(16);
    wait(14_999);
    limit.noteEnd('rate_limited');
    expect(limit.limit).toBe(16);
    wait(1);
    limit.noteEnd('rate_limited', 60_000);
    expect(limit.limit).toBe(12);
    wait(59_999);
    limit.noteEnd('rate_limited');
    expect(limit.limit).toBe(12);
    wait(1);
    limit.noteEnd('rate_limited');
    expect(limit.limit).toBe(9);
  });

  it('neither grows nor shrinks with a 5xx or a timeout', () => {
    const { limit, round, changes } = setUp();
    for (let count = 0; count < 5; count++) round('struggling');
    expect(limit.limit).toBe(20);
    expect(changes).toEqual([]);
    round();
    expect(limit.limit).toBe(40);
  });

  it('does not grow where it was not used', () => {
    const { limit, round } = setUp();
    round('answered', 15);
    expect(limit.limit).toBe(20);
    round('answered', 16);
    expect(limit.limit).toBe(40);
  });

  it('stays between one and the maximum, whatever happens', () => {
    const signs = fc.constantFrom<LoadSign>('answered', 'rate_limited', 'struggling', 'none');
    const step = fc.record({ sign: signs, inFlight: fc.nat(300), waitMs: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(step), (maximum, steps) => {
        const { limit, wait } = setUp(maximum);
        for (const { sign, inFlight, waitMs } of steps) {
          limit.noteStart(inFlight);
          limit.noteEnd(sign);
          wait(waitMs);
          expect(limit.limit).toBeGreaterThanOrEqual(1);
          expect(limit.limit).toBeLessThanOrEqual(maximum);
        }
      }),
    );
  });
});
