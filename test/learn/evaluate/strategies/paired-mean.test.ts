import { describe, expect, it } from 'vitest';
import { computePairedMean } from '../../../../src/learn/evaluate/strategies/paired-mean.js';

const unknown = Number.NaN;

/** Values of 100 prompts, without those of the first `missing`. */
function write(missing: number, value: number): Float64Array {
  return Float64Array.from({ length: 100 }, (_, row) => (row < missing ? unknown : value));
}

const weights = new Float64Array(100).fill(1);

describe('the mean of values of which some are missing', () => {
  it('differs from the mean that is shown of a reference as on the prompts that both have', () => {
    const reference = { values: write(10, 0.9), mean: 0.85 };
    const { mean } = computePairedMean(write(5, 0.8), reference, weights, 'difference');
    expect(mean).toBeCloseTo(0.75, 12);
    const costs = computePairedMean(
      write(5, 4),
      { values: write(10, 8), mean: 10 },
      weights,
      'ratio',
    );
    expect(costs.mean).toBeCloseTo(5, 12);
  });

  it('is their own where none is missing, whatever the reference lacks', () => {
    const reference = { values: write(10, 0.9), mean: 0.85 };
    const whole = write(0, 0.8);
    expect(computePairedMean(whole, reference, weights, 'difference')).toEqual({
      mean: expect.closeTo(0.8, 12) as number,
      isEstimated: false,
    });
  });

  it('is carried over from the known mean of a reference that no table shows', () => {
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

  it('is of prompts with a weight only', () => {
    const half = weights.map((_, row) => Number(row >= 50));
    const found = computePairedMean(write(50, 0.8), { values: write(0, 0.9) }, half, 'difference');
    expect(found).toEqual({ mean: expect.closeTo(0.8, 12) as number, isEstimated: false });
  });
});
