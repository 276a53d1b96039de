import { countBucket, type BucketCounter } from './bucket-counter.js';
import { CharacterClass, classifyCharacter } from './character-class.js';
import type { FeatureSpec } from './feature-spec.js';

const wordMultiplier = 0x01000193;
const characterMultiplier = 0x5bd1e995;
const wordSeed = 0x811c9dc5;
const characterSeed = 0x9747b28c;

/**
 * Counts the words and pairs of neighbouring words of a text into the buckets of a block. Case is
 * folded. An ideograph is a word of one character, so pairs of them are character bigrams.
 */
export function countWordNgrams(
  text: string,
  block: number,
  spec: FeatureSpec,
  counter: BucketCounter,
): void {
  const folded = foldText(text, spec);
  const shift = 32 - spec.bucketBits;
  const offset = block * 2 ** spec.bucketBits;
  const withPairs = spec.wordNgrams > 1;
  let word = wordSeed;
  let previous = 0;
  const close = (): void => {
    countBucket(counter, offset + (finishHash(word) >>> shift));
    if (withPairs && previous !== 0) {
      countBucket(
        counter,
        offset + (finishHash(Math.imul(previous, wordMultiplier) ^ word) >>> shift),
      );
    }
    previous = word;
    word = wordSeed;
  };
  for (let index = 0; index < folded.length; index++) {
    const code = folded.charCodeAt(index);
    const kind = classifyCharacter(code);
    if (kind === CharacterClass.Word) {
      word = Math.imul(word ^ code, wordMultiplier);
    } else {
      if (word !== wordSeed) close();
      if (kind === CharacterClass.Ideograph) {
        word = Math.imul(word ^ code, wordMultiplier);
        close();
      }
    }
  }
  if (word !== wordSeed) close();
}

/**
 * Counts the character n-grams of a text, across word boundaries, into the buckets of a block.
 * Case is folded and runs of white space count as one space.
 */
export function countCharacterNgrams(
  text: string,
  block: number,
  spec: FeatureSpec,
  counter: BucketCounter,
): void {
  const codes = collapseSpace(foldText(text, spec));
  const shift = 32 - spec.bucketBits;
  const offset = block * 2 ** spec.bucketBits;
  const { shortestCharacterNgram: shortest, longestCharacterNgram: longest } = spec;
  for (let start = 0; start + shortest <= codes.length; start++) {
    let hash = characterSeed;
    const end = Math.min(start + longest, codes.length);
    for (let index = start; index < end; index++) {
      hash = Math.imul(hash ^ (codes[index] as number), characterMultiplier);
      hash ^= hash >>> 15;
      if (index - start + 1 >= shortest) {
        countBucket(counter, offset + (finishHash(hash) >>> shift));
      }
    }
  }
}

/** Lower case, of the two ends only where the text is longer than is read. */
function foldText(text: string, spec: FeatureSpec): string {
  if (text.length <= spec.maxFieldCharacters) return text.toLowerCase();
  const half = spec.maxFieldCharacters >> 1;
  return `${text.slice(0, half)} ${text.slice(text.length - half)}`.toLowerCase();
}

/** The code units of a text with one space before it, after it, and for each run of white space. */
function collapseSpace(text: string): Uint16Array {
  const codes = new Uint16Array(text.length + 2);
  let length = 0;
  let afterSpace = false;
  for (let index = -1; index <= text.length; index++) {
    const outside = index < 0 || index === text.length;
    const code = outside ? 32 : text.charCodeAt(index);
    const isSpace = outside || classifyCharacter(code) === CharacterClass.Space;
    if (isSpace && afterSpace) continue;
    codes[length++] = isSpace ? 32 : code;
    afterSpace = isSpace;
  }
  return codes.subarray(0, length);
}

function finishHash(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed;
}
