import type { FoundNumber } from './find-numbers.js';
import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import {
  inferenceWords,
  resultWords,
  romanceConclusions,
  spacelessConclusions,
} from '../texts/connectives.js';
import {
  distinct,
  joinNumbers,
  readEquation,
  wordsAsNumbers,
  type FinalNumbers,
} from './read-number-clause.js';

/** "5 × 3 = 15, so she has 20 left": what follows is what a sentence comes to. */
const consequence = new RegExp(
  String.raw`(?:[,;](?:\s(?:and|und|et|y|e))?|\s(?:and|und|et|y|e)|\s-{1,2})\s(?:${inferenceWords})(?=[\s,])|(?:[,;](?:\s(?:and|und|et|y|e))?|\s-{1,2})\sso(?!\s(?:on|forth|far|many|much|called|weit)(?!\p{L}))(?=[\s,])|[,;]?(?<!に)(?:${spacelessConclusions})`,
  'giu',
);
/** Words that draw a conclusion before a verb of state, and else say what happens next: "luego compra 3". */
const romanceConsequence = new RegExp(
  String.raw`[,;]\s(?:${romanceConclusions})(?=\s(?:(?:él|ella|ellos|ils?|elles?|on|lui|lei|ele|ela)\s)?(?:(?:y|en|les?)\s)?(?:tienen?|hay|son|es|quedan?|ont|a|reste(?:nt)?|sont|est|ha|hanno|restano|rimangono|sono|è|tem|têm|há|são|sobram|restam)(?!\p{L}))`,
  'giu',
);
/** German "also" draws a conclusion before a verb, and is "too" in English. */
const germanConsequence =
  /[,;]\salso(?=\s(?:hat|haben|hatten?|ist|sind|sie|er|es|wir|man|braucht|brauchen|bleibt|bleiben|kostet|kosten|gibt|beträgt|benötigt|benötigen|enthält|enthalten|zahlt|zahlen|verdient|muss|müssen)(?!\p{L}))/giu;
/** "150 / 40 = 3.75, which means 4 buses" may draw a conclusion, and may explain the result. */
const meaning =
  /[,;]\s(?:(?:(?:which|that|this)\smeans?|meaning)(?:\sthat)?(?=[\s,])|also(?=\s[$€£]?\d))/giu;
/** "deshalb hat sie 20", but not "deshalb isst er 2". */
const stateConsequence = new RegExp(
  String.raw`[,;]\s(?:(?:and|und|et|y|e)\s)?(?:${resultWords}),?(?=\s(?:(?:he|she|it|they|there|ils?|elles?|on|él|ella|lui|lei|ele|ela|the\s\p{L}{2,15}|\p{Lu}\p{L}{1,15})\s)?(?:(?:en|les?|ma)\s)?(?:has|have|costs?|needs?|hat|haben|bleibt|bleiben|kostet|kosten|braucht|brauchen|ont|a|reste(?:nt)?|tienen?|hay|quedan?|ha|hanno|restano|rimangono|tem|têm|há|sobram|heeft|hebben|ma|mają|har)(?!\p{L}))`,
  'gu',
);
const conclusions = [consequence, germanConsequence, romanceConsequence, stateConsequence];
/** A sentence has few of them; more are not tried. */
const maxTried = 4;

/** The end of a sentence that says what follows from the rest of it, or all of the sentence. */
export function readConsequence(sentence: string, locale: NumberLocale): string {
  const ends = findEnds(sentence, conclusions);
  return ends.find((end) => findQuantities(end, locale).length > 0) ?? sentence;
}

/**
 * The numbers of a calculation and of what it is said to mean: only the second where it is the first,
 * rounded to a whole number, only the first where the second repeats it, and else both. Undefined where no calculation is said to mean a number.
 *
 * @param read reads a sentence that draws no conclusion
 */
export function readMeaning(
  sentence: string,
  locale: NumberLocale,
  read: (sentence: string) => FinalNumbers,
): FinalNumbers | undefined {
  const hasDigits = (text: string): boolean => findQuantities(text, locale).length > 0;
  const ends = findEnds(sentence, [...conclusions, meaning]);
  const end = ends.find(hasDigits) ?? ends[0];
  const said = sentence.slice(0, sentence.length - (end?.length ?? 0));
  if (end === undefined || /[=≈]/.test(end) || !/[=≈]/.test(said)) return undefined;
  const side = readEquation(said, locale);
  if (!hasDigits(side)) return undefined;
  const results = joinNumbers(side, findQuantities(side, locale), false);
  // "One" is a pronoun, too, and "the two of them" are known.
  const words = wordsAsNumbers(
    end.replace(/\b(?:the|these|those|all|each\sof)\s\p{L}{2,12}/giu, ''),
  );
  const meant = hasDigits(end) ? read(end) : words.filter(({ value }) => value > 1);
  const [result] = results;
  const isOne = result !== undefined && results.length === 1;
  if (isOne && saysAgain(said, end, result.value, locale)) {
    // "5 × 4 = 20, so with 20 eggs used he has 5 left": what is left may be another number.
    return remaining.test(end) ? distinct([...results, ...meant]) : results;
  }
  const areRounded = meant.length > 0 && meant.every((whole) => isWholeOf(whole, result));
  if (isOne && areRounded && end.search(compared) >= 0) {
    // "more than 3 buses are needed, i.e. 4" is no comparison only.
    const others = findQuantities(end.replace(compared, ' '), locale);
    return distinct([...results, ...others.filter((whole) => isWholeOf(whole, result))]);
  }
  if (isOne && areRounded && boundOnly.test(end)) return distinct([...results, ...meant]);
  if (isOne && areRounded && meant.length === 1) return meant;
  // "9 × 2 = 18, which means she makes $18 from 9 eggs" says its result again.
  const isRepeated = meant.some(({ value }) => value === result?.value);
  if (isOne && isRepeated) return remaining.test(end) ? distinct([...results, ...meant]) : results;
  const isMeaning = hasDigits(end) && findEnds(end, [meaning]).length > 0;
  return isMeaning && meant.length > 0 ? distinct([...results, ...meant]) : undefined;
}

