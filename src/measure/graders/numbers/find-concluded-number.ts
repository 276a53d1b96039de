import { findQuantities } from './find-quantities.js';
import { takesBack } from './find-opening-number.js';
import { plainMath } from '../math/plain-math.js';
import type { NumberLocale } from './read-digits.js';
import { readLastSentence } from './read-last-sentence.js';
import { distinct, readClause, type FinalNumbers } from './read-number-clause.js';
import { inferenceWords, reasonWords, spacelessConclusions } from '../texts/connectives.js';
import { splitSentences, statesSomething } from '../texts/split-sentences.js';

/** "... = **$1,100**": a calculation with a result that stands out and ends a sentence or a line. */
const boldResult =
  /(?:[=≈]\s{0,2}\*\*([^*\n=≈]{1,60})|\*\*[^*\n]{1,80}[=≈]\s{0,2}([^*\n=≈]{1,40}))\*\*(?:[.!]?\s{0,3}\n|[.!]\s)/g;
/** A remark that goes on with the calculation, or concludes, says what the answer is. */
const goesOn = new RegExp(
  [
    '[=≈≡→⇒]',
    String.raw`(?<!\p{L})(?:so|also|finally|final|answer|in\stotal|total(?!\s(?:savings?|saved|discount|change))|sum|together|altogether|overall|now|then|after|left|remain(?:s|ing)?|insgesamt|zusammen|bleiben|übrig|ainsi|au\stotal|reste(?:nt)?|entonces|en\stotal|quedan?|in\stutto|in\stotale|restano|rimangono|no\stotal|restam|итого|${inferenceWords})(?!\p{L})`,
    String.raw`一共|${spacelessConclusions}`,
  ].join('|'),
  'iu',
);
/** "**6 boxes**", "**80 − 16 = 64**" */
const boldNumber = /\*\*([^*\n]{0,60}\d[^*\n]{0,60})\*\*/;
/** "**3 shirts**: $45", "**Cost of 2 hats:** $20", "| **3 shirts** | $45 |": what a number is of, and no result. */
const boldLabel = /\*\*[^*\n]{1,80}(?::\s?\*\*|\*\*\s?:|\*\*\s?\|(?=[^\n]{0,80}\d))/g;
/** "So the final price is $40" */
const concludingSentence = new RegExp(
  String.raw`^[\s*_#>-]{0,6}(?:so|finally|the\sfinal|in\stotal|altogether|insgesamt|ainsi|au\stotal|entonces|итого|${inferenceWords})(?!\p{L})|^(?:一共|${spacelessConclusions})`,
  'iu',
);
/** "This means that she needs 800 ml", "Since a box holds 24, they need one". */
const followsFrom = new RegExp(
  String.raw`^[\s*_]{0,4}(?:(?:this|that|which)\s(?:means|makes|gives|leads|results)|${reasonWords}|as|given|with|for)(?!\p{L})`,
  'iu',
);
const scale =
  /(?<=\d)\s?(?:thousand|million|billion|tausend|millionen|mio\.?|milliarden|mrd\.?|mille|millions?|milliards?|mil|millones|mila|milion[ei]|miliard[oi]|milhões|milhão)(?!\p{L})/giu;
const maxRemark = 300;
const maxWorking = 1500;

/**
 * Final numbers with the result before them, where they only stand in a remark on it: "So the price is
 * **$40**. You save $10" may be asked for either. A result is bold, or begins with "So".
 */
export function withConcluded(
  numbers: FinalNumbers,
  text: string,
  locale: NumberLocale,
): FinalNumbers {
  if (numbers.length === 0) return numbers;
  const all = plainMath(text).split('\n').flatMap(splitSentences);
  const sentences = all.filter((sentence) => /\d/.test(sentence) && statesSomething(sentence));
  const sums = findSums(sentences, locale);
  const isSum = numbers.every(({ value }) => sums.some((sum) => isNear(sum, value)));
  const at = sentences.findLastIndex((one, index) => {
    const isLast = index === sentences.length - 1;
    const shown = isLast ? one : one.replace(boldLabel, '');
    return concludingSentence.test(one) || (boldNumber.test(shown) && (isLast || !isSum));
  });
  const said = sentences[at];
  const remark = sentences.slice(at + 1);
  if (said === undefined) return numbers;
  if (remark.length === 0) return withCalculated(numbers, text, locale);
  const isMore = remark.some((one) => goesOn.test(one) || followsFrom.test(one));
  const isTakenBack = all.slice(all.lastIndexOf(said) + 1).some((one) => takesBack.test(one));
  if (remark.join(' ').length > maxRemark || isMore || isTakenBack) return numbers;
  const bold = [...said.replace(boldLabel, '').matchAll(new RegExp(boldNumber, 'g'))].at(-1)?.[1];
  const results =
    bold === undefined ? readLastSentence(said, locale) : readClause(bold, locale, true);
  return results.length === 1 ? distinct([...results, ...numbers]) : numbers;
}

/**
 * Final numbers with the bold result of the calculation before them, where they only restate what that
 * calculation went through: "$1,250 - $150 = **$1,100**. You save $150!" may be asked for either.
 */
function withCalculated(numbers: FinalNumbers, text: string, locale: NumberLocale): FinalNumbers {
  if (!text.includes('**')) return numbers;
  const plain = plainMath(text);
  const match = [...plain.matchAll(boldResult)].at(-1);
  if (match === undefined) return numbers;
  const remark = plain.slice(match.index + match[0].length).trim();
  if (remark === '' || remark.length > maxRemark || goesOn.test(remark)) return numbers;
  const results = findQuantities((match[1] ?? match[2]) as string, locale);
  const [result] = results;
  if (result === undefined || results.length > 1) return numbers;
  const working = plain.slice(Math.max(0, match.index - maxWorking), match.index);
  const passed = readAll(`${working} ${match[1] === undefined ? match[0] : ''}`, locale);
  const isRestated = numbers.every(
    ({ value }) => value !== result.value && isAmong(passed, value, remark, locale),
  );
  return isRestated ? distinct([result, ...numbers]) : numbers;
}

/** The sums of the bold numbers of several sentences, such as "- Monday: **10 km**": their parts are no results. */
function findSums(sentences: readonly string[], locale: NumberLocale): readonly number[] {
  const parts = sentences.slice(0, -1).flatMap((sentence) => {
    const bold = boldNumber.exec(sentence.replace(boldLabel, ''))?.[1];
    const [part, ...more] = bold === undefined ? [] : findQuantities(bold, locale);
    return part === undefined || more.length > 0 ? [] : [part.value];
  });
  return parts.length > 1 ? [parts.reduce((sum, part) => sum + part, 0)] : [];
}

/** Whether a working has a number, also where the remark says it in thousands or millions. */
function isAmong(
  passed: readonly number[],
  value: number,
  remark: string,
  locale: NumberLocale,
): boolean {
  const scaled = findQuantities(remark, locale);
  const unscaled = findQuantities(remark.replace(scale, ''), locale);
  const position = scaled.findIndex((one) => one.value === value);
  const asWritten = scaled.length === unscaled.length ? unscaled[position]?.value : undefined;
  return passed.some((one) => isNear(one, value) || isNear(one, asWritten));
}

function readAll(working: string, locale: NumberLocale): readonly number[] {
  return working
    .replaceAll('**', ' ')
    .split(/[\n=≈]/)
    .flatMap((part) => findQuantities(part, locale))
    .map(({ value }) => value);
}

/** Binary fractions make 5.1 - 4.2 a little less than 0.9. */
function isNear(a: number, b: number | undefined): boolean {
  return b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
}
