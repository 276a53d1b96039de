/**
 * How a prompt becomes numbers. Stored in every policy, so that the runtime counts exactly what the
 * trainer counted; a change of any rule in this folder is a new `version`.
 */
export interface FeatureSpec {
  readonly version: 1;
  /** Hash buckets of each block (words, characters, context), as a power of two. */
  readonly bucketBits: number;
  /** Longest word n-gram; 1 is single words. */
  readonly wordNgrams: number;
  readonly shortestCharacterNgram: number;
  readonly longestCharacterNgram: number;
  /**
   * A longer field is read at its two ends only, half of this from each, so that the time of a
   * decision is bounded. Lengths and counts of messages are still those of the whole prompt.
   */
  readonly maxFieldCharacters: number;
}

export const defaultFeatureSpec: FeatureSpec = {
  version: 1,
  bucketBits: 17,
  wordNgrams: 2,
  shortestCharacterNgram: 3,
  longestCharacterNgram: 5,
  maxFieldCharacters: 16_384,
};

/**
 * Blocks of features, each normalised by itself: the words and the character n-grams of what the
 * user asks, and the words of the system prompt and the tools.
 */
export const featureBlocks = { words: 0, characters: 1, context: 2 } as const;
export const featureBlockCount = 3;

/** Number of hash buckets of all blocks; block `b` has those from `b * 2 ** bucketBits`. */
export function computeBucketCount(spec: FeatureSpec): number {
  return featureBlockCount * 2 ** spec.bucketBits;
}
