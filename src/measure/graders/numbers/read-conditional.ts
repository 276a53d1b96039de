import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, type FinalNumbers } from './read-number-clause.js';
import { anyUnit } from './units.js';

const happens = String.raw`(?:(?:which|that|and|it)\s(?:is\s)?|⇔\s{1,2})?(?:occurs|occurring|happens|attained|reached|achieved|obtained|taken)`;
const atWhich = String.raw`(?:at|when|where|for|if|with|bei|für|wenn|pour|quand|para|cuando|per|quando|con|com)`;
const assigned = String.raw`[a-zA-Z]\s?=\s?(?<place>-?[$€£]?[\d.,]{0,15}\d)(?:\s?${anyUnit})?`;
/** "The maximum is 42, which occurs at x = 3", "It is 42 when x = 3". */
const condition = new RegExp(
  String.raw`(?<=\d(?:\s?${anyUnit}(?:\^\(?[23]\)?)?)?)[,;]?\s{1,2}\(?(?:${happens}\s)?${atWhich}\s${assigned}(?<more>(?:,?\s(?:and|und|et|y|e)\s|,\s)[a-zA-Z]\s?=\s?-?[\d.,]{0,15}\d)?\)?[.!]?\s{0,2}$`,
  'u',
);

/**
 * The number that a sentence states, and then where it holds: the place may be what was asked for.
 * Undefined where it names no place, or states no number, or several.
 */
export function readConditional(
  sentence: string,
  locale: NumberLocale,
  read: (sentence: string) => FinalNumbers,
): FinalNumbers | undefined {
  const found = condition.exec(sentence);
  const { place = '', more } = found?.groups ?? {};
  if (found === null) return undefined;
  const said = sentence.slice(0, found.index);
  const [stated, ...others] = read(said);
  const [where] = findQuantities(place, locale);
  if (stated === undefined || where === undefined || others.length > 0) return undefined;
  const isEquation = /[=≈]/.test(said);
  // "f(x) = 0 when x = 3" says what x is.
  if (isEquation && stated.value === 0) return undefined;
  const isOne = !isEquation && more === undefined && stated.alternative === undefined;
  if (isOne) return [{ ...stated, alternative: where.value }];
  return distinct([stated, ...findQuantities(found[0].replace(/[a-zA-Z]\s?=/g, ' '), locale)]);
}
