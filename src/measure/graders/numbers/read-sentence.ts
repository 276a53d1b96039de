import { applyRules } from '../texts/apply-rules.js';
import {
  conclusionWords,
  conclusionWordsAfterComma,
  contrastWords,
  contrastWordsAfterComma,
  inferenceWords,
  spacelessConclusions,
} from '../texts/connectives.js';
import { reasonStart } from '../texts/reason-start.js';
import type { FoundNumber } from './find-numbers.js';
import { findQuantities } from './find-quantities.js';
import { isPeer } from './is-peer.js';
import { dropGround, openingClause, readMainClause } from './main-clause.js';
import { readConditional, readPlaced } from './read-conditional.js';
import { readConsequence, readDerived, readMeaning } from './read-consequence.js';
import type { NumberLocale } from './read-digits.js';
import {
  distinct,
  joinNumbers,
  joint,
  listsSeveral,
  readAssignments,
  readCents,
  readClause,
  readEquation,
  readTotal,
  simplify,
  withoutDenied,
  wordsAsNumbers,
  type FinalNumbers,
} from './read-number-clause.js';
import { readRounded } from './read-rounded.js';
import { dropSupposed } from './read-supposed.js';
import { setsScene } from './sets-scene.js';

const remainder = /,\sleaving\s(?:\p{L}{1,15}\s){1,3}with\s/iu;
/** "Adding 24 and 12 gives 36", "He had 36 and lost 6, leaving 30". */
const outcome =
  /(?:(?<=[\d.)]\s|\b(?:this|that|which|it|them)\s)(?:gives?|yields?|makes?)(?:\sus|\sme|\syou)?|\b(?:leaves|leaving|resulting\sin|results\sin|(?:we|you|I)\s(?:get|obtain)|to\s(?:get|obtain)|(?:for|making|giving)\sa\stotal\sof|(?<=[;,]\s)total:)|\bgives?\s(?:each|every)\s\p{L}{1,15}|,\sfor(?=\s[$€£]?\d[\d.,]{0,12}\s(?:\p{L}{1,15}\s){0,3}(?:in\s(?:total|all)|altogether|overall)\b))\s(?:(?:a|the|her|him|them|with|total|remainder|only|of)\s){0,3}(?=[$€£]?-?[\d⟨√])/giu;
/** "The sum of 50 and 70 is 120", "120 divided by 2 is 60". */
const calculation =
  /\b(?:(?:sum|product|average|mean|difference|quotient)\s(?:of|between)|\d{1,9}\s(?:more|less|fewer)\sthan|(?:increased|reduced|decreased|divided)\sby|times|plus|minus|multiplied\sby|added\sto|subtracted\sfrom|half\sof)\s[^.]{0,60}?\s(?:is|equals|are|was|makes)\s(?=[$€£]?-?[\d⟨√])/i;
/** "n = 7 works: 7 mod 3 = 1" */
const solved =
  /^[^=\d]{0,40}\b[a-zA-Z]\s?=\s?(-?\d[\d.,]{0,15})\s(?:works|fits|satisfies|is\sthe\s(?:solution|answer|only|smallest|largest))(?!\p{L})/u;
/** "x = 5 or x = -5, but a length is positive, so x = 5" */
const decision = new RegExp(
  String.raw`[,;]\s(?:${[conclusionWords, conclusionWordsAfterComma, contrastWords, contrastWordsAfterComma].join('|')})\s[^=]{0,80}?([a-z]\s?=\s?[^=]{1,40})$`,
  'iu',
);
const concludingWords = new RegExp(
  String.raw`(?<!\p{L})(?:in\stotal|altogether|now(?!,\sand)|finally|(?:so|${inferenceWords})(?=[^\p{L}][^]{0,400}\d))(?!\p{L})|${spacelessConclusions}`,
  'iu',
);
/** "Sie hat also 11", but not "She also has 11". */
const germanConclusion =
  /^(?=.{0,400}(?<!\p{L})(?:hat|haben|hatte|hatten|ist|sind|waren|sie|er|es|wir|man|und|für|von|noch|braucht|brauchen|bleibt|bleiben|kostet|kosten|gibt|beträgt)(?!\p{L})).{0,400}(?<!\p{L})also(?!\p{L})/isu;
/** What follows is why, and no longer what. */
const grounds = new RegExp(reasonStart, 'iu');

/** What a sentence states in a way of its own, or undefined. */
type SentenceRule = (
  sentence: string,
  locale: NumberLocale,
  /** Reads another sentence, or a part of this one, as a whole. */
  read: (sentence: string) => FinalNumbers,
) => FinalNumbers | undefined;

