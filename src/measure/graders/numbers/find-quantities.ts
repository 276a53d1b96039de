import { findNumbers, type FoundNumber } from './find-numbers.js';
import type { NumberLocale } from './read-digits.js';
import { timeWords } from './units.js';

/** A unit, the smaller one that goes with it, and how many of these it has. */
const units: readonly (readonly [larger: string, smaller: string, factor: number])[] = [
  [timeWords.hour, timeWords.minute, 60],
  [timeWords.minute, timeWords.second, 60],
  [timeWords.day, timeWords.hour, 24],
  [timeWords.week, timeWords.day, 7],
  ['years?|jahre?|ans?|années?|años?|ann[oi]|anos?', 'months?|monate?|mois|meses|mes[ei]', 12],
  ['feet|foot|ft', 'inch(?:es)?|in', 12],
  ['pounds?|lbs?', 'ounces?|oz', 16],
];
const compounds = units.map(([larger, smaller, factor]) => ({
  between: new RegExp(`^\\s?(?:${larger})\\.?,?\\s?(?:(?:and|und|et|y|e|en|и)\\s)?$`, 'iu'),
  after: new RegExp(`^\\s?(?:${smaller})(?![\\p{Script=Latin}\\p{Script=Cyrillic}])`, 'iu'),
  factor,
}));
const share = /^\s(?:in|out\sof)\s(?:every\s)?$/i;
const chance =
  /(?<!\p{L})(?:probability|chances?|odds|likelihood|fraction|proportion|p\s?=)(?!\p{L})/iu;
/** How far from a share the word for it may be. */
const maxDistance = 80;

/**
 * The numbers in plain math (see `findNumbers`), where what several of them say together is one:
 * "2 hours and 30 minutes" is 2.5, or else 150; "1 in 4" is a quarter where it is called a chance, and
 * may be one elsewhere.
 */
export function findQuantities(text: string, locale?: NumberLocale): readonly FoundNumber[] {
  const numbers = findNumbers(text, locale);
  if (numbers.length < 2) return numbers;
  const joined: FoundNumber[] = [];
  for (let index = 0; index < numbers.length; index++) {
    const first = numbers[index] as FoundNumber;
    const second = numbers[index + 1];
    const compound = second && readCompound(text, first, second);
    const part = second && readShare(text, first, second);
    joined.push(compound ?? part ?? first);
    if (compound !== undefined || (part !== undefined && part.end !== first.end)) index++;
  }
  return joined;
}

function readCompound(
  text: string,
  first: FoundNumber,
  second: FoundNumber,
): FoundNumber | undefined {
  if (!isCount(first) || !isCount(second) || first.adjectival || second.adjectival)
    return undefined;
  const between = text.slice(first.end, second.start);
  const after = text.slice(second.end, second.end + 16);
  const found = compounds.find(
    (one) => second.value < one.factor && one.between.test(between) && one.after.test(after),
  );
  if (found === undefined) return undefined;
  const { factor } = found;
  return {
    ...withoutDecimals(first),
    value: first.value + second.value / factor,
    alternative: first.value * factor + second.value,
    end: second.end,
  };
}

function readShare(text: string, first: FoundNumber, second: FoundNumber): FoundNumber | undefined {
  if (!isCount(first) || !isCount(second) || first.value >= second.value) return undefined;
  if (!share.test(text.slice(first.end, second.start))) return undefined;
  const value = first.value / second.value;
  const near = text.slice(Math.max(0, first.start - maxDistance), second.end + 12);
  return chance.test(near)
    ? { ...withoutDecimals(first), value, end: second.end }
    : { ...first, alternative: value };
}

/** Without decimals, a number counts as exact, as fractions do. */
function withoutDecimals(number: FoundNumber): FoundNumber {
  const { value, percent, computed, adjectival, start, end } = number;
  return { value, percent, computed, adjectival, start, end };
}

function isCount({ value, computed, percent }: FoundNumber): boolean {
  return Number.isInteger(value) && value >= 0 && !computed && !percent;
}
