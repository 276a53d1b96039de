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
import { cutRunOn, findMarkedAnswers, shortenAnswer } from './texts/find-marked-answers.js';
import type { Grade } from './grade.js';
import { evaluateReal, listVariables } from './math/evaluate-expression.js';
import { degreesAsRadians, hasDegrees } from './math/angles.js';
import { bracedCommasAsPoints, commasAsPoints } from './math/decimal-commas.js';
import { dropCheck, findFinalFormula, findFirstFormula } from './math/final-formula.js';
import { isNumber, readMeasured } from './math/measured-number.js';
import { parseMath, type MathStatement } from './math/parse-math.js';
import { findPlacedValue } from './math/placed-value.js';
import { plainNames } from './math/plain-names.js';
import { isSameWithUnits } from './math/same-with-units.js';
import { hasPercent, percentAsShares } from './math/shares.js';
import { compareMath, isComparable } from './math/same-math.js';
import {
  areTerms,
  isOneOfSolutions,
  readMathSolutions,
  type MathSolution,
} from './math/solution-lines.js';
import { readClaim } from './math/read-claim.js';
import { isStatedValue, readStatedValue } from './math/stated-value.js';
import { readCutOffStatements } from './numbers/read-cut-off-number.js';
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
  version: 10,
  options: z.strictObject({}),
  example: (reference) => (typeof reference === 'object' ? undefined : reference?.toString()),
  prepare(reference) {
    if (typeof reference !== 'string' && typeof reference !== 'number') {
      return problem('reference: give an expression in LaTeX or plain math');
    }
    const wantedText = bracedCommasAsPoints(plainNames(unifyTypography(String(reference))));
    const wanted = parseMath(wantedText);
    if (wanted.kind === 'problem') return problem(`reference: ${wanted.problem}`);
    if (!isComparable(wanted.statement)) {
      return problem(`reference: "${String(reference)}" has no value that could be compared`);
    }
    const wantsNumber = wanted.statement.kind === 'expression' && isNumber(wanted.statement);
    const gradeCandidate = (candidate: string, given: MathStatement): Grade => {
      const shown = candidate.trim().slice(0, 60);
      const result = compareMath(wanted.statement, given);
      if (isSameInOtherUnit(wantedText, wanted.statement, candidate, given)) return graded(true);
      const isPercentOnly = hasPercent(candidate) && !hasPercent(wantedText);
      const isUnclear = isPercentOnly && isPartOfOne(wanted.statement);
      if (result === 'same' && !isUnclear) return graded(true);
      if (result !== 'different') return ambiguous([shown, wantedText]);
      const measured = isNumber(wanted.statement) ? readMeasured(candidate) : undefined;
      if (measured !== undefined) {
        const value = parseMath(measured.number);
        const isSame =
          value.kind === 'math' && compareMath(wanted.statement, value.statement) === 'same';
        if (isSame && measured.isKnownUnit) return graded(true);
        if (isSame) return { kind: 'ungraded', reason: `"${shown}" may name a unit` };
      }
      const isOther =
        isSameWithPoints(wantedText, wanted.statement, candidate, given) ||
        isOneOfSolutions(wanted.statement, given) ||
        isStatedValue(wantedText, wanted.statement, given) ||
        isSameWithUnits(wantedText, candidate);
      if (isOther) return ambiguous([shown, wantedText]);
      const stated = wantsNumber ? readStatedValue(candidate, given) : undefined;
      const value = stated === undefined ? undefined : parseMath(stated.text);
      if (stated !== undefined && value?.kind === 'math') {
        const grade = gradeCandidate(stated.text, value.statement);
        if (grade.kind === 'ungraded') return grade;
        if (grade.quality === 1) return stated.isResult ? grade : ambiguous([shown, wantedText]);
      }
      return graded(false, `read ${shown}`);
    };
    const grade = (stated: string): Grade => {
      const text = bracedCommasAsPoints(
        plainNames(cutRunOn(unifyTypography(shortenAnswer(stated)))),
      );
      const isListed = wanted.statement.kind === 'list';
      const either = isListed ? null : undecided.exec(text);
      if (either !== null) return ambiguous(either.slice(1, 3));
      const values = isListed ? undefined : findRivalValues(text, wanted.statement);
      if (values !== undefined) return ambiguous(values);
      const named = isListed ? undefined : findNamedValues(text, wanted.statement);
      if (named !== undefined) return ambiguous(named);
      let unread: string | undefined;
      for (const candidate of listCandidates(text, wanted.statement)) {
        const given = parseMath(candidate);
        if (given.kind === 'math') return gradeCandidate(candidate, given.statement);
        unread ??= given.problem;
      }
      return { kind: 'ungraded', reason: `the answer was not read: ${unread ?? 'no expression'}` };
    };
    return ready((answer, isCutOff) => {
      if (!isCutOff) return grade(answer);
      const [stated] = readCutOffStatements(answer);
      if (stated === undefined) return cutOffEarly();
      if (stated.isSure) return grade(stated.text);
      const unfinished = grade(stated.text);
      const isRead = unfinished.kind === 'graded' || unfinished.ambiguous !== undefined;
      return isRead ? gradeUnfinished(unfinished, [wantedText]) : cutOffEarly();
    });
  },
});

