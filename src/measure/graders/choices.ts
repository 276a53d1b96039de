import { plainMath } from './math/plain-math.js';
import { unifyTypography } from './typography.js';

/** What can be chosen: so many letters from A, and the texts they stand for, where known. */
export interface Choices {
  readonly letterCount: number;
  /** As `plainChoiceText` writes them; empty where only letters are known. */
  readonly texts: readonly string[];
}

/** What an answer chooses. */
export type FoundChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly index: number }
  | { readonly kind: 'ambiguous'; readonly indices: readonly number[] };

/** The position of a letter's choice, or undefined where it is beyond the last choice. */
export function letterIndex(letter: string, choices: Choices): number | undefined {
  const index = letter.toUpperCase().charCodeAt(0) - 65;
  return index >= 0 && index < choices.letterCount ? index : undefined;
}

/** The form in which the texts of choices are compared. */
export function plainChoiceText(text: string): string {
  return plainMath(unifyTypography(text)).replace(/\s+/g, ' ').trim().toLowerCase();
}

const lookalikes: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  С: 'C',
  Е: 'E',
  Н: 'H',
  а: 'a',
  с: 'c',
  е: 'e',
};

/**
 * An answer in which choices are looked for: plain typography and math, and Cyrillic letters that
 * look like Latin ones read as these where they stand alone, unless letters such as Б stand alone too.
 */
export function readChoiceText(answer: string): string {
  const text = unifyTypography(answer);
  if (/(?<!\p{L})[БГДЖ](?!\p{L})/u.test(text)) return text;
  return text.replace(
    /(?<!\p{L})[АВСЕНасе](?=[).:\]*"]|\s*$|,|;|\s-)(?!\p{L})/gmu,
    (letter) => lookalikes[letter] ?? letter,
  );
}
