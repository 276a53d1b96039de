import type { FittedFeatures } from '../features/fitted-features.js';
import type { TaskWords } from '../features/task-words.js';

/**
 * A fitted quality model. For prompt x, task t and model m:
 *
 *     P(t|x)    = softmax((task scores of x) / temperature)
 *     z(x, m)   = bias[m] + sum over t of P(t|x) * (taskQuality[t, m] + headWeight[t, m] * head(x, m))
 *     quality   = 1 / (1 + exp(-z))
 *
 * Task scores and heads are linear in the prompt's vector.
 */
export interface TaskMixtureModel<Map extends LinearMap | RoundedLinearMap = LinearMap> {
  readonly kind: 'task_mixture';
  readonly features: FittedFeatures;
  /** Labels of the tasks; a single one where the training data has no labels. */
  readonly tasks: readonly string[];
  /** The task classifier reads this many of the first features, and the structural ones. */
  readonly taskFeatureCount: number;
  readonly taskClassifier: Map;
  readonly temperature: number;
  /** What tells a prompt of a task from one that only looks like it. */
  readonly taskWords: TaskWords;
  readonly heads: Map;
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

/** As trained, but for weights that are rounded as a policy file rounds them. */
export type RoundedTaskMixtureModel = TaskMixtureModel<RoundedLinearMap>;

/** What a policy decides by. */
export type RoutingModel = RoundedTaskMixtureModel | ConstantModel;

/** Linear outputs over a sparse vector. */
export interface LinearMap {
  readonly outputCount: number;
  /**
   * Row-major, one row of `outputCount` weights per kept feature, then one per structural feature.
   */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A linear map with one byte per weight. A byte times the scale of its output, over two to the power
 * of its row's shift, is the weight.
 */
export interface RoundedLinearMap {
  readonly outputCount: number;
  /** Laid out as those of a `LinearMap`, from -127 to 127. */
  readonly weights: Int8Array;
  /** Per row. */
  readonly shifts: Uint8Array;
  /** Per output. */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}
