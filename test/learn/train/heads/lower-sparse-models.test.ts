import { describe, expect, it } from 'vitest';
import { lowerSparseModels } from '../../../../src/learn/train/heads/lower-sparse-models.js';
import type {
  MixtureHeads,
  MixtureHeadsInput,
} from '../../../../src/learn/train/heads/mixture-heads.js';

const rowCount = 100;

/** One task and two models; the second is known for the first `known` rows. */
function buildInput(known: number): MixtureHeadsInput {
  return {
    rowCount,
    taskCount: 1,
    modelCount: 2,
    taskPosterior: new Float32Array(rowCount).fill(1),
    heads: new Float32Array(2 * rowCount),
    quality: Float32Array.from({ length: 2 * rowCount }, (_, cell) =>
      cell % 2 === 1 && cell / 2 >= known ? Number.NaN : 1,
    ),
    weights: new Float64Array(rowCount).fill(1),
    groups: Int32Array.from({ length: rowCount }, (_, row) => row),
    taskQuality: Float32Array.of(0.5, 0.5),
  };
}

const heads: MixtureHeads = {
  bias: new Float32Array(2),
  taskQuality: Float32Array.of(0, 0.3),
  headWeight: new Float32Array(2),
  headSpread: 1,
};

describe('lowerSparseModels', () => {
  it('changes nothing where all models have equally many outcomes', () => {
    expect(lowerSparseModels(heads, buildInput(rowCount))).toEqual(heads);
  });

  it('lowers a model by the standard error that it has more than the best known one', () => {
    const { taskQuality } = lowerSparseModels(heads, buildInput(5));
    expect(taskQuality[0]).toBe(0);
    // 1/sqrt(9) - 1/sqrt(104), over a standard deviation of .5
    expect(taskQuality[1]).toBeCloseTo(0.3 - 2 * (1 / 3 - 1 / Math.sqrt(104)), 5);
  });

  it('lowers a model the more, the fewer outcomes it has', () => {
    const lowered = [0, 2, 10, 50, 90].map(
      (known) => lowerSparseModels(heads, buildInput(known)).taskQuality[1] ?? Number.NaN,
    );
    expect(lowered).toEqual(lowered.toSorted((a, b) => a - b));
  });
});
