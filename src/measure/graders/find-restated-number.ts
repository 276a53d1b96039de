import { findYearsOfDates } from './dates.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import type { NumberLocale } from './read-digits.js';
import type { FinalNumbers } from './read-number-clause.js';
import { unit } from './units.js';

/** "9 km/h (2.5 m/s)", "6 feet tall, which is 72 inches": the same in two units. */
const restated = new RegExp(
  String.raw`(-?[\d.,]{1,20})\s?(${unit})(?:\s(?:tall|long|wide|high|deep))?(?:\s?\((?:≈|~|=|or|i\.e\.,?)?|,?\s(?:or|i\.e\.,?|which\s(?:is|equals)|that\sis,?|equivalent\sto|equals)(?=\s))\s?(?:(?:about|approximately|roughly|around|etwa|environ)\s)?(-?[\d.,]{1,20})\s?(${unit})(?![\p{L}\d])`,
  'gu',
);
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
    if (firstUnit !== secondUnit && only.alternative === undefined && said.value === only.value) {
      return [{ ...only, alternative: again.value }];
    }
  }
  if (only.alternative !== undefined) return numbers;
  const dated = withYear(only, text, locale);
  return [dated.alternative === undefined ? withPoints(dated, text) : dated];
}

/** "He scored 98/100" may be asked for the points. */
function withPoints(number: FoundNumber, text: string): FoundNumber {
  for (const [, points = '', all = ''] of text.matchAll(score)) {
    const [said, most] = [Number(points), Number(all)];
    if (said <= most && number.value === said / most) return { ...number, alternative: said };
  }
  return number;
}

const score =
  /\b(?:scor(?:ed?|es|ing)|got|gets|earn(?:ed|s)|receiv(?:ed|es)|rat(?:ed?|es|ing)|grade[ds]?|marks?|points?)\b[^.\n\d]{0,40}(\d{1,4})\s?\/\s?(\d{1,4})(?![\d/])/gi;
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
