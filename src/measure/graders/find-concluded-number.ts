import { findQuantities } from './find-quantities.js';
import { plainMath } from './math/plain-math.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, type FinalNumbers } from './read-number-clause.js';

/** "... = **$1,100**": a calculation with a result that stands out and ends a sentence or a line. */
const boldResult =
  /(?:[=≈]\s{0,2}\*\*([^*\n=≈]{1,60})|\*\*[^*\n]{1,80}[=≈]\s{0,2}([^*\n=≈]{1,40}))\*\*(?:[.!]?\s{0,3}\n|[.!]\s)/g;
/** A remark that goes on with the calculation, or concludes, says what the answer is. */
const goesOn =
  /[=≈≡→⇒]|(?<!\p{L})(?:so|thus|therefore|hence|finally|final|answer|in\stotal|altogether|overall|now|then|after|left|remain(?:s|ing)?|also|daher|insgesamt|somit|bleiben|übrig|donc|ainsi|au\stotal|reste(?:nt)?|por\s(?:lo\s)?tanto|así\sque|entonces|en\stotal|quedan?|quindi|dunque|in\stutto|in\stotale|restano|rimangono|portanto|no\stotal|restam|итого|значит)(?!\p{L})|因此|所以|一共/iu;
const scale =
  /(?<=\d)\s?(?:thousand|million|billion|tausend|millionen|mio\.?|milliarden|mrd\.?|mille|millions?|milliards?|mil|millones|mila|milion[ei]|miliard[oi]|milhões|milhão)(?!\p{L})/giu;
const maxRemark = 300;
const maxWorking = 1500;

/**
 * Final numbers with the bold result of the calculation before them, where they only restate what that
 * calculation went through: "$1,250 - $150 = **$1,100**. You save $150!" may be asked for either.
 */
export function withConcluded(
  numbers: FinalNumbers,
  text: string,
  locale: NumberLocale,
): FinalNumbers {
  if (numbers.length === 0 || !text.includes('**')) return numbers;
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
