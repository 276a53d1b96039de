import { applyLinearMap } from '../../../src/learn/train/solver/apply-linear-map.js';
import {
  computeFeatureMatrix,
  computeRowNovelty,
} from '../../../src/learn/train/features/feature-matrix.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { fitEmbedding } from '../../../src/learn/train/latent-tasks/fit-embedding.js';

/** Short dense vectors of prompts; row-major over all rows of the data, zero where not asked for. */
export interface EmbeddedPrompts {
  readonly dimensionCount: number;
  readonly vectors: Float32Array;
  /** Of the predicted rows. */
  readonly novelty: Float32Array;
}

/** The n-grams that are projected: more would take longer and say little more. */
const maxFeatures = 4096;

/** Learns an embedding from the training rows' prompts, and applies it to both sets of rows. */
export function embedPrompts(
  data: TrainingData,
  trainingRows: Int32Array,
  predictedRows: Int32Array,
  seed: number,
): EmbeddedPrompts {
  const features = fitFeatures(data.counts, trainingRows, { maxFeatures });
  const matrix = computeFeatureMatrix(data.counts, features);
  const map = fitEmbedding(matrix, trainingRows, { seed });
  return {
    dimensionCount: map.outputCount,
    vectors: applyLinearMap(map, matrix, concatenate(trainingRows, predictedRows)),
    novelty: computeRowNovelty(data.counts, features, predictedRows),
  };
}

function concatenate(first: Int32Array, second: Int32Array): Int32Array {
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
