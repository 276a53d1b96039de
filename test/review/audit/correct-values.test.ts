import { describe, expect, it } from 'vitest';
import {
  computeGroupedMean,
  indexGroups,
} from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { assignLabelFolds, correctValues } from '../../../src/review/audit/correct-values.js';
import { widenColumn } from '../../../src/review/audit/corrected-column.js';
import { drawSample } from '../../../src/review/audit/draw-sample.js';
import { createRandom } from '../../../src/util/random.js';

const requests = 600;

interface Corrected {
  readonly mean: number;
  readonly standardError: number;
}

/** A judge that passes 30 % of the wrong answers, and people who label some answers. */
function simulate(
  seed: number,
  labels = 60,
): { readonly withJudge: Corrected; readonly alone: Corrected } {
  const random = createRandom(seed);
  const truth = Float64Array.from({ length: requests }, () => (random() < 0.6 ? 1 : 0));
  const judged = truth.map((right) => (right === 1 || random() < 0.3 ? 1 : 0));
  const weights = truth.map(() => 1 + random());
  const { members, probability } = drawSample(
    judged.map((grade) => (grade === 1 ? 2 : 1)),
    labels,
    random,
  );
  const labelWeights = new Float64Array(requests);
  members.forEach((row, place) => {
    labelWeights[row] = 1 / probability[place]!;
  });
  const folds = assignLabelFolds(labelWeights, seed);
  const groups = indexGroups(
    truth.map((_, row) => row),
    weights,
  );
  const correct = (prediction: Float64Array | undefined): Corrected =>
    computeGroupedMean(
      widenColumn(
        correctValues(
          truth,
          prediction && Array.from({ length: folds.count }, () => prediction),
          { weights, labelWeights },
          folds,
        ),
        weights,
      ),
      groups,
    );
  return { withJudge: correct(judged), alone: correct(undefined) };
}

const found = Array.from({ length: 200 }, (_, seed) => simulate(seed));

describe('correcting a biased judge by labels', () => {
  it('is right on average, though the judge is 12 points off', () => {
    const mean = found.reduce((sum, { withJudge }) => sum + withJudge.mean, 0) / found.length;
    expect(Math.abs(mean - 0.6)).toBeLessThan(0.015);
  });

  it('states its error', () => {
    const covered = found.filter(
      ({ withJudge: { mean, standardError } }) => Math.abs(mean - 0.6) < 2 * standardError,
    );
    expect(covered.length / found.length).toBeGreaterThan(0.89);
  });

  it('is not more certain than few labels allow that agree with it by luck', () => {
    const few = Array.from({ length: 200 }, (_, seed) => simulate(1000 + seed, 20).withJudge);
    const covered = few.filter(
      ({ mean, standardError }) => Math.abs(mean - 0.6) < 2 * standardError,
    );
    expect(covered.length / few.length).toBeGreaterThan(0.93);
  });

  it('is more certain than the same labels alone', () => {
    const ratio =
      found.reduce(
        (sum, { alone, withJudge }) => sum + alone.standardError / withJudge.standardError,
        0,
      ) / found.length;
    expect(ratio).toBeGreaterThan(1.25);
  });

  it('reads no label that people did not give', () => {
    const labeled = Float64Array.of(1, Number.NaN, 0, Number.NaN, 1, 0);
    const labelWeights = Float64Array.of(1.5, 0, 1.5, 0, 1.5, 1.5);
    const folds = assignLabelFolds(labelWeights, 1);
    const { values } = correctValues(
      labeled,
      Array.from({ length: folds.count }, () => Float64Array.of(1, 1, 0, 0, 1, 0)),
      { weights: new Float64Array(6).fill(1), labelWeights },
      folds,
    );
    expect(values.every(Number.isFinite)).toBe(true);
  });
});
