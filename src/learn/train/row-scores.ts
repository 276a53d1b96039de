import type { TrainingData } from './training-data.js';

/** What a model says of some rows; row-major over all rows of the data, zero elsewhere. */
export interface Predictions {
  /** In [0, 1], rows x models. */
  readonly quality: Float32Array;
  /** Rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Per row: share of the words, by weight, that were not seen when the model was fitted. */
  readonly novelty: Float32Array;
  /** Per row: share of the words, by weight, that its likeliest task's prompts hold; absent, all. */
  readonly familiarity?: Float32Array;
}

/** Predictions for all rows of the data, still zero everywhere. */
export function createPredictions(data: TrainingData): Predictions {
  return {
    quality: new Float32Array(data.counts.rowCount * data.table.models.length),
    taskPosterior: new Float32Array(data.counts.rowCount * data.tasks.length),
    novelty: new Float32Array(data.counts.rowCount),
  };
}
