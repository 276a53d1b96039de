import { describe, expect, it } from 'vitest';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { estimateShare, guardEstimate } from '../../../src/review/estimates/estimate.js';

/** A share of requests, each of a conversation of its own. */
function shareOf(hits: number, count: number) {
  const values = Float64Array.from({ length: count }, (_, row) => (row < hits ? 1 : 0));
  const groups = indexGroups(
    values.map((_, row) => row),
    new Float64Array(count).fill(1),
  );
  return estimateShare(values, groups);
}

describe('the interval of a share', () => {
  it.each([
    // Wilson's intervals at 95 %, which Student's t widens a little.
    [2, 29, 0.019, 0.22],
    [1, 50, 0.0035, 0.105],
    [15, 30, 0.33, 0.67],
    [0, 30, 0, 0.114],
    [30, 30, 0.886, 1],
  ])('of %i in %i is about that of the textbooks', (hits, count, low, high) => {
    const estimate = shareOf(hits, count);
    expect(estimate.mean).toBeCloseTo(hits / count, 12);
    expect(Math.abs(estimate.low - low)).toBeLessThan(0.02);
    expect(Math.abs(estimate.high - high)).toBeLessThan(0.02);
  });
});

describe('the interval of a share that follows from a part of the values', () => {
  it('is as wide as that of the observed part where nothing varies', () => {
    const values = new Float64Array(400).fill(1);
    const groups = indexGroups(values.map((_, row) => row));
    const observed = values.map((_, row) => (row % 20 === 0 ? 20 : 0));
    expect(estimateShare(values, groups).low).toBeGreaterThan(0.98);
    expect(estimateShare(values, groups, observed).low).toBeCloseTo(shareOf(20, 20).low, 12);
  });
});

describe('an interval with a guard', () => {
  const guard = (mean: number, halfWidth: number, groups: number) =>
    guardEstimate(
      { mean, low: mean - halfWidth, high: mean + halfWidth, standardError: halfWidth / 2 },
      [0, 1],
      groups,
    );

  it('stays within the range of what is estimated', () => {
    expect(guard(0.97, 0.1, 200)).toMatchObject({ mean: 0.97, high: 1 });
    expect(guard(0.03, 0.1, 200)).toMatchObject({ mean: 0.03, low: 0 });
  });

  it('does not move a mean that weighting moved out of the range, and is not certain of its end', () => {
    const above = guard(1.05, 0.01, 200);
    expect(above).toMatchObject({ mean: 1.05, high: 1 });
    expect(above.low).toBeLessThan(0.99);
    const below = guard(-0.05, 0.01, 200);
    expect(below).toMatchObject({ mean: -0.05, low: 0 });
    expect(below.high).toBeGreaterThan(0.01);
  });
});
