import { describe, expect, it } from 'vitest';
import { computePairedMean } from '../../../../src/learn/evaluate/strategies/paired-mean.js';

const unknown = Number.NaN;

/** Values of 100 prompts, without those of the first `missing`. */
function write(missing: number, value: number): Float64Array {
  return Float64Array.from({ length: 100 }, (_, row) => (row < missing ? unknown : value));
}

const weights = new Float64Array(100).fill(1);

describe('the mean of values of which some are missing', () => {
  it('differs from that of a reference with all values as on the prompts that both have', () => {
    // The missing ones are those of hard and costly prompts.
    const grades = write(0, 0.9).map((value, row) => (row < 40 ? 0.5 : value));
    const { mean } = computePairedMean(write(40, 0.85), { values: grades }, weights, 'difference');
    expect(mean).toBeCloseTo(0.74 - 0.05, 12);
    const costs = write(0, 8).map((value, row) => (row < 40 ? 80 : value));
    const found = computePairedMean(write(40, 4), { values: costs }, weights, 'ratio');
    expect(found.mean).toBeCloseTo((0.4 * 80 + 0.6 * 8) / 2, 12);
  });

  it('differs so from the mean that is shown of a reference which lacks as many', () => {
    const reference = { values: write(10, 0.9), mean: 0.85 };
    const { mean } = computePairedMean(write(10, 0.8), reference, weights, 'difference');
    expect(mean).toBeCloseTo(0.75, 12);
  });

  it('keeps every value that is known, and estimates the others only', () => {
    // The reference lacks the first 10 prompts: by its mean, it has 0.4, or a cost of 28, there.
    const reference = { values: write(10, 0.9), mean: 0.85 };
    const { mean } = computePairedMean(write(5, 0.8), reference, weights, 'difference');
    expect(mean).toBeCloseTo(0.95 * 0.8 + 0.05 * (0.4 - 0.1), 12);
    const costs = { values: write(10, 8), mean: 10 };
    const found = computePairedMean(write(5, 4), costs, weights, 'ratio');
    expect(found.mean).toBeCloseTo(0.95 * 4 + 0.05 * (28 / 2), 12);
  });

  it('is not moved by one missing value, however much a reference lacks', () => {
    // Of the hardest 20 prompts, the reference has no outcome.
    const values = write(0, 0.8).map((value, row) => (row < 20 ? 0.1 : value));
    const reference = { values: write(20, 0.7), mean: 0.65 };
    const whole = computePairedMean(values, reference, weights, 'difference');
    const lacking = values.map((value, row) => (row === 50 ? unknown : value));
    const found = computePairedMean(lacking, reference, weights, 'difference');
    expect(whole.mean).toBeCloseTo(0.66, 12);
    expect(found.mean).toBeCloseTo(0.66, 12);
    expect(found.isEstimated).toBe(false);
  });

  it('is their own where none is missing, whatever the reference lacks', () => {
    const reference = { values: write(10, 0.9), mean: 0.85 };
    const whole = write(0, 0.8);
    expect(computePairedMean(whole, reference, weights, 'difference')).toEqual({
      mean: expect.closeTo(0.8, 12) as number,
      isEstimated: false,
    });
  });

  it('leaves out prompts that lack both, where no mean of the reference is known', () => {
    const reference = { values: write(10, 0.9), mean: unknown };
    const { mean } = computePairedMean(write(20, 0.8), reference, weights, 'difference');
    expect(mean).toBeCloseTo(0.8, 12);
  });

  it('is mainly estimated above 10 % missing, also where the reference lacks as many', () => {
    const isEstimated = (missing: number): boolean =>
      computePairedMean(write(missing, 1), { values: write(40, 1) }, weights, 'difference')
        .isEstimated;
    expect(isEstimated(40)).toBe(true);
    expect(isEstimated(10)).toBe(false);
  });

  it('reaches an end of the range only where every known value does', () => {
    // The best in hindsight solves 45 of 50 prompts where the reference solves 20, and the reference the others.
    const own = write(50, 1).map((value, row) => (row >= 95 ? 0 : value));
    const values = write(0, 0).map((_, row) => Number(row < 50 || row >= 80));
    const { mean } = computePairedMean(own, { values }, weights, 'difference');
    expect(mean).toBeCloseTo(0.95, 12);
    const none = computePairedMean(write(50, 0), { values: write(0, 0.2) }, weights, 'difference');
    expect(none.mean).toBeCloseTo(0, 12);
  });

  it('is of prompts with a weight only', () => {
    const half = weights.map((_, row) => Number(row >= 50));
    const found = computePairedMean(write(50, 0.8), { values: write(0, 0.9) }, half, 'difference');
    expect(found).toEqual({ mean: expect.closeTo(0.8, 12) as number, isEstimated: false });
  });
});
