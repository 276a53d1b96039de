import { featureBlockCount } from '../features/feature-spec.js';
import { computeTermWeight, type FittedFeatures } from '../features/fitted-features.js';
import { computeFeatureIndex, computeNovelty, notKept } from '../features/novelty.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import { scaleStructural } from '../features/vectorizer.js';
import type { CountMatrix } from './count-matrix.js';

/** Prompt vectors in compressed rows. */
export interface FeatureMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly rowStarts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * Turns counts into the vectors that the runtime's vectorizer makes of the same prompts, for all
 * rows at once. Columns are the kept features, then the structural ones.
 */
export function computeFeatureMatrix(matrix: CountMatrix, features: FittedFeatures): FeatureMatrix {
  const { spec, buckets, idf, blockWeights } = features;
  const featureOfBucket = computeFeatureIndex(features);
  let capacity = matrix.rowCount * structuralFeatureCount;
  for (const bucket of matrix.buckets) if (featureOfBucket[bucket] !== notKept) capacity += 1;
  const columns = new Int32Array(capacity);
  const values = new Float32Array(capacity);
  const rowStarts = new Int32Array(matrix.rowCount + 1);
  const norms = new Float64Array(featureBlockCount);
  let size = 0;
  for (let row = 0; row < matrix.rowCount; row++) {
    const start = size;
    norms.fill(0);
    const end = matrix.rowStarts[row + 1] as number;
    for (let entry = matrix.rowStarts[row] as number; entry < end; entry++) {
      const bucket = matrix.buckets[entry] as number;
      const feature = featureOfBucket[bucket] as number;
      if (feature === notKept) continue;
      const value = computeTermWeight(matrix.counts[entry] as number, idf[feature] as number);
      columns[size] = feature;
      values[size++] = value;
      const block = bucket >>> spec.bucketBits;
      norms[block] = (norms[block] as number) + value * value;
    }
    for (let index = start; index < size; index++) {
      const block = (buckets[columns[index] as number] as number) >>> spec.bucketBits;
      const scale = (blockWeights[block] as number) / Math.sqrt(norms[block] as number);
      values[index] = (values[index] as number) * scale;
    }
    for (let index = 0; index < structuralFeatureCount; index++) {
      const measured = matrix.structural[row * structuralFeatureCount + index] as number;
      const value = scaleStructural(features, index, measured);
      if (value === 0) continue;
      columns[size] = buckets.length + index;
      values[size++] = value;
    }
    rowStarts[row + 1] = size;
  }
  return {
    rowCount: matrix.rowCount,
    columnCount: buckets.length + structuralFeatureCount,
    rowStarts,
    columns: columns.subarray(0, size),
    values: values.subarray(0, size),
  };
}

/** Novelty of each of these rows; the other rows of the result are zero. */
export function computeRowNovelty(
  matrix: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
): Float32Array {
  const featureOfBucket = computeFeatureIndex(features);
  const novelty = new Float32Array(matrix.rowCount);
  for (const row of rows) {
    const start = matrix.rowStarts[row] as number;
    const end = matrix.rowStarts[row + 1] as number;
    novelty[row] = computeNovelty(matrix.buckets, start, end, features, featureOfBucket);
  }
  return novelty;
}

/** The same vectors with only the first n-gram features, and all of the structural ones. */
export function narrowFeatureMatrix(matrix: FeatureMatrix, keptFeatures: number): FeatureMatrix {
  const featureCount = matrix.columnCount - structuralFeatureCount;
  if (keptFeatures >= featureCount) return matrix;
  const columns = new Int32Array(matrix.columns.length);
  const values = new Float32Array(matrix.values.length);
  const rowStarts = new Int32Array(matrix.rowCount + 1);
  let size = 0;
  for (let row = 0; row < matrix.rowCount; row++) {
    const end = matrix.rowStarts[row + 1] as number;
    for (let entry = matrix.rowStarts[row] as number; entry < end; entry++) {
      const column = matrix.columns[entry] as number;
      if (column >= keptFeatures && column < featureCount) continue;
      columns[size] = column < featureCount ? column : column - featureCount + keptFeatures;
      values[size++] = matrix.values[entry] as number;
    }
    rowStarts[row + 1] = size;
  }
  return {
    rowCount: matrix.rowCount,
    columnCount: keptFeatures + structuralFeatureCount,
    rowStarts,
    columns: columns.slice(0, size),
    values: values.slice(0, size),
  };
}
