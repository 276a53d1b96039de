import { describe, expect, it } from 'vitest';
import { computeInfluence } from '../../../../src/learn/train/features/compute-influence.js';
import { buildFeatureMatrix } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const matrix = buildFeatureMatrix(
  [
    [1, 0, 2],
    [3, 1, 0],
    [9, 9, 9],
  ],
  3,
);
const map = {
  outputCount: 2,
  weights: Float32Array.of(1, 2, 5, 5, 0, 3),
  bias: new Float32Array(2),
};

describe('computeInfluence', () => {
  it('is squared values of the rows times squared weights', () => {
    const influence = computeInfluence(matrix, listRows(2), map, false);
    expect([...influence]).toEqual([(1 + 9) * (1 + 4), 1 * (25 + 25), 4 * 9]);
  });

  it('leaves out what all outputs of a softmax share, which changes no share', () => {
    const influence = computeInfluence(matrix, listRows(2), map, true);
    expect([...influence]).toEqual([10 * 0.5, 0, 4 * 4.5]);
  });
});
