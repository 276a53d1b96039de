import type { ConstantModel, TaskMixtureModel } from '../../../policy/file/routing-model.js';
import type { Predictions } from '../row-scores.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';
import type { TrainingData } from '../training-data.js';

export type FamilyName =
  'constant' | 'task_table' | 'linear' | 'linear_tensorflow' | 'knn' | 'mlp' | 'task_mixture';

export interface FamilyInput {
  readonly engine: TensorFlowEngine;
  readonly data: TrainingData;
  /** The only rows whose outcomes and labels may be read. */
  readonly trainingRows: Int32Array;
  readonly predictedRows: Int32Array;
  readonly seed: number;
}

export interface FamilyFit {
  /** For the predicted rows. */
  readonly predictions: Predictions;
  /** What a policy file can hold; undefined where the runtime could not score it. */
  readonly model?: TaskMixtureModel | ConstantModel;
}

/** One way to learn from outcomes which model answers which prompt well. */
export interface ModelFamily {
  readonly name: FamilyName;
  /** For people, one line. */
  readonly description: string;
  /** What does most of the work: TensorFlow.js, the sparse solver, or neither. */
  readonly engine: 'tensorflow' | 'sparse' | 'none';
  /**
   * Learns from the training rows and predicts others. The same input gives the same output.
   * Outcomes that are missing are skipped; a model without any is estimated around one half, by
   * what it may have in common with the others.
   *
   * @throws RoutesmithError `insufficient_data` where a family splits the training rows again and
   * they hold fewer than three groups
   */
  fit(input: FamilyInput): Promise<FamilyFit>;
}
