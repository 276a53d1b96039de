import {
  asciiShapes,
  CharacterShape,
  characterShapeCount,
  classifyShape,
} from './character-shape.js';
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
  /**
   * Four numbers of each token: its first code unit, the one after its last, its hash, and its kind.
   * In one array, because a loop over characters has room for few.
   */
  tokens: Int32Array;
  size: number;
  /** How many code units there are of each shape; plain letters are not counted. */
  readonly shapes: Int32Array;
  /** Lines that are not blank, and how many of them begin as an answer option does. */
  lines: number;
  optionLines: number;
}

// Imports are looked up at each use, constants of this file are not: in a loop over every character
// that makes a fifth of its time.
const letter = CharacterShape.Letter;
const lineBreak = CharacterShape.LineBreak;
const parenthesis = CharacterShape.Parenthesis;
const ideograph = CharacterShape.Ideograph;
const ascii = asciiShapes;
const seed = hashSeed;
const extendHash = hashUnit;

/** An empty list. */
export function createTokenList(): TokenList {
  return {
    text: '',
    units: new Uint16Array(1024),
    tokens: new Int32Array(4096),
    size: 0,
    shapes: new Int32Array(characterShapeCount),
    lines: 0,
    optionLines: 0,
  };
}

/**
 * Splits a text into tokens, replacing what the list held. Case is folded and white space falls
 * away; of a text longer than `maxFieldCharacters` only the two ends are read.
 */
export function readTokens(text: string, spec: FeatureSpec, list: TokenList): void {
  const folded = foldText(text, spec);
  const { length } = folded;
  if (list.units.length < length) growList(list, length);
  const { units, tokens, shapes } = list;
  shapes.fill(0);
  let at = 0;
  let wordStart = -1;
  let hash = seed;
  let lines = 0;
  let options = 0;
  let isBlank = true;
  let mayBeOption = true;
  for (let index = 0; index < length; index++) {
    const unit = folded.charCodeAt(index);
    units[index] = unit;
    const shape = unit < 128 ? (ascii[unit] as number) : classifyShape(unit);
    if (shape >= letter) {
      if (shape > letter) shapes[shape] = (shapes[shape] as number) + 1;
      if (wordStart < 0) {
        wordStart = index;
        hash = seed;
        if (isBlank) lines += 1;
        if (mayBeOption && isOption(folded, index)) options += 1;
        isBlank = false;
        mayBeOption = false;
      }
      hash = extendHash(hash, unit);
      continue;
    }
    shapes[shape] = (shapes[shape] as number) + 1;
    if (wordStart >= 0) {
      tokens[at] = wordStart;
      tokens[at + 1] = index;
      tokens[at + 2] = hash;
      tokens[at + 3] = TokenKind.Word;
      at += 4;
      wordStart = -1;
    }
    if (shape <= lineBreak) {
      if (shape === lineBreak) isBlank = mayBeOption = true;
      continue;
    }
    if (isBlank) lines += 1;
    isBlank = false;
    // An option may stand in parentheses.
    if (shape !== parenthesis && shape !== ideograph) mayBeOption = false;
    tokens[at] = index;
    tokens[at + 1] = index + 1;
    tokens[at + 2] = extendHash(seed, unit);
    tokens[at + 3] = shape === ideograph ? TokenKind.Ideograph : TokenKind.Symbol;
    at += 4;
  }
  if (wordStart >= 0) {
    tokens[at] = wordStart;
    tokens[at + 1] = length;
    tokens[at + 2] = hash;
    tokens[at + 3] = TokenKind.Word;
    at += 4;
  }
  list.text = folded;
  list.size = at / 4;
  list.lines = lines;
  list.optionLines = options;
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
  list.tokens = new Int32Array(4 * length);
}
