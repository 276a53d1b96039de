import type { Scalar } from '@tensorflow/tfjs-core';
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
  readonly headWeight: Float32Array;
}

export interface MixtureHeadsOptions {
  /** Full-batch Adam steps. @default 200 */
  readonly steps?: number;
  /** @default 0.05 */
  readonly learningRate?: number;
  /** Prior observations behind each task's quality. @default 30 */
  readonly taskPenalty?: number;
  /** Prior observations behind a head weight of zero. @default 30 */
  readonly headPenalty?: number;
}

/**
 * Trains, with TensorFlow.js, the dense part of the model: how the task posterior and the linear
 * heads of a prompt combine into the log-odds of each model's quality. Minimised is the log loss
 * of graded quality, with penalties that pull the task qualities towards their shrunken means and
 * the head weights towards zero, so that with little data the heads fade out.
 */
export function fitMixtureHeads(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  options: MixtureHeadsOptions = {},
): MixtureHeads {
  const { tf } = engine;
  const { steps = 200, learningRate = 0.05, taskPenalty = 30, headPenalty = 30 } = options;
  const { rowCount, taskCount, modelCount } = input;
  const prior = input.taskQuality.map((quality) => Math.log(quality / (1 - quality)));
  const known = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : 1));
  const labels = input.quality.map((quality) => (Number.isNaN(quality) ? 0 : quality));

  return tf.tidy(() => {
    const posterior = tf.tensor2d(input.taskPosterior, [rowCount, taskCount]);
    const heads = tf.tensor2d(input.heads, [rowCount, modelCount]);
    const target = tf.tensor2d(labels, [rowCount, modelCount]);
    const mask = tf.tensor2d(known, [rowCount, modelCount]);
    const priorQuality = tf.tensor2d(prior, [taskCount, modelCount]);
    const bias = tf.variable(tf.zeros([modelCount]));
    const taskQuality = tf.variable(priorQuality.clone());
    const headWeight = tf.variable(tf.zeros([modelCount]));
    const optimizer = tf.train.adam(learningRate);
    const computeLoss = () => {
      const logOdds = tf.add(
        tf.add(tf.matMul(posterior, taskQuality), bias),
        tf.mul(heads, headWeight),
      );
      // log(1 + exp(z)) - target * z, written so that no exponential overflows.
      const losses = tf.sub(
        tf.add(tf.relu(logOdds), tf.log(tf.add(tf.exp(tf.neg(tf.abs(logOdds))), 1))),
        tf.mul(target, logOdds),
      );
      const penalty = tf.add(
        tf.mul(taskPenalty / 8, tf.sum(tf.square(tf.sub(taskQuality, priorQuality)))),
        tf.add(
          tf.mul(headPenalty / 8, tf.sum(tf.square(headWeight))),
          tf.mul(1 / 8, tf.sum(tf.square(bias))),
        ),
      );
      return tf.div(tf.add(tf.sum(tf.mul(losses, mask)), penalty), rowCount) as Scalar;
    };
    for (let step = 0; step < steps; step++) optimizer.minimize(computeLoss);
    const result = {
      bias: bias.dataSync<'float32'>().slice(),
      taskQuality: taskQuality.dataSync<'float32'>().slice(),
      headWeight: headWeight.dataSync<'float32'>().slice(),
    };
    optimizer.dispose();
    for (const variable of [bias, taskQuality, headWeight]) variable.dispose();
    return result;
  });
}
