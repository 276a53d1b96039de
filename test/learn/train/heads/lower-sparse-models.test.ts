import { describe, expect, it } from 'vitest';
import { computeSigmoid } from '../../../../src/util/kernels.js';
import {
  lowerByMargins,
  lowerSparseModels,
} from '../../../../src/learn/train/heads/lower-sparse-models.js';
import type {
  MixtureHeads,
  MixtureHeadsInput,
} from '../../../../src/learn/train/heads/mixture-heads.js';

const rowCount = 100;

const logit = (quality: number): number => Math.log(quality / (1 - quality));

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
    // A standard deviation of .5, times 1/sqrt(9) - 1/sqrt(104).
    const lowered = 0.5 - 0.5 * (1 / 3 - 1 / Math.sqrt(104));
    expect(taskQuality[1]).toBeCloseTo(0.3 + logit(lowered), 5);
  });

  it.each([0.999, 0.9, 0.6])('lowers a quality of %s by no more than that', (quality) => {
    const input = { ...buildInput(5), taskQuality: Float32Array.of(quality, quality) };
    const own = { ...heads, taskQuality: Float32Array.of(logit(quality), logit(quality)) };
    const [, lowered = Number.NaN] = lowerSparseModels(own, input).taskQuality;
    const deviation = Math.sqrt(quality * (1 - quality));
    const standardErrors = 1 / 3 - 1 / Math.sqrt(104);
    expect(computeSigmoid(lowered)).toBeCloseTo(quality - deviation * standardErrors, 4);
  });

  it('leaves a model that is nearly always wrong a quality above 0', () => {
    const input = { ...buildInput(0), taskQuality: Float32Array.of(0.5, 0.02) };
    const own = { ...heads, taskQuality: Float32Array.of(0, logit(0.02)) };
    const [, lowered = Number.NaN] = lowerSparseModels(own, input).taskQuality;
    expect(computeSigmoid(lowered)).toBeCloseTo(0.005, 4);
  });

  it('lowers a model the more, the fewer outcomes it has', () => {
    const lowered = [0, 2, 10, 50, 90].map(
      (known) => lowerSparseModels(heads, buildInput(known)).taskQuality[1] ?? Number.NaN,
    );
    expect(lowered).toEqual(lowered.toSorted((a, b) => a - b));
  });
});

describe('lowerByMargins', () => {
  it('lowers each quality by its margin, near 1 as in the middle', () => {
    const estimated = Float32Array.of(0.999, 0.5);
    const own = { ...heads, taskQuality: estimated.map(logit) };
    const margins = Float64Array.of(0.03, 0.03);
    const { taskQuality } = lowerByMargins(own, { taskQuality: estimated }, margins);
    const lowered = Array.from(taskQuality, computeSigmoid);
    expect(lowered[0]).toBeCloseTo(0.969, 4);
    expect(lowered[1]).toBeCloseTo(0.47, 4);
  });
});
