import { cutRunOn, findMarkedAnswers, shortenAnswer } from './find-marked-answers.js';
import { findJson } from './find-json.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import { plainMath } from './math/plain-math.js';
import { findNumberWords } from './number-words.js';
import { detectNumberLocale, type NumberLocale } from './read-digits.js';
import { unifyTypography } from './typography.js';

/** The numbers that an answer may state as its last word: none, one, or several without a ground to prefer one. */
export type FinalNumbers = readonly FoundNumber[];

/** Calculations that GSM8K's solutions repeat between angle brackets. */
export const annotation = /<<[^<>\n]{0,200}>>/g;
/** Between thousands, as programs write them: 1_000_000. */
const underscore = /(?<=\d)_(?=\d{3}(?!\d))/g;
/** "3 out of 4, i.e. 3/4" and "7 degrees below zero, i.e. -7": the first is no value yet. */
const needsRestating = /\bout of\b|\bbelow zero\b/i;
/** "x = 8 or x = -3". */
const secondSolution = /(?<=\b([a-zA-Z])\s?=\s?[^=\n]{1,40})\sor\s\1\s?=\s?/;
const remainder = /,\sleaving\s(?:\p{L}{1,15}\s){1,3}with\s/iu;
/** Of a longer line, only the end is read. */
const maxLine = 1500;
const sentenceEnd =
  /(?<!\b(?:e\.g|i\.e|approx|ca|Rs|No|vs|Mr|Dr|St))[.!?](?=["')*_]{0,3}(?:\s|$))|[。！？]/;
const reason =
  /[,;]?\s(?:because|since|given that|as\s(?!the answer)|where|when|weil|denn|porque|ya que|car|parce que|puisque|perché|poiché|omdat|çünkü|потому)\s|因为|なぜなら/iu;
const sameThing =
  /[,;]?\s\(?(?:i\.\s?e\.|that is,|that is to say|namely|which is|which equals|d\.\s?h\.|das heißt|also|c'est-à-dire|soit|es decir|o sea|cioè|ou seja|т\.\s?е\.|то есть),?\s/giu;
const denied =
  /(?:\b(?:not|nor|never|rather than|instead of|unlike|nicht|statt|pas|au lieu de|en vez de|anziché|invece di|em vez de)|n't(?:\sbe)?|(?<!\p{L})(?:no|non|não|не)|不是|ではなく|ليست|ليس)\s?(?:(?:the|a|just|only|exactly|equal to|about|to be|es|est)\s){0,2}(?:[$€£¥]\s?)?-?\s?$/iu;
const deniedAfter =
  /^[^\d.]{0,20}\b(?:is|are|was)\s(?:not|wrong|incorrect|extraneous|rejected)|^[^\d.]{0,20}\b(?:do|does|did)(?:\snot|n't)\b|^\s?(?:ではな|不对|不是)/iu;
/** Between two numbers of which both are meant, or either. */
const joint =
  /^(?:[\s%°$€£*]|,|\/|\p{L}{1,12}\s){0,4}?(?:[,;、]|\bor\b|\band\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b|\be\b|\bto\b|\bbis\b|\bà\b|или|\sи\s|或|和|または)(?:\s?(?:or|and|maybe|perhaps|possibly|else))?[\s$€£*-]{0,4}$/u;
const cents = /^\s?(?:dollars?|euros?|pounds?)\s(?:and\s)?$/;
/** Before a number that something else is measured by. */
const setting =
  /(?:\b(?:out of|of|than|per|every|each|after|within|during|over|across|among|between|from|by|at|for|in|on|with|into|to all|divided by|times|the (?:first|last|other|next)|all)|以内)\s(?:(?:the|a|these|those|about|all|his|her|their|its|both)\s)?(?:original\s|initial\s)?(?:[$€£]\s?)?$/i;
/** "a total of 14" and "lasts for 3 weeks" state what they name. */
const statingSetting =
  /\b(?:total|sum|average|mean|rate|price|cost|profit|loss|speed|age|distance|amount|number|result|value|difference|balance|maximum|minimum|combined|lasts?|lasted|equal|reduces?|simplif(?:y|ies)|comes?|amounts?|evaluates?|adds?\sup|sums?)\s(?:up\s|out\s)?(?:for|of|at|to|with)\s(?:about\s)?(?:[$€£]\s?)?$/i;
const settingAfter =
  /^\s?(?:%\s)?(?:of\s(?!the\sanswer)|each\b|per\b|apiece\b|times\s(?:as|more)|\/|\p{L}{3,9}\s(?:from now|later|ago|earlier)\b)/iu;
const introduction =
  /^[\s*_]{0,6}(?:(?:so|thus|therefore|hence|finally|then),?\s)?(?:since|because|with|in|after|if|for|at|when|given|by|to|as|while|although)\s[^,]{1,200},\s(?!\d)/i;
const subordinate =
  /,?\s(?:to\s[a-z]{2,15}|before|after|if|than|when|while|until|so\sthat|by\s[a-z]{3,15}ing|using|ensuring|leaving|once|which|whereas)\s/gi;
const conclusion =
  /\b(?:so|thus|therefore|hence|in total|altogether|also|now|finally|daher|donc|por lo tanto|quindi|portanto|итак|因此|所以|したがって)\b/iu;

/**
 * The final numbers of an answer: those of its last marked answer, or else of its last sentence with
 * numbers. Numbers in brackets, denied ones ("not 5"), and those that only set the scene ("out of 12",
 * "36-minute") step back behind others; of an equation, the side that is a plain number counts.
 */
export function findFinalNumbers(answer: string): FinalNumbers {
  const text = cutRunOn(
    unifyTypography(shortenAnswer(answer)).replace(annotation, '').replace(underscore, ','),
  );
  const locale = detectNumberLocale(text);
  for (const { kind, text: marked } of findMarkedAnswers(text)) {
    const numbers = readMarked(
      marked,
      kind === 'boxed' || kind === 'json' || kind === 'tag',
      locale,
    );
    if (numbers.length > 0) return numbers;
  }
  return readJsonNumbers(text) ?? readLastSentence(text, locale);
}

/** Plain math without the emphasis and the math delimiters around it. */
function simplify(text: string): string {
  return plainMath(text)
    .replace(/\*\*|__|`/g, '')
    .replace(sameThing, ' ⇔ ')
    .replace(/[→⇒]|=>|,\swhich\smakes\s/g, ' = ');
}

/** A minus with a space after it is a sign where a value begins. */
function joinSign(text: string): string {
  return text.replace(/^(\s*)-\s+(?=[$€£]?\s?[\d√⟨.])/, '$1-');
}

function readMarked(marked: string, isWhole: boolean, locale: NumberLocale): FinalNumbers {
  const part = marked.slice(0, maxLine);
  const plain = joinSign(simplify(isWhole ? part.replaceAll('\n', ' ') : part));
  const [line = ''] = plain.split('\n', 1);
  const [sentence = ''] = line.split(sentenceEnd, 1);
  for (const clause of [sentence.split(reason, 1)[0] as string, sentence]) {
    const numbers = readClause(dropBrackets(clause, locale), locale, isWhole);
    if (numbers.length > 0) return numbers;
  }
  // "6th place" is no number in running text, but it is where a number is due.
  const ordinal = /^\W{0,4}(\d{1,4})(?:st|nd|rd|th)\b/.exec(sentence)?.[1];
  return ordinal === undefined ? wordsAsNumbers(sentence) : [numberOf(Number(ordinal))];
}

/** A JSON answer that is a number or has only one, or all of its numbers. */
function readJsonNumbers(text: string): FinalNumbers | undefined {
  if (!text.includes('{')) return undefined;
  const found = findJson(text);
  if (typeof found?.value !== 'object' || found.value === null) return undefined;
  if (!found.isWhole && text.trim().at(-1) !== '}' && !text.includes('```')) return undefined;
  const members = Object.entries(found.value).filter(
    ([name, value]) =>
      typeof value === 'number' && !/confidence|probability|score|steps?$/i.test(name),
  );
  return members.length === 0 ? undefined : members.map(([, value]) => numberOf(Number(value)));
}

function numberOf(value: number): FoundNumber {
  return { value, percent: false, computed: false, adjectival: false, start: 0, end: 0 };
}

/** Reads a clause that states an answer: its first number, or several where it joins them. */
function readClause(clause: string, locale: NumberLocale, isWhole: boolean): FinalNumbers {
  const parts = clause.split(/(?:[,;]|\s-)\s(?!\d)(?!(?:and|or|und|oder|et|ou|y|o|e)\s\d)/);
  for (const part of parts) {
    const side = readEquation(part, locale);
    const numbers = withoutDenied(side, findNumbers(side, locale));
    if (numbers.length > 0) return joinNumbers(side, numbers, isWhole);
  }
  return [];
}

/** The side of an equation that is its result: the last plain number, be it right or left. */
function readEquation(text: string, locale: NumberLocale): string {
  // "24, i.e. 2 dozen" states 24; "2 + 4, i.e. 6" only the sum's result.
  const [said = '', ...restated] = text.split('⇔');
  if (restated.length > 0) {
    const numbers = findNumbers(said, locale);
    const isStated =
      numbers.length > 0 && numbers.at(-1)?.computed !== true && !needsRestating.test(said);
    const rest = restated.join(' ');
    return readEquation(isStated && !rest.includes('=') ? said : rest, locale);
  }
  const sides = text.replace(secondSolution, ' or ').split(/[=≈≡]/);
  if (sides.length === 1) return text;
  const last = sides.at(-1) as string;
  const [first] = sides;
  const numbers = findNumbers(last, locale);
  if (numbers.length === 0)
    return sides.findLast((side) => findNumbers(side, locale).length > 0) ?? text;
  // "7 = 3 + 4" states 7; "x = 3 + 4" has no plain number, and states the sum.
  const isPlain = /^[\s$€£-]*[\d.,]+\s*$/.test(first as string);
  return numbers[0]?.computed === true && isPlain ? (first as string) : joinSign(last);
}

function withoutDenied(text: string, numbers: readonly FoundNumber[]): readonly FoundNumber[] {
  return numbers.filter(
    ({ start, end }) =>
      !denied.test(text.slice(Math.max(0, start - 40), start)) &&
      !deniedAfter.test(text.slice(end, end + 40)),
  );
}

/** The first of a clause's numbers, or all that "and", "or" or a comma join to it. */
function joinNumbers(text: string, found: readonly FoundNumber[], isWhole: boolean): FinalNumbers {
  const named = found.filter(({ adjectival }) => !adjectival);
  const numbers = named.length > 0 ? named : found;
  const [first, second] = numbers as [FoundNumber, FoundNumber | undefined];
  if (/±\s?$/.test(text.slice(Math.max(0, first.start - 3), first.start))) {
    return [first, { ...first, value: -first.value }];
  }
  if (second === undefined) return [first];
  const between = text.slice(first.end, second.start);
  if (cents.test(between) && /^\s?cents?\b/.test(text.slice(second.end, second.end + 8))) {
    return [numberOf(first.value + second.value / 100)];
  }
  // "225 minutes or 3 hours and 45 minutes" says one thing in two units.
  const unit = /^\s?(\p{L}{2,12})/u.exec(between)?.[1];
  const nextUnit = /^\s?(\p{L}{2,12})/u.exec(text.slice(second.end, second.end + 14))?.[1];
  const isRestated = unit !== undefined && nextUnit !== undefined && unit !== nextUnit;
  if (/\bor\b|\boder\b|\bou\b/.test(between) && isRestated && !/^(?:or|oder|ou)$/.test(unit))
    return [first];
  if (joint.test(between)) return distinct(numbers);
  const onlyListed = isWhole && /^[\s,;]*$/.test(between);
  return onlyListed ? distinct(numbers) : [first];
}

function distinct(numbers: readonly FoundNumber[]): FinalNumbers {
  return numbers.filter(
    ({ value }, index) => numbers.findIndex((other) => other.value === value) === index,
  );
}

/** Brackets after a number explain it: "5 (12 - 7)". They stay where they hold the only numbers. */
function dropBrackets(text: string, locale: NumberLocale): string {
  const outside = text.replace(/\s\([^()]{0,300}\)|\s?（[^（）]{0,300}）/g, ' ');
  return outside !== text && findNumbers(outside, locale).length > 0 ? outside : text;
}

function readLastSentence(text: string, locale: NumberLocale): FinalNumbers {
  const plain = dropBrackets(plainMath(text).replaceAll('`', ''), locale);
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  let earlier = 0;
  let last: string | undefined;
  for (const line of lines.toReversed()) {
    const end = line.slice(-maxLine);
    const sentences = end.split(new RegExp(sentenceEnd, 'g')).toReversed();
    for (const sentence of sentences) {
      if (!/[\d√π⟨]/.test(sentence)) continue;
      if (last === undefined) {
        if (findNumbers(sentence, locale).length > 0) last = sentence;
      } else earlier++;
    }
    if (earlier > 1) break;
  }
  const labeled = readLabeledNumbers(lines, locale);
  if (labeled !== undefined) return labeled;
  return last === undefined
    ? wordsAsNumbers(lines.at(-1) ?? '')
    : readSentence(last, locale, earlier > 0);
}

const labeledLine =
  /^[\s*_-]{0,6}\p{L}[\p{L} ]{1,30}:[\s*_]{0,4}[$€£]?-?\d[\d.,]*\s?[\p{L}%€]{0,12}[\s*_.]{0,4}$/u;

/** "Total: 24" and "Per person: 6", one after the other: nothing says which of them was asked for. */
function readLabeledNumbers(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const last = lines.slice(-2);
  if (last.length < 2 || lines.length > 4 || !last.every((line) => labeledLine.test(line))) {
    return undefined;
  }
  return distinct(last.flatMap((line) => findNumbers(line, locale)));
}

/** Reads a sentence that announces nothing. */
function readSentence(marked: string, locale: NumberLocale, isConclusion: boolean): FinalNumbers {
  const bold = [...marked.matchAll(/\*\*([^*\n]{1,120})\*\*|__([^_\n]{1,120})__/g)].at(-1);
  if (bold !== undefined) {
    const emphasized = readClause((bold[1] ?? bold[2]) as string, locale, true);
    if (emphasized.length > 0) return emphasized;
  }
  const whole = simplify(marked);
  const rest = remainder.exec(whole);
  const result = rest ? whole.slice(rest.index) : whole.slice(whole.lastIndexOf(', so ') + 1);
  const sentence = findNumbers(result, locale).length > 0 ? result : whole;
  const isEquation = /[=≈≡⇔]/.test(sentence);
  const side = isEquation ? readEquation(sentence, locale) : readMainClause(sentence, locale);
  const found = withoutDenied(side, findNumbers(side, locale));
  const [first] = found;
  if (first === undefined) return findNumbers(side, locale).slice(-1);
  if (isEquation) return joinNumbers(side, found, false);
  const stated = found.filter((number) => !setsScene(side, number, isConclusion));
  const candidates = stated.length > 0 ? stated : found;
  if (candidates.length === 1) return candidates;
  // After a calculation, or in a conclusion, the result comes last.
  const amounts = candidates.filter(({ start }) =>
    /[$€£]\s?$/.test(side.slice(Math.max(0, start - 3), start)),
  );
  if (amounts.length === 1) return amounts;
  if (!isConclusion && !conclusion.test(sentence)) return distinct(candidates);
  // "5 chickens and 15 cows" concludes with both.
  const [previous, final] = candidates.slice(-2) as [FoundNumber, FoundNumber];
  const isJoint = joint.test(side.slice(previous.end, final.start));
  return distinct(isJoint ? [previous, final] : [final]);
}

/** A sentence without what comes before its main clause ("Since a box holds 24, ") and after it. */
function readMainClause(sentence: string, locale: NumberLocale): string {
  const hasNumber = (text: string): boolean =>
    findNumbers(text, locale).some((number) => !setsScene(text, number, true));
  const opening = introduction.exec(sentence)?.[0].length ?? 0;
  const main = hasNumber(sentence.slice(opening)) ? sentence.slice(opening) : sentence;
  for (const { index } of main.matchAll(subordinate)) {
    if (hasNumber(main.slice(0, index))) return main.slice(0, index);
  }
  return main;
}

/** Whether a number only says out of how many, after how long or how big something else is. */
function setsScene(text: string, number: FoundNumber, isConclusion: boolean): boolean {
  const { start, end, adjectival } = number;
  if (adjectival || settingAfter.test(text.slice(end, end + 16))) return true;
  const before = text.slice(Math.max(0, start - 32), start);
  if (/\bas\sof\s$/i.test(before)) return true;
  if (!setting.test(before) || statingSetting.test(before)) return false;
  return isConclusion || !isYear(text.slice(start, end));
}

/** "In 2024" may set the scene, and may be the answer. */
function isYear(text: string): boolean {
  return /^(?:1[5-9]|20)\d\d$/.test(text);
}

function wordsAsNumbers(text: string): FinalNumbers {
  const words = findNumberWords(text);
  const denying = words.filter(
    ({ start }) => !denied.test(text.slice(Math.max(0, start - 40), start)),
  );
  return distinct(denying.map(({ value }) => numberOf(value))).slice(-1);
}
