import {
  computeBucketCount,
  featureBlockCount,
  featureBlocks,
} from '../../../policy/features/feature-spec.js';
import { idfStep, type FittedFeatures } from '../../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../policy/features/structural-features.js';
import { at, intAt } from '../../../util/numeric-arrays.js';
import type { CountMatrix } from './count-matrix.js';
import { fitFollowUpWords } from './fit-follow-up-words.js';
import { setBit } from './known-words.js';

export interface FeatureOptions {
  /** Most n-gram features kept. @default 32768 */
  readonly maxFeatures?: number;
  /** How many of the best features come first. @default 0 */
  readonly firstFeatures?: number;
  /** A feature of fewer training prompts is not kept. @default 2 */
  readonly minPrompts?: number;
}

/** Keeps the numbers of columns, structural ones included, within 16 bits. */
const maxStoredFeatures = 2 ** 16 - structuralFeatureCount;

/**
 * Learns from the training rows which buckets to keep, and their idf. Kept are the features that
 * vary most from prompt to prompt (document frequency p gives p (1 - p) idf^2). The choice does not
 * depend on labels, so it cannot leak them. The best `firstFeatures` come first; each part is in
 * ascending order of bucket.
 */
export function fitFeatures(
  matrix: CountMatrix,
  rows: Int32Array,
  options: FeatureOptions = {},
): FittedFeatures {
  const { spec } = matrix;
  const promptCounts = countPrompts(matrix, rows);
  const computeIdf = (promptCount: number): number =>
    Math.min(255, Math.round((1 + Math.log((1 + rows.length) / (1 + promptCount))) / idfStep)) *
    idfStep;
  const buckets = chooseBuckets(promptCounts, rows.length, computeIdf, options);
  const blockWeights = Array.from({ length: featureBlockCount }, () => 1);
  blockWeights[featureBlocks.words] = 0.8;
  blockWeights[featureBlocks.characters] = 0.8;
  blockWeights[featureBlocks.context] = 0.5;
  return {
    spec,
    buckets,
    idf: Float32Array.from(buckets, (bucket) => computeIdf(intAt(promptCounts, bucket))),
    blockWeights,
    ...computeStructuralStatistics(matrix, rows),
    structuralScale: 0.1,
    seenWords: markSeenWords(promptCounts.subarray(0, 2 ** spec.bucketBits)),
    unseenIdf: computeIdf(0),
    ...(spec.version > 3 && { followUps: fitFollowUpWords(spec) }),
  };
}

function chooseBuckets(
  promptCounts: Int32Array,
  rowCount: number,
  computeIdf: (promptCount: number) => number,
  { maxFeatures = 32_768, firstFeatures = 0, minPrompts = 2 }: FeatureOptions,
): Int32Array {
  const spread = new Map<number, number>();
  const minCount = Math.min(minPrompts, rowCount);
  // There are half a million buckets: calls of a closure would take most of the time of a small fit.
  for (let bucket = 0; bucket < promptCounts.length; bucket++) {
    const count = intAt(promptCounts, bucket);
    if (count < minCount || count >= rowCount) continue;
    const share = count / rowCount;
    spread.set(bucket, share * (1 - share) * computeIdf(count) ** 2);
  }
  const kept = [...spread]
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b)
    .slice(0, Math.min(maxFeatures, maxStoredFeatures))
    .map(([bucket]) => bucket);
  return Int32Array.from([
    ...kept.slice(0, firstFeatures).sort((a, b) => a - b),
    ...kept.slice(firstFeatures).sort((a, b) => a - b),
  ]);
}

/** A bit for each bucket of words that occurs. */
function markSeenWords(promptCounts: Int32Array): Uint8Array {
  const seenWords = new Uint8Array(promptCounts.length / 8);
  for (let bucket = 0; bucket < promptCounts.length; bucket++) {
    if (intAt(promptCounts, bucket) > 0) setBit(seenWords, bucket);
  }
  return seenWords;
}

/** For each bucket, the number of the rows in which it occurs. */
function countPrompts(
  { spec, vocabulary, words, others }: CountMatrix,
  rows: Int32Array,
): Int32Array {
  const promptCounts = new Int32Array(computeBucketCount(spec));
  const lastRow = new Int32Array(promptCounts.length).fill(-1);
  const add = (bucket: number, row: number): void => {
    if (lastRow[bucket] === row) return;
    lastRow[bucket] = row;
    promptCounts[bucket] = intAt(promptCounts, bucket) + 1;
  };
  for (const row of rows) {
    const wordsEnd = intAt(words.starts, row + 1);
    for (let entry = intAt(words.starts, row); entry < wordsEnd; entry++) {
      const word = intAt(words.ids, entry);
      add(intAt(vocabulary.buckets, word), row);
      const end = intAt(vocabulary.gramStarts, word + 1);
      for (let gram = intAt(vocabulary.gramStarts, word); gram < end; gram++) {
        add(intAt(vocabulary.gramBuckets, gram), row);
      }
    }
    const othersEnd = intAt(others.starts, row + 1);
    for (let entry = intAt(others.starts, row); entry < othersEnd; entry++) {
      add(intAt(others.ids, entry), row);
    }
  }
  return promptCounts;
}

function computeStructuralStatistics(
  matrix: CountMatrix,
  rows: Int32Array,
): Pick<FittedFeatures, 'structuralMean' | 'structuralDeviation'> {
  const structuralMean = new Float32Array(structuralFeatureCount);
  const structuralDeviation = new Float32Array(structuralFeatureCount);
  for (let index = 0; index < structuralFeatureCount; index++) {
    let sum = 0;
    let squares = 0;
    for (const row of rows) {
      const value = at(matrix.structural, row * structuralFeatureCount + index);
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows.length;
    const variance = squares / rows.length - mean * mean;
    structuralMean[index] = mean;
    structuralDeviation[index] = variance > 1e-9 ? Math.sqrt(variance) : 0;
  }
  return { structuralMean, structuralDeviation };
}
