import { splitSentences, statesSomething } from '../texts/split-sentences.js';
import type { FoundNumber } from './find-numbers.js';
import { begins, takesBack } from './find-opening-number.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, type FinalNumbers } from './read-number-clause.js';
import { bareLine, labeledLine, readLabeled, readLabeledNumbers } from './read-number-lines.js';
import { readSentence } from './read-sentence.js';

/** Words that make a list the parts of what is above it: "made up of", "Here's the breakdown:". */
const breakdownWords =
  /(?<!\p{L})(?:break(?:down|s\sdown)|broken\sdown|made\sup|consists?|composed|setzt\s\p{L}{1,8}\szusammen|besteht)(?!\p{L})/iu;
/** What a calculation comes to: at the end of a list, it is the answer. */
const resultLabel =
  /(?<!\p{L})(?:total|sum|answer|result|left|remaining|remainder|remains|balance|missing|needed|due|change|difference|profit|loss|net|gesamt|summe|ergebnis|rest|übrig|fehlt|fehlend\p{L}{0,2}|somme|résultat|reste|suma|resultado|quedan|totale|risultato|итого|ответ|результат)(?!\p{L})|合計|总计|答案|结果/iu;
/** "Sum: 38", "Count: 4", "Average: 9.5": what was asked for may be the last. */
const averageLabel =
  /(?<!\p{L})(?:average|mean|durchschnitt|moyenne|promedio|media|média|среднее)(?!\p{L})|平均/iu;
/** "Given:" and below it what the answer was found from. */
const givenHeading =
  /^[\s*_#]{0,8}(?:given|known|where|data|inputs?|details|gegeben|données|datos|dati|dados|дано|已知)(?:\s\p{L}{1,12}){0,2}[*_]{0,3}:[\s*_]{0,4}$/iu;
/** A closing line without a number: "Let me know if you have questions!" */
const closingLine = /^[^\d:]*[.!?][\s*_]{0,4}$/u;
/** Longer texts are solutions, which begin with what is given. */
const maxLinesBefore = 3;
const maxLengthBefore = 400;
/** Of so many lines, the first may be the answer, and need not be called a total. */
const maxLabeledLines = 4;

/** A list at the end of an answer, and what is stated above it. */
interface Listed {
  readonly before: readonly string[];
  readonly opening: FinalNumbers;
  /** The opening, where it is a number alone or said to be made of others. */
  readonly isTotal: boolean;
  readonly parts: readonly FoundNumber[];
}

/**
 * "They have 17 together.", and below it "Adam: 8" and "Ben: 9": the total of what is listed is the
 * answer, and other statements above a list may be.
 */
export function readAnswerFirst(
  lines: readonly string[],
  locale: NumberLocale,
): FinalNumbers | undefined {
  const end = lines.findLastIndex((line) => !closingLine.test(line)) + 1;
  const read = lines.slice(0, end);
  const [lastLabel = ''] = (read.at(-1) ?? '').split(':', 1);
  if (resultLabel.test(lastLabel)) return undefined;
  const below = readLabeledNumbers(read, locale);
  const listed = below?.length === 1 ? undefined : readListed(read, locale);
  if (listed === undefined || takesBack.test(read.join('\n'))) return undefined;
  const { before, opening, isTotal, parts } = listed;
  const isWhole = isTotal && !averageLabel.test(lastLabel) && isMadeOf(opening, parts);
  const isAlone = isWhole || givenHeading.test(before.at(-1) ?? '');
  return isAlone ? opening : distinct([...opening, ...(below ?? parts.slice(-1))]);
}

function readListed(lines: readonly string[], locale: NumberLocale): Listed | undefined {
  const at = lines.findLastIndex((line) => !labeledLine.test(line)) + 1;
  const isLabeled = at === 0;
  const before = lines.slice(0, Math.max(1, at));
  const parts = lines.slice(before.length).map((line) => readLabeled(line, locale));
  if (parts.length < 2 || parts.some(({ length }) => length !== 1)) return undefined;
  const text = before.join('\n');
  const isTotal = breakdownWords.test(text) || bareLine.test(text);
  if (isLabeled && lines.length > maxLabeledLines && !isTotal) return undefined;
  const opening = isLabeled ? readLabeled(text, locale) : readStatement(before, locale);
  return opening.length === 0 ? undefined : { before, opening, isTotal, parts: parts.flat() };
}

/** What a few lines state last; nothing where they begin a solution. */
function readStatement(lines: readonly string[], locale: NumberLocale): FinalNumbers {
  const text = lines.join('\n');
  if (lines.length > maxLinesBefore || text.length > maxLengthBefore) return [];
  const sentences = lines.flatMap(splitSentences).filter((one) => /\d/.test(one));
  const last = sentences.findLast((one) => statesSomething(one) && !/\?\s*$/.test(one));
  if (last === undefined || begins.test(sentences[0] as string)) return [];
  return readSentence(last, locale, sentences.length > 1);
}

/**
 * Whether a number is the sum or the mean of others. That alone makes it no answer: what is given is the sum
 * of what is taken from it and what is left.
 */
function isMadeOf([number, ...others]: FinalNumbers, parts: readonly FoundNumber[]): boolean {
  if (number === undefined || others.length > 0) return false;
  const values = parts.map(({ value }) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  return [sum, sum / values.length].some(
    (one) => Math.abs(one - number.value) <= 1e-9 * Math.abs(one),
  );
}
