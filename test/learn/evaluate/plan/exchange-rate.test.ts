import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeExchangeRate } from '../../../../src/learn/evaluate/plan/exchange-rate.js';

const small = { costUsd: 1, quality: 0.5 };
const medium = { costUsd: 2, quality: 0.8 };
const large = { costUsd: 10, quality: 0.88 };
const wasteful = { costUsd: 6, quality: 0.7 };
const models = [large, wasteful, small, medium];

describe('the exchange rate', () => {
  it('is the slope between the useful models on both sides of a cost', () => {
    expect(computeExchangeRate(models, 1.5)).toBeCloseTo(0.3, 10);
    expect(computeExchangeRate(models, 5)).toBeCloseTo(0.01, 10);
  });

  it('is that of the first two below the cheapest, and nothing from the dearest on', () => {
    expect(computeExchangeRate(models, 0.2)).toBeCloseTo(0.3, 10);
    expect(computeExchangeRate(models, 10)).toBe(0);
    expect(computeExchangeRate(models, 11)).toBe(0);
    expect(computeExchangeRate([small], 0.5)).toBe(0);
  });

  it('falls, or stays, as the cost rises: the first dollars buy most', () => {
    const point = fc.record({
      costUsd: fc.integer({ min: 1, max: 1000 }),
      quality: fc.integer({ min: 0, max: 1000 }),
    });
    const cost = fc.double({ min: 0, max: 1100, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 8 }),
        cost,
        cost,
        (points, one, two) => {
          const low = computeExchangeRate(points, Math.min(one, two));
          const high = computeExchangeRate(points, Math.max(one, two));
          expect(high).toBeGreaterThanOrEqual(0);
          expect(low).toBeGreaterThanOrEqual(high - 1e-9);
        },
      ),
    );
  });
});
