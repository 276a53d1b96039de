import { z } from 'zod';
import {
  ambiguous,
  createGrader,
  cutOffEarly,
  graded,
  gradeUnfinished,
  problem,
  ready,
} from './create-grader.js';
import { findFinalNumbers } from './numbers/find-final-number.js';
import type { FoundNumber } from './numbers/find-numbers.js';
import type { Grade } from './grade.js';
import { parseNumberReference } from './numbers/number-reference.js';
import { readCutOffStatements } from './numbers/read-cut-off-number.js';
import type { FinalNumbers } from './numbers/read-number-clause.js';
import { computeMaxDifference } from './numbers/same-number.js';

/** A decimal answer to an exact reference must show so many digits; so must the reverse. */
const minRoundedDigits = 4;

/**
 * The answer's final number is the reference: a number, or a text that is one ("3/4", "1,234",
 * "$40.00", "50 %", "12 km", "\frac9{19}", "4\pi"). The final number is that of the last marked answer
 * (`\boxed{}`, `####`, "the answer is"), or else of the last sentence with numbers. Two numbers of
 * which one is right, and no ground to prefer it, leave the answer ungraded.
 *
 * Options: `tolerance` (the absolute difference that is allowed) and `relativeTolerance` (the same
 * as a fraction of the reference); either is enough. Without both, whole numbers must be equal, and
 * others within 1e-6 of the reference, at most 0.001. A percentage is also right as a share: "50 %"
 * agrees with 50 and with 0.5. A fraction or root agrees with a decimal number of at least four digits
 * that it rounds to.
 */
export const numericGrader = createGrader({
  name: 'numeric',
  version: 18,
  options: z.strictObject({
    tolerance: z.number().nonnegative().optional(),
    relativeTolerance: z.number().nonnegative().optional(),
  }),
  example: (reference) =>
    parseNumberReference(reference).kind === 'number' ? String(reference) : undefined,
  prepare(reference, { tolerance, relativeTolerance }) {
    const parsed = parseNumberReference(reference);
    if (parsed.kind === 'problem') return problem(`reference: ${parsed.problem}`);
    const wanted = parsed.number;
    const isDefault = tolerance === undefined && relativeTolerance === undefined;
    const allowedFor = (expected: number, actual: number): number => {
      const size = Math.abs(expected);
      if (isDefault) return Math.min(1e-6 * size || 1e-9, computeMaxDifference(expected, actual));
      // The last term keeps 40.01 within 0.01 of 40, which binary fractions would not.
      const widest = Math.max(tolerance ?? 0, (relativeTolerance ?? 0) * size);
      return widest + 1e-12 * Math.max(1, size);
    };
    const isEqual = (expected: number, actual: number): boolean =>
      Math.abs(actual - expected) <= allowedFor(expected, actual);
    const compare = (given: FoundNumber): 'right' | 'wrong' | 'unclear' =>
      compareNumbers(wanted, given, isEqual, isDefault);
    const grade = (numbers: FinalNumbers): Grade => {
      const results = numbers.map(compare);
      const shown = numbers.map(showNumber);
      if (results.every((result) => result === 'right')) return graded(true);
      if (results.every((result) => result === 'wrong')) {
        return graded(false, `read ${shown.join(' or ')}`);
      }
      return ambiguous(numbers.length > 1 ? shown : listReadings(numbers[0] as FoundNumber));
    };
    return ready((answer, isCutOff) => {
      if (!isCutOff) {
        const numbers = findFinalNumbers(answer);
        return numbers.length === 0 ? graded(false, 'no number found') : grade(numbers);
      }
      for (const { text, isMarked, isSure } of readCutOffStatements(answer)) {
        const numbers = findFinalNumbers(text, isMarked);
        if (numbers.length === 0) continue;
        return isSure ? grade(numbers) : gradeUnfinished(grade(numbers), numbers.map(showNumber));
      }
      return cutOffEarly();
    });
  },
});

function showNumber({ value, whole }: FoundNumber): string {
  return String(whole ?? value);
}

/** Compares one number of the answer; unclear where it is right in one of two readings only. */
function compareNumbers(
  wanted: FoundNumber,
  given: FoundNumber,
  isEqual: (expected: number, actual: number) => boolean,
  isDefault: boolean,
): 'right' | 'wrong' | 'unclear' {
  const [wantedWhole, givenWhole] = isDefault ? [wanted, given].map(readExact) : [];
  const isSame =
    wantedWhole !== undefined && givenWhole !== undefined
      ? wantedWhole === givenWhole
      : isEqual(wanted.value, given.value) || (isDefault && isRounded(wanted, given));
  if (wanted.percent === given.percent) {
    if (isSame) return 'right';
    return isEqualOtherwise(wanted, given, isEqual) ? 'unclear' : 'wrong';
  }
  const isShare = wanted.percent
    ? isEqual(wanted.value / 100, given.value)
    : isEqual(wanted.value, given.value / 100);
  if (isShare) return 'right';
  // "0.5 %" for 0.5 is right only if the reference counts in percent, which a share does not.
  if (isSame) return given.percent && Math.abs(wanted.value) < 1 ? 'unclear' : 'right';
  // "1/3 ≈ 33.3 %"
  return isEqualOtherwise(wanted, given, isEqual) ? 'unclear' : 'wrong';
}

/** Whether one of two numbers is the other in what it may also mean: 1.234 and 1234. */
function isEqualOtherwise(
  wanted: FoundNumber,
  given: FoundNumber,
  isEqual: (expected: number, actual: number) => boolean,
): boolean {
  const { alternative = NaN } = given;
  const { alternative: other = NaN } = wanted;
  return [
    [wanted.value, alternative],
    [other, given.value],
    [other, alternative],
  ].some(([expected, actual]) => isEqual(expected as number, actual as number));
}

/** The exact value of a large whole number, which its double may share with others. */
function readExact({ value, whole, percent }: FoundNumber): bigint | undefined {
  return whole !== undefined && Number(whole) === value && !percent ? whole : undefined;
}

/** Whether one is a decimal number, the other a fraction or the like, and rounds to it. */
function isRounded(wanted: FoundNumber, given: FoundNumber): boolean {
  const [decimal, exact] = wanted.decimals === undefined ? [given, wanted] : [wanted, given];
  const { decimals } = decimal;
  if (decimals === undefined || exact.decimals !== undefined || decimals > 15) return false;
  const written = Math.abs(decimal.value)
    .toFixed(decimals)
    .replace(/^[0.]+/, '')
    .replace('.', '');
  if (written.length < minRoundedDigits || decimals < 1) return false;
  return Math.abs(decimal.value - exact.value) <= 0.5 * 10 ** -decimals * (1 + 1e-9);
}

function listReadings({ value, alternative, percent }: FoundNumber): readonly string[] {
  if (alternative !== undefined) return [String(value), String(alternative)];
  return percent ? [`${value} %`, String(value)] : [String(value)];
}
