import * as fc from 'fast-check';
import { quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { computeWeightedQuantile, sortWeighted } from '../../src/util/sort-weighted.js';

describe('sortWeighted', () => {
  it('holds each value as often as its weight', () => {
    const order = sortWeighted([5, 1, 3], [1, 2, 3]);
    expect(order.totalWeight).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map(order.at)).toEqual([1, 1, 3, 3, 3, 5]);
  });

  it('has the quantiles of a list that holds each value as often as its weight', () => {
    const value = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0, 0.05, 0.5, 0.95, 1),
        (weighted, share) => {
          const order = sortWeighted(
            weighted.map(([own]) => own),
            weighted.map(([, weight]) => weight),
          );
          const listed = weighted.flatMap(([own, weight]) => Array<number>(weight).fill(own));
          expect(computeWeightedQuantile(order, share)).toBeCloseTo(quantile(listed, share), 9);
        },
      ),
    );
  });

  it('gives a value that is there, however small the weights are', () => {
    expect(computeWeightedQuantile(sortWeighted([4, 2], [1e-9, 1e-9]), 0.5)).toBe(2);
  });
});
