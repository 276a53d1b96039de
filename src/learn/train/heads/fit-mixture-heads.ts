import type { Tensor } from '@tensorflow/tfjs-core';
import { createAdam } from '../solver/adam.js';
import { addAt, at } from '../../../util/numeric-arrays.js';
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

/** Each is the number of prior observations that hold a deviation at zero. */
export interface MixturePenalties {
  /** Quality of one model on one task, from its prior. */
  readonly quality: number;
  /** The same for all models together: a task is harder or easier than its prior says. */
  readonly sharedQuality: number;
  /** Head weight of a model, from zero. */
  readonly head: number;
  /** Head weight of one model on one task, from the model's. */
  readonly slope: number;
  /** The same for all models together: on some tasks prompts differ more than on others. */
  readonly sharedSlope: number;
}

/**
 * The more models there are, the more of them are estimated too high by chance, and routing follows
 * the highest estimate. So a difference between models needs more observations.
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
 * each model. Adam minimizes the log loss of graded quality, with penalties that pull qualities
 * towards their shrunken means and head weights towards zero, so that with little data the heads
 * fade out. Deviations common to all models are penalized less than those of one model.
 *
 * TensorFlow.js computes the gradient over all rows. The few parameters are updated here, because
 * dozens of operations on tiny tensors would take most of the time.
 */
export function fitMixtureHeads(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  options: MixtureHeadsOptions = {},
): MixtureHeads {
  const { modelCount } = input;
  const { steps = 200, learningRate = 0.05, penalties = computePenalties(modelCount) } = options;
  const parameters = createParameters(input, penalties);
  const totalWeight = input.weights.reduce((sum, weight) => sum + weight, 0);
  const adam = createAdam(parameters.values.length, learningRate);
  const problem = createProblem(engine, input);
  for (let step = 0; step < steps; step++) {
    const slopes = problem.computeGradient(computeHeads(parameters));
    adam.step(parameters.values, computeGradient(slopes, parameters, totalWeight));
  }
  problem.dispose();
  return computeHeads(parameters);
}

/** The gradient of the summed log loss by each number of the heads. */
type HeadsGradient = Omit<MixtureHeads, 'headSpread'>;

/** Puts the rows into tensors, and computes the gradient of their summed log loss by the heads. */
function createProblem({ tf }: TensorFlowEngine, input: MixtureHeadsInput) {
  const { rowCount, taskCount, modelCount } = input;
  const tensors = tf.tidy(() => {
    const mask = input.quality.map((quality, cell) =>
      Number.isNaN(quality) ? 0 : at(input.weights, Math.floor(cell / modelCount)),
    );
    const labels = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : quality));
    const posterior = tf.tensor2d(input.taskPosterior, [rowCount, taskCount]);
    return {
      posterior,
      // Transposed once, not in every step.
      transposed: tf.transpose(posterior),
      heads: tf.tensor2d(input.heads, [rowCount, modelCount]),
      target: tf.tensor2d(labels, [rowCount, modelCount]),
      mask: tf.tensor2d(mask, [rowCount, modelCount]),
    };
  });
  const { posterior, transposed, heads, target, mask } = tensors;
  return {
    computeGradient(current: MixtureHeads): HeadsGradient {
      let gradient!: HeadsGradient;
      // Nothing is returned: TensorFlow.js would look for tensors at every index of the arrays.
      tf.tidy(() => {
        const shape: [number, number] = [taskCount, modelCount];
        const taskQuality = tf.matMul(posterior, tf.tensor2d(current.taskQuality, shape));
        const headWeight = tf.matMul(posterior, tf.tensor2d(current.headWeight, shape));
        const logOdds = tf.add(
          tf.add(taskQuality, tf.tensor1d(current.bias)),
          tf.mul(heads, headWeight),
        );
        const errors = tf.mul(tf.sub(tf.sigmoid(logOdds), target), mask);
        const read = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();
        gradient = {
          bias: read(tf.sum(errors, 0)),
          taskQuality: read(tf.matMul(transposed, errors)),
          headWeight: read(tf.matMul(transposed, tf.mul(errors, heads))),
        };
      });
      return gradient;
    },
    dispose: (): void => tf.dispose(tensors),
  };
}

