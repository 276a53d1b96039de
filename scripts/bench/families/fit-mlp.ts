import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { at, intAt } from '../../../src/util/numeric-arrays.js';
import { createRandom, shuffle, type Random } from '../../../src/util/random.js';
import {
  computeBaseRates,
  type LinearTargets,
} from '../../../src/learn/train/solver/linear-map.js';
import type {
  TensorFlowEngine,
  TensorFlowModule,
} from '../../../src/learn/train/solver/tensorflow-backend.js';

export interface MlpProblem {
  /** Row-major, `inputCount` values a row. */
  readonly inputs: Float32Array;
  readonly inputCount: number;
  /** In [0, 1], row-major rows x models; NaN where missing. */
  readonly quality: Float32Array;
  readonly modelCount: number;
  /** Per row; -1 where unknown. */
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
}

export interface MlpOptions {
  readonly epochs: number;
  /** @default 64 */
  readonly hiddenUnits?: number;
  /** @default 128 */
  readonly batchSize?: number;
  /** Of Adam. @default 0.002 */
  readonly learningRate?: number;
  /** Penalty on half the squared weights, per row. @default 0.001 */
  readonly weightDecay?: number;
  readonly seed: number;
  /** Called before the first and after each epoch with the network as it then is. */
  readonly onEpoch?: (epoch: number, network: MlpNetwork) => void;
}

export interface MlpNetwork {
  /** Log-odds of quality, then log-shares of tasks up to a constant; row-major, one row after the other. */
  predict(rows: Int32Array): Float32Array;
  dispose(): void;
}

/**
 * Trains a network of one hidden layer (ReLU) with TensorFlow.js: a logistic output per model, and
 * a softmax over tasks that shares the hidden layer. It starts at the base rates, so that an
 * untrained network is the constant family. Dispose of what it returns.
 */
export function fitMlp(
  { tf }: TensorFlowEngine,
  problem: MlpProblem,
  rows: Int32Array,
  options: MlpOptions,
): MlpNetwork {
  const { epochs, hiddenUnits = 64, batchSize = 128, learningRate = 0.002, seed } = options;
  const { weightDecay = 0.001, onEpoch } = options;
  const random = createRandom(seed);
  const { inputCount } = problem;
  const outputCount = problem.modelCount + problem.taskCount;
  // Inside `tidy`, because a variable does not dispose of the tensor that it starts from.
  const { kernels, biases } = tf.tidy(() => ({
    kernels: [
      createKernel(tf, inputCount, hiddenUnits, Math.sqrt(2 / inputCount), random),
      createKernel(tf, hiddenUnits, outputCount, 0.1 / Math.sqrt(hiddenUnits), random),
    ] as const,
    biases: [
      tf.variable(tf.zeros([hiddenUnits])),
      tf.variable(tf.tensor1d(computeStartingBias(problem, rows))),
    ] as const,
  }));
  const variables = [...kernels, ...biases] as unknown as Variable[];
  const optimizer = tf.train.adam(learningRate);
  const apply = (inputs: Tensor2D): Tensor2D => {
    const hidden = tf.relu(tf.add(tf.matMul(inputs, kernels[0]), biases[0]));
    return tf.add(tf.matMul(hidden as Tensor2D, kernels[1]), biases[1]) as Tensor2D;
  };
  const network: MlpNetwork = {
    predict: (predicted) => predictBlocks(tf, problem, apply, predicted, outputCount),
    dispose() {
      optimizer.dispose();
      for (const variable of variables) variable.dispose();
    },
  };
  onEpoch?.(0, network);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = Int32Array.from(shuffle(rows, random));
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.subarray(start, start + batchSize);
      tf.tidy(() => {
        const inputs = gatherInputs(tf, problem, batch);
        const targets = createTargets(tf, problem, batch);
        optimizer.minimize(() => {
          const penalty = tf.add(tf.sum(tf.square(kernels[0])), tf.sum(tf.square(kernels[1])));
          const loss = computeLoss(tf, apply(inputs), targets, problem);
          return tf.add(tf.div(loss, batch.length), tf.mul(weightDecay / 2, penalty)) as Scalar;
        });
      });
    }
    onEpoch?.(epoch, network);
  }
  return network;
}

