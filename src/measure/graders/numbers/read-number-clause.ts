import type { FoundNumber } from './find-numbers.js';
import { findQuantities } from './find-quantities.js';
import { plainMath } from '../math/plain-math.js';
import { findNumberWords } from './number-words.js';
import type { NumberLocale } from './read-digits.js';

/** The numbers that an answer may state as its last word: none, one, or several without a ground to prefer one. */
export type FinalNumbers = readonly FoundNumber[];

/** "3 out of 4, i.e. 3/4" and "7 degrees below zero, i.e. -7": the first is no value yet. */
const needsRestating =
  /\bout of\b|\b(?:more|less|fewer|greater|higher|lower)\sthan\b|\bbelow zero\b|\b(?:loss|decrease|drop|deficit)\sof\b|\d\s\p{L}{1,12}\s(?:and|und|et|y|e)\s\d+\s\p{L}{1,12}\s?$/iu;
/** "x = 8 or x = -3". */
const secondSolution =
  /(?<=\b([a-zA-Z])\s?=\s?[^=\n]{1,40}),?\s{1,6}(?:or|and|oder|und|ou|et|o|y|e)\s{1,6}\1\s?=\s?|(?<=\b([a-zA-Z])\s?=\s?-?[\d.]{1,12}),\s{1,6}\2\s?=\s?(?=-?[\d√⟨])/g;
