import { featureBlockCount, featureBlocks } from '../../../policy/features/feature-spec.js';
import {
  computeFeatureIndex,
  notKept,
  scaleStructural,
  termWeights,
  type FittedFeatures,
} from '../../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../policy/features/structural-features.js';
import { addAt, at, intAt } from '../../../util/numeric-arrays.js';
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
 * A word adds its own feature and those of its character n-grams, each with the term weight of the
 * word times its idf; so does a pair. Each block is then divided by the length that it would have
 * if no two words shared an n-gram. So a word adds the same to every prompt, and the runtime computes
 * it once for each word.
 *
 * All rows are visited twice, first to count: for many prompts, growing arrays would take several
 * times the memory of the result.
 *
 * @param rows the others are left empty. @default all
 */
export function computeFeatureMatrix(
  counts: CountMatrix,
  features: FittedFeatures,
  rows?: Int32Array,
): FeatureMatrix {
  const { rowCount } = counts;
  const isWanted = new Uint8Array(rowCount).fill(rows === undefined ? 1 : 0);
  rows?.forEach((row) => (isWanted[row] = 1));
  const rowStarts = new Int32Array(rowCount + 1);
  const visit = createRowVisitor(counts, features);
  let size = 0;
  const count = (): void => void (size += 1);
  for (let row = 0; row < rowCount; row++) {
    if (isWanted[row] === 1) visit(row, count);
    rowStarts[row + 1] = size;
  }
  const columns = new Uint16Array(size);
  const values = new Float32Array(size);
  size = 0;
  const push = (column: number, value: number): void => {
    columns[size] = column;
    values[size++] = value;
  };
  for (let row = 0; row < rowCount; row++) if (isWanted[row] === 1) visit(row, push);
  const columnCount = features.buckets.length + structuralFeatureCount;
  return { rowCount, columnCount, rowStarts, columns, values };
}

type VisitEntry = (column: number, value: number) => void;

/** Prepares to visit the entries of one row after another. */
function createRowVisitor(
  counts: CountMatrix,
  features: FittedFeatures,
): (row: number, visit: VisitEntry) => void {
  const { spec, buckets, blockWeights } = features;
  const sums = createRowSums(counts, features);
  return (row, visit) => {
    sums.add(row);
    sums.take((feature, sum) => {
      const block = intAt(buckets, feature) >>> spec.bucketBits;
      const length = Math.sqrt(at(sums.squaredLengths, block));
      visit(feature, sum * ((blockWeights[block] as number) / length));
    });
    for (let index = 0; index < structuralFeatureCount; index++) {
      const raw = at(counts.structural, row * structuralFeatureCount + index);
      const value = scaleStructural(features, index, raw);
      if (value !== 0) visit(buckets.length + index, value);
    }
  };
}

/**
 * The same rows with only the first of the n-gram features, and all structural ones. Returns the
 * matrix itself where there are no more than those.
 */
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
  let place = 0;
  for (let row = 0; row < rowCount; row++) {
    const end = intAt(rowStarts, row + 1);
    for (let entry = intAt(rowStarts, row); entry < end; entry++) {
      const column = intAt(columns, entry);
      if (!isKept(column)) continue;
      narrow.columns[place] = column < firstFeatures ? column : column - left;
      narrow.values[place++] = at(values, entry);
    }
    narrow.rowStarts[row + 1] = place;
  }
  return narrow;
}

interface RowSums {
  /** Of the row that was added last, by block. */
  readonly squaredLengths: Float64Array;
  add(row: number): void;
  /** Passes on the features of the row in the order in which they first occurred, and clears them. */
  take(each: (feature: number, sum: number) => void): void;
}

/** Sums the features of one row at a time. */
function createRowSums(counts: CountMatrix, features: FittedFeatures): RowSums {
  const { vocabulary, words, others } = counts;
  const { spec, buckets, idf } = features;
  const featureOf = computeFeatureIndex(features);
  const gramMasses = computeGramMasses(counts, featureOf, idf);
  const squaredLengths = new Float64Array(featureBlockCount);
  const sums = new Float64Array(buckets.length);
  const touched = new Int32Array(buckets.length);
  let size = 0;
  const add = (bucket: number, weight: number): number => {
    const feature = intAt(featureOf, bucket);
    if (feature === notKept) return 0;
    const value = weight * at(idf, feature);
    if (sums[feature] === 0) touched[size++] = feature;
    addAt(sums, feature, value);
    return value * value;
  };
  const addWord = (word: number, weight: number): void => {
    addAt(squaredLengths, featureBlocks.words, add(intAt(vocabulary.buckets, word), weight));
    const end = intAt(vocabulary.gramStarts, word + 1);
    for (let gram = intAt(vocabulary.gramStarts, word); gram < end; gram++) {
      add(intAt(vocabulary.gramBuckets, gram), weight);
    }
    addAt(squaredLengths, featureBlocks.characters, weight * weight * at(gramMasses, word));
  };
  return {
    squaredLengths,
    add(row) {
      squaredLengths.fill(0);
      const wordsEnd = intAt(words.starts, row + 1);
      for (let entry = intAt(words.starts, row); entry < wordsEnd; entry++) {
        addWord(intAt(words.ids, entry), at(termWeights, intAt(words.counts, entry)));
      }
      const othersEnd = intAt(others.starts, row + 1);
      for (let entry = intAt(others.starts, row); entry < othersEnd; entry++) {
        const bucket = intAt(others.ids, entry);
        const weight = at(termWeights, intAt(others.counts, entry));
        addAt(squaredLengths, bucket >>> spec.bucketBits, add(bucket, weight));
      }
    },
    take(each) {
      for (let index = 0; index < size; index++) {
        const feature = intAt(touched, index);
        each(feature, at(sums, feature));
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
    const end = intAt(vocabulary.gramStarts, word + 1);
    for (let gram = intAt(vocabulary.gramStarts, word); gram < end; gram++) {
      const feature = intAt(featureOf, intAt(vocabulary.gramBuckets, gram));
      if (feature !== notKept) addAt(masses, word, at(idf, feature) ** 2);
    }
  }
  return masses;
}