/** In this order: the first rule that applies decides. */
const sentenceRules: readonly SentenceRule[] = [
  readSolved,
  readCounted,
  readCountedInWords,
  readConditional,
  readPlaced,
  readRounded,
  readMeaning,
  // "In 4 hours, it makes 200 parts, i.e. 50 per hour" states 200.
  (sentence, locale, read) =>
    openingClause.test(sentence) ? undefined : readDerived(sentence, locale, read),
];

/**
 * The numbers that a sentence states which announces nothing.
 *
 * @param isConclusion whether it comes after others, so that its last number is the result
 */
export function readSentence(
  said: string,
  locale: NumberLocale,
  isConclusion: boolean,
): FinalNumbers {
  const marked = readChainEnd(said);
  const emphasized = readBold(marked, locale);
  if (emphasized.length > 0) return emphasized;
  const sentence = dropSupposed(simplify(marked));
  const read = (one: string): FinalNumbers => readSentence(one, locale, isConclusion);
  return (
    applyRules(sentenceRules, sentence, locale, read) ??
    readResult(findResult(sentence, locale), locale, isConclusion)
  );
}

function readSolved(sentence: string, locale: NumberLocale): FinalNumbers | undefined {
  const solution = solved.exec(sentence)?.[1];
  return solution === undefined ? undefined : findQuantities(solution, locale);
}

/** The part of a sentence that states its result, without the calculation before it and the grounds. */
function findResult(sentence: string, locale: NumberLocale): string {
  const calculated = calculation.exec(sentence);
  const rest = remainder.exec(sentence) ?? [...sentence.matchAll(outcome)].at(-1);
  const result = calculated
    ? sentence.slice(calculated.index + calculated[0].length)
    : rest
      ? sentence.slice(rest.index)
      : readConsequence(sentence, locale);
  const decided = decision.exec(result)?.[1] ?? result;
  const concluded = findQuantities(decided, locale).length > 0 ? decided : sentence;
  const [claim = ''] = concluded.split(grounds, 1);
  const isClaimed = findQuantities(claim, locale).some((number) => !setsScene(claim, number, true));
  return dropGround(isClaimed ? claim : concluded, locale);
}

/** The side of an equation, or the main clause, that states a result. */
interface Side {
  readonly text: string;
  readonly isConclusion: boolean;
  /** Its numbers that are not denied. */
  readonly found: readonly FoundNumber[];
  /** Those of them that do not only set the scene. */
  readonly stated: readonly FoundNumber[];
  /** What is stated, or else all that was found. */
  readonly candidates: readonly FoundNumber[];
}

/** In this order: the first rule that applies decides between several numbers. */
const sideRules: readonly ((side: Side) => FinalNumbers | undefined)[] = [
  readPredicate,
  readWords,
  ({ candidates }) => (candidates.length === 1 ? candidates : undefined),
  ({ text, candidates }) => readCents(text, candidates),
  ({ text, candidates }) => readTotal(text, candidates),
  ({ text, found }) => readTotal(text, found),
  readOnlyAmount,
  readConclusion,
];

function readResult(result: string, locale: NumberLocale, comesLast: boolean): FinalNumbers {
  const assigned = readAssignments(result, locale);
  if (assigned !== undefined) return assigned;
  const isEquation = /[=≈≡]/.test(result);
  const equated = readEquation(result, locale);
  const text = isEquation ? equated : readMainClause(equated, locale);
  const found = withoutDenied(text, findQuantities(text, locale));
  if (found.length === 0) return [];
  const isConclusion = comesLast || concludes(result);
  const stated = found.filter((number) => !setsScene(text, number, isConclusion));
  const isSaidAgain = stated.length === 0 && result.includes('⇔');
  if (isEquation || isSaidAgain) return joinNumbers(text, found, false);
  const candidates = stated.length > 0 ? stated : found;
  const side: Side = { text, isConclusion, found, stated, candidates };
  return applyRules(sideRules, side) ?? distinct(candidates);
}

/** "So three of the 10 failed." */
function readWords({ text, found, stated }: Side): FinalNumbers | undefined {
  const words = stated.length > 0 ? [] : wordsAsNumbers(text.replace(scaled, '#'));
  return words.length > 0 ? distinct([...words, ...found]) : undefined;
}

/** The one amount of money. */
function readOnlyAmount({ text, candidates }: Side): FinalNumbers | undefined {
  const amounts = candidates.filter(({ start }) =>
    /[$€£]\s?$/.test(text.slice(Math.max(0, start - 3), start)),
  );
  return amounts.length === 1 ? amounts : undefined;
}

