import { describe, expect, it } from 'vitest';
import { createBootstrap } from '../../../../src/learn/evaluate/statistics/bootstrap.js';
import { createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const meanOf = (sums: ArrayLike<number>): number => (sums[0] as number) / (sums[1] as number);
const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

function boundMean(values: Float64Array, groups: ArrayLike<number>, seed = 1, confidence?: number) {
  return createBootstrap([values, ones(values.length)], groups, { seed, resamples: 400 }).interval(
    meanOf,
    confidence,
  );
}

const normal = createNormal(8);
const sample = Float64Array.from({ length: 50 }, normal);

describe('createBootstrap', () => {
  it('covers the true mean in about 95 of 100 trials', () => {
    const trials = 200;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Float64Array.from({ length: 40 }, () => 3 + normal());
      const { low, high } = boundMean(values, listRows(40), trial);
      if (low <= 3 && 3 <= high) covered += 1;
    }
    expect(covered / trials).toBeGreaterThanOrEqual(0.9);
    expect(covered / trials).toBeLessThanOrEqual(0.98);
  });

  it('is as wide as theory says, and wider for more confidence', () => {
    const mean = sample.reduce((sum, value) => sum + value, 0) / 50;
    const variance = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 50;
    const expected = 1.96 * Math.sqrt(variance / 50);
    const options = { seed: 1, resamples: 4000 };
    const wide = createBootstrap([sample, ones(50)], listRows(50), options).interval(meanOf);
    expect(wide.mean).toBeCloseTo(mean, 12);
    expect(Math.abs((wide.high - mean) / expected - 1)).toBeLessThan(0.1);
    expect(Math.abs((mean - wide.low) / expected - 1)).toBeLessThan(0.1);
    const usual = boundMean(sample, listRows(50));
    const sure = boundMean(sample, listRows(50), 1, 0.99);
    expect(sure.low).toBeLessThan(usual.low);
    expect(sure.high).toBeGreaterThan(usual.high);
  });

  it('takes copies of a prompt for the one piece of evidence that they are', () => {
    const copies = Float64Array.from({ length: 200 }, (_, row) => sample[row % 50] as number);
    const groups = listRows(200).map((row) => row % 50);
    const widthOf = ({ low, high }: { low: number; high: number }): number => high - low;
    const grouped = widthOf(boundMean(copies, groups));
    expect(grouped).toBeGreaterThan(1.7 * widthOf(boundMean(copies, listRows(200))));
    expect(grouped).toBeCloseTo(widthOf(boundMean(sample, listRows(50))), 10);
  });

  it('does not depend on how groups are numbered', () => {
    const groups = listRows(50).map((row) => row % 10);
    const renumbered = groups.map((group) => 1000 - 7 * group);
    expect(boundMean(sample, renumbered)).toEqual(boundMean(sample, groups));
  });

  it('draws the same rows for all columns: a constant difference is certain', () => {
    const shifted = sample.map((value) => value + 0.25);
    const bootstrap = createBootstrap([sample, shifted, ones(50)], listRows(50), { seed: 1 });
    const difference = bootstrap.interval(
      (sums) => ((sums[1] as number) - (sums[0] as number)) / (sums[2] as number),
    );
    for (const value of Object.values(difference)) expect(value).toBeCloseTo(0.25, 10);
  });

  it('gives the same for the same seed, and another for another', () => {
    expect(boundMean(sample, listRows(50), 4)).toEqual(boundMean(sample, listRows(50), 4));
    expect(boundMean(sample, listRows(50), 5)).not.toEqual(boundMean(sample, listRows(50), 4));
  });

  it('is as wide as nothing for a single group', () => {
    const { mean, low, high } = boundMean(sample, new Int32Array(50));
    expect([low, high]).toEqual([mean, mean]);
  });

  it('leaves out draws where the statistic has no value', () => {
    const rare = Float64Array.from({ length: 12 }, (_, row) => (row === 0 ? 1 : 0));
    const bootstrap = createBootstrap([rare, rare], listRows(12), { seed: 1, resamples: 200 });
    expect(bootstrap.interval(meanOf)).toEqual({ mean: 1, low: 1, high: 1 });
  });
});
