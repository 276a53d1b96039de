import type { Scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LinearMap } from '../../../../src/policy/file/routing-model.js';
import {
  computeBaseRates,
  computeOutputCount,
  type LinearTargets,
} from '../../../../src/learn/train/solver/linear-map.js';
import { fitSparse } from '../../../../src/learn/train/solver/sparse-solver.js';
import {
  sharedTensorFlowEngine,
  type TensorFlowEngine,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildFeatureMatrix, createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const rowCount = 60;
const columnCount = 5;
const normal = createNormal(2);
const random = createRandom(9);
const x = Array.from({ length: rowCount }, () => Array.from({ length: columnCount }, normal));
const matrix = buildFeatureMatrix(x, columnCount);
const rows = listRows(rowCount);

const classes: LinearTargets = {
  kind: 'classes',
  classes: Int32Array.from(x, (row) =>
    (row[0] ?? 0) + 0.5 * normal() > 0 ? 2 : Math.floor(2 * random()),
  ),
  classCount: 3,
};
const probabilities: LinearTargets = {
  kind: 'probabilities',
  probabilities: Float32Array.from(
    x.flatMap((row) => [(row[1] ?? 0) + normal() > 0 ? 1 : 0, random()]),
  ),
  outputCount: 2,
};
const problems = [
  ['classes', classes],
  ['probabilities', probabilities],
] as const;

const dataWeight = 0.5;

/** Every third row weighs three, or stands there three times. */
const weights = Float64Array.from(x, (_, row) => (row % 3 === 0 ? 3 : 1));
const copied = x.flatMap((_, row) => Array<number>(weights[row] as number).fill(row));
function copyTargets(targets: LinearTargets): LinearTargets {
  if (targets.kind === 'classes') {
    return {
      ...targets,
      classes: Int32Array.from(copied, (row) => targets.classes[row] as number),
    };
  }
  const { outputCount, probabilities: all } = targets;
  return {
    ...targets,
    probabilities: Float32Array.from(
      copied.flatMap((row) => [...all.subarray(row * outputCount, (row + 1) * outputCount)]),
    ),
  };
}
const thorough = { dataWeight, epochs: 300, minStep: 0, seed: 1 };

/** Scores of a map in one row. */
function scoreRow({ weights, bias, outputCount }: LinearMap, row: readonly number[]): number[] {
  return Array.from({ length: outputCount }, (_, output) =>
    row.reduce(
      (sum, value, column) => sum + value * (weights[column * outputCount + output] as number),
      bias[output] as number,
    ),
  );
}

/** What is right less what is predicted, per output; 0 where nothing is known. */
function residualsOf(targets: LinearTargets, row: number, scores: readonly number[]): number[] {
  if (targets.kind === 'classes') {
    const observed = targets.classes[row] as number;
    if (observed < 0) return scores.map(() => 0);
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    return scores.map((score, output) => (output === observed ? 1 : 0) - Math.exp(score) / sum);
  }
  return scores.map((score, output) => {
    const target = targets.probabilities[row * scores.length + output] as number;
    return Number.isNaN(target) ? 0 : target - 1 / (1 + Math.exp(-score));
  });
}

/**
 * The largest component of the gradient of `C * losses + |weights|^2 / 2 + |bias - base|^2 / 2`.
 */
function computeLargestGradient(map: LinearMap, targets: LinearTargets): number {
  const { outputCount } = map;
  const gradient = Float64Array.from(map.weights);
  const biasGradient = Float64Array.from(map.bias);
  computeBaseRates(targets, rows).forEach((base, output) => {
    biasGradient[output] = (biasGradient[output] as number) - base;
  });
  x.forEach((values, row) => {
    residualsOf(targets, row, scoreRow(map, values)).forEach((residual, output) => {
      biasGradient[output] = (biasGradient[output] as number) - dataWeight * residual;
      values.forEach((value, column) => {
        const place = column * outputCount + output;
        gradient[place] = (gradient[place] as number) - dataWeight * residual * value;
      });
    });
  });
  return Math.max(...[...gradient, ...biasGradient].map(Math.abs));
}

describe('fitSparse', () => {
  it.each(problems)('counts a row of weight 3 as three: %s', (_, targets) => {
    const weighted = fitSparse(matrix, rows, { ...targets, weights }, thorough);
    const three = fitSparse(
      buildFeatureMatrix(
        copied.map((row) => x[row] ?? []),
        columnCount,
      ),
      listRows(copied.length),
      copyTargets(targets),
      thorough,
    );
    const unweighted = fitSparse(matrix, rows, targets, thorough);
    for (const key of ['weights', 'bias'] as const) {
      three[key].forEach((value, index) => expect(weighted[key][index]).toBeCloseTo(value, 3));
    }
    expect(
      Math.max(
        ...three.weights.map((value, index) =>
          Math.abs(value - (unweighted.weights[index] as number)),
        ),
      ),
    ).toBeGreaterThan(0.01);
  });

  let engine: TensorFlowEngine;
  beforeAll(async () => {
    engine = await sharedTensorFlowEngine();
  });

  it.each(problems)('reaches the optimum for %s: no slope is left', (_, targets) => {
    expect(
      computeLargestGradient(fitSparse(matrix, rows, targets, thorough), targets),
    ).toBeLessThan(1e-4);
  });

  it.each(problems)('is near the optimum for %s after the usual passes', (_, targets) => {
    const optimum = fitSparse(matrix, rows, targets, thorough);
    const usual = fitSparse(matrix, rows, targets, { dataWeight, seed: 1 });
    usual.weights.forEach((weight, index) =>
      expect(Math.abs(weight - (optimum.weights[index] as number))).toBeLessThan(0.1),
    );
    expect(computeLargestGradient(usual, targets)).toBeLessThan(1);
  });

  it.each(problems)('agrees to .001 with TensorFlow.js on %s', (_, targets) => {
    const own = fitSparse(matrix, rows, targets, thorough);
    const other = fitWithTensorFlow(engine, targets);
    own.weights.forEach((weight, index) =>
      expect(Math.abs(weight - (other.weights[index] as number))).toBeLessThan(0.001),
    );
    own.bias.forEach((bias, index) =>
      expect(Math.abs(bias - (other.bias[index] as number))).toBeLessThan(0.001),
    );
  });

  it.each(problems)('gives %s the same weights for the same seed', (_, targets) => {
    const options = { dataWeight, seed: 3 };
    const once = fitSparse(matrix, rows, targets, options);
    expect(fitSparse(matrix, rows, targets, options)).toEqual(once);
    expect(fitSparse(matrix, rows, targets, { ...options, seed: 4 })).not.toEqual(once);
  });

  it('ends at the same optimum in any order of rows', () => {
    const reversed = fitSparse(matrix, rows.toReversed(), classes, thorough);
    fitSparse(matrix, rows, classes, { ...thorough, seed: 7 }).weights.forEach((weight, index) =>
      expect(weight).toBeCloseTo(reversed.weights[index] as number, 4),
    );
  });

  it('leaves out rows of unknown class as if they were not there', () => {
    const partly = {
      ...classes,
      classes: classes.classes.map((one, row) => (row < 20 ? -1 : one)),
    };
    const without = fitSparse(matrix, rows.subarray(20), classes, thorough);
    fitSparse(matrix, rows, partly, thorough).weights.forEach((weight, index) =>
      expect(weight).toBeCloseTo(without.weights[index] as number, 4),
    );
  });

  it('leaves out unknown outputs of a row, and keeps its others', () => {
    const partly = {
      ...probabilities,
      probabilities: probabilities.probabilities.map((value, cell) =>
        cell % 2 === 0 && cell < 40 ? Number.NaN : value,
      ),
    };
    const map = fitSparse(matrix, rows, partly, thorough);
    expect(map.weights.every(Number.isFinite)).toBe(true);
    const whole = fitSparse(matrix, rows, probabilities, thorough);
    const without = fitSparse(matrix, rows.subarray(20), probabilities, thorough);
    for (let column = 0; column < columnCount; column++) {
      expect(map.weights[2 * column]).toBeCloseTo(without.weights[2 * column] as number, 4);
      expect(map.weights[2 * column + 1]).toBeCloseTo(whole.weights[2 * column + 1] as number, 4);
    }
  });

  it('ends, with sharing, where each output also has its share of what all of them lack', () => {
    const sharing = 0.5;
    const map = fitSparse(matrix, rows, probabilities, { ...thorough, sharing });
    const expected = new Float64Array(columnCount * 2);
    x.forEach((row, index) => {
      const residuals = residualsOf(probabilities, index, scoreRow(map, row));
      const total = residuals.reduce((sum, residual) => sum + residual, 0);
      row.forEach((value, column) => {
        residuals.forEach((residual, output) => {
          expected[2 * column + output] =
            (expected[2 * column + output] as number) +
            dataWeight * value * (residual + sharing * total);
        });
      });
    });
    map.weights.forEach((weight, index) =>
      expect(weight).toBeCloseTo(expected[index] as number, 3),
    );
  });

  it('learns base rates only from rows without features', () => {
    const empty = buildFeatureMatrix([[], [], [], []], 3);
    const targets: LinearTargets = {
      kind: 'probabilities',
      probabilities: Float32Array.of(1, 1, 1, 0),
      outputCount: 1,
    };
    const { weights, bias } = fitSparse(empty, listRows(4), targets, thorough);
    expect(weights).toEqual(new Float32Array(3));
    expect(bias[0]).toBeGreaterThan(0);
  });

  it('does not overshoot, however weak the penalty is against the data', () => {
    const empty = buildFeatureMatrix([[], [], [], []], 3);
    const targets: LinearTargets = {
      kind: 'probabilities',
      probabilities: Float32Array.of(1, 1, 1, 0),
      outputCount: 1,
    };
    const { bias } = fitSparse(empty, listRows(4), targets, { ...thorough, dataWeight: 200 });
    expect(bias[0]).toBeCloseTo(Math.log(3), 2);
  });

  it('gives finite base rates where all outcomes are equal, and where there are no rows', () => {
    const certain: LinearTargets = {
      kind: 'probabilities',
      probabilities: new Float32Array(2 * rowCount).fill(1),
      outputCount: 2,
    };
    const { weights, bias } = fitSparse(matrix, rows, certain, { dataWeight: 3, seed: 1 });
    expect([...weights, ...bias].every(Number.isFinite)).toBe(true);
    const nothing = fitSparse(matrix, new Int32Array(0), classes, thorough);
    expect(nothing.weights).toEqual(new Float32Array(columnCount * 3));
    expect(nothing.bias.every((value) => Math.abs(value - Math.log(1 / 3)) < 1e-6)).toBe(true);
  });
});

/** The same objective, minimized by gradient descent with momentum on dense tensors. */
function fitWithTensorFlow({ tf }: TensorFlowEngine, targets: LinearTargets): LinearMap {
  const outputCount = computeOutputCount(targets);
  return tf.tidy(() => {
    const inputs = tf.tensor2d(x);
    const base = tf.tensor1d(computeBaseRates(targets, rows));
    const weights = tf.variable(tf.zeros([columnCount, outputCount]));
    const bias = tf.variable(base.clone());
    const optimizer = tf.train.momentum(0.02, 0.9);
    const wanted =
      targets.kind === 'classes'
        ? tf.cast(tf.oneHot(tf.tensor1d(targets.classes, 'int32'), outputCount), 'float32')
        : tf.tensor2d(targets.probabilities, [rowCount, outputCount]);
    for (let step = 0; step < 600; step++) {
      optimizer.minimize(() => {
        const scores = tf.add(tf.matMul(inputs, weights), bias);
        const losses =
          targets.kind === 'classes'
            ? tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(scores))))
            : tf.sum(tf.sub(tf.softplus(scores), tf.mul(wanted, scores)));
        const penalty = tf.add(tf.sum(tf.square(weights)), tf.sum(tf.square(tf.sub(bias, base))));
        return tf.add(tf.mul(dataWeight, losses), tf.div(penalty, 2)) as Scalar;
      });
    }
    const result = {
      outputCount,
      weights: weights.dataSync<'float32'>().slice(),
      bias: bias.dataSync<'float32'>().slice(),
    };
    optimizer.dispose();
    for (const variable of [weights, bias]) variable.dispose();
    return result;
  });
}
