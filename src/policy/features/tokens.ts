import {
  asciiShapes,
  CharacterShape,
  characterShapeCount,
  classifyShape,
} from './character-shape.js';
import type { FeatureSpec } from './feature-spec.js';
import { hashMultiplier, hashSeed } from './ngram-hashes.js';

/** A word is letters and digits; an ideograph is a word of its own; a symbol is punctuation. */
export const TokenKind = { Word: 0, Ideograph: 1, Symbol: 2 } as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** The tokens of a text, in order. The arrays are reused and valid up to `size`. */
export interface TokenList {
  /** The text that was read, in lower case, and its code units. */
  text: string;
  units: Uint16Array;
  /**
   * Four numbers per token: its first code unit, the one after its last, its hash and its kind. One
   * array instead of four, because the loop that fills it is short of registers.
   */
  tokens: Int32Array;
  size: number;
  /** Number of code units of each shape; plain letters are not counted. */
  readonly shapes: Int32Array;
  /** Number of lines that are not blank, and of those that begin like an answer option. */
  lines: number;
  optionLines: number;
}

// Engines look imports up at each use. Constants of this file save a tenth of the time of the loop
// over all characters.
const letter = CharacterShape.Letter;
const lineBreak = CharacterShape.LineBreak;
const parenthesis = CharacterShape.Parenthesis;
const ideograph = CharacterShape.Ideograph;
const seed = hashSeed;
const multiplier = hashMultiplier;

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
 * Splits a text into tokens, replacing the contents of the list. Case is folded and white space is
 * dropped; of a text longer than `maxFieldCharacters` only the two ends are read.
 */
export function readTokens(text: string, spec: FeatureSpec, list: TokenList): void {
  const folded = foldText(text, spec);
  const { length } = folded;
  if (list.units.length < length) growList(list, length);
  const { units, tokens, shapes } = list;
  const shapeOf = asciiShapes;
  shapes.fill(0);
  let at = 0;
  let lines = 0;
  let options = 0;
  let isBlank = true;
  let mayBeOption = true;
  for (let index = 0; index < length; index++) {
    let unit = folded.charCodeAt(index);
    let shape = unit < 128 ? shapeOf[unit]! : classifyShape(unit);
    if (shape >= letter) {
      if (isBlank) lines += 1;
      if (mayBeOption && isOption(folded, index)) options += 1;
      isBlank = false;
      mayBeOption = false;
      tokens[at] = index;
      let hash = seed;
      for (;;) {
        units[index++] = unit;
        hash = Math.imul(hash ^ unit, multiplier);
        if (shape !== letter) shapes[shape]! += 1;
        if (index === length) break;
        unit = folded.charCodeAt(index);
        shape = unit < 128 ? shapeOf[unit]! : classifyShape(unit);
        if (shape < letter) break;
      }
      tokens[at + 1] = index;
      tokens[at + 2] = hash;
      tokens[at + 3] = TokenKind.Word;
      at += 4;
      if (index === length) break;
    }
    units[index] = unit;
    shapes[shape]! += 1;
    if (shape <= lineBreak) {
      if (shape === lineBreak) isBlank = mayBeOption = true;
      continue;
    }
    if (isBlank) lines += 1;
    isBlank = false;
    // An option may be in parentheses.
    if (shape !== parenthesis && shape !== ideograph) mayBeOption = false;
    tokens[at] = index;
    tokens[at + 1] = index + 1;
    tokens[at + 2] = Math.imul(seed ^ unit, multiplier);
    tokens[at + 3] = shape === ideograph ? TokenKind.Ideograph : TokenKind.Symbol;
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

/** Lower-cases a text; of a text that is too long, only its two ends. */
function foldText(text: string, { maxFieldCharacters }: FeatureSpec): string {
  if (text.length <= maxFieldCharacters) return text.toLowerCase();
  const half = maxFieldCharacters >> 1;
  return `${text.slice(0, half)} ${text.slice(text.length - half)}`.toLowerCase();
}

/** Enlarges the list for a text in which every code unit is a token. */
function growList(list: TokenList, capacity: number): void {
  const length = 2 * capacity;
  list.units = new Uint16Array(length);
  list.tokens = new Int32Array(4 * length);
}
