import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, type FinalNumbers } from './read-number-clause.js';
import { anyUnit } from './units.js';

const happens = String.raw`(?:(?:which|that|and|it)\s(?:is\s)?|⇔\s{1,2})?(?:occurs|occurring|happens|attained|reached|achieved|obtained|taken|atteinte?|erreicht|angenommen|alcanzad[oa]|raggiunt[oa]|atingid[oa])`;
const atWhich = String.raw`(?:at|when|where|for|if|with|bei|für|wenn|en|pour|quand|para|cuando|in|per|quando|con|em|com)`;
const assigned = String.raw`[a-zA-Z]\s?=\s?(?<place>-?[$€£]?[\d.,]{0,15}\d)(?:\s?${anyUnit})?`;
/** "The maximum is 42, which occurs at x = 3", "It is 42 when x = 3". */
const placedAfter = new RegExp(
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
  const found = placedAfter.exec(sentence);
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

const equatingVerb = String.raw`(?:is|was|are|were|equals|ist|war|est|était|es|era|è|é)\s(?:(?:then|thus|therefore|about|approximately|roughly|exactly|also|only|equal\sto|etwa|rund|ungefähr|environ|égal\sà|igual\sa|pari\sa)\s)?[$€£]?-?[\d√⟨π]\S{0,30}(?!\s(?:more|less|fewer|times|of)(?!\p{L}))(?=\s|$)`;
/** "The slope at x = 2 is 12", "When n = 5 the sum is 15". */
const placedBefore = new RegExp(
  String.raw`(?:^|\s)${atWhich}\s[a-zA-Z]\s?=\s?(?<place>[^\s,;:=]{1,20})(?:\s?${anyUnit})?(?<more>(?:,?\s(?:and|und|et|y|e)\s|,\s)[a-zA-Z]\s?=\s?[^\s,;:=]{1,20})?(?=\s(?:the\s[^,;:=]{1,60}?\s)?${equatingVerb})`,
  'giu',
);
const clauseStart = /^(?:[^,;:]{0,200}[,;:]\s)*/;
/** Where this lies may be asked for, too. */
const extreme =
  /(?<!\p{L})(?:max|min|maxim\p{L}*|minim\p{L}*|máxim\p{L}*|mínim\p{L}*|massim\p{L}*|largest|greatest|smallest|least|highest|lowest|peak|vertex)(?!\p{L})/iu;

/**
 * The number that a sentence states of a place that it names first; the place is what is given, unless
 * it may be that of a maximum. Undefined where it names none.
 */
export function readPlaced(
  sentence: string,
  locale: NumberLocale,
  read: (sentence: string) => FinalNumbers,
): FinalNumbers | undefined {
  const places = [...sentence.matchAll(placedBefore)];
  const [found] = places;
  if (found === undefined) return undefined;
  if (places.length > 1) {
    return distinct(
      places.flatMap(({ index, 0: match }) =>
        findQuantities(sentence.slice(index + match.length), locale).slice(0, 1),
      ),
    );
  }
  const start = clauseStart.exec(sentence.slice(0, found.index))?.[0].length ?? 0;
  const rest = sentence.slice(found.index + found[0].length);
  const subject = /^\sthe\s/i.test(rest) ? '' : 'the value';
  const numbers = read(`${sentence.slice(0, start)}${subject}${rest}`);
  const [stated, ...others] = numbers;
  const [where] = findQuantities(found.groups?.['place'] ?? '', locale);
  const isOpen = where !== undefined && extreme.test(sentence.slice(start));
  return isOpen && stated !== undefined && others.length === 0 && stated.alternative === undefined
    ? [{ ...stated, alternative: where.value }]
    : numbers;
}
