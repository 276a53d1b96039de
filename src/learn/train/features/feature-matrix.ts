import { featureBlockCount, featureBlocks } from '../../../policy/features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  notKept,
  scaleStructural,
  termWeights,
  type FittedFeatures,
} from '../../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../policy/features/structural-features.js';
import type { CountMatrix } from './count-matrix.js';

/** Prompt vectors in compressed rows. */
export interface FeatureMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly rowStarts: Int32Array;
  /** There are at most 65,536, so that an entry takes six bytes. */
  readonly columns: Uint16Array;
  readonly values: Float32Array;
}

/**
 * Turns counts into vectors. Columns are the kept features, then the structural ones.
 *
 * A word gives its own feature and those of its character n-grams, each with the term weight of the
 * word times its idf; so does a pair. Each block is then divided by the length that it would have
 * if no two words shared an n-gram: what a word adds is then the same in every prompt, and the
 * runtime computes it once for each word.
 *
 * All rows are gone through twice, once to count: of many prompts, arrays that grow would take
 * several times the memory of the result.
 *
 * @param rows the others are left empty. @default all
 */
export function computeFeatureMatrix(
  matrix: CountMatrix,
  features: FittedFeatures,
  rows?: Int32Array,
): FeatureMatrix {
  const { rowCount } = matrix;
  const isWanted = new Uint8Array(rowCount).fill(rows === undefined ? 1 : 0);
  rows?.forEach((at) => (isWanted[at] = 1));
  const { spec, buckets, blockWeights } = features;
  const featureCount = buckets.length;
  const row = createRowSums(matrix, features);
  const structural = (at: number, index: number): number =>
    scaleStructural(
      features,
      index,
      matrix.structural[at * structuralFeatureCount + index] as number,
    );
  const rowStarts = new Int32Array(rowCount + 1);
  let size = 0;
  for (let at = 0; at < rowCount; at++) {
    if (isWanted[at] === 1) {
      row.add(at);
      row.take(() => (size += 1));
      for (let index = 0; index < structuralFeatureCount; index++) {
        if (structural(at, index) !== 0) size += 1;
      }
    }
    rowStarts[at + 1] = size;
  }
  const columns = new Uint16Array(size);
  const values = new Float32Array(size);
  const push = (column: number, value: number): void => {
    columns[size] = column;
    values[size++] = value;
  };
  size = 0;
  for (let at = 0; at < rowCount; at++) {
    if (isWanted[at] === 0) continue;
    row.add(at);
    row.take((feature, sum) => {
      const block = (buckets[feature] as number) >>> spec.bucketBits;
      const length = Math.sqrt(row.squaredLengths[block] as number);
      push(feature, sum * ((blockWeights[block] as number) / length));
    });
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = structural(at, index);
      if (value !== 0) push(featureCount + index, value);
    }
  }
  return {
    rowCount,
    columnCount: featureCount + structuralFeatureCount,
    rowStarts,
    columns,
    values,
  };
}

/** The same rows with the first of their n-gram features only, and the structural ones; with all, the matrix itself. */
export function narrowFeatureMatrix(matrix: FeatureMatrix, firstFeatures: number): FeatureMatrix {
  const { rowCount, columnCount, rowStarts, columns, values } = matrix;
  const left = columnCount - structuralFeatureCount - firstFeatures;
  if (left <= 0) return matrix;
  const isKept = (column: number): boolean =>
    column < firstFeatures || column >= firstFeatures + left;
  const size = columns.reduce((sum, column) => (isKept(column) ? sum + 1 : sum), 0);
  const narrow = {
    rowCount,
    columnCount: columnCount - left,
    rowStarts: new Int32Array(rowCount + 1),
    columns: new Uint16Array(size),
    values: new Float32Array(size),
  };
  let at = 0;
  for (let row = 0; row < rowCount; row++) {
    const end = rowStarts[row + 1] as number;
    for (let entry = rowStarts[row] as number; entry < end; entry++) {
      const column = columns[entry] as number;
      if (!isKept(column)) continue;
      narrow.columns[at] = column < firstFeatures ? column : column - left;
      narrow.values[at++] = values[entry] as number;
    }
    narrow.rowStarts[row + 1] = at;
  }
  return narrow;
}

/** Sums the features of one row at a time. */
function createRowSums(matrix: CountMatrix, features: FittedFeatures) {
  const { vocabulary, words, others } = matrix;
  const { spec, buckets, idf } = features;
  const featureOf = computeFeatureIndex(features);
  const gramMasses = computeGramMasses(matrix, featureOf, idf);
  const squaredLengths = new Float64Array(featureBlockCount);
  const sums = new Float64Array(buckets.length);
  const touched = new Int32Array(buckets.length);
  let size = 0;
  const add = (bucket: number, weight: number): number => {
    const feature = featureOf[bucket] as number;
    if (feature === notKept) return 0;
    const value = weight * (idf[feature] as number);
    if (sums[feature] === 0) touched[size++] = feature;
    sums[feature] = (sums[feature] as number) + value;
    return value * value;
  };
  return {
    /** Of the row that was added last, by block. */
    squaredLengths,
    add(row: number): void {
      squaredLengths.fill(0);
      const wordsEnd = words.starts[row + 1] as number;
      for (let entry = words.starts[row] as number; entry < wordsEnd; entry++) {
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
      const othersEnd = others.starts[row + 1] as number;
      for (let entry = others.starts[row] as number; entry < othersEnd; entry++) {
        const bucket = others.ids[entry] as number;
        const block = bucket >>> spec.bucketBits;
        squaredLengths[block] =
          (squaredLengths[block] as number) +
          add(bucket, termWeights[others.counts[entry] as number] as number);
      }
    },
    /** Hands over the row's features, in the order in which they were met, and forgets them. */
    take(each: (feature: number, sum: number) => unknown): void {
      for (let index = 0; index < size; index++) {
        const feature = touched[index] as number;
        each(feature, sums[feature] as number);
        sums[feature] = 0;
      }
      size = 0;
    },
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
