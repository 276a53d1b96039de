import { CharacterClass, classifyCharacter } from './character-class.js';
import type { PromptFields } from './prompt-fields.js';

/** How many values `computeStructuralFeatures` gives; see `structuralFeatureNames`. */
export const structuralFeatureCount = 21;

/** What a UTF-16 code unit counts as; from `Letter` on, it is a part of a word. */
const Shape = {
  Space: 0,
  LineBreak: 1,
  Punctuation: 2,
  Parenthesis: 3,
  Code: 4,
  Maths: 5,
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

const asciiShapes = Uint8Array.from({ length: 128 }, (_, unit) => findShape(unit));
/** Two counts of each shape, for turns of two: a count is then not waited for by the next unit. */
const counts = new Int32Array(32);

/**
 * Measures the shape of a prompt. What says little of the ask is left out, so that a decision
 * survives it: capitals are not measured, and blank lines are no lines. Counts are logarithms and shares are square roots, so that all
 * are of a size; the trainer standardises them.
 *
 * @param target receives `structuralFeatureCount` values, from index 0
 */
export function computeStructuralFeatures(fields: PromptFields, target: Float32Array): void {
  const text = fields.ask;
  const { length } = text;
  counts.fill(0);
  let lines = 0;
  let options = 0;
  let words = 0;
  let wasWord = 0;
  let lineStart = true;
  let lineIsBlank = true;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    const shape = unit < 128 ? (asciiShapes[unit] as number) : findShape(unit);
    const count = shape + ((index & 1) << 4);
    counts[count] = (counts[count] as number) + 1;
    // From `Letter` on; without a branch, since where words end cannot be foreseen.
    const isWord = (shape + 6) >> 4;
    words += isWord & ~wasWord;
    if (shape === Shape.LineBreak) {
      lineStart = true;
      lineIsBlank = true;
    } else if (lineStart && shape !== Shape.Space) {
      if (lineIsBlank) lines += 1;
      lineIsBlank = false;
      if (isWord > wasWord && isOption(text, index)) options += 1;
      lineStart = shape === Shape.Ideograph || shape === Shape.Parenthesis;
    }
    wasWord = isWord;
  }
  const of = (first: number, last = first): number => {
    let sum = 0;
    for (let shape = first; shape <= last; shape++) {
      sum += (counts[shape] as number) + (counts[shape + 16] as number);
    }
    return sum;
  };
  const share = (first: number, last?: number): number =>
    Math.sqrt(of(first, last) / Math.max(1, length));
  const { log1p } = Math;
  words += of(Shape.Ideograph);
  target.set([
    log1p(length),
    log1p(words),
    log1p(of(Shape.Ideograph, Shape.Indic) / Math.max(1, words)),
    Math.log(Math.max(1, lines)),
    share(Shape.Digit),
    share(Shape.Punctuation, Shape.Cell),
    share(Shape.Code),
    share(Shape.Maths),
    log1p(of(Shape.Question)),
    log1p(options),
    log1p(of(Shape.Cell)),
    log1p(of(Shape.Quote)),
    share(Shape.Accented),
    share(Shape.Cyrillic),
    share(Shape.Arabic),
    share(Shape.Indic),
    share(Shape.Ideograph),
    log1p(fields.turns),
    log1p(fields.toolCount),
    log1p(fields.imageCount),
    log1p(fields.system.length),
  ]);
}

function findShape(unit: number): number {
  const kind = classifyCharacter(unit);
  if (kind === CharacterClass.Space) return unit === 10 ? Shape.LineBreak : Shape.Space;
  if (kind === CharacterClass.Ideograph) return Shape.Ideograph;
  if (kind === CharacterClass.Punctuation) {
    if (unit === 40) return Shape.Parenthesis;
    if (unit === 63 || unit === 0xff1f) return Shape.Question;
    if (unit === 34 || unit === 0x201c || unit === 0xab) return Shape.Quote;
    if (unit === 124) return Shape.Cell;
    if ('{};=<[]\\`#>'.includes(String.fromCharCode(unit))) return Shape.Code;
    return isMathsSymbol(unit) ? Shape.Maths : Shape.Punctuation;
  }
  if (unit < 128) return unit >= 48 && unit <= 57 ? Shape.Digit : Shape.Letter;
  if (unit < 0x400) return Shape.Accented;
  if (unit < 0x530) return Shape.Cyrillic;
  if (unit >= 0x590 && unit < 0x780) return Shape.Arabic;
  return unit >= 0x900 && unit < 0x1000 ? Shape.Indic : Shape.Letter;
}

/** An answer option at the start of a line: one letter or digit, then `.` or `)`. */
function isOption(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1);
  return next === 46 || next === 41;
}

/** The maths symbols besides the Unicode block of operators are `+ * / ^ % $`. */
function isMathsSymbol(unit: number): boolean {
  return '+*/^%$'.includes(String.fromCharCode(unit)) || (unit >= 0x2200 && unit <= 0x22ff);
}
