import { findYearsOfDates } from './dates.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import type { NumberLocale } from './read-digits.js';
import { findQuantities } from './find-quantities.js';
import { plainMath } from '../math/plain-math.js';
import type { FinalNumbers } from './read-number-clause.js';
import { unit } from './units.js';

/** "9 km/h (2.5 m/s)", "6 feet tall, which is 72 inches": the same in two units. */
const restated = new RegExp(
  String.raw`(-?[\d.,]{1,20})\s?(${unit})(?:\s(?:tall|long|wide|high|deep))?(?:\s?\((?:≈|~|=|or|i\.e\.,?)?|,?\s(?:or|i\.e\.,?|which\s(?:is|equals)|that\sis,?|equivalent\sto|equals)(?=\s))\s?(?:(?:about|approximately|roughly|around|etwa|environ)\s)?(-?[\d.,]{1,20})\s?(${unit})(?![\p{L}\d])`,
  'gu',
);
/** "7 (rounded from 6.8)", "7 buses, rounded up from 6.8" */
const roundedFrom =
  /(-?\d[\d.,]{0,20})\s?(?:\p{L}{1,15}\s){0,2}?[(,]?\s?(?:rounded|rounding)(?:\s(?:up|down|off))?\sfrom\s[$€£]?(-?\d[\d.,]{0,20}\d|-?\d)/giu;
/** Between a number and the sign after it. */
const unitOnly = /^(?:[\s*_$%°)\]^²³/·]|\p{L}{1,12}(?!\p{L})){0,10}$/u;

/**
 * Final numbers with what they round: "P = 1/3 ≈ 0.33" says 0.33, and may be asked for 1/3, as
 * "25 m/s ≈ 56 mph" may be for 25.
 *
 * @param statement the line that states the number
 */
export function withExact(
  numbers: FinalNumbers,
  statement: string,
  locale: NumberLocale,
): FinalNumbers {
  const [only, ...others] = numbers;
  if (only === undefined || others.length > 0 || only.alternative !== undefined) return numbers;
  const sides = plainMath(statement.slice(-maxLine))
    .replace(/\*\*|__|`/g, '')
    .split('≈');
  for (let at = sides.length - 1; at > 0; at--) {
    const [left, right] = sides.slice(at - 1, at + 1) as [string, string];
    const exact = findQuantities(left, locale).at(-1);
    const [rounded] = findQuantities(right, locale);
    if (exact === undefined || rounded?.value !== only.value || exact.value === only.value)
      continue;
    if (unitOnly.test(left.slice(exact.end))) return [{ ...only, alternative: exact.value }];
  }
  return numbers;
}

/** Whether the number with fewer digits is the other one, rounded. */
function isRounding(a: FoundNumber, b: FoundNumber): boolean {
  const [coarse, fine] = countPlaces(a) < countPlaces(b) ? [a, b] : [b, a];
  const step = 10 ** -countPlaces(coarse);
  return Math.abs(coarse.value - fine.value) <= step * 0.5 * (1 + 1e-9);
}

/** Decimals; of a whole number that ends with zeros, their number below zero: -1 of 8850. */
function countPlaces({ value, decimals = 0 }: FoundNumber): number {
  const zeros = /\d\d(0{1,15})$/.exec(String(value))?.[1]?.length ?? 0;
  return Number.isInteger(value) ? -zeros : decimals;
}

/**
 * Final numbers with what the text also says instead of them: "9 km/h (2.5 m/s)" says 9, and may be
 * asked for 2.5; "Apollo 11 landed on July 20, 1969" may be asked for the year. Where there are no
 * numbers but those of dates, the years of the last line that has any are the numbers.
 */
export function withRestated(
  numbers: FinalNumbers,
  text: string,
  locale: NumberLocale,
): FinalNumbers {
  const [only] = numbers;
  if (only === undefined) return readYears(text);
  if (numbers.length > 1) return numbers;
  for (const [, first = '', firstUnit, second = '', secondUnit] of text.matchAll(restated)) {
    const [said, again] = [first, second].map((one) => findNumbers(one, locale)[0]);
    if (said === undefined || again === undefined) continue;
    // "1 hour 30 minutes (90 minutes)" says what it comes to.
    if (only.alternative === again.value) return [{ ...again, alternative: only.value }];
    const isOther = firstUnit !== secondUnit || isRounding(said, again);
    if (isOther && only.alternative === undefined && said.value === only.value) {
      return [{ ...only, alternative: again.value }];
    }
  }
  for (const [, rounded = '', exact = ''] of text.matchAll(roundedFrom)) {
    const [said, before] = [rounded, exact].map((one) => findNumbers(one, locale)[0]);
    if (said?.value === only.value && before !== undefined && only.alternative === undefined) {
      return [{ ...only, alternative: before.value }];
    }
  }
  if (only.alternative !== undefined) return numbers;
  const dated = withYear(only, text, locale);
  return [dated.alternative === undefined ? withPoints(dated, text) : dated];
}

/** "He scored 98/100", "4/5 stars" and "4/5" alone may be asked for the points. */
function withPoints(number: FoundNumber, text: string): FoundNumber {
  const alone = rating.exec(text.slice(0, maxLine));
  const scores = [...text.matchAll(score), ...text.matchAll(stars), ...text.matchAll(starsBefore)];
  for (const [, points = '', all = ''] of alone === null ? scores : [alone, ...scores]) {
    const [said, most] = [Number(points), Number(all)];
    if (said <= most && number.value === said / most) return { ...number, alternative: said };
  }
  return number;
}

const score =
  /\b(?:scor(?:ed?|es|ing)|got|gets|earn(?:ed|s)|receiv(?:ed|es)|rat(?:ed?|es|ing)|grade[ds]?|marks?|points?)\b[^.\n\d]{0,40}(\d{1,4})\s?\/\s?(\d{1,4})(?![\d/])/gi;
/** A fraction of five, ten or a hundred that is the whole answer may be a rating. */
const rating = /^[\s*_`"'$()]{0,8}(\d{1,3})\s?\/\s?(5|10|100)[\s*_`"'$().]{0,8}$/;
const stars =
  /(?<![\d/.,])(\d{1,2})\s?\/\s?(\d{1,2})[*_)]{0,4}\s{0,2}(?:stars?(?!\p{L})|sterne?n?(?!\p{L})|étoiles|estrellas|stelle|estrelas|[⭐★☆🌟])/giu;
const starsBefore = /[⭐★☆🌟]\ufe0f?[\s*_(:-]{0,6}(\d{1,2})\s?\/\s?(\d{1,2})(?![\d/])/gu;

/** A number with the year of a date that stands in one line with it. */
function withYear(number: FoundNumber, text: string, locale: NumberLocale): FoundNumber {
  const line = text.split('\n').findLast((one) => yearsIn(one).length > 0);
  const [year, ...others] = line === undefined || line.length > maxLine ? [] : yearsIn(line);
  if (line === undefined || year === undefined || others.length > 0) return number;
  const isBeside = findNumbers(line, locale).some(({ value }) => value === number.value);
  return isBeside ? { ...number, alternative: year } : number;
}

function readYears(text: string): FinalNumbers {
  const lines = text.split('\n').map(yearsIn);
  const years = lines.findLast((found) => found.length > 0) ?? [];
  return years.map((value) => ({
    value,
    percent: false,
    decimals: 0,
    computed: false,
    adjectival: false,
    start: 0,
    end: 0,
  }));
}

const maxLine = 500;
function yearsIn(line: string): readonly number[] {
  return /\d/.test(line) ? findYearsOfDates(line.slice(-maxLine)) : [];
}
