import { createBucketCounter } from './bucket-counter.js';
import { countPrompt } from './count-prompt.js';
import { computeBucketCount, featureBlockCount } from './feature-spec.js';
import { computeTermWeight, structuralClip, type FittedFeatures } from './fitted-features.js';
import { computeFeatureIndex, computeNovelty, notKept } from './novelty.js';
import type { PromptFields } from './prompt-fields.js';
import { computeStructuralFeatures, structuralFeatureCount } from './structural-features.js';

/** A prompt as a sparse vector. The arrays belong to the vectorizer and are reused. */
export interface PromptVector {
  /** Indices of kept features; structural features follow after the kept n-grams. */
  columns: Int32Array;
  values: Float32Array;
  size: number;
  /** Share of the words' idf mass that was never seen in training, in [0, 1]; 1 if no words. */
  novelty: number;
}

export type Vectorizer = (fields: PromptFields) => PromptVector;

/**
 * Prepares the look-up tables of fitted features and returns the function that turns a prompt into
 * its vector. The function is not re-entrant: use the vector before the next call.
 */
export function createVectorizer(features: FittedFeatures): Vectorizer {
  const { spec, buckets, idf, blockWeights } = features;
  const featureOfBucket = computeFeatureIndex(features);
  const counter = createBucketCounter(computeBucketCount(spec));
  const structural = new Float32Array(structuralFeatureCount);
  const squaredNorms = new Float64Array(featureBlockCount);
  const vector: PromptVector = {
    columns: new Int32Array(4096),
    values: new Float32Array(4096),
    size: 0,
    novelty: 1,
  };

  return (fields) => {
    countPrompt(fields, spec, counter);
    if (vector.columns.length < counter.size + structuralFeatureCount) {
      vector.columns = new Int32Array(2 * counter.size + structuralFeatureCount);
      vector.values = new Float32Array(vector.columns.length);
    }
    const { columns, values } = vector;
    let size = 0;
    squaredNorms.fill(0);
    for (let index = 0; index < counter.size; index++) {
      const bucket = counter.touched[index] as number;
      const feature = featureOfBucket[bucket] as number;
      if (feature === notKept) continue;
      const value = computeTermWeight(counter.counts[bucket] as number, idf[feature] as number);
      columns[size] = feature;
      values[size++] = value;
      const block = bucket >>> spec.bucketBits;
      squaredNorms[block] = (squaredNorms[block] as number) + value * value;
    }
    for (let block = 0; block < featureBlockCount; block++) {
      const norm = Math.sqrt(squaredNorms[block] as number);
      squaredNorms[block] = norm === 0 ? 0 : (blockWeights[block] as number) / norm;
    }
    for (let index = 0; index < size; index++) {
      const block = (buckets[columns[index] as number] as number) >>> spec.bucketBits;
      values[index] = (values[index] as number) * (squaredNorms[block] as number);
    }
    computeStructuralFeatures(fields, structural);
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = scaleStructural(features, index, structural[index] as number);
      if (value === 0) continue;
      columns[size] = buckets.length + index;
      values[size++] = value;
    }
    vector.size = size;
    vector.novelty = computeNovelty(counter.touched, 0, counter.size, features, featureOfBucket);
    return vector;
  };
}

/** A structural feature as it stands in the vector: standardised, clipped and scaled. */
export function scaleStructural(features: FittedFeatures, index: number, value: number): number {
  const deviation = features.structuralDeviation[index] as number;
  if (deviation === 0) return 0;
  const standardised = (value - (features.structuralMean[index] as number)) / deviation;
  return (
    features.structuralScale * Math.max(-structuralClip, Math.min(structuralClip, standardised))
  );
}
