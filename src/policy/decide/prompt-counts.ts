import { featureBlocks } from '../features/feature-spec.js';
import { isSeen, type FittedFeatures } from '../features/fitted-features.js';
import { computePairBucket, computeWordBucket, hashSeed } from '../features/ngram-hashes.js';
import type { PromptFields } from '../features/prompt-fields.js';
import { readTokens, TokenKind, type TokenList } from '../features/tokens.js';
import type { WordCache } from './word-cache.js';
import { cachedWords } from './word-vectors.js';

/** How often some numbers occur in the prompt at hand. */
export interface Tally {
  /** Occurrences, by number. */
  readonly counts: Int32Array;
  /** The distinct numbers in the order of their first occurrence, valid up to `size`. */
  readonly ids: Int32Array;
  size: number;
}

/** What the prompt at hand consists of. The tallies are reused. */
export interface PromptCounts {
  /** Words and symbols of the user's text, by their entry in the cache. */
  readonly words: Tally;
  /** Kept features: first those of pairs, then those of context words. */
  readonly others: Tally;
  /** Replaces the counts by those of the user's text; `list` holds its tokens. */
  countUserText(): void;
  /** Adds the words of the system prompt and the tools; `list` holds other tokens afterwards. */
  countContext(fields: PromptFields): void;
}

/**
 * Prepares counting.
 *
 * @param featureOf see `computeFeatureIndex`
 * @param list the tokens of the text that is being counted
 */
export function createPromptCounts(
  { spec, buckets }: FittedFeatures,
  featureOf: Uint16Array,
  cache: WordCache,
  list: TokenList,
): PromptCounts {
  const words = createTally(cachedWords, spec.maxDistinctWords);
  const others = createTally(buckets.length, buckets.length);
  // One bit per bucket: unlike the features, the bits fit the processor's nearest cache.
  const keptBuckets = new Uint8Array(featureOf.length / 8);
  for (const bucket of buckets) keptBuckets[bucket >>> 3]! |= 1 << (bucket & 7);

  const countOther = (bucket: number): void => {
    if (isSeen(keptBuckets, bucket)) countId(others, featureOf[bucket]!);
  };

  /** Counts words and pairs up to the limit of distinct words; false when the cache is full. */
  const countTokens = ({ units, tokens, size }: TokenList): boolean => {
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
    words,
    others,
    countUserText() {
      clear();
      if (countTokens(list)) return;
      clear();
      cache.clear();
      countTokens(list);
    },
    countContext({ system, tools }) {
      for (const text of [system, tools]) {
        if (text === '') continue;
        readTokens(text, spec, list);
        for (let place = 0; place < 4 * list.size; place += 4) {
          if (list.tokens[place + 3] === TokenKind.Symbol) continue;
          countOther(computeWordBucket(list.tokens[place + 2]!, featureBlocks.context, spec));
        }
      }
    },
  };
}

function countId(tally: Tally, id: number): void {
  if (tally.counts[id]!++ === 0) tally.ids[tally.size++] = id;
}

function createTally(idCount: number, maxSize: number): Tally {
  return { counts: new Int32Array(idCount), ids: new Int32Array(maxSize), size: 0 };
}

function clearTally(tally: Tally): void {
  const { counts, ids, size } = tally;
  for (let index = 0; index < size; index++) counts[ids[index]!] = 0;
  tally.size = 0;
}
