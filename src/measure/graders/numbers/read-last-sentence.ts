import type { FoundNumber } from './find-numbers.js';
import { findQuantities } from './find-quantities.js';
import { plainMath } from '../math/plain-math.js';
import type { NumberLocale } from './read-digits.js';
import {
  readBrokenDown,
  readExplained,
  readLabeledNumbers,
  readNumberSolutions,
} from './read-number-lines.js';
import { readConditional, readPlaced } from './read-conditional.js';
import { readConsequence, readDerived, readMeaning } from './read-consequence.js';
import { readRounded } from './read-rounded.js';
import { isPeer } from './is-peer.js';
import { setsScene } from './sets-scene.js';
import { dropSupposed } from './read-supposed.js';
import {
  conclusionWords,
  conclusionWordsAfterComma,
  contrastWords,
  contrastWordsAfterComma,
  inferenceWords,
  reasonWords,
  spacelessConclusions,
} from '../texts/connectives.js';
import { reasonStart } from '../texts/reason-start.js';
import { splitSentences, statesSomething } from '../texts/split-sentences.js';
import {
  distinct,
  dropBrackets,
  joinNumbers,
  joint,
  readCents,
  readAssignments,
  readClause,
  readEquation,
  listsSeveral,
  readTotal,
  simplify,
  withoutDenied,
  wordsAsNumbers,
  type FinalNumbers,
} from './read-number-clause.js';

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
/** "drops from $150 to $120" ends at 120. */
const change =
  /\b((?:doubl|tripl|drop|fall|fell|rise|rose|increas|decreas|go|went|grew|grow|chang|reduc|climb|declin|jump)\w{0,5}\s(?:\w{1,12}\s){0,3}?)(?:by\s[$€£]?\d[\d.,]{0,12}%?,?\s)?from\s[$€£]?\d[\d.,]{0,12}%?\s(?:\p{L}{1,10}\s)?(?=to\s)/giu;
const introduction = new RegExp(
  String.raw`^[\s*_]{0,6}(?:(?:so|finally|then|${conclusionWords}),?\s)?(?:${reasonWords}|with|in|after|if|for|at|when|given|by|to|as|while|although)\s[^,]{1,200},\s(?!\d(?![\d.,]{0,12}\s\p{L}{1,12}\s(?:is|are|equals?|makes?|costs?|contains?)\s))`,
  'iu',
);
const subordinate =
  /,?\s(?:to\s[a-z]{2,15}|before|after|if|than|when|while|until|so\sthat|by\s[a-z]{3,15}ing|using|ensuring|assuming|provided|leaving|once|which|whereas|davon|dont|including|nachdem|bevor|wenn|während|après|avant|quand|después|antes|cuando|dopo|prima|depois|quando|после|когда)\s/gi;
const conclusion = new RegExp(
  String.raw`(?<!\p{L})(?:in\stotal|altogether|now(?!,\sand)|finally|(?:so|${inferenceWords})(?=[^\p{L}][^]{0,400}\d))(?!\p{L})|${spacelessConclusions}`,
  'iu',
);
/** "Sie hat also 11", but not "She also has 11". */
const germanConclusion =
  /^(?=.{0,400}(?<!\p{L})(?:hat|haben|hatte|hatten|ist|sind|waren|sie|er|es|wir|man|und|für|von|noch|braucht|brauchen|bleibt|bleiben|kostet|kosten|gibt|beträgt)(?!\p{L})).{0,400}(?<!\p{L})also(?!\p{L})/isu;
/** What follows is why, and no longer what. */
const grounds = new RegExp(reasonStart, 'iu');
/** The numbers that the last sentence with numbers states, or a first line that is explained below. */
export function readLastSentence(text: string, locale: NumberLocale): FinalNumbers {
  const emphasized = plainMath(text.replace(change, '$1')).replace(
    /(?<!\w)__(?=[-$€£\d])|(?<=[\d%])__(?!\w)/g,
    '**',
  );
  const plain = dropBrackets(emphasized.replaceAll('`', ''), locale);
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  const hasStatement = lines.some((line) =>
    splitSentences(line).some((one) => /[\d√π⟨]/.test(one) && statesSomething(one)),
  );
  let earlier = 0;
  let last: string | undefined;
  for (const line of lines.toReversed()) {
    for (const sentence of splitSentences(line).toReversed()) {
      if (!/[\d√π⟨]/.test(sentence) || (hasStatement && !statesSomething(sentence))) continue;
      if (last === undefined) {
        if (withoutDenied(sentence, findQuantities(sentence, locale)).length > 0) last = sentence;
      } else earlier++;
    }
    if (earlier > 1) break;
  }
  const opening = readExplained(lines, locale);
  if (opening !== undefined) return opening;
  const brokenDown = readBrokenDown(lines, locale);
  if (brokenDown !== undefined) return brokenDown;
  const solutions = readNumberSolutions(lines, locale);
  if (solutions !== undefined) return solutions;
  const labeled = readLabeledNumbers(lines, locale);
  if (labeled !== undefined) return labeled;
  return last === undefined
    ? wordsAsNumbers(lines.at(-1) ?? '')
    : readSentence(last, locale, earlier > 0);
}