/** The last number of a conclusion, and both of "5 chickens and 15 cows". */
function readConclusion({ text, isConclusion, candidates }: Side): FinalNumbers | undefined {
  const [previous, last] = candidates.slice(-2);
  if (!isConclusion || listsSeveral.test(text)) return undefined;
  if (previous === undefined || last === undefined) return undefined;
  const between = text.slice(previous.end, last.start);
  const isJoint = joint.test(between) || isPeer(text.slice(0, previous.start), between);
  return distinct(isJoint ? [previous, last] : [last]);
}

/** The numbers of the last bold text of a sentence, and of the one before it where another subject has it. */
function readBold(sentence: string, locale: NumberLocale): FinalNumbers {
  const [before, last] = [
    undefined,
    ...sentence.matchAll(/\*\*([^*\n]{1,120})\*\*|__([^_\n]{1,120})__/g),
  ].slice(-2);
  const read = (bold: RegExpExecArray | undefined): FinalNumbers =>
    bold === undefined ? [] : readClause((bold[1] ?? bold[2]) as string, locale, true);
  const numbers = read(last);
  const between = sentence.slice(before && before.index + before[0].length, last?.index);
  return before !== undefined &&
    numbers.length > 0 &&
    isPeer(sentence.slice(0, before.index), between)
    ? distinct([...read(before), ...numbers])
    : numbers;
}

/** "2 kg cost €3 → 3 kg cost €4.50": the last of several sentences that follow from each other. */
function readChainEnd(sentence: string): string {
  const last = sentence.split(/[→⇒]|=>/).at(-1) as string;
  const isSentence = !/[=≈]/.test(last) && /\d[^\d]*\p{L}{2}[^\d]*\d/u.test(last);
  return isSentence ? last : sentence;
}

/** "3 solutions: -1, 0 and 1" counts what it lists. */
function readCounted(sentence: string, locale: NumberLocale): FinalNumbers | undefined {
  const [, count, list = ''] =
    /(?<![\d.,])(\d{1,3})\s(?:\p{L}{2,20}\s?){1,5}:\s(.{1,300})$/u.exec(sentence) ?? [];
  const isCounted = count !== undefined && findQuantities(list, locale).length === Number(count);
  return isCounted ? findQuantities(count, locale) : undefined;
}

/** "1.2 million" is no number in words. */
const scaled = /\d[\d.,]{0,15}\s(?:hundred|thousand|million|billion)/gi;

/** "three solutions: -1, 0 and 1" may be asked for their number, and for one of them. */
function readCountedInWords(sentence: string, locale: NumberLocale): FinalNumbers | undefined {
  const [, before = '', list = ''] = /^([^\d:]{1,120}):\s([^:]{1,300})$/.exec(sentence) ?? [];
  const numbers = before === '' ? [] : findQuantities(list, locale);
  const [count, ...others] = numbers.length < 2 ? [] : wordsAsNumbers(before);
  if (count === undefined || others.length > 0 || count.value !== numbers.length) return undefined;
  return distinct([count, ...numbers]);
}

function concludes(sentence: string): boolean {
  return concludingWords.test(sentence) || germanConclusion.test(sentence);
}

/** "The number after 2, 3 and 5 is 7", "95 °F is 35 °C": the one number that a sentence ends with. */
function readPredicate({ text, found: numbers }: Side): FinalNumbers | undefined {
  const last = numbers.at(-1);
  if (last === undefined || numbers.length < 2) return undefined;
  const links = [...text.matchAll(copula)];
  const [link] = links;
  if (link === undefined || links.length > 1) return undefined;
  // In "4 of the 20 are red", nothing is said to be 20.
  if (link.index > last.start || link.index + link[0].length < last.start - 1) return undefined;
  // "He pays $64; that is $16 less" compares with the last number.
  const rest = text.slice(last.end);
  if (/;/.test(text.slice(numbers.at(-2)?.end, last.start)) && comparedAfter.test(rest)) {
    return undefined;
  }
  return link.index > (numbers.at(-2)?.end ?? 0) - 1 && unitAtEnd.test(rest) ? [last] : undefined;
}

const comparedAfter =
  /^\s(?:\p{L}{1,12}\s)?(?:less|more|fewer|higher|lower|cheaper|weniger|mehr|de\smoins|de\splus|menos|más)(?!\p{L})/iu;
const copula =
  /\s(?:is|are|was|were|equals|makes|ist|sind|est|sont|es|son|è|sono|é|são)\s(?:(?:about|approximately|roughly|exactly|equal\sto|also|only)\s)?[*$€£-]{0,3}/giu;
const unitAtEnd = /^\s?[*%°]{0,3}\s?(?:[\p{L}/]{1,15}\s?){0,2}[.!*]{0,3}\s{0,2}$/u;