interface Targets {
  readonly quality: Tensor2D;
  readonly qualityMask: Tensor2D;
  /** The weight in the column of the task; zero throughout where it is unknown. */
  readonly tasks: Tensor2D;
}

function computeLoss(
  tf: TensorFlowModule,
  outputs: Tensor2D,
  { quality, qualityMask, tasks }: Targets,
  { modelCount, taskCount }: MlpProblem,
): Tensor {
  const logOdds = tf.slice(outputs, [0, 0], [-1, modelCount]);
  // log(1 + exp(z)) - target * z, written so that no exponential overflows.
  const losses = tf.sub(
    tf.add(tf.relu(logOdds), tf.log1p(tf.exp(tf.neg(tf.abs(logOdds))))),
    tf.mul(quality, logOdds),
  );
  const logShares = tf.logSoftmax(tf.slice(outputs, [0, modelCount], [-1, taskCount]));
  return tf.sub(tf.sum(tf.mul(losses, qualityMask)), tf.sum(tf.mul(tasks, logShares)));
}

function createTargets(tf: TensorFlowModule, problem: MlpProblem, rows: Int32Array): Targets {
  const { modelCount, taskCount } = problem;
  const quality = new Float32Array(rows.length * modelCount);
  const mask = new Float32Array(rows.length * modelCount);
  const tasks = new Float32Array(rows.length * taskCount);
  rows.forEach((row, index) => {
    for (let model = 0; model < modelCount; model++) {
      const value = at(problem.quality, row * modelCount + model);
      if (Number.isNaN(value)) continue;
      quality[index * modelCount + model] = value;
      mask[index * modelCount + model] = at(problem.weights, row);
    }
    const task = intAt(problem.taskOf, row);
    if (task >= 0) tasks[index * taskCount + task] = at(problem.weights, row);
  });
  return {
    quality: tf.tensor2d(quality, [rows.length, modelCount]),
    qualityMask: tf.tensor2d(mask, [rows.length, modelCount]),
    tasks: tf.tensor2d(tasks, [rows.length, taskCount]),
  };
}

function computeStartingBias(problem: MlpProblem, rows: Int32Array): Float32Array {
  const models: LinearTargets = {
    kind: 'probabilities',
    probabilities: problem.quality,
    outputCount: problem.modelCount,
    weights: problem.weights,
  };
  const tasks: LinearTargets = {
    kind: 'classes',
    classes: problem.taskOf,
    classCount: problem.taskCount,
    weights: problem.weights,
  };
  return Float32Array.of(...computeBaseRates(models, rows), ...computeBaseRates(tasks, rows));
}

/** Normal numbers of a deviation, from our own seeded source, so that every backend starts alike. */
function createKernel(
  tf: TensorFlowModule,
  inputCount: number,
  outputCount: number,
  deviation: number,
  random: Random,
): Tensor2D {
  const values = Float32Array.from(
    { length: inputCount * outputCount },
    () => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  return tf.variable(tf.tensor2d(values, [inputCount, outputCount])) as unknown as Tensor2D;
}

function gatherInputs(tf: TensorFlowModule, problem: MlpProblem, rows: Int32Array): Tensor2D {
  const { inputs, inputCount } = problem;
  const gathered = new Float32Array(rows.length * inputCount);
  rows.forEach((row, index) => {
    gathered.set(inputs.subarray(row * inputCount, (row + 1) * inputCount), index * inputCount);
  });
  return tf.tensor2d(gathered, [rows.length, inputCount]);
}

/** Rows predicted at a time, which bounds the memory. */
const blockSize = 1024;

function predictBlocks(
  tf: TensorFlowModule,
  problem: MlpProblem,
  apply: (inputs: Tensor2D) => Tensor2D,
  rows: Int32Array,
  outputCount: number,
): Float32Array {
  const result = new Float32Array(rows.length * outputCount);
  for (let start = 0; start < rows.length; start += blockSize) {
    const block = rows.subarray(start, start + blockSize);
    const outputs = tf.tidy(() => apply(gatherInputs(tf, problem, block)));
    result.set(outputs.dataSync<'float32'>(), start * outputCount);
    outputs.dispose();
  }
  return result;
}
