import { CharacterClass, classifyCharacter } from './character-class.js';
import type { PromptFields } from './prompt-fields.js';

/** Names of the structural features, in the order of their values. */
export const structuralFeatureNames = [
  'length',
  'words',
  'word length',
  'lines',
  'digits',
  'punctuation',
  'code symbols',
  'maths symbols',
  'question marks',
  'answer options',
  'table cells',
  'quotes',
  'accented or Greek letters',
  'Cyrillic letters',
  'Arabic or Hebrew letters',
  'Indic or Thai letters',
  'ideographs',
  'turns',
  'tools',
  'images',
  'system prompt length',
] as const;

export const structuralFeatureCount = structuralFeatureNames.length;

/**
 * Measures the shape of a prompt. What says little of the ask is left out, so that a decision
 * survives it: capitals are not measured, and blank lines are no lines. Counts are logarithms and shares are square roots, so that all
 * are of a size; the trainer standardises them.
 *
 * @param target receives `structuralFeatureCount` values, from index 0
 */
export function computeStructuralFeatures(fields: PromptFields, target: Float32Array): void {
  const text = fields.ask;
  let words = 0;
  let wordCharacters = 0;
  let lines = 0;
  let digits = 0;
  let punctuation = 0;
  let code = 0;
  let maths = 0;
  let questions = 0;
  let options = 0;
  let cells = 0;
  let quotes = 0;
  let accented = 0;
  let cyrillic = 0;
  let arabic = 0;
  let indic = 0;
  let ideographs = 0;
  let inWord = false;
  let lineStart = true;
  let lineIsBlank = true;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const kind = classifyCharacter(unit);
    if (lineIsBlank && kind !== CharacterClass.Space) {
      lines += 1;
      lineIsBlank = false;
    }
    if (kind === CharacterClass.Word) {
      if (!inWord) {
        words += 1;
        if (lineStart && isOption(text, index)) options += 1;
      }
      wordCharacters += 1;
      if (unit < 128) {
        if (unit >= 48 && unit <= 57) digits += 1;
      } else if (unit < 0x400) accented += 1;
      else if (unit < 0x530) cyrillic += 1;
      else if (unit >= 0x590 && unit < 0x780) arabic += 1;
      else if (unit >= 0x900 && unit < 0x1000) indic += 1;
      inWord = true;
      lineStart = false;
      continue;
    }
    inWord = false;
    if (kind === CharacterClass.Ideograph) {
      ideographs += 1;
      words += 1;
      wordCharacters += 1;
    }
    if (unit === 10) {
      lineStart = true;
      lineIsBlank = true;
    } else if (kind === CharacterClass.Punctuation) {
      punctuation += 1;
      if (unit === 63 || unit === 0xff1f) questions += 1;
      else if (unit === 34 || unit === 0x201c || unit === 0xab) quotes += 1;
      else if (unit === 124) cells += 1;
      else if (isCodeSymbol(unit)) code += 1;
      else if (isMathsSymbol(unit)) maths += 1;
      if (unit !== 40) lineStart = false;
    }
  }
  const length = Math.max(1, text.length);
  const share = (count: number): number => Math.sqrt(count / length);
  const values = [
    Math.log1p(text.length),
    Math.log1p(words),
    Math.log1p(wordCharacters / Math.max(1, words)),
    Math.log(Math.max(1, lines)),
    share(digits),
    share(punctuation),
    share(code),
    share(maths),
    Math.log1p(questions),
    Math.log1p(options),
    Math.log1p(cells),
    Math.log1p(quotes),
    share(accented),
    share(cyrillic),
    share(arabic),
    share(indic),
    share(ideographs),
    Math.log1p(fields.turns),
    Math.log1p(fields.toolCount),
    Math.log1p(fields.imageCount),
    Math.log1p(fields.system.length),
  ];
  target.set(values);
}

/** An answer option at the start of a line: one letter or digit, then `.` or `)`. */
function isOption(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1);
  return next === 46 || next === 41;
}

/** Braces, square brackets, `; = < > #`, the backslash and the backtick. */
function isCodeSymbol(unit: number): boolean {
  return (
    unit === 123 ||
    unit === 125 ||
    unit === 59 ||
    unit === 61 ||
    unit === 60 ||
    unit === 62 ||
    unit === 91 ||
    unit === 93 ||
    unit === 92 ||
    unit === 96 ||
    unit === 35
  );
}

/** `+ * / ^ % $` and the block of mathematical operators. */
function isMathsSymbol(unit: number): boolean {
  return (
    unit === 43 ||
    unit === 42 ||
    unit === 47 ||
    unit === 94 ||
    unit === 37 ||
    unit === 36 ||
    (unit >= 0x2200 && unit <= 0x22ff)
  );
}
