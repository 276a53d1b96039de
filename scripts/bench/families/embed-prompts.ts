import { applyLinearMap } from '../../../src/learn/train/solver/linear-map.js';
import { computeFeatureMatrix } from '../../../src/learn/train/features/feature-matrix.js';
import { computeRowNovelty } from '../../../src/learn/train/features/known-words.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import type { RowSplit } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { fitEmbedding } from '../../../src/learn/train/latent-tasks/fit-embedding.js';

/** Short dense vectors of prompts; row-major over all rows of the data, zero in rows of no split. */
export interface EmbeddedPrompts {
  readonly dimensionCount: number;
  readonly vectors: Float32Array;
  /** Of the predicted rows. */
  readonly novelty: Float32Array;
}

/** Number of n-grams that are projected; more would take longer for little gain. */
const maxFeatures = 4096;

/** Learns an embedding from the training rows' prompts, and applies it to both sets of rows. */
export function embedPrompts(
  data: TrainingData,
  { trainingRows, predictedRows }: RowSplit,
  seed: number,
): EmbeddedPrompts {
  const features = fitFeatures(data.counts, trainingRows, { maxFeatures });
  const matrix = computeFeatureMatrix(data.counts, features);
  const map = fitEmbedding(matrix, trainingRows, { seed });
  return {
    dimensionCount: map.outputCount,
    vectors: applyLinearMap(map, matrix, Int32Array.from([...trainingRows, ...predictedRows])),
    novelty: computeRowNovelty(data.counts, features, predictedRows),
  };
}
