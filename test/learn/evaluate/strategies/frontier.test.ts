import { describe, expect, it } from 'vitest';
import {
  computeExchangeRate,
  computeAverageImprovementInQuality,
  computeFrontier,
  type FrontierPoint,
} from '../../../../src/learn/evaluate/strategies/frontier.js';
import fc from 'fast-check';

const point = (costUsd: number, quality: number): FrontierPoint => ({ costUsd, quality });

const anyPoints = fc.array(
  fc.record({
    costUsd: fc.integer({ min: 0, max: 20 }).map((cents) => cents / 4),
    quality: fc.integer({ min: 0, max: 20 }).map((part) => part / 20),
  }),
  { minLength: 1, maxLength: 15 },
);

/** Quality that the frontier gives for a cost: mixed between its points, flat outside of them. */
function qualityAt(hull: readonly FrontierPoint[], costUsd: number): number {
  const right = hull.findIndex((one) => one.costUsd >= costUsd);
  if (right === -1) return hull.at(-1)?.quality ?? Number.NaN;
  const [from, to] = [hull[right - 1], hull[right] as FrontierPoint];
  if (from === undefined) return to.quality;
  const part = (costUsd - from.costUsd) / (to.costUsd - from.costUsd);
  return from.quality + part * (to.quality - from.quality);
}

describe('computeFrontier', () => {
  it('leaves out what costs more for no more, and what mixing two others beats', () => {
    const hull = computeFrontier([
      point(5, 0.7),
      point(1, 0.5),
      point(3, 0.55),
      point(4, 0.9),
      point(2, 0.8),
      point(1, 0.4),
    ]);
    expect(hull).toEqual([point(1, 0.5), point(2, 0.8), point(4, 0.9)]);
  });

  it('leaves out points on the line between two others', () => {
    expect(computeFrontier([point(0, 0), point(1, 0.5), point(2, 1)])).toEqual([
      point(0, 0),
      point(2, 1),
    ]);
  });

  it('is the point itself for one, and empty for none', () => {
    expect(computeFrontier([point(1, 0.5), point(1, 0.5)])).toEqual([point(1, 0.5)]);
    expect(computeFrontier([])).toEqual([]);
  });

  it('leaves out points on a line, whatever rounding makes of their slopes', () => {
    const line = [point(0.25, 0), point(0.5, 0.15), point(1.25, 0.45), point(1.5, 0.55)];
    const slopes = computeFrontier(line)
      .slice(1)
      .map((one, index, rest) => {
        const before = index === 0 ? point(0.25, 0) : (rest[index - 1] as FrontierPoint);
        return (one.quality - before.quality) / (one.costUsd - before.costUsd);
      });
    expect(slopes).toEqual(slopes.toSorted((a, b) => b - a));
  });

  it('rises ever less steeply, above or through every point, from given points only', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const hull = computeFrontier(points);
        const slopes = hull.slice(1).map((one, index) => {
          const before = hull[index] as FrontierPoint;
          expect(one.costUsd).toBeGreaterThan(before.costUsd);
          expect(one.quality).toBeGreaterThan(before.quality);
          return (one.quality - before.quality) / (one.costUsd - before.costUsd);
        });
        expect(slopes).toEqual(slopes.toSorted((a, b) => b - a));
        for (const one of hull) expect(points).toContain(one);
        for (const { costUsd, quality } of points) {
          expect(qualityAt(hull, costUsd)).toBeGreaterThanOrEqual(quality - 1e-12);
        }
        expect(computeFrontier(hull)).toEqual(hull);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('computeAverageImprovementInQuality', () => {
  const points = [point(1, 0.5), point(2, 0.8), point(4, 0.9)];

  it('is the mean quality under the frontier', () => {
    // .65 over 1 dollar, .85 over 2.
    expect(computeAverageImprovementInQuality(points, { lowUsd: 1, highUsd: 4 })).toBeCloseTo(
      (0.65 + 2 * 0.85) / 3,
      12,
    );
  });

  it('goes on flat on both sides of the frontier', () => {
    expect(computeAverageImprovementInQuality(points, { lowUsd: 0, highUsd: 6 })).toBeCloseTo(
      (0.5 + 0.65 + 2 * 0.85 + 2 * 0.9) / 6,
      12,
    );
  });

  it('counts only what lies in the range', () => {
    expect(computeAverageImprovementInQuality(points, { lowUsd: 1.5, highUsd: 2 })).toBeCloseTo(
      0.725,
      12,
    );
    expect(computeAverageImprovementInQuality(points, { lowUsd: 5, highUsd: 6 })).toBeCloseTo(
      0.9,
      12,
    );
    expect(computeAverageImprovementInQuality(points, { lowUsd: 0, highUsd: 1 })).toBeCloseTo(
      0.5,
      12,
    );
  });

  it('is not a number for an empty range, or without points', () => {
    expect(computeAverageImprovementInQuality(points, { lowUsd: 2, highUsd: 2 })).toBeNaN();
    expect(computeAverageImprovementInQuality([], { lowUsd: 1, highUsd: 2 })).toBeNaN();
  });

  it('is what many thin slices of the frontier give', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .map(([lowUsd, width]) => ({ lowUsd, highUsd: lowUsd + width }));
    fc.assert(
      fc.property(anyPoints, range, (given, { lowUsd, highUsd }) => {
        const hull = computeFrontier(given);
        const slices = 2000;
        let sum = 0;
        for (let slice = 0; slice < slices; slice++) {
          sum += qualityAt(hull, lowUsd + ((slice + 0.5) / slices) * (highUsd - lowUsd));
        }
        const own = computeAverageImprovementInQuality(given, { lowUsd, highUsd });
        expect(Math.abs(own - sum / slices)).toBeLessThan(1e-3);
      }),
      { numRuns: 200 },
    );
  });
});

const small = { expense: 1, quality: 0.5 };
const medium = { expense: 2, quality: 0.8 };
const large = { expense: 10, quality: 0.88 };
const wasteful = { expense: 6, quality: 0.7 };
const models = [large, wasteful, small, medium];

describe('the exchange rate', () => {
  it('is the slope between the useful models on both sides of an expense', () => {
    expect(computeExchangeRate(models, 1.5)).toBeCloseTo(0.3, 10);
    expect(computeExchangeRate(models, 5)).toBeCloseTo(0.01, 10);
  });

  it('is that of the first two below the cheapest, and nothing from the most expensive on', () => {
    expect(computeExchangeRate(models, 0.2)).toBeCloseTo(0.3, 10);
    expect(computeExchangeRate(models, 10)).toBe(0);
    expect(computeExchangeRate(models, 11)).toBe(0);
    expect(computeExchangeRate([small], 0.5)).toBe(0);
  });

  it('falls, or stays, as the expense rises: the first dollars buy most', () => {
    const point = fc.record({
      expense: fc.integer({ min: 1, max: 1000 }),
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
