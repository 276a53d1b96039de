import { describe, expect, it } from 'vitest';
import { computeEffectiveSize } from '../../../../src/learn/evaluate/statistics/effective-size.js';

describe('the effective size', () => {
  it.each([
    [[1, 1, 1], 3],
    [[0.1, 0.1, 0.1], 3],
    [Array<number>(59).fill(1 / 59), 59],
    [[5, 0, 0], 1],
  ])('of %j is exactly the number of equal parts', (sizes, size) => {
    expect(computeEffectiveSize(sizes)).toBe(size);
  });

  it('is that of the large parts where a few have most', () => {
    // (10 + 10 * 1)² / (100 + 10).
    expect(computeEffectiveSize([10, ...Array<number>(10).fill(1)])).toBeCloseTo(400 / 110, 12);
  });

  it('is not known where every part is 0', () => {
    expect(computeEffectiveSize([0, 0])).toBeNaN();
  });
});
