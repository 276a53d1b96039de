import { mixHash } from '../../util/text-hash.js';
import { featureBlocks, type FeatureSpec } from './feature-spec.js';

/** Hash of no characters; as the neighbor before the first word, it means the beginning. */
export const hashSeed = 0x811c9dc5 | 0;
export const hashMultiplier = 0x01000193;
const gramSeed = 0x9747b28c | 0;

/** Hash of some characters and one more code unit (FNV-1a by code unit). */
function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, hashMultiplier);
}

/** Bucket of a word or symbol, by its hash, in the block of words or of context. */
export function computeWordBucket(
  hash: number,
  block: typeof featureBlocks.words | typeof featureBlocks.context,
  { bucketBits }: FeatureSpec,
): number {
  return (block << bucketBits) + (mixHash(hash) >>> (32 - bucketBits));
}

/** Bucket of two neighboring words or symbols, by their hashes. */
export function computePairBucket(
  first: number,
  second: number,
  { bucketBits }: FeatureSpec,
): number {
  const hash = Math.imul(first, hashMultiplier) ^ second;
  return (featureBlocks.pairs << bucketBits) + (mixHash(hash) >>> (32 - bucketBits));
}

/**
 * Lists the buckets of the character n-grams of a word. Its beginning and its end count as a space,
 * so that beginnings and endings are told apart from the inside.
 *
 * @param text holds the word from `start` up to `end`
 * @param target receives the buckets, from index 0; see `countMaxGrams` for its length
 * @returns how many there are
 */
export function listGramBuckets(
  text: string,
  start: number,
  end: number,
  spec: FeatureSpec,
  target: Int32Array,
): number {
  const { bucketBits, shortestCharacterNgram: shortest, longestCharacterNgram: longest } = spec;
  const shift = 32 - bucketBits;
  const offset = featureBlocks.characters << bucketBits;
  const last = Math.min(end, start + spec.maxWordCharacters);
  let size = 0;
  for (let first = start - 1; first + shortest <= last + 1; first++) {
    let hash = gramSeed;
    const stop = Math.min(first + longest, last + 1);
    for (let index = first; index < stop; index++) {
      const unit = index < start || index >= last ? 32 : text.charCodeAt(index);
      hash = hashUnit(hash, unit);
      if (index - first + 1 >= shortest) target[size++] = offset + (mixHash(hash) >>> shift);
    }
  }
  return size;
}

/** The largest number of n-grams that a word can have. */
export function countMaxGrams(spec: FeatureSpec): number {
  const lengths = spec.longestCharacterNgram - spec.shortestCharacterNgram + 1;
  return (spec.maxWordCharacters + 2) * Math.max(0, lengths);
}
