import { createRandom } from '../../util/random.js';
import { mixHash, textHash } from '../../util/text-hash.js';
import { unspacedScripts } from './unspaced-scripts.js';

const hashCount = 64;

/**
 * MinHash signatures: `hashCount` numbers per set, row-major. The share of equal numbers of two sets
 * estimates their Jaccard similarity. The rows of empty sets are meaningless.
 */
export interface MinHashes {
  readonly values: Uint32Array;
  readonly isEmpty: readonly boolean[];
}

export function computeMinHashes(sets: readonly Uint32Array[], seed: number): MinHashes {
  const random = createRandom(seed);
  const masks = Uint32Array.from({ length: hashCount }, () => Math.floor(random() * 2 ** 32));
  const values = new Uint32Array(sets.length * hashCount);
  const minima = new Uint32Array(hashCount);
  for (const [row, set] of sets.entries()) {
    minima.fill(0xffffffff);
    for (const member of set) {
      for (let hash = 0; hash < hashCount; hash++) {
        const value = mixHash(member ^ (masks[hash] as number));
        if (value < (minima[hash] as number)) minima[hash] = value;
      }
    }
    values.set(minima, row * hashCount);
  }
  return { values, isEmpty: sets.map((set) => set.length === 0) };
}

/**
 * The number of hashes per band: the largest one with which at least 99.5 % of the pairs at the
 * threshold share a band. Larger bands propose fewer pairs that turn out to be different.
 */
export function selectBandRows(similarity: number): number {
  for (const rows of [16, 8, 4, 2]) {
    const missed = (1 - similarity ** rows) ** (hashCount / rows);
    if (missed <= 0.005) return rows;
  }
  return 1;
}

/** The groups of sets that agree in a whole band, band by band. */
export function* findBandBuckets(
  { values, isEmpty }: MinHashes,
  bandRows: number,
): Generator<readonly number[]> {
  for (let start = 0; start < hashCount; start += bandRows) {
    const buckets = new Map<string, number[]>();
    for (const [set, empty] of isEmpty.entries()) {
      if (empty) continue;
      const offset = set * hashCount + start;
      const key = values.subarray(offset, offset + bandRows).join();
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [set]);
      else bucket.push(set);
    }
    for (const bucket of buckets.values()) if (bucket.length > 1) yield bucket;
  }
}

const shingleWords = 3;
const words = /[\p{L}\p{M}\p{N}]+/gu;
/** Each character of these scripts is a word. */
const unspaced = new RegExp(`[${unspacedScripts}]`);
const unspacedParts = new RegExp(`[${unspacedScripts}]|[^${unspacedScripts}]+`, 'gu');

/** A text in lower case with single spaces. Texts that are equal in this form are copies. */
export function normalizeForComparison(text: string): string {
  return text.toLowerCase().normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * The distinct hashes of a normalized text's runs of three words, sorted. A text of one or two words
 * has one shingle, a text without words none.
 */
export function computeWordShingles(normalizedText: string): Uint32Array {
  const hashes: number[] = [];
  for (const [word] of normalizedText.matchAll(words)) {
    if (!unspaced.test(word)) hashes.push(textHash(word));
    else for (const [part] of word.matchAll(unspacedParts)) hashes.push(textHash(part));
  }
  if (hashes.length === 0) return new Uint32Array();
  const count = Math.max(1, hashes.length - shingleWords + 1);
  const shingles = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    let shingle = 0;
    for (let word = start; word < Math.min(start + shingleWords, hashes.length); word++) {
      shingle = mixHash(Math.imul(shingle, 31) + (hashes[word] as number));
    }
    shingles[start] = shingle;
  }
  return keepDistinct(shingles.sort());
}

function keepDistinct(sorted: Uint32Array): Uint32Array {
  let length = 0;
  for (const [index, value] of sorted.entries()) {
    if (index > 0 && value === sorted[length - 1]) continue;
    sorted[length] = value;
    length++;
  }
  return sorted.slice(0, length);
}
