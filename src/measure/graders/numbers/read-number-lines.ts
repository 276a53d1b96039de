import type { FoundNumber } from './find-numbers.js';
import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, type FinalNumbers } from './read-number-clause.js';
import { areRounded, areTerms, readSolutionLines } from '../math/solution-lines.js';
import { reasonWords, spacelessReasons } from '../texts/connectives.js';

/** The number alone, and then why. */
export const bareLine =
  /^[\s*_#>`-]{0,8}[$€£]?\s?-?[\d.,⟨⟩/]{1,20}\s?[%°\p{L}²³/]{0,15}[\s*_`.!]{0,6}$/u;
/** A short line that states one thing, and below it a heading of why. */
const shortLine = /^[^:=]{1,70}$/;
const reasonHeading =
  /^[\s*_#>]{0,8}(?:explanation|reasoning|rationale|justification|why|calculation|working|erklärung|begründung|rechnung|explication|justification|explicación|spiegazione|explicação|uitleg|объяснение|解释|说明|解説|説明|설명)[*_]{0,3}:/iu;
const explanation =
  /^[\s*_#>]{0,8}(?:explanation|explaining|let me|let's|here's|here is|note|reasoning|rationale|justification|why|this (?:is|assumes)|to (?:see|get|find|explain)|erklärung|begründung|hinweis|explication|remarque|explicación|nota|spiegazione|explicação|uitleg|wyjaśnienie|açıklama|penjelasan|giải thích|объяснение|пояснение|解释|说明|解説|説明|설명)/iu;
const reasonLine = new RegExp(
  String.raw`^[\s*_#>]{0,8}(?:(?:${reasonWords})(?!\p{L})|${spacelessReasons})`,
  'iu',
);
/** "Adam: 8", "- **Rent:** $900 per month", "1. Speed: 5 m/s" */
export const labeledLine =
  /^(?:[\s*_•+-]{0,6}|\s{0,6}\d{1,2}[.)]\s[\s*_]{0,3})\p{L}[\p{L} *_.'’&-]{0,40}:[\s*_]{0,4}[$€£]?-?\d[\d.,]*(?:\s?[\p{L}%€°²³/]{1,12}){0,3}[\s*_.]{0,4}$/u;

/** A first line that is a number, or states one thing, where the lines below explain it. */
export function readExplained(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const [first = '', second = ''] = lines;
  const isStated =
    (bareLine.test(first) && (explanation.test(second) || reasonLine.test(second))) ||
    (shortLine.test(first) && reasonHeading.test(second));
  if (!isStated) return undefined;
  const numbers = findQuantities(first, locale);
  return numbers.length === 1 ? numbers : undefined;
}

/** "Total: 24" and "Per person: 6", one after the other: nothing says which of them was asked for. */
export function readLabeledNumbers(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const labeled = lines.filter((line) => labeledLine.test(line));
  const values = labeled.flatMap((line) => readLabeled(line, locale));
  const parts = values.slice(0, -1).map(({ value }) => value);
  const sum = parts.reduce((total, value) => total + value, 0);
  const product = parts.reduce((total, value) => total * value, 1);
  // "April: 48", "May: 24", "Total: 72"; "Boxes: 6", "Per box: 8", "Total: 48"
  const isTotal = [sum, product].includes(values.at(-1)?.value ?? NaN);
  if (values.length > 2 && isTotal && lines.at(-1) === labeled.at(-1)) {
    return values.slice(-1);
  }
  const last = lines.slice(-2);
  if (last.length < 2 || lines.length > 4 || !last.every((line) => labeledLine.test(line))) {
    return undefined;
  }
  return distinct(last.flatMap((line) => readLabeled(line, locale)));
}

/** The number of a labeled line, and not that of its list item. */
export function readLabeled(line: string, locale: NumberLocale): FinalNumbers {
  return findQuantities(line.slice(line.indexOf(':') + 1), locale);
}

/** "She pays **$64**:" or "**$64**", and below it what it is made of, line by line. */
export function readBrokenDown(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const first = lines.findIndex((line) => item.test(line));
  const parts = lines.slice(first);
  if (first < 1 || parts.length < 2 || !parts.every((line) => item.test(line))) return undefined;
  const bold = [
    ...lines
      .slice(0, first)
      .join('\n')
      .matchAll(/\*\*([^*\n]{1,60})\*\*/g),
  ];
  const totals = bold.flatMap(([, text = '']) => findQuantities(text, locale));
  const [total] = totals;
  if (total === undefined || totals.length > 1) return undefined;
  const values = parts.map((line) => {
    const [, result] = /^[^=]{1,200}[=:]([^=:]{1,60})$/.exec(line.replace(/^.*=/, 'x =')) ?? [];
    return result === undefined ? [] : findQuantities(result, locale);
  });
  if (values.some(({ length }) => length !== 1)) return undefined;
  const sum = values.reduce((added, [value]) => added + (value?.value ?? NaN), 0);
  return Math.abs(sum - total.value) <= 1e-9 * Math.abs(sum) ? [total] : undefined;
}

/**
 * "x = 4" and "x = -4", one after the other at the end: the solutions of one equation, or values of
 * which nothing says which was asked for. Of the terms of a sequence, the last sentence decides.
 */
export function readNumberSolutions(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const readNumber = (text: string): FoundNumber | undefined =>
    plainNumber.test(text) ? findQuantities(text, locale)[0] : undefined;
  const solutions = readSolutionLines(lines, readNumber, (one, next) =>
    areRounded(one.value, next.value),
  );
  const [first] = solutions ?? [];
  if (solutions === undefined || first === undefined) return undefined;
  const indices = solutions.map(({ index }) => index);
  const isOneVariable = solutions.every(({ variable }) => variable === first.variable);
  // "v_1 = 10, v_2 = 20, d = 150" ends with a result; "x = 2, y = 3" says both.
  const isResult = isOneVariable
    ? areTerms(first.variable, indices)
    : indices.some((index) => index !== undefined);
  const values = solutions.map(({ value }) => value);
  const isOneValue = values.every(({ value }) => areRounded(value, values.at(-1)?.value ?? value));
  return isResult || isOneValue ? undefined : distinct(values);
}

const plainNumber = /^-?[\d.,⟨⟩/√()]{1,20}$/;
const item = /^\s{0,8}(?:[-•+]|\*(?!\*)|\d{1,2}[.)])\s/;
