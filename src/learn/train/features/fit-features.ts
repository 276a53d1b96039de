import {
  computeBucketCount,
  featureBlockCount,
  featureBlocks,
} from '../../../policy/features/feature-spec.js';
import { idfStep, type FittedFeatures } from '../../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../policy/features/structural-features.js';
import type { CountMatrix } from './count-matrix.js';

export interface FeatureOptions {
  /** Most n-gram features kept. @default 32768 */
  readonly maxFeatures?: number;
  /** Of these, how many of the best come first. @default 0 */
  readonly firstFeatures?: number;
  /** A feature of fewer training prompts is not kept. @default 2 */
  readonly minPrompts?: number;
}

/** So many that columns of a matrix, structural ones too, are numbers of 16 bits. */
const maxStoredFeatures = 2 ** 16 - structuralFeatureCount;

/**
 * Learns from the training rows which buckets to keep, and their idf. Kept are the features that
 * vary most from prompt to prompt (document frequency p gives p (1 - p) idf^2): the same choice
 * whatever the labels, so that it cannot leak them. The best `firstFeatures` come first, each part
 * in ascending order of bucket.
 */
export function fitFeatures(
  matrix: CountMatrix,
  rows: Int32Array,
  options: FeatureOptions = {},
): FittedFeatures {
  const { spec } = matrix;
  const { maxFeatures = 32_768, firstFeatures = 0, minPrompts = 2 } = options;
  const promptCounts = countPrompts(matrix, rows);
  const computeIdf = (promptCount: number): number =>
    Math.min(255, Math.round((1 + Math.log((1 + rows.length) / (1 + promptCount))) / idfStep)) *
    idfStep;
  const computeSpread = (bucket: number): number => {
    const share = (promptCounts[bucket] as number) / rows.length;
    return share * (1 - share) * computeIdf(promptCounts[bucket] as number) ** 2;
  };
  const kept: number[] = [];
  promptCounts.forEach((count, bucket) => {
    if (count >= Math.min(minPrompts, rows.length) && count < rows.length) kept.push(bucket);
  });
  const spread = new Map(kept.map((bucket) => [bucket, computeSpread(bucket)]));
  kept.sort((a, b) => (spread.get(b) as number) - (spread.get(a) as number) || a - b);
  kept.length = Math.min(kept.length, maxFeatures, maxStoredFeatures);
  const first = kept.slice(0, firstFeatures).sort((a, b) => a - b);
  const buckets = [...first, ...kept.slice(firstFeatures).sort((a, b) => a - b)];

  const seenWords = new Uint8Array(2 ** spec.bucketBits / 8);
  for (let bucket = 0; bucket < 2 ** spec.bucketBits; bucket++) {
    if ((promptCounts[bucket] as number) > 0) {
      const byte = bucket >>> 3;
      seenWords[byte] = (seenWords[byte] as number) | (1 << (bucket & 7));
    }
  }
  const blockWeights = Array.from({ length: featureBlockCount }, () => 1);
  blockWeights[featureBlocks.words] = 0.8;
  blockWeights[featureBlocks.characters] = 0.8;
  blockWeights[featureBlocks.context] = 0.5;
  return {
    spec,
    buckets: Int32Array.from(buckets),
    idf: Float32Array.from(buckets, (bucket) => computeIdf(promptCounts[bucket] as number)),
    blockWeights,
    ...computeStructuralStatistics(matrix, rows),
    structuralScale: 0.1,
    seenWords,
    unseenIdf: computeIdf(0),
  };
}

/** By bucket, in how many of the rows it occurs. */
function countPrompts(
  { spec, vocabulary, words, others }: CountMatrix,
  rows: Int32Array,
): Int32Array {
  const promptCounts = new Int32Array(computeBucketCount(spec));
  const lastRow = new Int32Array(promptCounts.length).fill(-1);
  const add = (bucket: number, row: number): void => {
    if (lastRow[bucket] === row) return;
    lastRow[bucket] = row;
    promptCounts[bucket] = (promptCounts[bucket] as number) + 1;
  };
  for (const row of rows) {
    for (
      let entry = words.starts[row] as number;
      entry < (words.starts[row + 1] as number);
      entry++
    ) {
      const word = words.ids[entry] as number;
      add(vocabulary.buckets[word] as number, row);
      const end = vocabulary.gramStarts[word + 1] as number;
      for (let gram = vocabulary.gramStarts[word] as number; gram < end; gram++) {
        add(vocabulary.gramBuckets[gram] as number, row);
      }
    }
    for (
      let entry = others.starts[row] as number;
      entry < (others.starts[row + 1] as number);
      entry++
    ) {
      add(others.ids[entry] as number, row);
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
      const value = matrix.structural[row * structuralFeatureCount + index] as number;
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