/** "60 miles in 4 hours, or 15 mph": what is said again in other words, or worked out. */
const restating = /\s?⇔\s|[,;]\s(?:or|giving|yielding|soit|oder|o\ssea)\s/iu;
/** "or" and "giving" say a rate again, and conclude with anything else: "3 days at $40, or $120". */
const alternative = /\s(?:or|giving|yielding)\s$/i;
const perUnit = /(?<!\p{L})(?:per|each|apiece|mph)(?!\p{L})|\//iu;
/** A result that is worked out in what follows, or is called one. */
const worksOut = /[=≈]|(?<!\p{L})(?:total|altogether|in\sall)(?!\p{L})/iu;
const partial = /\bout\sof\b|[=≈]/i;

/**
 * The numbers of a sentence with what it works out from two of them without saying "so": both may be
 * asked for. Undefined where it works out nothing.
 */
export function readDerived(
  sentence: string,
  locale: NumberLocale,
  read: (sentence: string) => FinalNumbers,
): FinalNumbers | undefined {
  const match = restating.exec(sentence);
  if (match === null) return undefined;
  const said = sentence.slice(0, match.index);
  const given = findQuantities(said, locale).map(({ value }) => value);
  const again = sentence.slice(match.index + match[0].length);
  const [derived] = findQuantities(again, locale);
  if (worksOut.test(again) || derived === undefined || given.length < 2 || partial.test(said))
    return undefined;
  if (given.length > maxTried || given.includes(derived.value)) return undefined;
  const isRate = alternative.test(match[0]);
  if (isRate && !perUnit.test(again.slice(derived.end))) return undefined;
  const results = given.flatMap((a, index) =>
    given.flatMap((b, other) => (index === other ? [] : isRate ? [a / b] : [a * b, a / b])),
  );
  const isDerived = results.some((result) => Math.abs(result - derived.value) < 1e-9 * result);
  return isDerived ? distinct([...read(said), derived]) : undefined;
}

/** "20 / 5 = 4, so 5 friends get 4 each": the result, and what it was calculated from. */
function saysAgain(said: string, end: string, result: number, locale: NumberLocale): boolean {
  const digits = said.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').match(/\d+(?:\.\d+)?/g) ?? [];
  const inputs = findQuantities(said, locale).map(({ value }) => value);
  const known = new Set([...inputs, ...digits.map(Number)]);
  const again = findQuantities(end, locale).map(({ value }) => value);
  return again.includes(result) && again.every((value) => known.has(value));
}

/** What begins with one of the conjunctions, the last and shortest first. */
function findEnds(sentence: string, conjunctions: readonly RegExp[]): readonly string[] {
  return conjunctions
    .flatMap((one) => [...sentence.matchAll(one)].map(({ index }) => index))
    .sort((a, b) => b - a)
    .slice(0, maxTried)
    .map((start) => sentence.slice(start));
}

/** "so it is slightly more than 3": the number is what the result is compared with. */
const compared =
  /\b(?:(?:more|less|greater|fewer|smaller|larger|higher|lower)\sthan|almost|nearly|slightly|between)\b(?:\s[$€£]?\d[\d.,]{0,12}(?<!,)(?:\sand\s[$€£]?\d[\d.,]{0,12}(?<!,))?)?/gi;
const remaining =
  /(?<!\p{L})(?:left|remain(?:s|ing)?|übrig|rest(?:e|ent|a|an|am|ano)|queda[n]?|sobra[nm]?|riman(?:e|gono)|остал(?:ся|ось|ись|ась))(?!\p{L})/iu;
/** "so x is at least 3" compares, but "so at least 4 buses are needed" rounds up. */
const boundOnly = /^(?!.*\b(?:need|requir|must|have\sto|has\sto|buy)).*\bat\s(?:least|most)\b/is;

function isWholeOf(whole: FoundNumber | undefined, exact: FoundNumber | undefined): boolean {
  if (whole === undefined || exact === undefined || Number.isInteger(exact.value)) return false;
  return Number.isInteger(whole.value) && Math.abs(whole.value - exact.value) < 1;
}