const sameThing =
  /[,;]?\s\(?(?:i\.\s?e\.|that is,|that is to say|namely|which is|which equals|d\.\s?h\.|das heißt|c'est-à-dire|soit|es decir|o sea|cioè|ou seja|т\.\s?е\.|то есть),?\s/giu;
/** "rounded to 2 decimal places" */
const roundedTo =
  /[,(]?\s?(?<!\p{L})(?:correct|rounded|gerundet|arrondie?|redondead[oa]|arrotondat[oa]|arredondad[oa])\s(?:up\s|down\s)?(?:to|auf|à|a|para)\s(?:\d{1,2}|one|two|three|four|five|zwei|drei|deux|trois|dos|tres|due|tre|duas|três)\s(?:decimals?|significant|places?|digits?|d\.?p\.?|s\.?f\.?|nachkommastellen?|dezimalstellen?|stellen|décimales?|decimales|decimali|chiffres|cifras|cifre|casas)(?!\p{L})(?:\s(?:places?|digits?|figures?|decimales|decimais))?\)?/giu;
const denied =
  /(?:\b(?:not|nor|never|rather than|instead of|unlike|nicht|statt|pas|au lieu de|en vez de|anziché|invece di|em vez de)|n't(?:\sbe)?|(?<!\p{L})(?:no|non|não|не)|不是|ليست|ليس)\s?(?:(?:the|a|just|only|exactly|equal to|about|to be|es|est)\s){0,2}(?:[$€£¥]\s?)?-?\s?$/iu;
const deniedAfter =
  /^[^\d.]{0,20}\b(?:is|are|was|would\sbe)\s(?:not|wrong|incorrect|extraneous|rejected|too\s(?:low|high|small|large|big|few|many|much|little))|^[^\d.]{0,20}\b(?:do|does|did)(?:\snot|n't)\b|^\s?(?:ではな|不对|不是)/iu;
/** Between two numbers of which both are meant, or either. */
export const joint =
  /^(?:[\s%°$€£*]|,|\/|\p{L}{1,12}\s){0,4}?(?:[,;、]|\bor\b|\band\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b|\be\b|\bto\b|\bremainder\b|\bR\b|\bbis\b|\bà\b|или|\sи\s|或|和|または)(?:\s?(?:or|and|maybe|perhaps|possibly|else))?[\s$€£*-]{0,4}$/u;
const cents = /^\s?(?:dollars?|euros?|pounds?)\s(?:and\s)?$/;

/** Plain math without the emphasis and the math delimiters around it. */
export function simplify(text: string): string {
  return plainMath(text)
    .replace(/\*\*|__|`/g, '')
    .replace(/\d[\d,.]{0,12}\sout\sof\s\d[\d,.]{0,12},?\sor\s(?=[\d.⟨])/g, '')
    .replace(roundedTo, ' ')
    .replace(sameThing, ' ⇔ ')
    .replace(/[→⇒]|=>|,\swhich\smakes\s/g, ' = ');
}

/** A minus with a space after it is a sign where a value begins. */
export function joinSign(text: string): string {
  return text.replace(/^(\s*)-\s+(?=[$€£]?\s?[\d√⟨.])/, '$1-');
}

/** A number that stands nowhere in a text. */
export function numberOf(value: number): FoundNumber {
  return { value, percent: false, computed: false, adjectival: false, start: 0, end: 0 };
}

/** Reads a clause that states an answer: its first number, or several where it joins them. */
export function readClause(clause: string, locale: NumberLocale, isWhole: boolean): FinalNumbers {
  const assigned = readAssignments(clause, locale);
  if (assigned !== undefined) return assigned;
  const parts = clause.split(/(?:[,;]|\s-)\s(?!\d)(?!(?:and|or|und|oder|et|ou|y|o|e)\s\d)/);
  for (const part of parts) {
    const side = readEquation(part, locale);
    const numbers = withoutDenied(side, findQuantities(side, locale));
    if (numbers.length > 0) return joinNumbers(side, numbers, isWhole);
  }
  return [];
}

/** "x = 12, y = 5": nothing says which of several variables was asked for. */
export function readAssignments(text: string, locale: NumberLocale): FinalNumbers | undefined {
  const parts = text.split(
    /(?:[,;]|\s(?:and|or|und|oder|et|ou|y|e|o)\s)\s?(?=[a-zA-Z](?:_?\d)?\s?=)/,
  );
  if (parts.length < 2) return undefined;
  const read = parts.map((part) => {
    const [, name = '', value = ''] =
      /(?:^|\s)([a-zA-Z](?:_?\d)?)\s?=([^=]{1,40})$/.exec(part) ?? [];
    const numbers = findQuantities(value, locale);
    return numbers.length === 1 ? { name, numbers } : undefined;
  });
  const isEach = read.every((one) => one !== undefined);
  if (!isEach || new Set(read.map(({ name }) => name)).size < parts.length) return undefined;
  return distinct(read.flatMap(({ numbers }) => numbers));
}

/** The side of an equation that is its result: the last plain number, be it right or left. */
export function readEquation(text: string, locale: NumberLocale): string {
  // "24, i.e. 2 dozen" states 24; "2 + 4, i.e. 6" only the sum's result.
  const [said = '', ...restated] = text.split('⇔');
  if (restated.length > 0) {
    const numbers = findQuantities(said, locale);
    const isStated =
      numbers.length > 0 && numbers.at(-1)?.computed !== true && !needsRestating.test(said);
    const rest = restated.join(' ');
    // "overdrawn by 12, i.e. -12" and "3 dozen, i.e. 36" state what is said again.
    const { value: before, alternative } = numbers.at(-1) ?? {};
    const isCorrected = findQuantities(rest, locale).some(
      ({ value }) => value === alternative || (value < 0 && before === -value),
    );
    return readEquation(isStated && !isCorrected && !rest.includes('=') ? said : rest, locale);
  }
  const sides = text.replace(secondSolution, ' or ').split(/[=≈≡]/);
  if (sides.length === 1) return text;
  const last = sides.at(-1) as string;
  const [first] = sides;
  const numbers = findQuantities(last, locale);
  if (numbers.length === 0)
    return sides.findLast((side) => findQuantities(side, locale).length > 0) ?? text;
  // "7 = 3 + 4" states 7; "x = 3 + 4" has no plain number, and states the sum.
  const isPlain = /^[\s$€£-]*[\d.,]+\s*$/.test(first as string);
  return numbers[0]?.computed === true && isPlain ? (first as string) : joinSign(last);
}

/** The numbers of a text that it does not deny, as "not 5" and "5 is wrong" do. */
export function withoutDenied(
  text: string,
  numbers: readonly FoundNumber[],
): readonly FoundNumber[] {
  return numbers.filter(
    ({ start, end }) =>
      !denied.test(text.slice(Math.max(0, start - 40), start)) &&
      !deniedAfter.test(text.slice(end, end + 40)),
  );
}

/** The first of a clause's numbers, or all that "and", "or" or a comma join to it. */
export function joinNumbers(
  text: string,
  found: readonly FoundNumber[],
  isWhole: boolean,
): FinalNumbers {
  const named = found.filter(({ adjectival }) => !adjectival);
  const numbers = named.length > 0 ? named : found;
  const [first, second] = numbers as [FoundNumber, FoundNumber | undefined];
  if (/±\s?$/.test(text.slice(Math.max(0, first.start - 3), first.start))) {
    return [first, { ...first, value: -first.value }];
  }
  if (second === undefined) return [first];
  const between = text.slice(first.end, second.start);
  const money = readCents(text, [first, second]);
  if (money !== undefined) return money;
  // "225 minutes or 3 hours and 45 minutes" says one thing in two units.
  const unit = /^\s?(\p{L}{2,12})/u.exec(between)?.[1];
  const nextUnit = /^\s?(\p{L}{2,12})/u.exec(text.slice(second.end, second.end + 14))?.[1];
  const isRestated = unit !== undefined && nextUnit !== undefined && unit !== nextUnit;
  const told = distinct([first, second]);
  if (told.length === 1 && joint.test(between)) return told;
  if (/\bor\b|\boder\b|\bou\b/.test(between) && isRestated && !/^(?:or|oder|ou)$/.test(unit))
    return [first];
  if (joint.test(between)) return distinct(numbers);
  const onlyListed = isWhole && /^[\s,;]*$/.test(between);
  return onlyListed ? distinct(numbers) : [first];
}

/** "12 dollars and 75 cents" is one number. */
export function readCents(text: string, numbers: readonly FoundNumber[]): FinalNumbers | undefined {
  const [first, second] = numbers;
  if (first === undefined || second === undefined || numbers.length > 2) return undefined;
  const isMoney =
    cents.test(text.slice(first.end, second.start)) &&
    /^\s?cents?\b/.test(text.slice(second.end, second.end + 8));
  return isMoney ? [numberOf(first.value + second.value / 100)] : undefined;
}

/** "The factors of 6 are: 1, 2 and 3" lists what was asked for. */
export const listsSeveral = /(?<!\p{L})(?:are|were|sind|waren|sont|sono|son|são)\s?:/iu;
const listsOne = /(?<!\p{L})(?:is|was|ist|est|es|è|é)\s?:/iu;
const totaled = /(?<!\p{L})(?:total|altogether|in\sall|overall|insgesamt|totale?s?)(?!\p{L})/iu;
const multiplied = /(?<!\p{L})(?:of|each|by|times|à)(?!\p{L})|[×*]|\sx\s/iu;

/** "36 marbles in total: 24 red and 12 blue" and "36 in total: 3 groups of 12" state 36. */
export function readTotal(text: string, numbers: readonly FoundNumber[]): FinalNumbers | undefined {
  const [first, ...parts] = numbers as [FoundNumber, ...FoundNumber[]];
  const sum = parts.reduce((total, { value }) => total + value, 0);
  const before = text.slice(first.end, parts[0]?.start);
  const isDivided = /[:(]|其中|うち|그중|\b(?:of\swhich|including|davon|dont|di\scui)\b/.test(
    before,
  );
  const product = parts.reduce((total, { value }) => total * value, 1);
  const isMultiplied =
    totaled.test(before) || multiplied.test(text.slice(parts[0]?.end, parts.at(-1)?.start));
  const isTotal = sum === first.value || (product === first.value && isMultiplied);
  const isAsked = listsSeveral.test(before) || listsOne.test(before);
  return isDivided && !isAsked && parts.length > 1 && isTotal ? [first] : undefined;
}

/** The numbers without those that repeat a value, as "3 hours and 5 minutes, or 185 minutes" does. */
export function distinct(numbers: readonly FoundNumber[]): FinalNumbers {
  return numbers.filter(
    ({ value, alternative }, index) =>
      numbers.findIndex((other) => other.value === value) === index &&
      !numbers.some((other) => other.value === alternative && other.value !== value),
  );
}

/** In scripts without spaces, none stands before a bracket. */
const bracketed =
  /(?:\s|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]))\((?:[^()]|\([^()]{0,60}\)){0,300}\)|\s?（[^（）]{0,300}）/gu;

/** Brackets after a number explain it: "5 (12 - 7)". They stay where they hold the only numbers. */
export function dropBrackets(text: string, locale: NumberLocale): string {
  const outside = text.replace(bracketed, ' ');
  return outside !== text && findQuantities(outside, locale).length > 0 ? outside : text;
}

/** The last number in words that a text does not deny. */
export function wordsAsNumbers(text: string): FinalNumbers {
  const words = findNumberWords(text);
  const denying = words.filter(
    ({ start }) => !denied.test(text.slice(Math.max(0, start - 40), start)),
  );
  return distinct(
    denying.map(({ value, alternative }) => ({
      ...numberOf(value),
      ...(alternative !== undefined && { alternative }),
    })),
  ).slice(-1);
}