/** Whether two texts say the same where "2,5" in one of them is a decimal number, and no list. */
function isSameWithPoints(
  wantedText: string,
  wanted: MathStatement,
  givenText: string,
  given: MathStatement,
): boolean {
  const [wantedPoints, givenPoints] = [wantedText, givenText].map((text) => {
    const parsed = parseMath(commasAsPoints(text) ?? '');
    return parsed.kind === 'math' ? parsed.statement : undefined;
  });
  return (
    (givenPoints !== undefined && compareMath(wanted, givenPoints) === 'same') ||
    (wantedPoints !== undefined && compareMath(wantedPoints, given) === 'same')
  );
}

/** The values that lines at the end give one variable, or a value and its place, where one is wanted. */
function findRivalValues(text: string, wanted: MathStatement): readonly string[] | undefined {
  if (findMarkedAnswers(text).length > 0) return undefined;
  const placed = findPlacedValue(dropCheck(text), wanted);
  if (placed !== undefined) return placed;
  const lines = readMathSolutions(dropCheck(text)) ?? [];
  const { variable = '' } = lines.at(-1) ?? {};
  const given = lines.filter((line) => line.variable === variable);
  if (
    areTerms(
      variable,
      given.map(({ index }) => index),
    )
  )
    return undefined;
  const rivals = given.filter(
    (one, index) => !given.slice(index + 1).some((later) => isSameValue(one, later)),
  );
  const isWanted = rivals.some(({ value }) => compareMath(wanted, value) === 'same');
  return rivals.length > 1 && isWanted ? rivals.map((rival) => rival.text) : undefined;
}

