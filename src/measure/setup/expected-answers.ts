import type { JsonValue } from '../../util/json.js';
import { findNumberStyle } from '../tables/parse-cell-number.js';
import { verdictPairs } from '../tables/verdict-pairs.js';
import { foldReference, type DraftExample } from './draft-task-set.js';

/** "unknown", "maybe" and the like beside yes and no. */
const maxOtherVerdicts = 3;

/**
 * The choices of expected answers that are verdicts, such as yes and no; with the other one where only
 * one of the two occurs.
 *
 * @param spellings the distinct answers
 * @returns undefined where they are none
 */
export function completeVerdicts(spellings: readonly string[]): readonly string[] | undefined {
  const folded = new Set(spellings.map(foldReference));
  for (const pair of verdictPairs) {
    const missing = pair.filter((verdict) => !folded.has(verdict));
    if (missing.length === 0 && spellings.length <= pair.length + maxOtherVerdicts) {
      return spellings;
    }
    const [only = ''] = spellings;
    const [other] = missing;
    if (spellings.length > 1 || missing.length !== 1 || other === undefined) continue;
    return [only, writeLike(only, other)].sort();
  }
  return undefined;
}

function writeLike(model: string, text: string): string {
  if (model === model.toLowerCase()) return text;
  if (model === model.toUpperCase()) return text.toUpperCase();
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Expected answers by whether they are numbers. */
export interface SplitNumbers {
  readonly numbers: ReadonlySet<JsonValue>;
  readonly others: readonly JsonValue[];
}

/** What may have a capital before a unit: "5 Million USD", "20 Square Meters". */
const unitModifier =
  /^(?:hundred|thousand|million(?:en)?|billion|milliarden?|trillion|dozen|square|cubic|nautical|fluid|metric)$/i;
/** "20 years old", "60 miles per hour" and "12 apples left in it": more words are a sentence. */
const maxWordsAfter = 4;
const leadingZero = /^\s*0\d/;

/**
 * Parts expected answers that are numbers from the few that are not, of which one must not decide for
 * all: "unknown", and "12 Main Street", which holds one.
 *
 * @returns undefined where too many are none, or where one of them shows that all are codes: "02139"
 */
export function splitNumbers(
  references: readonly JsonValue[],
  isReadable: (reference: JsonValue) => boolean,
): SplitNumbers | undefined {
  const tails = references.map(listWordsAfter);
  const words = countWords(tails);
  const isNumber = (one: JsonValue): boolean =>
    isReadable(one) && isUnit(listWordsAfter(one), words);
  const numbers = references.filter(isNumber);
  const others = references.filter((one) => !isNumber(one));
  const areFew =
    others.length * 10 <= references.length || (others.length === 1 && references.length > 3);
  const areCodes = others.some((one) => typeof one === 'string' && leadingZero.test(one));
  return areFew && !areCodes ? { numbers: new Set(numbers), others } : undefined;
}

function listWordsAfter(reference: JsonValue): readonly string[] {
  if (typeof reference !== 'string') return [];
  return /(?<!\D)\D*$/.exec(reference)?.[0].match(/\p{L}+(?:\/\p{L}+)?/gu) ?? [];
}

/** The words after the numbers of a group, in lower case. */
interface WordsAfter {
  /** How many texts have each word directly after their number. */
  readonly first: ReadonlyMap<string, number>;
  /** The words that a text writes without a capital. */
  readonly uncapitalized: ReadonlySet<string>;
}

function countWords(tails: readonly (readonly string[])[]): WordsAfter {
  const first = new Map<string, number>();
  for (const words of tails) {
    const word = words.find((one) => !unitModifier.test(one))?.toLowerCase();
    if (word !== undefined) first.set(word, (first.get(word) ?? 0) + 1);
  }
  return { first, uncapitalized: new Set(tails.flat().filter(isLowerCase)) };
}

/** Whether the words after a number are a unit or in lower case: "km", "years old", and not "Main Street". */
function isUnit(words: readonly string[], { first, uncapitalized }: WordsAfter): boolean {
  const [unit = '', ...further] = words.filter((word) => !unitModifier.test(word));
  // "3 Years Old" is none of a street, where others are "years old".
  const isPlain = (word: string): boolean => uncapitalized.has(word.toLowerCase());
  if (words.length > maxWordsAfter || !further.every(isPlain)) return false;
  // "12 Stunden" and "5 Stunden": nouns of German have a capital.
  return isPlain(unit) || unit.length <= 3 || (first.get(unit.toLowerCase()) ?? 0) > 1;
}

function isLowerCase(word: string): boolean {
  return word === word.toLowerCase();
}

const decimalPoint = /^\d+\.(?:\d{1,2}|\d{4,})$|^0?\.\d+$|,\d{3}\.\d/;

/** Whether one of the expected numbers can only be meant with a decimal comma, and none with a point. */
export function hasDecimalCommas(examples: readonly DraftExample[]): boolean {
  const texts = examples.flatMap(({ reference }) =>
    typeof reference === 'string' ? listNumbers(reference) : [],
  );
  return findNumberStyle(texts).decimalComma && !texts.some((text) => decimalPoint.test(text));
}

/** The numbers of a text, without the marks of a sentence around them: "12" of "Total, 12 USD." */
function listNumbers(text: string): readonly string[] {
  return (text.match(/\d[\d.,]*/g) ?? []).map((number) => number.replace(/(?<![.,])[.,]+$/, ''));
}

/** Writes an expected 1.250 as 1250, which has one reading. */
export function writeWithoutGroups(example: DraftExample): DraftExample {
  const { reference } = example;
  if (typeof reference !== 'string') return example;
  const plain = reference.replace(/(?<![\d.,])([1-9]\d{0,2})\.(\d{3})(?![\d.,]*\d)/, '$1$2');
  return { ...example, reference: plain };
}
