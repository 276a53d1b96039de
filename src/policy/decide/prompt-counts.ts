import { featureBlocks } from '../features/feature-spec.js';
import { computeFeatureIndex, isSeen, type FittedFeatures } from '../features/fitted-features.js';
import { computePairBucket, computeWordBucket, hashSeed } from '../features/ngram-hashes.js';
import type { PromptFields } from '../features/prompt-fields.js';
import { createAskReader } from '../features/read-ask.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../features/structural-features.js';
import { createTokenList, readTokens, TokenKind } from '../features/tokens.js';
import {
  cachedWords,
  createWordVectors,
  type MapWeights,
  type WordVectors,
} from './word-vectors.js';

/** How often some numbers occur in the prompt at hand. */
export interface Tally {
  /** Occurrences, by number. */
  readonly counts: Int32Array;
  /** The distinct numbers in the order of their first occurrence, valid up to `size`. */
  readonly ids: Int32Array;
  size: number;
}

/** What the prompt at hand consists of. The arrays are reused. */
export interface PromptCounts extends Pick<WordVectors, 'vectors' | 'measures' | 'keptWords'> {
  /** Words and symbols of the user's text, by their entry in the arrays of `WordVectors`. */
  readonly words: Tally;
  /** Kept features: first those of pairs, then those of context words. */
  readonly others: Tally;
  /** In the order of `structuralFeatureNames`. */
  readonly structural: ArrayLike<number>;
  /**
   * Replaces the counts by those of a prompt.
   *
   * @returns how many of the other features are pairs
   */
  count(fields: PromptFields): number;
}

/** Prepares counting. */
export function createPromptCounts(features: FittedFeatures, maps: MapWeights): PromptCounts {
  const { spec, buckets } = features;
  const list = createTokenList();
  const readAsk = createAskReader(features, list);
  const featureOf = computeFeatureIndex(features);
  const structural = new Float32Array(structuralFeatureCount);
  const wordVectors = createWordVectors(features, maps, featureOf, list);
  const { cache } = wordVectors;
  const words = createTally(cachedWords, spec.maxDistinctWords);
  const others = createTally(buckets.length, buckets.length);
  // One bit per bucket: unlike the features, the bits fit the processor's nearest cache.
  const keptBuckets = new Uint8Array(featureOf.length / 8);
  for (const bucket of buckets) keptBuckets[bucket >>> 3]! |= 1 << (bucket & 7);

  const countOther = (bucket: number): void => {
    if (isSeen(keptBuckets, bucket)) countId(others, featureOf[bucket]!);
  };

  /** Counts words and pairs up to the limit of distinct words; false when the cache is full. */
  const countTokens = (): boolean => {
    const { units, tokens, size } = list;
    let previous = hashSeed;
    for (let place = 0; place < 4 * size; place += 4) {
      const word = cache.find(units, tokens, place);
      if (word < 0) return false;
      if (words.counts[word] === 0 && words.size === spec.maxDistinctWords) break;
      countId(words, word);
      const hash = tokens[place + 2]!;
      if (spec.wordNgrams > 1) countOther(computePairBucket(previous, hash, spec));
      previous = hash;
    }
    return true;
  };

  const clear = (): void => {
    clearTally(words);
    clearTally(others);
  };

  return {
    ...wordVectors,
    words,
    others,
    structural,
    count(given) {
      const fields = readAsk(given);
      readTokens(fields.userText, spec, list);
      computeStructuralFeatures(fields, list, structural);
      clear();
      if (!countTokens()) {
        clear();
        cache.clear();
        countTokens();
      }
      const pairCount = others.size;
      for (const text of [fields.system, fields.tools]) {
        if (text === '') continue;
        readTokens(text, spec, list);
        for (let place = 0; place < 4 * list.size; place += 4) {
          if (list.tokens[place + 3] === TokenKind.Symbol) continue;
          countOther(computeWordBucket(list.tokens[place + 2]!, featureBlocks.context, spec));
        }
      }
      return pairCount;
    },
  };
}

function countId(tally: Tally, id: number): void {
  if (tally.counts[id]!++ === 0) tally.ids[tally.size++] = id;
}

export function createTally(idCount: number, maxSize: number): Tally {
  return { counts: new Int32Array(idCount), ids: new Int32Array(maxSize), size: 0 };
}

export function clearTally(tally: Tally): void {
  const { counts, ids, size } = tally;
  for (let index = 0; index < size; index++) counts[ids[index]!] = 0;
  tally.size = 0;
}
