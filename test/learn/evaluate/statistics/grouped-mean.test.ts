import { describe, expect, it } from 'vitest';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  computeGroupedMean,
  computeLowerBound,
  indexGroups,
  isClearlyPositive,
} from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeSampleSize } from '../../../../src/learn/evaluate/statistics/sample-size.js';

const single = (count: number) => indexGroups(Array.from({ length: count }, (_, row) => row));

describe('the mean of grouped values', () => {
  it('has the usual standard error where every group has one value', () => {
    const { mean, standardError, count } = computeGroupedMean([1, 2, 3, 4], single(4));
    expect({ mean, count }).toEqual({ mean: 2.5, count: 4 });
    expect(standardError).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });

  it('is no surer for copies of the same values', () => {
    const copies = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4];
    const { standardError } = computeGroupedMean(
      copies,
      indexGroups([7, 8, 9, 5, 7, 8, 9, 5, 7, 8, 9, 5]),
    );
    expect(standardError).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });

  it('leaves out what is not known', () => {
    expect(computeGroupedMean([1, Number.NaN, 3], single(3))).toMatchObject({
      mean: 2,
      count: 2,
      groups: 2,
    });
  });
});

describe('the interval of values in a range', () => {
  const ones = Array.from({ length: 60 }, () => 1);

  it('is the usual one where values differ', () => {
    const values = ones.map((_, row) => row % 2);
    expect(computeBoundedInterval(values, single(60), [0, 1])).toEqual(
      computeGroupedInterval(values, single(60)),
    );
  });

  it('allows for another value next where all are equal, the less the more there are', () => {
    const few = computeBoundedInterval(ones, single(60), [0, 1]);
    expect(few).toMatchObject({ mean: 1, high: 1 });
    expect(few?.low).toBeCloseTo(0.95, 2);
    const many = Array.from({ length: 600 }, () => 0);
    const narrow = computeBoundedInterval(many, single(600), [0, 1]);
    expect(narrow).toMatchObject({ mean: 0, low: 0 });
    expect(narrow?.high).toBeCloseTo(0.005, 3);
    const middle = computeBoundedInterval(many, single(600), [-1, 1]);
    expect(middle?.low).toBeCloseTo(-(middle?.high ?? 0), 12);
  });

  it('ends at the range, after it is moved to another mean', () => {
    const values = ones.map((_, row) => (row === 0 ? 0 : 1));
    const usual = computeGroupedInterval(values, single(60));
    expect(usual?.high).toBeGreaterThan(1);
    expect(computeBoundedInterval(values, single(60), [0, 1])).toEqual({ ...usual, high: 1 });
    const moved = computeBoundedInterval(values, single(60), [0, 1], 0.9);
    expect(moved?.mean).toBe(0.9);
    expect(moved?.high).toBeCloseTo(0.9 + (usual?.high ?? 0) - (usual?.mean ?? 0), 12);
    expect(computeBoundedInterval(values, single(60), [0, 1], 0.01)?.low).toBe(0);
  });

  it('is not known of one group', () => {
    expect(computeBoundedInterval([1, 1], indexGroups([0, 0]), [0, 1])).toBeNull();
  });
});

describe('a lower bound', () => {
  const worst = { worst: -1, error: 0.05 };

  it('lies below the mean, the nearer the more there are', () => {
    const few = computeLowerBound([0, 1, 0, 1, 1, 1, 0, 1], single(8), worst);
    const values = Array.from({ length: 800 }, (_, row) => [0, 1, 0, 1, 1, 1, 0, 1][row % 8] ?? 0);
    const many = computeLowerBound(values, single(800), worst);
    expect(few).toBeLessThan(many);
    expect(many).toBeLessThan(0.625);
    expect(many).toBeGreaterThan(0.59);
  });

  it('does not take fifty prompts without a loss for proof that there are none', () => {
    const values = new Float64Array(50).fill(0.02);
    expect(computeLowerBound(values, single(50), worst)).toBeLessThan(0);
    const more = new Float64Array(2000).fill(0.02);
    expect(computeLowerBound(more, single(2000), worst)).toBeGreaterThan(0);
  });

  it('is the same whatever the scale of the weights', () => {
    const values = Array.from({ length: 100 }, (_, row) => (row % 4 === 0 ? -0.1 : 0.2));
    const scaled = (weight: number) =>
      computeLowerBound(
        values,
        indexGroups(
          values.map((_, row) => row),
          new Float64Array(100).fill(weight),
        ),
        worst,
      );
    for (const weight of [0.001, 1000]) expect(scaled(weight)).toBeCloseTo(scaled(1), 12);
  });

  it('shows no more for copies of the same prompts', () => {
    const bound = (copies: number): number =>
      computeLowerBound(
        new Float64Array(100 * copies).fill(0.01),
        indexGroups(Array.from({ length: 100 * copies }, (_, row) => row % 100)),
        worst,
      );
    expect(bound(1)).toBeLessThan(0);
    expect(bound(50)).toBeCloseTo(bound(1), 12);
  });

  it('is nowhere with a single group', () => {
    expect(computeLowerBound([1, 1], indexGroups([3, 3]), worst)).toBe(-Infinity);
  });
});

describe('the number of values that would show an effect', () => {
  const values = Array.from({ length: 60 }, (_, row) => (row % 3) - 0.8);
  const groups = values.map((_, row) => row);
  const needed = (weight: number) => {
    const index = indexGroups(groups, new Float64Array(60).fill(weight));
    return computeSampleSize(computeGroupedMean(values, index), 0.01, 0.025);
  };

  it('counts values, whatever they weigh', () => {
    // (z + z')² times the variance, by the effect squared.
    const variance = (values.reduce((sum, value) => sum + (value - 0.2) ** 2, 0) / 60) * (60 / 59);
    expect(needed(1) / (variance * (2.8016 / 0.01) ** 2)).toBeCloseTo(1, 2);
    expect(needed(1 / 60)).toBe(needed(1));
    expect(needed(1000)).toBe(needed(1));
  });
});

describe('the sample size of a test with a guard', () => {
  const z = 1.96 + 0.8416;
  const size = (standardError: number, groups = 400, count = groups) =>
    computeSampleSize({ standardError, effectiveGroups: groups, count }, 0.01, 0.025, -1);

  it('makes up for the group that loses all', () => {
    // As many groups as make up for the loss and for its spread, if nothing else varies.
    expect(size(0) / ((1 + z) / 0.01)).toBeCloseTo(1, 2);
    const needed = size(0.02);
    const variance = 400 * 0.02 ** 2;
    expect((0.01 * needed - 1) / (z * Math.sqrt(needed * variance + 1))).toBeCloseTo(1, 2);
  });

  it('counts values in groups of usual size', () => {
    expect(size(0.02, 400, 1200) / (3 * size(0.02))).toBeCloseTo(1, 2);
  });
});

describe('isClearlyPositive', () => {
  it('takes more than two standard errors, and no mean whose error is unknown', () => {
    expect(isClearlyPositive({ mean: 2.1, standardError: 1 })).toBe(true);
    expect(isClearlyPositive({ mean: 2, standardError: 1 })).toBe(false);
    expect(isClearlyPositive({ mean: 5, standardError: Number.NaN })).toBe(false);
  });
});