/** Views of the parts of one vector of parameters, or of its gradient. */
interface ParameterViews {
  /** By model. */
  readonly bias: Float64Array;
  /** By task and model. */
  readonly quality: Float64Array;
  /** By task. */
  readonly sharedQuality: Float64Array;
  /** By model. */
  readonly head: Float64Array;
  /** By task and model. */
  readonly slope: Float64Array;
  /** By task. */
  readonly sharedSlope: Float64Array;
}

/** The parameters, all zero at first, and the memory for their gradient. */
interface Parameters {
  /** Log-odds of the prior quality, row-major tasks x models. */
  readonly prior: Float32Array;
  readonly values: Float64Array;
  readonly valueOf: ParameterViews;
  readonly gradient: Float64Array;
  readonly gradientOf: ParameterViews;
  readonly penaltyOf: Readonly<Record<keyof ParameterViews, number>>;
}

function createParameters(input: MixtureHeadsInput, penalties: MixturePenalties): Parameters {
  const { taskCount, modelCount } = input;
  const cells = taskCount * modelCount;
  const count = 2 * (modelCount + cells + taskCount);
  const split = (all: Float64Array): ParameterViews => {
    let end = 0;
    const take = (size: number): Float64Array => all.subarray(end, (end += size));
    return {
      bias: take(modelCount),
      quality: take(cells),
      sharedQuality: take(taskCount),
      head: take(modelCount),
      slope: take(cells),
      sharedSlope: take(taskCount),
    };
  };
  const values = new Float64Array(count);
  const gradient = new Float64Array(count);
  return {
    prior: input.taskQuality.map((quality) => Math.log(quality / (1 - quality))),
    values,
    valueOf: split(values),
    gradient,
    gradientOf: split(gradient),
    penaltyOf: { ...penalties, bias: 1 },
  };
}

/** The heads that the parameters stand for: deviations from the prior and from zero. */
function computeHeads({ prior, valueOf }: Parameters): MixtureHeads {
  const modelCount = valueOf.bias.length;
  const taskQuality = new Float32Array(prior.length);
  const headWeight = new Float32Array(prior.length);
  for (let cell = 0; cell < prior.length; cell++) {
    const task = Math.floor(cell / modelCount);
    const model = cell % modelCount;
    taskQuality[cell] =
      at(prior, cell) + at(valueOf.sharedQuality, task) + at(valueOf.quality, cell);
    headWeight[cell] =
      at(valueOf.head, model) + at(valueOf.sharedSlope, task) + at(valueOf.slope, cell);
  }
  return { bias: Float32Array.from(valueOf.bias), taskQuality, headWeight, headSpread: 1 };
}

/** The mean gradient of the loss and the penalties by the parameters. */
function computeGradient(
  slopes: HeadsGradient,
  { valueOf, gradient, gradientOf, penaltyOf }: Parameters,
  totalWeight: number,
): Float64Array {
  const modelCount = slopes.bias.length;
  gradient.fill(0);
  gradientOf.bias.set(slopes.bias);
  gradientOf.quality.set(slopes.taskQuality);
  gradientOf.slope.set(slopes.headWeight);
  for (let cell = 0; cell < slopes.taskQuality.length; cell++) {
    const task = Math.floor(cell / modelCount);
    addAt(gradientOf.sharedQuality, task, at(slopes.taskQuality, cell));
    addAt(gradientOf.sharedSlope, task, at(slopes.headWeight, cell));
    addAt(gradientOf.head, cell % modelCount, at(slopes.headWeight, cell));
  }
  for (const name of Object.keys(valueOf) as (keyof ParameterViews)[]) {
    // An observation of even odds has a curvature of a quarter.
    const penalty = penaltyOf[name] / 4;
    const own = gradientOf[name];
    valueOf[name].forEach((parameter, index) => {
      own[index] = (at(own, index) + penalty * parameter) / totalWeight;
    });
  }
  return gradient;
}
