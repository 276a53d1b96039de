import { featureBlocks } from '../features/feature-spec.js';
import { isSeen, notKept, type FittedFeatures } from '../features/fitted-features.js';
import { computeWordBucket, countMaxGrams, listGramBuckets } from '../features/ngram-hashes.js';
import { numberKeptWords } from '../features/task-words.js';
import { TokenKind, type TokenList } from '../features/tokens.js';
import { createWordCache, type WordCache } from './word-cache.js';

/** Number of words that are remembered; more than one prompt can have, so that each prompt fits. */
export const cachedWords = 8192;

/** Both linear maps as one matrix: row-major, one row per feature and `width` columns. */
export interface MapWeights {
  readonly matrix: Float32Array;
  readonly width: number;
}

/**
 * What words and their character n-grams add to the scores of prompts. Apart from a factor, that does
 * not depend on the rest of the prompt, so it is computed once per word and remembered.
 */
export interface WordVectors {
  /** Numbers the words. */
  readonly cache: WordCache;
  /**
   * Two rows per word: what its own feature adds to the scores, then what its n-grams add. Columns
   * are tasks, then candidates.
   */
  readonly vectors: Float32Array;
  /**
   * Four numbers per word: squared length of its own feature, and of its n-grams; its share of the
   * prompt's idf mass, 0 for a symbol; the same if training never saw the word, else 0.
   */
  readonly measures: Float32Array;
  /** Number of each word among the kept ones; -1 if it was not kept. */
  readonly keptWords: Int32Array;
}

/**
 * Prepares an empty cache.
 *
 * @param featureOf see `computeFeatureIndex`
 * @param list the tokens that words are looked up from
 */
export function createWordVectors(
  features: FittedFeatures,
  { matrix, width }: MapWeights,
  featureOf: Uint16Array,
  list: TokenList,
): WordVectors {
  const { spec, idf, seenWords, unseenIdf } = features;
  const vectors = new Float32Array(cachedWords * 2 * width);
  const measures = new Float32Array(cachedWords * 4);
  const keptWords = new Int32Array(cachedWords);
  const wordOfFeature = numberKeptWords(features);
  const grams = new Int32Array(countMaxGrams(spec));

  /** Adds a feature to the row that starts at `offset`, if it was kept. Returns its squared value. */
  const addFeature = (feature: number, offset: number): number => {
    if (feature === notKept) return 0;
    const value = idf[feature]!;
    const row = feature * width;
    for (let column = 0; column < width; column++) {
      vectors[offset + column]! += value * matrix[row + column]!;
    }
    return value * value;
  };

  /** Adds the kept n-grams of the token at `place`. Returns their squared length. */
  const addGrams = (place: number, offset: number): number => {
    const { text, tokens } = list;
    const count = listGramBuckets(text, tokens[place]!, tokens[place + 1]!, spec, grams);
    let square = 0;
    for (let index = 0; index < count; index++) {
      square += addFeature(featureOf[grams[index]!]!, offset);
    }
    return square;
  };

  const computeEntry = (entry: number, place: number): void => {
    const offset = entry * 2 * width;
    vectors.fill(0, offset, offset + 2 * width);
    const kind = list.tokens[place + 3];
    const bucket = computeWordBucket(list.tokens[place + 2]!, featureBlocks.words, spec);
    const feature = featureOf[bucket]!;
    const isKept = feature !== notKept;
    const mass = kind === TokenKind.Symbol ? 0 : isKept ? idf[feature]! : unseenIdf;
    keptWords[entry] = isKept ? wordOfFeature[feature]! : -1;
    measures.set(
      [
        addFeature(feature, offset),
        kind === TokenKind.Word ? addGrams(place, offset + width) : 0,
        mass,
        isSeen(seenWords, bucket) ? 0 : mass,
      ],
      4 * entry,
    );
  };

  const cache = createWordCache(cachedWords, spec.maxWordCharacters, computeEntry);
  return { cache, vectors, measures, keptWords };
}
