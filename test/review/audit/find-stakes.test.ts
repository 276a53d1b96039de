import { describe, expect, it } from 'vitest';
import { findStakes } from '../../../src/review/audit/find-stakes.js';

describe('how much labels of a request could change an audit', () => {
  const find = (costUsd: readonly number[], weights: readonly number[] = [1, 1, 1]): number[] =>
    Array.from(
      findStakes(
        {
          models: ['small', 'large'],
          served: Int32Array.of(1, 1, 0),
          // Small is better on the first request, and both are right on the others.
          quality: Float64Array.of(1, 0, 1, 1, 1, 1),
          costUsd: Float64Array.from(costUsd),
          taskOf: new Int32Array(3),
          tasks: ['all'],
          groups: [0, 1, 2],
          weights: Float64Array.from(weights),
          repeats: undefined,
        },
        1,
      ),
    );

  it('is more where another model served than the reference, or would have been better', () => {
    expect(find([1, 2, 1, 2, 1, 2])).toEqual([1, 0, 1]);
  });

  it('counts for as many logged requests as the audited one stands for', () => {
    expect(find([1, 2, 1, 2, 1, 2], [5, 1, 2])).toEqual([5, 0, 2]);
  });

  it('is known where a cost is not', () => {
    expect(find([1, Number.NaN, 1, 2, 1, Number.NaN])).toEqual([0, 0, 1]);
  });
});
