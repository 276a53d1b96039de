import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { findMarkedAnswers } from './find-marked-answers.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import { simplifyMarkup } from './simplify-markup.js';

/**
 * The answer's final number is the reference: a number, or a text with exactly one ("3/4", "1,234",
 * "$40.00", "50 %"). The final number is the first one of the last marked answer (`\boxed{}`,
 * `####`, "the answer is"), or else the last number of the answer.
 *
 * Options: `tolerance` (the absolute difference that is let pass) and `relativeTolerance` (the same
 * as a fraction of the reference); either is enough. Without both, the difference may be 1e-6, or
 * 1e-6 of the reference where that is more. A percentage is also right as a fraction: "50 %" agrees
 * with 50 and with 0.5.
 */
export const numericGrader = createGrader({
  name: 'numeric',
  version: 2,
  options: z.strictObject({
    tolerance: z.number().nonnegative().optional(),
    relativeTolerance: z.number().nonnegative().optional(),
  }),
  example: (reference) => (parseReference(reference) === undefined ? undefined : String(reference)),
  prepare(reference, { tolerance, relativeTolerance }) {
    const wanted = parseReference(reference);
    if (wanted === undefined) {
      return problem('reference: give a number, or a text that holds exactly one number');
    }
    const allowedFor = (expected: number): number => {
      const size = Math.abs(expected);
      if (tolerance === undefined && relativeTolerance === undefined) {
        return 1e-6 * Math.max(1, size);
      }
      // The last term keeps 40.01 within 0.01 of 40, which binary fractions would not.
      const widest = Math.max(tolerance ?? 0, (relativeTolerance ?? 0) * size);
      return widest + 1e-12 * Math.max(1, size);
    };
    return ready((answer) => {
      const given = findFinalNumber(answer);
      if (given === undefined) return graded(false, 'no number found');
      const right = computeReadings(wanted, given).some(
        ([expected, actual]) => Math.abs(actual - expected) <= allowedFor(expected),
      );
      return graded(right, right ? undefined : `read ${given.value}`);
    });
  },
});

function parseReference(reference: JsonValue | undefined): FoundNumber | undefined {
  if (typeof reference === 'number') return { value: reference, percent: false };
  if (typeof reference !== 'string') return undefined;
  const found = findNumbers(simplifyMarkup(reference));
  return found.length === 1 ? found[0] : undefined;
}

/** The pairs of expected and actual value that count as agreement when they are equal. */
function computeReadings(
  wanted: FoundNumber,
  given: FoundNumber,
): readonly (readonly [number, number])[] {
  const same = [wanted.value, given.value] as const;
  if (wanted.percent === given.percent) return [same];
  const asFraction = wanted.percent
    ? ([wanted.value / 100, given.value] as const)
    : ([wanted.value, given.value / 100] as const);
  return [same, asFraction];
}

function findFinalNumber(answer: string): FoundNumber | undefined {
  const text = simplifyMarkup(answer);
  for (const marked of findMarkedAnswers(text)) {
    const number = findStatedNumber(marked);
    if (number !== undefined) return number;
  }
  return findNumbers(text).at(-1);
}

/** In "3 × 4 = 12 eggs, as 24 = 2 × 12" it is 12: the first clause, after its last equals sign. */
function findStatedNumber(marked: string): FoundNumber | undefined {
  const clause = marked.split(/[,;(](?!\d)|\s(?:because|since|as)\s/, 1)[0] as string;
  const result = clause.split(/[=≈]/).at(-1) as string;
  return findNumbers(result)[0] ?? findNumbers(clause)[0] ?? findNumbers(marked)[0];
}