/** "The area is $45$ and the perimeter is $28$." */
const namedValues =
  /(?<=\s(?:is|are|equals|ist|est|es|è|é)\s)\$([^$\n]{1,80})\$[^$\n=;:]{0,30}?,?\s(?:and|und|et|y|e)\s(?:(?:the|der|die|das|le|la|el|il|o)\s|l')(?:\p{L}{2,20}\s){1,3}(?:is|are|equals|ist|est|es|è|é)\s\$([^$\n]{1,80})\$[^$\n]{0,20}$/iu;

/** Quantities that others are worked out from: "the radius is $3$ and the area is $9\pi$". */
const workedFrom =
  /(?<!\p{L})(?:radius|inradius|circumradius|diameter|sides?|side\slength|discriminant|quotient)\s(?:is|are)\s$/iu;

/** The values that the last sentence gives two quantities, where one of them is wanted. */
function findNamedValues(text: string, wanted: MathStatement): readonly string[] | undefined {
  if (findMarkedAnswers(text).length > 0) return undefined;
  const found = namedValues.exec(text.trimEnd());
  if (found === null || workedFrom.test(text.slice(0, found.index))) return undefined;
  const values = found.slice(1, 3);
  const isWanted = values.some((value) => {
    const given = parseMath(value);
    return given.kind === 'math' && compareMath(wanted, given.statement) === 'same';
  });
  return isWanted ? values : undefined;
}

/** "x = π/4" and "x = 45°" */
function isSameValue(one: MathSolution, other: MathSolution): boolean {
  return (
    compareMath(one.value, other.value) === 'same' ||
    isSameInOtherUnit(one.text, one.value, other.text, other.value)
  );
}

/** How a text says in a unit what it may also say without: degrees and percentages. */
const units = [
  { has: hasDegrees, convert: degreesAsRadians },
  { has: hasPercent, convert: percentAsShares },
];

/** An angle in degrees is also one in radians, and 5 % is also 0.05, where only one text has the unit. */
function isSameInOtherUnit(
  wantedText: string,
  wanted: MathStatement,
  givenText: string,
  given: MathStatement,
): boolean {
  return units.some(({ has, convert }) => {
    const isWanted = has(wantedText);
    if (isWanted === has(givenText)) return false;
    const converted = parseMath(convert(isWanted ? wantedText : givenText));
    if (converted.kind !== 'math') return false;
    const [left, right] = isWanted ? [converted.statement, given] : [wanted, converted.statement];
    return compareMath(left, right) === 'same';
  });
}

/** Whether a reference may be a share, so that it need not count in percent: "0.5 %" for 0.5 may be wrong. */
function isPartOfOne(wanted: MathStatement): boolean {
  if (wanted.kind === 'list') return wanted.items.some(isPartOfOne);
  if (wanted.kind === 'infinity') return false;
  const expression = wanted.kind === 'relation' ? wanted.right : wanted.expression;
  const value = listVariables(expression).size > 0 ? undefined : evaluateReal(expression);
  return value !== undefined && value !== 0 && Math.abs(value) < 1;
}

/**
 * The texts that may be the final expression, most reliable first.
 *
 * @param wanted the reference: several values are read together, and "x ≠ 2" is no condition
 */
function listCandidates(text: string, wanted: MathStatement): readonly string[] {
  const isListed = wanted.kind === 'list';
  const marked = findMarkedAnswers(text).flatMap(({ kind, text: part }) => {
    if (kind !== 'announced' && kind !== 'hashes') return [part];
    const [line = ''] = part.split('\n', 1);
    const formula = findFirstFormula(line);
    return [
      ...readClaim(line),
      ...(formula === undefined ? [] : [formula, ...readEvaluated(formula)]),
      line.split(/[.!?](?=\s|$)/, 1)[0] as string,
    ];
  });
  if (marked.length > 0) return marked.slice(0, 6);
  const solution = dropCheck(text).replace(symbolExplained, '$1');
  const isExclusion = wanted.kind === 'relation' && wanted.relation === '≠';
  const formula = findFinalFormula(solution, isListed, isExclusion);
  const last = (solution.trim().split('\n').at(-1) ?? '').replace(roundedAside, '');
  const lines = isListed ? readMathSolutions(solution) : undefined;
  const said = last.replace(/[.!]\s*$/, '').split(/[=≈∈]|\\in\b|\s(?:is|equals)\s/);
  const [, ...stated] = last.split(
    /\s(?:is|equals|are|gives|yields|(?:we|you|I)\s(?:get|obtain|have))\s(?:us\s)?(?:the\s)?/,
  );
  return [
    ...(lines === undefined ? [] : [lines.map(joinLine).join(', ')]),
    ...readClaim(last),
    ...(formula === undefined ? [] : [formula, ...readEvaluated(formula)]),
    last,
    ...readSolutions(last),
    ...stated.slice(-1),
    ...stated.slice(-1).map((one) => one.replace(/\s\([^()]{1,80}\)\.?$/, '')),
    said.at(-1) ?? '',
    ...[...last.matchAll(/\*\*([^*]{1,120})\*\*/g)].slice(-1).map(([, bold = '']) => bold),
  ];
}

function joinLine({ name, text }: MathSolution): string {
  return `${name} = ${text}`;
}

/** What an integral, a sum or a limit, which are not understood themselves, is said to be. */
function readEvaluated(formula: string): readonly string[] {
  const isOperator = /^\s*(?:\\displaystyle\s?)?\\(?:i{0,2}int|oint|sum|prod|lim)(?![A-Za-z])/.test(
    formula,
  );
  const sides = formula.split('=');
  return isOperator && sides.length > 1 ? sides.slice(-1) : [];
}

/** "It is either $x+3$ or $x-3$." */
const undecided =
  /(?:either|entweder|soit|o bien)\s\$([^$\n]{1,80})\$,?\s(?:or|oder|ou|soit|o|o bien)\s\$([^$\n]{1,80})\$[.!]?\s*$/i;

/** "x = 2 + k, where $k$ is an integer": the only formula between `$` is what a symbol is. */
const symbolExplained =
  /(?<=^|\n)([^$\n]{1,400}?),?\s\(?(?:where|with)\s\$[A-Za-z]\$\s[^$\n]{1,200}$/i;

/** "1/6 (≈ 16.7 %)" */
const roundedAside =
  /\s\((?:≈|~|about|approx(?:imately|\.)?|roughly|ca\.|circa|environ|etwa|unos)\s?[^()]{1,40}\)(?=[.!]?$)/;

/** "The lines meet at x = 3 and y = 1": all that a line ends with. */
function readSolutions(line: string): readonly string[] {
  const solutions =
    /(?:^|\s)((?:[a-z]\s?=\s?[^=,\s]{1,30}(?:,|,?\s(?:and|or))\s){1,3}[a-z]\s?=\s?[^=,\s]{1,30})\.?$/;
  const found = solutions.exec(line.slice(-200))?.[1];
  return found === undefined ? [] : [found];
}
