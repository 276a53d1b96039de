import { mixHash, textHash } from '../../util/text-hash.js';

const shingleWords = 3;
const words = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts written without spaces (Thai to Khmer, kana, ideographs): each character is a word. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
const unspacedParts =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+/gu;

/** A text in lower case with single spaces: two texts that agree in this are copies. */
export function normalizeForComparison(text: string): string {
  return text.toLowerCase().normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * The hashes of a normalised text's runs of three words, sorted, each once. A text of one or two
 * words has one shingle, a text without words none.
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
