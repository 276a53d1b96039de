import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlowEngine } from './tensorflow-backend.js';

/** Out-of-fold scores of the training rows: what the heads are trained on. */
export interface MixtureHeadsInput {
  readonly rowCount: number;
  readonly taskCount: number;
  readonly modelCount: number;
  /** P(task | prompt), row-major rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Log-odds from the linear heads, row-major rows x models. */
  readonly heads: Float32Array;
  /** In [0, 1], row-major rows x models; NaN where missing. */
  readonly quality: Float32Array;
  /** Prior of the quality of each model on each task, in (0, 1), row-major tasks x models. */
  readonly taskQuality: Float32Array;
}

export interface MixtureHeads {
  readonly bias: Float32Array;
  /** Log-odds, row-major tasks x models. */
  readonly taskQuality: Float32Array;
  /** Row-major tasks x models. */
  readonly headWeight: Float32Array;
}

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
    quality: 8 * modelCount,
    sharedQuality: 6,
    head: 30,
    slope: 8 * modelCount,
    sharedSlope: 6,
  };
}

/**
 * Trains, with TensorFlow.js, the dense part of the model: how the task posterior and the linear
 * heads of a prompt combine into the log-odds of each model's quality. A task has a quality and a
 * head weight for each model. Minimised is the log loss of graded quality, with penalties that pull
 * qualities towards their shrunken means and head weights towards zero, so that with little data
 * the heads fade out. What holds for all models alike is penalised less than what sets one apart:
 * routing depends on the differences, and they are learned from fewer surprises.
 */
export function fitMixtureHeads(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  options: MixtureHeadsOptions = {},
): MixtureHeads {
  const { tf } = engine;
  const { rowCount, taskCount, modelCount } = input;
  const { steps = 200, learningRate = 0.05, penalties = computePenalties(modelCount) } = options;
  const prior = input.taskQuality.map((quality) => Math.log(quality / (1 - quality)));
  const known = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : 1));
  const labels = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : quality));

  return tf.tidy(() => {
    const posterior = tf.tensor2d(input.taskPosterior, [rowCount, taskCount]);
    const heads = tf.tensor2d(input.heads, [rowCount, modelCount]);
    const target = tf.tensor2d(labels, [rowCount, modelCount]);
    const mask = tf.tensor2d(known, [rowCount, modelCount]);
    const priorQuality = tf.tensor2d(prior, [taskCount, modelCount]);
    const zeros = (rows: number, columns: number) => tf.variable(tf.zeros([rows, columns]));
    const bias = zeros(1, modelCount);
    const quality = zeros(taskCount, modelCount);
    const sharedQuality = zeros(taskCount, 1);
    const head = zeros(1, modelCount);
    const slope = zeros(taskCount, modelCount);
    const sharedSlope = zeros(taskCount, 1);
    const variables = [bias, quality, sharedQuality, head, slope, sharedSlope];
    const computeTaskQuality = () => tf.add(tf.add(priorQuality, sharedQuality), quality);
    const computeHeadWeight = () => tf.add(tf.add(head, sharedSlope), slope);
    const penalise = (values: Tensor, observations: number) =>
      tf.mul(observations / 8, tf.sum(tf.square(values)));
    const optimizer = tf.train.adam(learningRate);
    const computeLoss = () => {
      const logOdds = tf.add(
        tf.add(tf.matMul(posterior, computeTaskQuality()), bias),
        tf.mul(heads, tf.matMul(posterior, computeHeadWeight())),
      );
      // log(1 + exp(z)) - target * z, written so that no exponential overflows.
      const losses = tf.sub(
        tf.add(tf.relu(logOdds), tf.log(tf.add(tf.exp(tf.neg(tf.abs(logOdds))), 1))),
        tf.mul(target, logOdds),
      );
      const penalty = tf.addN([
        penalise(quality, penalties.quality),
        penalise(sharedQuality, penalties.sharedQuality),
        penalise(head, penalties.head),
        penalise(slope, penalties.slope),
        penalise(sharedSlope, penalties.sharedSlope),
        penalise(bias, 1),
      ]);
      return tf.div(tf.add(tf.sum(tf.mul(losses, mask)), penalty), rowCount) as Scalar;
    };
    for (let step = 0; step < steps; step++) optimizer.minimize(computeLoss);
    const read = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>().slice();
    const result = {
      bias: read(bias),
      taskQuality: read(computeTaskQuality()),
      headWeight: read(computeHeadWeight()),
    };
    optimizer.dispose();
    for (const variable of variables) variable.dispose();
    return result;
  });
}
