import { cutRunOn, findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { withConcluded } from './find-concluded-number.js';
import { withOpening } from './find-opening-number.js';
import { findJson } from '../json/find-json.js';
import { dropCheck } from '../math/final-formula.js';
import { withExact, withRestated } from './find-restated-number.js';
import { detectNumberLocale, readDigits, type NumberLocale } from './read-digits.js';
import { readLastSentence } from './read-last-sentence.js';
import { readRounded } from './read-rounded.js';
import {
  dropBrackets,
  joinSign,
  numberOf,
  readClause,
  simplify,
  wordsAsNumbers,
  type FinalNumbers,
} from './read-number-clause.js';
import { reasonWords, reasonWordsAfterComma, spacelessReasons } from '../texts/connectives.js';
import { maxLine, sentenceEnd } from '../texts/split-sentences.js';
import { unifyTypography } from '../texts/typography.js';

/** Behind an announced number, a word of a second sense needs no comma. */
const reasonAfter = new RegExp(
  String.raw`[,;]?\s(?:${reasonWords}|${reasonWordsAfterComma}|where|when)(?!\p{L})|${spacelessReasons}`,
  'iu',
);

/** Calculations that GSM8K's solutions repeat between angle brackets. */
export const annotation = /<<[^<>\n]{0,200}>>/g;
/** "$x = 4$" and "\(x = 4\)": of what is said of a variable, and no amount of money. */
const assignmentInMath =
  /\$(?=\s?[a-zA-Z](?:_\{?\d\}?)?\s?=)([^$\n]{1,80})\$|\\\((?=\s?[a-zA-Z](?:_\{?\d\}?)?\s?=)([^\n$]{1,80}?)\\\)/g;
/** An answer that is only an ordinal ("21st") is not longer. */
const maxOrdinal = 40;
/** Between thousands, as programs write them: 1_000_000. */
const underscore = /(?<=\d)_(?=\d{3}(?!\d))/g;

/**
 * The final numbers of an answer: those of its last marked answer, or else of its last sentence with
 * numbers. Numbers in brackets, denied ones ("not 5"), and those that only set the scene ("out of 12",
 * "36-minute") step back behind others; of an equation, the side that is a plain number counts. Where the last
 * sentence only restates a part of a calculation, the calculation's bold result is final, too.
 *
 * @param isMarked whether only marked answers count. @default false
 */
export function findFinalNumbers(answer: string, isMarked = false): FinalNumbers {
  const text = cutRunOn(
    unifyTypography(shortenAnswer(answer))
      .replace(annotation, '')
      .replace(underscore, ',')
      .replace(
        assignmentInMath,
        (_, dollars?: string, brackets?: string) => dollars ?? brackets ?? '',
      ),
  );
  const locale = detectNumberLocale(text);
  for (const { kind, text: marked } of findMarkedAnswers(text)) {
    const isWhole = kind === 'boxed' || kind === 'json' || kind === 'tag';
    const [line = ''] = isWhole ? [marked] : marked.trimStart().split('\n', 1);
    const numbers = withExact(readMarked(marked, isWhole, locale), line, locale);
    if (numbers.length > 0) return withRestated(numbers, text, locale);
  }
  if (isMarked) return [];
  const numbers =
    readJsonNumbers(text) ??
    readChecked(text, locale) ??
    withOpening(withConcluded(readLastSentence(text, locale), text, locale), text, locale);
  const ordinal = numbers.length > 0 || text.length > maxOrdinal ? numbers : readOrdinal(text);
  const last = text.split('\n').findLast((line) => /\d/.test(line)) ?? '';
  return withRestated(withExact(ordinal, last, locale), text, locale);
}

/** Characters at the end of an answer in which a check is looked for. */
const maxChecked = 1200;

/** "x = 14", and below it "Check: 6 × 14 = 84": what the check uses is what was found. */
function readChecked(text: string, locale: NumberLocale): FinalNumbers | undefined {
  const end = text.slice(-maxChecked);
  const check = end.slice(dropCheck(end).length);
  if (check === '') return undefined;
  const solution = text.slice(0, text.length - check.length);
  if (!check.includes('=') || check.trim().split('\n').length > 3) return undefined;
  const numbers = readLastSentence(solution, locale);
  const used = new Set(
    check.match(/\d[\d.,]*\d|\d/g)?.map((run) => readDigits(run, locale)?.value),
  );
  const isUsed = numbers.length > 0 && numbers.every(({ value }) => used.has(Math.abs(value)));
  return isUsed ? numbers : undefined;
}

function readMarked(marked: string, isWhole: boolean, locale: NumberLocale): FinalNumbers {
  const part = marked.slice(0, maxLine);
  const plain = joinSign(simplify(isWhole ? part.replaceAll('\n', ' ') : part));
  const [line = ''] = plain.split('\n', 1);
  const [sentence = ''] = line.split(sentenceEnd, 1);
  const rounded = readRounded(sentence, locale);
  if (rounded !== undefined) return rounded;
  for (const clause of [sentence.split(reasonAfter, 1)[0] as string, sentence]) {
    const numbers = readClause(dropBrackets(clause, locale), locale, isWhole);
    if (numbers.length > 0) return numbers;
  }
  const ordinal = readOrdinal(sentence);
  return ordinal.length > 0 ? ordinal : wordsAsNumbers(sentence);
}

/** "6th place" is no number in running text, but it is where a number is due. */
function readOrdinal(text: string): FinalNumbers {
  const ordinal =
    /^\W{0,4}(?:(?:it is|it's|on|in|the)\s){0,3}(\d{1,4})(?:(?:st|nd|rd|th)\b|年\W{0,4}$)/i.exec(
      text,
    )?.[1];
  return ordinal === undefined ? [] : [numberOf(Number(ordinal))];
}

/** A JSON answer that is a number or has only one, or all of its numbers. */
function readJsonNumbers(text: string): FinalNumbers | undefined {
  if (!text.includes('{')) return undefined;
  const found = findJson(text);
  if (typeof found?.value !== 'object' || found.value === null) return undefined;
  if (!found.isWhole && text.trim().at(-1) !== '}' && !text.includes('```')) return undefined;
  const members = Object.entries(found.value).filter(
    ([name, value]) =>
      typeof value === 'number' && !/confidence|probability|score|steps?$/i.test(name),
  );
  return members.length === 0 ? undefined : members.map(([, value]) => numberOf(Number(value)));
}
