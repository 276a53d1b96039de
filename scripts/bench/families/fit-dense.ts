import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { at, intAt } from '../../../src/util/numeric-arrays.js';
import type { LinearMap } from '../../../src/policy/file/routing-model.js';
import { createRandom, shuffle } from '../../../src/util/random.js';
import type { FeatureMatrix } from '../../../src/learn/train/features/feature-matrix.js';
import {
  computeBaseRates,
  computeOutputCount,
  computeRowWeight,
  type LinearTargets,
} from '../../../src/learn/train/solver/linear-map.js';
import type {
  TensorFlowEngine,
  TensorFlowModule,
} from '../../../src/learn/train/solver/tensorflow-backend.js';

export interface DenseSolverOptions {
  /** As in the sparse solver. */
  readonly dataWeight: number;
  /** Passes over the rows. @default 20 */
  readonly epochs?: number;
  /** Rows in a batch, which alone are made dense. @default 128 */
  readonly batchSize?: number;
  /** Of Adam; falls to zero along a half cosine. @default 0.1 */
  readonly learningRate?: number;
  readonly seed: number;
}

/**
 * Solves the problem of the sparse solver with TensorFlow.js: batches of rows are made dense, Adam
 * takes the steps. For matrices of at most a few thousand columns; the time of a pass grows with
 * their number, where the sparse solver's grows with the entries only.
 */
export function fitDense(
  engine: TensorFlowEngine,
  matrix: FeatureMatrix,
  rows: Int32Array,
  targets: LinearTargets,
  options: DenseSolverOptions,
): LinearMap {
  const { tf } = engine;
  const { dataWeight, epochs = 20, batchSize = 128, learningRate = 0.1, seed } = options;
  const outputCount = computeOutputCount(targets);
  const random = createRandom(seed);
  const used =
    targets.kind === 'classes' ? rows.filter((row) => intAt(targets.classes, row) >= 0) : rows;
  // Inside `tidy`, because a variable does not dispose of the tensor that it starts from.
  const { weights, bias } = tf.tidy(() => ({
    weights: tf.variable(tf.zeros([matrix.columnCount, outputCount])) as Variable,
    bias: tf.variable(tf.tensor1d(computeBaseRates(targets, rows))),
  }));
  const optimizer = tf.train.adam(learningRate);
  const stepCount = epochs * Math.ceil(used.length / batchSize);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffle(used, random);
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.slice(start, start + batchSize);
      setLearningRate(optimizer, (learningRate * (1 + Math.cos((Math.PI * step) / stepCount))) / 2);
      step += 1;
      tf.tidy(() => {
        const inputs = createDenseBatch(tf, matrix, batch);
        const { labels, mask } = createLabels(tf, targets, batch, outputCount);
        optimizer.minimize(() => {
          const logits = tf.add(tf.matMul(inputs, weights as unknown as Tensor2D), bias);
          const losses =
            targets.kind === 'classes'
              ? tf.neg(tf.mul(labels, tf.logSoftmax(logits)))
              : tf.sub(
                  tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
                  tf.mul(labels, logits),
                );
          const penalty = tf.mul(
            tf.sum(tf.square(weights)),
            batch.length / (2 * dataWeight * Math.max(1, used.length)),
          );
          const total = tf.add(tf.sum(tf.mul(losses, mask)), penalty);
          return tf.div(total, batch.length) as Scalar;
        });
      });
    }
  }
  const result = {
    outputCount,
    weights: weights.dataSync<'float32'>().slice(),
    bias: bias.dataSync<'float32'>().slice(),
  };
  optimizer.dispose();
  weights.dispose();
  bias.dispose();
  return result;
}

/** Adam keeps its learning rate in a member that its type hides. */
function setLearningRate(optimizer: object, learningRate: number): void {
  (optimizer as { learningRate: number }).learningRate = learningRate;
}

function createDenseBatch(
  tf: TensorFlowModule,
  matrix: FeatureMatrix,
  rows: readonly number[],
): Tensor2D {
  const dense = new Float32Array(rows.length * matrix.columnCount);
  rows.forEach((row, index) => {
    const end = intAt(matrix.rowStarts, row + 1);
    for (let entry = intAt(matrix.rowStarts, row); entry < end; entry++) {
      const column = intAt(matrix.columns, entry);
      dense[index * matrix.columnCount + column] = at(matrix.values, entry);
    }
  });
  return tf.tensor2d(dense, [rows.length, matrix.columnCount]);
}

function createLabels(
  tf: TensorFlowModule,
  targets: LinearTargets,
  rows: readonly number[],
  outputCount: number,
): { labels: Tensor2D; mask: Tensor2D } {
  const labels = new Float32Array(rows.length * outputCount);
  const mask = new Float32Array(rows.length * outputCount);
  rows.forEach((row, index) => {
    const start = index * outputCount;
    mask.fill(computeRowWeight(targets, row), start, start + outputCount);
    if (targets.kind === 'classes') {
      labels[start + intAt(targets.classes, row)] = 1;
      return;
    }
    for (let output = 0; output < outputCount; output++) {
      const value = at(targets.probabilities, row * outputCount + output);
      if (Number.isNaN(value)) mask[start + output] = 0;
      else labels[start + output] = value;
    }
  });
  const shape: [number, number] = [rows.length, outputCount];
  return { labels: tf.tensor2d(labels, shape), mask: tf.tensor2d(mask, shape) };
}
