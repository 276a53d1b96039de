import { featureBlockCount, featureBlocks } from '../features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  notKept,
  scaleStructural,
  termWeights,
  type FittedFeatures,
} from '../features/fitted-features.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import type { CountMatrix } from './count-matrix.js';
import { createGrowingArray } from './growing-array.js';

/** Prompt vectors in compressed rows. */
export interface FeatureMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly rowStarts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * Turns counts into vectors. Columns are the kept features, then the structural ones.
 *
 * A word gives its own feature and those of its character n-grams, each with the term weight of the
 * word times its idf; so does a pair. Each block is then divided by the length that it would have
 * if no two words shared an n-gram: what a word adds is then the same in every prompt, and the
 * runtime computes it once for each word.
 */
export function computeFeatureMatrix(matrix: CountMatrix, features: FittedFeatures): FeatureMatrix {
  const { vocabulary, words, others } = matrix;
  const { spec, buckets, idf, blockWeights } = features;
  const featureOf = computeFeatureIndex(features);
  const gramMasses = computeGramMasses(matrix, featureOf, idf);
  const columns = createGrowingArray(Int32Array);
  const values = createGrowingArray(Float32Array);
  const rowStarts = new Int32Array(matrix.rowCount + 1);
  const squaredLengths = new Float64Array(featureBlockCount);
  const sums = new Float64Array(buckets.length);
  const touched = new Int32Array(buckets.length);
  for (let row = 0; row < matrix.rowCount; row++) {
    let size = 0;
    const add = (bucket: number, weight: number): number => {
      const feature = featureOf[bucket] as number;
      if (feature === notKept) return 0;
      const value = weight * (idf[feature] as number);
      if (sums[feature] === 0) touched[size++] = feature;
      sums[feature] = (sums[feature] as number) + value;
      return value * value;
    };
    squaredLengths.fill(0);
    for (
      let entry = words.starts[row] as number;
      entry < (words.starts[row + 1] as number);
      entry++
    ) {
      const word = words.ids[entry] as number;
      const weight = termWeights[words.counts[entry] as number] as number;
      squaredLengths[featureBlocks.words] =
        (squaredLengths[featureBlocks.words] as number) +
        add(vocabulary.buckets[word] as number, weight);
      const end = vocabulary.gramStarts[word + 1] as number;
      for (let gram = vocabulary.gramStarts[word] as number; gram < end; gram++) {
        add(vocabulary.gramBuckets[gram] as number, weight);
      }
      squaredLengths[featureBlocks.characters] =
        (squaredLengths[featureBlocks.characters] as number) +
        weight * weight * (gramMasses[word] as number);
    }
    for (
      let entry = others.starts[row] as number;
      entry < (others.starts[row + 1] as number);
      entry++
    ) {
      const bucket = others.ids[entry] as number;
      const block = bucket >>> spec.bucketBits;
      squaredLengths[block] =
        (squaredLengths[block] as number) +
        add(bucket, termWeights[others.counts[entry] as number] as number);
    }
    for (let index = 0; index < size; index++) {
      const feature = touched[index] as number;
      const block = (buckets[feature] as number) >>> spec.bucketBits;
      const scale = (blockWeights[block] as number) / Math.sqrt(squaredLengths[block] as number);
      columns.push(feature);
      values.push((sums[feature] as number) * scale);
      sums[feature] = 0;
    }
    for (let index = 0; index < structuralFeatureCount; index++) {
      const measured = matrix.structural[row * structuralFeatureCount + index] as number;
      const value = scaleStructural(features, index, measured);
      if (value === 0) continue;
      columns.push(buckets.length + index);
      values.push(value);
    }
    rowStarts[row + 1] = columns.size();
  }
  return {
    rowCount: matrix.rowCount,
    columnCount: buckets.length + structuralFeatureCount,
    rowStarts,
    columns: columns.finish(),
    values: values.finish(),
  };
}

/** Per word, the sum of the squared idf of its kept character n-grams. */
function computeGramMasses(
  { vocabulary }: CountMatrix,
  featureOf: Uint16Array,
  idf: Float32Array,
): Float64Array {
  const masses = new Float64Array(vocabulary.buckets.length);
  for (let word = 0; word < masses.length; word++) {
    let mass = 0;
    const end = vocabulary.gramStarts[word + 1] as number;
    for (let gram = vocabulary.gramStarts[word] as number; gram < end; gram++) {
      const feature = featureOf[vocabulary.gramBuckets[gram] as number] as number;
      if (feature !== notKept) mass += (idf[feature] as number) ** 2;
    }
    masses[word] = mass;
  }
  return masses;
}

/**
 * Novelty of each of these rows: the share of the idf mass of the different words of the ask that
 * never occurred in training, in [0, 1]; 1 for a prompt without words. The other rows are zero.
 */
export function computeRowNovelty(
  { vocabulary, words, rowCount }: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
): Float32Array {
  const featureOf = computeFeatureIndex(features);
  const novelty = new Float32Array(rowCount);
  for (const row of rows) {
    let unseen = 0;
    let total = 0;
    for (
      let entry = words.starts[row] as number;
      entry < (words.starts[row + 1] as number);
      entry++
    ) {
      const word = words.ids[entry] as number;
      if (vocabulary.isWord[word] === 0) continue;
      const bucket = vocabulary.buckets[word] as number;
      const feature = featureOf[bucket] as number;
      const mass = feature === notKept ? features.unseenIdf : (features.idf[feature] as number);
      total += mass;
      if (!isSeen(features.seenWords, bucket)) unseen += mass;
    }
    novelty[row] = total === 0 ? 1 : unseen / total;
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
