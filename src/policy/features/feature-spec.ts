/**
 * How a prompt becomes numbers. Stored in every policy, so that the runtime counts exactly what the
 * trainer counted; a change of any rule in this folder is a new `version`.
 */
export interface FeatureSpec {
  readonly version: 3 | 4;
  /** Hash buckets of each block, as a power of two. */
  readonly bucketBits: number;
  /** Longest word n-gram; 1 is single words, 2 adds pairs of neighbors. */
  readonly wordNgrams: number;
  readonly shortestCharacterNgram: number;
  readonly longestCharacterNgram: number;
  /** Character n-grams are taken from the first so many characters of a word. */
  readonly maxWordCharacters: number;
  /** The user text is read up to this number of distinct words and symbols. */
  readonly maxDistinctWords: number;
  /**
   * A longer field is read at its two ends only, half of this from each, so that the time of a
   * decision is bounded. Lengths and counts of messages are still those of the whole prompt.
   */
  readonly maxFieldCharacters: number;
}

export const defaultFeatureSpec: FeatureSpec = {
  version: 4,
  bucketBits: 17,
  wordNgrams: 2,
  shortestCharacterNgram: 3,
  longestCharacterNgram: 4,
  maxWordCharacters: 32,
  maxDistinctWords: 4096,
  maxFieldCharacters: 16_384,
};

/**
 * Blocks of features, each normalized by itself: of what the user asks, the words and symbols, the
 * character n-grams inside words, and the pairs of neighboring
 * words and symbols, of which the first has the beginning for a neighbor; of the system prompt and the
 * tools, the words.
 */
export const featureBlocks = { words: 0, characters: 1, pairs: 2, context: 3 } as const;
export const featureBlockCount = 4;

/** Number of hash buckets of all blocks; block `b` has those from `b * 2 ** bucketBits`. */
export function computeBucketCount(spec: FeatureSpec): number {
  return featureBlockCount * 2 ** spec.bucketBits;
}
