import type { Tensor } from '@tensorflow/tfjs-core';
import { createAdam } from '../solver/adam.js';
import type { MixtureHeads, MixtureHeadsInput } from './mixture-heads.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';

export interface MixtureHeadsOptions {
  /** Full-batch Adam steps. @default 200 */
  readonly steps?: number;
  /** @default 0.05 */
  readonly learningRate?: number;
  /** @default see `computePenalties` */
  readonly penalties?: Readonly<MixturePenalties>;
}

/** Each is a number of prior observations behind a deviation of zero. */
export interface MixturePenalties {
  /** Quality of one model on one task, from its prior. */
  readonly quality: number;
  /** The same, of all models alike: a task is harder or easier than its prior says. */
  readonly sharedQuality: number;
  /** Head weight of a model, from zero. */
  readonly head: number;
  /** Head weight of one model on one task, from the model's. */
  readonly slope: number;
  /** The same, of all models alike: on some tasks prompts differ more than on others. */
  readonly sharedSlope: number;
}

/**
 * The more models there are, the more of them are estimated too high by chance, and the highest
 * estimate is what routing follows: what sets a model apart has to be shown by more observations.
 */
function computePenalties(modelCount: number): MixturePenalties {
  return {
    quality: 16 + 8 * modelCount,
    sharedQuality: 6,
    head: 30,
    slope: 32 * modelCount,
    sharedSlope: 6,
  };
}

/**
 * Trains the dense part of the model: how the task posterior and the linear heads of a prompt
 * combine into the log-odds of each model's quality. A task has a quality and a head weight for
 * each model. Minimised is the log loss of graded quality, with penalties that pull qualities
 * towards their shrunken means and head weights towards zero, so that with little data the heads
 * fade out. What holds for all models alike is penalised less than what sets one apart: routing
 * depends on the differences, and they are learned from fewer surprises.
 *
 * TensorFlow.js computes the gradient over all rows; the few parameters are moved here, because
 * dozens of operations on tiny tensors would take most of the time.
 */
export function fitMixtureHeads(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  options: MixtureHeadsOptions = {},
): MixtureHeads {
  const { taskCount, modelCount } = input;
  const { steps = 200, learningRate = 0.05, penalties = computePenalties(modelCount) } = options;
  const prior = input.taskQuality.map((quality) => Math.log(quality / (1 - quality)));
  const parameters = createParameters(taskCount, modelCount, penalties);
  const { values, gradient } = parameters;
  const totalWeight = input.weights.reduce((sum, weight) => sum + weight, 0);
  const adam = createAdam(values.length, learningRate);
  const problem = createProblem(engine, input);
  for (let step = 0; step < steps; step++) {
    parameters.readGradient(problem.computeGradient(parameters.computeHeads(prior)), totalWeight);
    adam.step(values, gradient);
  }
  problem.dispose();
  return parameters.computeHeads(prior);
}

/** Of the summed log loss, by each number of the heads. */
type HeadsGradient = Omit<MixtureHeads, 'headSpread'>;

/** The rows as tensors, and the gradient of their summed log loss by the heads. */
function createProblem({ tf }: TensorFlowEngine, input: MixtureHeadsInput) {
  const { rowCount, taskCount, modelCount } = input;
  const tensors = tf.tidy(() => {
    const mask = input.quality.map((quality, cell) =>
      Number.isNaN(quality) ? 0 : (input.weights[Math.floor(cell / modelCount)] as number),
    );
    const labels = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : quality));
    return {
      posterior: tf.tensor2d(input.taskPosterior, [rowCount, taskCount]),
      heads: tf.tensor2d(input.heads, [rowCount, modelCount]),
      target: tf.tensor2d(labels, [rowCount, modelCount]),
      mask: tf.tensor2d(mask, [rowCount, modelCount]),
    };
  });
  const { posterior, heads, target, mask } = tensors;
  return {
    computeGradient(current: MixtureHeads): HeadsGradient {
      return tf.tidy(() => {
        const shape: [number, number] = [taskCount, modelCount];
        const taskQuality = tf.matMul(posterior, tf.tensor2d(current.taskQuality, shape));
        const headWeight = tf.matMul(posterior, tf.tensor2d(current.headWeight, shape));
        const logOdds = tf.add(
          tf.add(taskQuality, tf.tensor1d(current.bias)),
          tf.mul(heads, headWeight),
        );
        const errors = tf.mul(tf.sub(tf.sigmoid(logOdds), target), mask);
        const read = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();
        return {
          bias: read(tf.sum(errors, 0)),
          taskQuality: read(tf.matMul(posterior, errors, true)),
          headWeight: read(tf.matMul(posterior, tf.mul(errors, heads), true)),
        };
      });
    },
    dispose: (): void => tf.dispose(tensors),
  };
}

/**
 * The parameters, all zero at first, one after the other: bias; quality by task and model, and by
 * task; head weight by model, by task and model, and by task.
 */
function createParameters(taskCount: number, modelCount: number, penalties: MixturePenalties) {
  const cells = taskCount * modelCount;
  const sizes = [modelCount, cells, taskCount, modelCount, cells, taskCount];
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const split = (all: Float64Array) => {
    let end = 0;
    const [bias, quality, sharedQuality, head, slope, sharedSlope] = sizes.map((size) =>
      all.subarray(end, (end += size)),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    return { bias, quality, sharedQuality, head, slope, sharedSlope };
  };
  const values = new Float64Array(count);
  const gradient = new Float64Array(count);
  const value = split(values);
  const slopes = split(gradient);
  const penaltyOf = { ...penalties, bias: 1 };
  return {
    values,
    gradient,
    computeHeads(prior: Float32Array): MixtureHeads {
      const taskQuality = new Float32Array(cells);
      const headWeight = new Float32Array(cells);
      for (let cell = 0; cell < cells; cell++) {
        const task = Math.floor(cell / modelCount);
        taskQuality[cell] =
          (prior[cell] as number) +
          (value.sharedQuality[task] as number) +
          (value.quality[cell] as number);
        headWeight[cell] =
          (value.head[cell % modelCount] as number) +
          (value.sharedSlope[task] as number) +
          (value.slope[cell] as number);
      }
      return { bias: Float32Array.from(value.bias), taskQuality, headWeight, headSpread: 1 };
    },
    /** Takes over the gradient of the loss, and adds that of the penalties. */
    readGradient(ofHeads: HeadsGradient, totalWeight: number): void {
      gradient.fill(0);
      slopes.bias.set(ofHeads.bias);
      slopes.quality.set(ofHeads.taskQuality);
      slopes.slope.set(ofHeads.headWeight);
      for (let cell = 0; cell < cells; cell++) {
        const task = Math.floor(cell / modelCount);
        const model = cell % modelCount;
        const quality = ofHeads.taskQuality[cell] as number;
        const weight = ofHeads.headWeight[cell] as number;
        slopes.sharedQuality[task] = (slopes.sharedQuality[task] as number) + quality;
        slopes.sharedSlope[task] = (slopes.sharedSlope[task] as number) + weight;
        slopes.head[model] = (slopes.head[model] as number) + weight;
      }
      for (const name of Object.keys(value) as (keyof typeof value)[]) {
        // An observation of even odds has a curvature of a quarter.
        const penalty = penaltyOf[name] / 4;
        const own = slopes[name];
        value[name].forEach((parameter, index) => {
          own[index] = ((own[index] as number) + penalty * parameter) / totalWeight;
        });
      }
    },
  };
}
