import { CharacterShape, characterShapeCount, classifyShape } from './character-shape.js';
import type { FeatureSpec } from './feature-spec.js';
import { hashSeed, hashUnit } from './ngram-hashes.js';

/** A word is letters and digits; an ideograph is a word of its own; a symbol is punctuation. */
export const TokenKind = { Word: 0, Ideograph: 1, Symbol: 2 } as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** The tokens of a text, in order. The arrays are reused, and valid up to `size`. */
export interface TokenList {
  /** The text that was read, in lower case, and its code units. */
  text: string;
  units: Uint16Array;
  /** First code unit of each token, and the one after its last. */
  starts: Int32Array;
  ends: Int32Array;
  hashes: Int32Array;
  kinds: Uint8Array;
  size: number;
  /** How many code units there are of each shape; plain letters are not counted. */
  readonly shapes: Int32Array;
  /** Lines that are not blank, and how many of them begin as an answer option does. */
  lines: number;
  options: number;
}

/** An empty list. */
export function createTokenList(): TokenList {
  return {
    text: '',
    units: new Uint16Array(1024),
    starts: new Int32Array(1024),
    ends: new Int32Array(1024),
    hashes: new Int32Array(1024),
    kinds: new Uint8Array(1024),
    size: 0,
    shapes: new Int32Array(characterShapeCount),
    lines: 0,
    options: 0,
  };
}

/**
 * Splits a text into tokens, replacing what the list held. Case is folded and white space falls
 * away; of a text longer than `maxFieldCharacters` only the two ends are read.
 */
export function readTokens(text: string, spec: FeatureSpec, list: TokenList): void {
  const folded = foldText(text, spec);
  const { length } = folded;
  if (list.starts.length < length) growList(list, length);
  const { units, starts, ends, hashes, kinds, shapes } = list;
  shapes.fill(0);
  let size = 0;
  let wordStart = -1;
  let hash = hashSeed;
  let lines = 0;
  let options = 0;
  let isBlank = true;
  let mayBeOption = true;
  for (let index = 0; index < length; index++) {
    const unit = folded.charCodeAt(index);
    units[index] = unit;
    const shape = classifyShape(unit);
    if (shape >= CharacterShape.Letter) {
      if (shape > CharacterShape.Letter) shapes[shape] = (shapes[shape] as number) + 1;
      if (wordStart < 0) {
        wordStart = index;
        hash = hashSeed;
        if (isBlank) lines += 1;
        if (mayBeOption && isOption(folded, index)) options += 1;
        isBlank = false;
        mayBeOption = false;
      }
      hash = hashUnit(hash, unit);
      continue;
    }
    shapes[shape] = (shapes[shape] as number) + 1;
    if (wordStart >= 0) {
      starts[size] = wordStart;
      ends[size] = index;
      hashes[size] = hash;
      kinds[size++] = TokenKind.Word;
      wordStart = -1;
    }
    if (shape <= CharacterShape.LineBreak) {
      if (shape === CharacterShape.LineBreak) isBlank = mayBeOption = true;
      continue;
    }
    if (isBlank) lines += 1;
    isBlank = false;
    // An option may stand in parentheses.
    if (shape !== CharacterShape.Parenthesis && shape !== CharacterShape.Ideograph)
      mayBeOption = false;
    starts[size] = index;
    ends[size] = index + 1;
    hashes[size] = hashUnit(hashSeed, unit);
    kinds[size++] = shape === CharacterShape.Ideograph ? TokenKind.Ideograph : TokenKind.Symbol;
  }
  if (wordStart >= 0) {
    starts[size] = wordStart;
    ends[size] = length;
    hashes[size] = hash;
    kinds[size++] = TokenKind.Word;
  }
  list.text = folded;
  list.size = size;
  list.lines = lines;
  list.options = options;
}

/** An answer option at the start of a line: one letter or digit, then `.` or `)`. */
function isOption(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1);
  return next === 46 || next === 41;
}

/** Lower case, of the two ends only where the text is longer than is read. */
function foldText(text: string, { maxFieldCharacters }: FeatureSpec): string {
  if (text.length <= maxFieldCharacters) return text.toLowerCase();
  const half = maxFieldCharacters >> 1;
  return `${text.slice(0, half)} ${text.slice(text.length - half)}`.toLowerCase();
}

/** Every code unit may be a token; lower case may be longer than the text was. */
function growList(list: TokenList, capacity: number): void {
  const length = 2 * capacity;
  list.units = new Uint16Array(length);
  list.starts = new Int32Array(length);
  list.ends = new Int32Array(length);
  list.hashes = new Int32Array(length);
  list.kinds = new Uint8Array(length);
}
