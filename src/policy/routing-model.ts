import type { FittedFeatures } from '../features/fitted-features.js';

/**
 * A fitted quality model. For prompt x, task t and model m:
 *
 *     P(t|x)    = softmax((task scores of x) / temperature)
 *     z(x, m)   = bias[m] + sum over t of P(t|x) * (taskQuality[t, m] + headWeight[t, m] * head(x, m))
 *     quality   = 1 / (1 + exp(-z))
 *
 * Task scores and heads are linear in the prompt's vector.
 */
export interface TaskMixtureModel {
  readonly kind: 'task_mixture';
  readonly features: FittedFeatures;
  /** Labels of the tasks; a single one where the training data has no labels. */
  readonly tasks: readonly string[];
  /** The task classifier reads this many of the first features, and the structural ones. */
  readonly taskFeatureCount: number;
  readonly taskClassifier: LinearMap;
  readonly temperature: number;
  readonly heads: LinearMap;
  /** Per model. */
  readonly bias: Float32Array;
  /** Log-odds of quality, row-major tasks x models. */
  readonly taskQuality: Float32Array;
  /** Row-major tasks x models. */
  readonly headWeight: Float32Array;
}

/** A constant model: every prompt gets the same estimates. Exported with DON'T ROUTE. */
export interface ConstantModel {
  readonly kind: 'constant';
  /** Mean quality in [0, 1], per model. */
  readonly quality: Float32Array;
}

export type RoutingModel = TaskMixtureModel | ConstantModel;

/** Linear outputs over a sparse vector. */
export interface LinearMap {
  readonly outputCount: number;
  /**
   * Row-major, one row of `outputCount` weights per kept feature, then one per structural feature.
   */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}
