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
import type { Grade } from './grade.js';
import { bracedCommasAsPoints, commasAsPoints } from './math/decimal-commas.js';
import { evaluateReal, listVariables } from './math/evaluate-expression.js';
import { listCandidates } from './math/list-candidates.js';
import { isNumber, readMeasured } from './math/measured-number.js';
import { hasPercent, isSameInOtherUnit } from './math/other-units.js';
import {
  parseMath,
  readStatement,
  type MathStatement,
  type WrittenMath,
} from './math/parse-math.js';
import { plainNames } from './math/plain-names.js';
import { findRivalValues } from './math/rival-values.js';
import { compareMath, isComparable } from './math/same-math.js';
import { isSameWithUnits } from './math/same-with-units.js';
import { isOneOfSolutions } from './math/solution-lines.js';
import { isStatedValue, readStatedValue } from './math/stated-value.js';
import { readCutOffStatements } from './numbers/read-cut-off-number.js';
import { cutRunOn, shortenAnswer } from './texts/find-marked-answers.js';
import { unifyTypography } from './texts/typography.js';

/**
 * The answer's final expression equals the reference, whatever its form: LaTeX or plain math with
 * variables, roots, powers, logarithms, trigonometric functions and factorials; equations and
 * inequalities; sets, tuples and intervals. The final expression is that of the last marked answer
 * (`\boxed{}`, `####`, "the answer is"), or else the last formula between `$`, or else the last
 * line. An answer that is the same but for the name of one variable is ambiguous; 5 % is 5 as well as
 * 0.05, and 0.5 % for 0.5 ambiguous.
 *
 * A reference that is not understood as a whole is refused; an answer that is not understood stays
 * ungraded. Options: none.
 */
export const mathGrader = createGrader({
  name: 'math',
  version: 11,
  options: z.strictObject({}),
  example: (reference) => (typeof reference === 'object' ? undefined : reference?.toString()),
  prepare(reference) {
    if (typeof reference !== 'string' && typeof reference !== 'number') {
      return problem('reference: give an expression in LaTeX or plain math');
    }
    const text = bracedCommasAsPoints(plainNames(unifyTypography(String(reference))));
    const parsed = parseMath(text);
    if (parsed.kind === 'problem') return problem(`reference: ${parsed.problem}`);
    if (!isComparable(parsed.statement)) {
      return problem(`reference: "${String(reference)}" has no value that could be compared`);
    }
    const wanted = { text, statement: parsed.statement };
    return ready((answer, isCutOff) => {
      if (!isCutOff) return gradeStated(answer, wanted);
      const [stated] = readCutOffStatements(answer);
      if (stated === undefined) return cutOffEarly();
      if (stated.isSure) return gradeStated(stated.text, wanted);
      const unfinished = gradeStated(stated.text, wanted);
      const isRead = unfinished.kind === 'graded' || unfinished.ambiguous !== undefined;
      return isRead ? gradeUnfinished(unfinished, [wanted.text]) : cutOffEarly();
    });
  },
});

function gradeStated(answer: string, wanted: WrittenMath): Grade {
  const text = bracedCommasAsPoints(plainNames(cutRunOn(unifyTypography(shortenAnswer(answer)))));
  const rivals =
    wanted.statement.kind === 'list' ? undefined : findRivalValues(text, wanted.statement);
  if (rivals !== undefined) return ambiguous(rivals);
  let unread: string | undefined;
  for (const candidate of listCandidates(text, wanted.statement)) {
    const given = parseMath(candidate);
    if (given.kind === 'math') {
      return gradeExpression({ text: candidate, statement: given.statement }, wanted);
    }
    unread ??= given.problem;
  }
  return { kind: 'ungraded', reason: `the answer was not read: ${unread ?? 'no expression'}` };
}

function gradeExpression(given: WrittenMath, wanted: WrittenMath): Grade {
  const shown = given.text.trim().slice(0, 60);
  if (isSameInOtherUnit(wanted, given)) return graded(true);
  const result = compareMath(wanted.statement, given.statement);
  const isPercentOnly = hasPercent(given.text) && !hasPercent(wanted.text);
  const isUnclear = isPercentOnly && isPartOfOne(wanted.statement);
  if (result === 'same' && !isUnclear) return graded(true);
  const unclear = ambiguous([shown, wanted.text]);
  if (result !== 'different') return unclear;
  const measured = gradeMeasured(given, wanted);
  if (measured !== undefined) return measured;
  const mayBeSame =
    isSameWithPoints(wanted, given) ||
    isOneOfSolutions(wanted.statement, given.statement) ||
    isStatedValue(wanted, given.statement) ||
    isSameWithUnits(wanted.text, given.text);
  if (mayBeSame) return unclear;
  const wantsNumber = wanted.statement.kind === 'expression' && isNumber(wanted.statement);
  const stated = wantsNumber ? readStatedValue(given) : undefined;
  const statement = stated === undefined ? undefined : readStatement(stated.text);
  if (stated !== undefined && statement !== undefined) {
    const grade = gradeExpression({ text: stated.text, statement }, wanted);
    if (grade.kind === 'ungraded') return grade;
    if (grade.quality === 1) return stated.isResult ? grade : unclear;
  }
  return graded(false, `read ${shown}`);
}

/** A number with its unit, or a word that may be one; undefined where the number is another. */
function gradeMeasured(given: WrittenMath, wanted: WrittenMath): Grade | undefined {
  const measured = isNumber(wanted.statement) ? readMeasured(given.text) : undefined;
  const value = measured === undefined ? undefined : readStatement(measured.number);
  if (value === undefined || compareMath(wanted.statement, value) !== 'same') return undefined;
  if (measured?.isKnownUnit === true) return graded(true);
  return { kind: 'ungraded', reason: `"${given.text.trim().slice(0, 60)}" may name a unit` };
}

/** Whether two texts say the same where "2,5" in one of them is a decimal number, and no list. */
function isSameWithPoints(wanted: WrittenMath, given: WrittenMath): boolean {
  const [wantedPoints, givenPoints] = [wanted, given].map(({ text }) =>
    readStatement(commasAsPoints(text) ?? ''),
  );
  return (
    (givenPoints !== undefined && compareMath(wanted.statement, givenPoints) === 'same') ||
    (wantedPoints !== undefined && compareMath(wantedPoints, given.statement) === 'same')
  );
}

/** Whether a reference may be a share, so that it need not count in percent: "0.5 %" for 0.5 may be wrong. */
function isPartOfOne(wanted: MathStatement): boolean {
  if (wanted.kind === 'list') return wanted.items.some(isPartOfOne);
  if (wanted.kind === 'infinity') return false;
  const expression = wanted.kind === 'relation' ? wanted.right : wanted.expression;
  const value = listVariables(expression).size > 0 ? undefined : evaluateReal(expression);
  return value !== undefined && value !== 0 && Math.abs(value) < 1;
}
