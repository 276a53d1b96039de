import type { RowScores } from '../../../src/learn/row-scores.js';
import type { FamilyName } from '../../../src/learn/train/heads/families.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { RowSplit } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import type { TaskMixtureModel } from '../../../src/policy/file/routing-model.js';

/** The families of policies, and those that the benchmark compares with them. */
export type BenchFamilyName = FamilyName | 'linear_tensorflow' | 'knn' | 'mlp';

export interface FamilyInput extends RowSplit {
  readonly engine: TensorFlowEngine;
  readonly data: TrainingData;
  readonly seed: number;
}

export interface FamilyFit {
  /** For the predicted rows. */
  readonly predictions: RowScores;
  /** Undefined where the runtime could not score it, or has no need to. */
  readonly model?: TaskMixtureModel;
}

/** A way to learn from outcomes which model answers which prompt well. */
export interface ModelFamily {
  readonly name: BenchFamilyName;
  /**
   * Learns from the training rows and predicts others. The same input gives the same output.
   * Missing outcomes are skipped; the estimate for a model without any is around one half, moved by
   * what it may have in common with the others.
   *
   * @throws RoutesmithError `insufficient_data` where a family splits the training rows again and
   * they hold fewer than three groups
   */
  fit(input: FamilyInput): Promise<FamilyFit>;
}
