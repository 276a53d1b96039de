import { plainMath } from '../math/plain-math.js';
import { optionLabel, withoutLabels } from './choice-texts.js';
import { unifyTypography } from '../texts/typography.js';

/** What can be chosen: so many letters from A, and the texts they stand for, where known. */
export interface Choices {
  readonly letterCount: number;
  /** As `plainChoiceText` writes them; empty where only letters are known. */
  readonly texts: readonly string[];
  /** Whether the first letter of a text names it: Y is yes. @default false */
  readonly haveInitials?: boolean;
}

/** What an answer chooses. */
export type FoundChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly index: number }
  | { readonly kind: 'ambiguous'; readonly indices: readonly number[] };

/** Where a text names a choice. */
export interface Mention {
  readonly position: number;
  readonly end: number;
  readonly index: number;
}

/** The letter of an option: A for the one at place 0. */
export function letterOf(place: number): string {
  return String.fromCharCode(65 + place);
}

/** The place of the option with a letter: 0 for A and a. */
export function placeOfLetter(letter: string): number {
  return letter.toUpperCase().charCodeAt(0) - 65;
}

/**
 * The choice that a letter names: the one with this text or label, or else the one in its position.
 * Undefined where it is beyond the last choice, and where the texts are letters themselves or have
 * labels, also in brackets: C is no third of A, B and F, and B no second of "(B) red" and "(C) blue".
 */
export function letterIndex(letter: string, choices: Choices): number | undefined {
  const lowerCase = letter.toLowerCase();
  const named = choices.texts.indexOf(lowerCase);
  if (named !== -1) return named;
  const initial = choices.haveInitials ? choices.texts.map((text) => text.slice(0, 1)) : [];
  if (initial.includes(lowerCase)) return initial.indexOf(lowerCase);
  const labels = readLabels(choices.texts);
  const labeled = labels.indexOf(lowerCase);
  if (labeled !== -1) return labels.lastIndexOf(lowerCase) === labeled ? labeled : undefined;
  if (haveOwnLetters(choices.texts)) return undefined;
  const index = placeOfLetter(letter);
  return index >= 0 && index < choices.letterCount ? index : undefined;
}

const decorated = /^(?:(?:option|choice|answer)\s)?\(?([a-z])[).:]?$/;

function bareLetterOf(text: string): string {
  return decorated.exec(text)?.[1] ?? text;
}

/** Whether a letter is never a position among these texts, since they are letters or have them. */
export function haveOwnLetters(texts: readonly string[]): boolean {
  return areLabeled(texts) || areLetters(texts);
}

function areLabeled(texts: readonly string[]): boolean {
  return texts.length > 0 && texts.every((text) => optionLabel.test(text));
}

/** The letter of each text that is one or has one, and the other texts as they are. */
function readLabels(texts: readonly string[]): readonly string[] {
  return areLabeled(texts)
    ? texts.map((text) => optionLabel.exec(text)?.[1] ?? text)
    : texts.map(bareLetterOf);
}

const letterLabel = /^[a-z](?:(?:\s?[,;]\s?(?:and\s)?|\sand\s)[a-z]){0,9}$/;

/**
 * Whether most texts of choices are letters or lists of letters, such as could be positions: those of
 * the options x, y and z could not, and the options may be lettered.
 */
function areLetters(texts: readonly string[]): boolean {
  const letters = texts.map(bareLetterOf).filter((text) => letterLabel.test(text));
  const last = String.fromCharCode(96 + Math.max(texts.length, 5));
  return letters.length * 2 > texts.length && letters.some((text) => text.slice(0, 1) <= last);
}

/** A text that lists letters, where most texts are letters or lists of them. */
export function findLetterList(texts: readonly string[]): string | undefined {
  return areLetters(texts)
    ? texts.find((text) => text.length > 1 && letterLabel.test(text))
    : undefined;
}

const verdicts: Readonly<Record<string, string>> = { y: 'yes', n: 'no', t: 'true', f: 'false' };

/** The choices of some texts: Y and N, and T and F, are also read as the words that they stand for. */
export function createChoices(options: readonly string[], defaultLetterCount: number): Choices {
  const texts = options.map(plainChoiceText);
  const letterCount = texts.length || defaultLetterCount;
  const haveInitials = /^(?:n,y|f,t)$/.test([...texts].sort().join());
  return haveInitials
    ? { letterCount, texts: texts.map((text) => verdicts[text] ?? text), haveInitials }
    : { letterCount, texts };
}

/** Choices that have letters ("B. Rome") by their texts alone; undefined for others. */
export function withoutLetters({ texts }: Choices): Choices | undefined {
  const unlabeled = texts.length > 0 ? withoutLabels(texts) : undefined;
  return unlabeled && { letterCount: 0, texts: unlabeled };
}

/** The form in which the texts of choices are compared. */
export function plainChoiceText(text: string): string {
  return plainMath(unifyTypography(text)).replace(/\s+/g, ' ').trim().toLowerCase();
}

const circled = '[①-⑩]';
/** A circled number where an answer is due, or one that an answer begins with. */
const circledAnswer = new RegExp(
  String.raw`((?:정답|답|答案|答え|正解|解答|选|選|answer(?:\sis)?)[\s*_:：은는이はが为為是]{0,6})(${circled})`,
  'gi',
);
const circledStart = new RegExp(String.raw`^[\s*_]{0,6}(${circled})(?=[\s*_.。번]|$)`);
const numbered = /((?:정답|답)[\s*_:은는이]{0,6})(\d{1,2})번/g;

/** The options of exams in East Asia have circled numbers, where a prompt may have letters. */
function lettersForCircledNumbers(text: string): string {
  const answered = text
    .replace(circledAnswer, (_, label: string, number: string) => label + letterFor(number))
    .replace(numbered, (whole, label: string, number: string) => {
      const position = Number(number);
      return position >= 1 && position <= 10 ? label + letterOf(position - 1) : whole;
    });
  // Several of them number the steps of a solution.
  const isOnly = new Set(text.match(new RegExp(circled, 'g'))).size === 1;
  return isOnly
    ? answered.replace(circledStart, (start, number: string) =>
        start.replace(number, `${letterFor(number)})`),
      )
    : answered;
}

function letterFor(number: string): string {
  return letterOf((number.codePointAt(0) as number) - 0x2460);
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
  const text = lettersForCircledNumbers(unifyTypography(answer));
  if (/(?<!\p{L})[БГДЖ](?!\p{L})/u.test(text)) return text;
  return text.replace(
    /(?<!\p{L})[АВСЕНасе](?=[).:\]*"]|\s*$|,|;|\s-|\s\()(?!\p{L})/gmu,
    (letter) => lookalikes[letter] ?? letter,
  );
}