/** "2 kg cost €3 → 3 kg cost €4.50": the last of several sentences that follow from each other. */
function readChainEnd(sentence: string): string {
  const last = sentence.split(/[→⇒]|=>/).at(-1) as string;
  const isSentence = !/[=≈]/.test(last) && /\d[^\d]*\p{L}{2}[^\d]*\d/u.test(last);
  return isSentence ? last : sentence;
}

/** "3 solutions: -1, 0 and 1" counts what it lists. */
function readCounted(sentence: string, locale: NumberLocale): string | undefined {
  const [, count, list = ''] =
    /(?<![\d.,])(\d{1,3})\s(?:\p{L}{2,20}\s?){1,5}:\s(.{1,300})$/u.exec(sentence) ?? [];
  return count !== undefined && findQuantities(list, locale).length === Number(count)
    ? count
    : undefined;
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

/** Reads a sentence that announces nothing. */
function readSentence(said: string, locale: NumberLocale, isConclusion: boolean): FinalNumbers {
  const marked = readChainEnd(said);
  const emphasized = readBold(marked, locale);
  if (emphasized.length > 0) return emphasized;
  const whole = dropSupposed(simplify(marked));
  const solution = solved.exec(whole)?.[1] ?? readCounted(whole, locale);
  if (solution !== undefined) return findQuantities(solution, locale);
  const counted = readCountedInWords(whole, locale);
  if (counted !== undefined) return counted;
  const readAgain = (one: string): FinalNumbers => readSentence(one, locale, isConclusion);
  const conditional =
    readConditional(whole, locale, readAgain) ?? readPlaced(whole, locale, readAgain);
  if (conditional !== undefined) return conditional;
  const rounded = readRounded(whole, locale);
  if (rounded !== undefined) return rounded;
  const meant = readMeaning(whole, locale, readAgain);
  if (meant !== undefined) return meant;
  // "In 4 hours, it makes 200 parts, i.e. 50 per hour" states 200.
  const derived = introduction.test(whole) ? undefined : readDerived(whole, locale, readAgain);
  if (derived !== undefined) return derived;
  const calculated = calculation.exec(whole);
  const rest = remainder.exec(whole) ?? [...whole.matchAll(outcome)].at(-1);
  const result = calculated
    ? whole.slice(calculated.index + calculated[0].length)
    : rest
      ? whole.slice(rest.index)
      : readConsequence(whole, locale);
  const decided = decision.exec(result)?.[1] ?? result;
  const concluded = findQuantities(decided, locale).length > 0 ? decided : whole;
  const [claim = ''] = concluded.split(grounds, 1);
  const isClaimed = findQuantities(claim, locale).some((number) => !setsScene(claim, number, true));
  const sentence = dropGround(isClaimed ? claim : concluded, locale);
  const assigned = readAssignments(sentence, locale);
  if (assigned !== undefined) return assigned;
  const isEquation = /[=≈≡]/.test(sentence);
  const side = isEquation
    ? readEquation(sentence, locale)
    : readMainClause(readEquation(sentence, locale), locale);
  const found = withoutDenied(side, findQuantities(side, locale));
  const [first] = found;
  if (first === undefined) return [];
  if (isEquation) return joinNumbers(side, found, false);
  const stated = found.filter(
    (number) => !setsScene(side, number, isConclusion || concludes(sentence)),
  );
  if (stated.length === 0 && sentence.includes('⇔')) return joinNumbers(side, found, false);
  const predicated = readPredicate(side, found);
  if (predicated !== undefined) return [predicated];
  // "So three of the 10 failed."
  const inWords = stated.length > 0 ? [] : wordsAsNumbers(side.replace(scaled, '#'));
  if (inWords.length > 0) return distinct([...inWords, ...found]);
  const candidates = stated.length > 0 ? stated : found;
  if (candidates.length === 1) return candidates;
  const money = readCents(side, candidates);
  if (money !== undefined) return [money];
  const total = readTotal(side, candidates) ?? readTotal(side, found);
  if (total !== undefined) return [total];
  // After a calculation, or in a conclusion, the result comes last.
  const amounts = candidates.filter(({ start }) =>
    /[$€£]\s?$/.test(side.slice(Math.max(0, start - 3), start)),
  );
  if (amounts.length === 1) return amounts;
  if (listsSeveral.test(side) || !(isConclusion || concludes(sentence)))
    return distinct(candidates);
  // "5 chickens and 15 cows" concludes with both.
  const [previous, final] = candidates.slice(-2) as [FoundNumber, FoundNumber];
  const between = side.slice(previous.end, final.start);
  const isJoint = joint.test(between) || isPeer(side.slice(0, previous.start), between);
  return distinct(isJoint ? [previous, final] : [final]);
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

const clauseStart =
  /^(?:then\s|so\s)?(?:the|they|he|she|it|we|you|I|this|that|these|there|each|every|his|her|their|its|all|\p{Lu}\p{L}+|\d[\d.,]{0,12}\s\p{L}{1,12}\s(?:is|are|equals?|makes?|costs?|contains?))(?!\p{L})/u;
function concludes(sentence: string): boolean {
  return conclusion.test(sentence) || germanConclusion.test(sentence);
}

/** "Since 150 / 40 = 3.75, they need 4 buses" and "With x = 5, the perimeter is 20" without their ground. */
function dropGround(sentence: string, locale: NumberLocale): string {
  const opening = introduction.exec(sentence)?.[0] ?? '';
  const main = sentence.slice(opening.length);
  const isGround = opening.includes('=') && clauseStart.test(main);
  return isGround && findQuantities(main, locale).length > 0 ? main : sentence;
}

/** "The number after 2, 3 and 5 is 7", "95 °F is 35 °C": the one number that a sentence ends with. */
function readPredicate(text: string, numbers: readonly FoundNumber[]): FoundNumber | undefined {
  const last = numbers.at(-1);
  if (last === undefined || numbers.length < 2) return undefined;
  const links = [...text.matchAll(copula)];
  const [link] = links;
  if (link === undefined || links.length > 1) return undefined;
  // In "4 of the 20 are red", nothing is said to be 20.
  if (link.index > last.start || link.index + link[0].length < last.start - 1) return undefined;
  // "He pays $64; that is $16 less" compares with the last number.
  const rest = text.slice(last.end);
  if (/;/.test(text.slice(numbers.at(-2)?.end, last.start)) && comparison.test(rest)) {
    return undefined;
  }
  return link.index > (numbers.at(-2)?.end ?? 0) - 1 && ending.test(rest) ? last : undefined;
}

const comparison =
  /^\s(?:\p{L}{1,12}\s)?(?:less|more|fewer|higher|lower|cheaper|weniger|mehr|de\smoins|de\splus|menos|más)(?!\p{L})/iu;
const copula =
  /\s(?:is|are|was|were|equals|makes|ist|sind|est|sont|es|son|è|sono|é|são)\s(?:(?:about|approximately|roughly|exactly|equal\sto|also|only)\s)?[*$€£-]{0,3}/giu;
const ending = /^\s?[*%°]{0,3}\s?(?:[\p{L}/]{1,15}\s?){0,2}[.!*]{0,3}\s{0,2}$/u;

const contrastEnd = new RegExp(
  String.raw`,\s(?:${contrastWords}|${contrastWordsAfterComma})$`,
  'iu',
);
/** Further subordinate clauses of a sentence are not looked at. */
const maxClauses = 12;

/** A sentence without what comes before its main clause ("Since a box holds 24, ") and after it. */
function readMainClause(sentence: string, locale: NumberLocale): string {
  const hasNumber = (text: string): boolean =>
    findQuantities(text, locale).some((number) => !setsScene(text, number, true));
  const opening = introduction.exec(sentence)?.[0].length ?? 0;
  const main = hasNumber(sentence.slice(opening)) ? sentence.slice(opening) : sentence;
  for (const { index } of [...main.matchAll(subordinate)].slice(0, maxClauses)) {
    const before = main.slice(0, index);
    // "It was $300, but after the discount it's $250": the main clause goes on.
    if (contrastEnd.test(before)) continue;
    const states = findQuantities(before, locale).some((one) => !setsScene(before, one, false));
    if (states || hasNumber(before)) return before;
  }
  return main;
}
