import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import type { FinalNumbers } from './read-number-clause.js';

/** "51.96, which rounds to 52", "51,96, gerundet 52". */
const rounding =
  /[\s,;(](?:rounds|round|rounded|rounding|gerundet|arrondie?s?|redondead[oa]s?|redondeando|arrotondat[oa]|arredondad[oa])(?:\s(?:it|this|up|down|off|to|auf|à|a|para)){0,3}(?:,?\s(?:we|you|they|I|he|she)\s(?:get|gets|need|needs|have|has))?\s(?:(?:gives|yields|makes)\s(?:us\s)?)?(?:the\s(?:nearest|next)\s\p{L}{1,12}(?:\s\p{L}{1,12})?[,:]?\s(?:(?:is|gives|it\sis)\s)?|about\s|approximately\s|rund\s)?(?=[$€£]?-?\d)/iu;
/** "13.6, i.e. 14 buses": said again, as a whole number. */
const saidWhole = /\s⇔\s(?=[$€£]?\d)/u;
const comparing =
  /^\s?(?:\p{L}{1,12}\s)?(?:in|out|of|times|more|less|fewer|and|und|et|mehr|weniger)(?!\p{L})/iu;
/** A rounded number differs by less than one, or by this share. */
const maxShare = 0.1;

/** A number that a text rounds to another one, which it ends with; the exact one may be meant. */
export function readRounded(text: string, locale: NumberLocale): FinalNumbers | undefined {
  const stated = rounding.exec(text);
  const match = stated ?? saidWhole.exec(text);
  if (match === null) return undefined;
  const exact = findQuantities(text.slice(0, match.index), locale).at(-1);
  const [rounded] = findQuantities(text.slice(match.index + match[0].length), locale);
  if (exact === undefined || rounded === undefined) return undefined;
  // "0.25, i.e. 1 in 4" and "2.5 km, i.e. 2 km more than Ann" are not rounded.
  const rest = text.slice(match.index + match[0].length).slice(rounded.end);
  const isWhole =
    (exact.decimals ?? 0) > 0 && exact.value > 1 && rounded.decimals === 0 && !comparing.test(rest);
  if (stated === null && (!isWhole || Math.abs(exact.value - rounded.value) >= 1)) return undefined;
  const difference = Math.abs(exact.value - rounded.value);
  return difference <= Math.max(1, maxShare * Math.abs(exact.value))
    ? [{ ...rounded, alternative: exact.value }]
    : undefined;
}
