import { CharacterClass, classifyCharacter } from './character-class.js';

/** What a UTF-16 code unit counts as; from `Letter` on, it is a part of a word. */
export const CharacterShape = {
  Space: 0,
  LineBreak: 1,
  Punctuation: 2,
  Parenthesis: 3,
  Code: 4,
  Math: 5,
  Question: 6,
  Quote: 7,
  Cell: 8,
  Ideograph: 9,
  Letter: 10,
  Digit: 11,
  Accented: 12,
  Cyrillic: 13,
  Arabic: 14,
  Indic: 15,
} as const;
export const characterShapeCount = 16;

/** The shapes of the first 128 code units. */
export const asciiShapes = Uint8Array.from({ length: 128 }, (_, unit) => classifyShape(unit));

/** The shape of one UTF-16 code unit. */
export function classifyShape(unit: number): number {
  const kind = classifyCharacter(unit);
  if (kind === CharacterClass.Space)
    return unit === 10 ? CharacterShape.LineBreak : CharacterShape.Space;
  if (kind === CharacterClass.Ideograph) return CharacterShape.Ideograph;
  if (kind === CharacterClass.Punctuation) {
    if (unit === 40) return CharacterShape.Parenthesis;
    if (unit === 63 || unit === 0xff1f) return CharacterShape.Question;
    if (unit === 34 || unit === 0x201c || unit === 0xab) return CharacterShape.Quote;
    if (unit === 124) return CharacterShape.Cell;
    if ('{};=<[]\\`#>'.includes(String.fromCharCode(unit))) return CharacterShape.Code;
    return isMathSymbol(unit) ? CharacterShape.Math : CharacterShape.Punctuation;
  }
  if (unit < 128) return unit >= 48 && unit <= 57 ? CharacterShape.Digit : CharacterShape.Letter;
  if (unit < 0x400) return CharacterShape.Accented;
  if (unit < 0x530) return CharacterShape.Cyrillic;
  if (unit >= 0x590 && unit < 0x780) return CharacterShape.Arabic;
  return unit >= 0x900 && unit < 0x1000 ? CharacterShape.Indic : CharacterShape.Letter;
}

/** The math symbols besides the Unicode block of operators are `+ * / ^ % $`. */
function isMathSymbol(unit: number): boolean {
  return '+*/^%$'.includes(String.fromCharCode(unit)) || (unit >= 0x2200 && unit <= 0x22ff);
}
