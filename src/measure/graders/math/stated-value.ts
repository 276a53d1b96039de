import { listVariables } from './evaluate-expression.js';
import type { Expression } from './expression.js';
import { readMeasured } from './measured-number.js';
import { readFunctionValues } from './function-names.js';
import { hasDegrees } from './other-units.js';
import type { MathStatement, WrittenMath } from './parse-math.js';
import { plainMath } from './plain-math.js';
import { compareMath } from './same-math.js';
import { unknownName } from './solution-lines.js';

/** What an equation gives a value to that is no variable. */
export interface StatedValue {
  /** The text right of the equals sign. */
  readonly text: string;
  /** Whether it can only be a result: what else is left of the sign may have to be solved for its variable. */
  readonly isResult: boolean;
}

/** `f(12)`, `P(A)` and `ζ(2)`, but not `x(x + 1)`. */
const application =
  /^[\s$`]*(?!x\s?\()(?:[A-Za-z]|\p{Script=Greek})(?:_\(?\w{1,3}\)?)?\s?\((?:\s?[A-Za-z]\s?|[^()A-Za-z]{1,40})\)\s?$/u;
const trigonometric = /^(?:sin|cos|tan|cot|sec|csc)$/;

/**
 * What an equation such as "f(12) = 4", "cos θ = 1/2" or "α + β = 5" states. "2θ = 60°" and "x^2 = 9" are
 * no results, and neither is "x + y = 5". Undefined where it is no such equation, or where its right
 * side is no number.
 */
export function readStatedValue({ text, statement }: WrittenMath): StatedValue | undefined {
  if (statement.kind !== 'relation' || statement.relation !== '=') return undefined;
  const { left, right } = statement;
  const sides = text.split('=');
  const [leftText = '', rightText = ''] = sides;
  if (sides.length !== 2 || left.kind === 'variable') return undefined;
  // "arcsin 0.5 = 30°"
  const isAngle = left.kind === 'call' && left.name.startsWith('arc') && hasDegrees(rightText);
  if (listVariables(left).size === 0 && !isAngle) return undefined;
  const values = readFunctionValues(plainMath(leftText));
  if (values === undefined && isToSolve(left)) return undefined;
  // "AB = 5 m" may have a unit, and may be solved for m.
  const isNumber = listVariables(right).size === 0;
  if (!isNumber && readMeasured(rightText) === undefined) return undefined;
  const isTrigonometric = isOfTrigonometry(left);
  const isApplication =
    values === 'result' || application.test(plainMath(leftText)) || isSquaredName(left);
  const isCombined = listVariables(left).size > 1 && isOfNames(left);
  const isResult = isNumber && (isAngle || isTrigonometric || isApplication || isCombined);
  return { text: rightText, isResult };
}

/** Whether an equation states a result that is given without it: "f(3) = 7" and 7. */
export function isStatedValue(wanted: WrittenMath, given: MathStatement): boolean {
  const { statement } = wanted;
  if (statement.kind !== 'relation' || given.kind !== 'expression') return false;
  const value: MathStatement = { kind: 'expression', expression: statement.right };
  return readStatedValue(wanted)?.isResult === true && compareMath(value, given) === 'same';
}

/** "2x + 1 = 4" and "2θ + 10 = 60" are there to be solved, "α + 1/α = 3" and "ω + ω^2 = -1" are not. */
function isToSolve(left: Expression): boolean {
  const isSum = left.kind === 'binary' && (left.operator === '+' || left.operator === '-');
  const [name, ...others] = listVariables(left);
  if (!isSum || name === undefined || others.length > 0) return false;
  return isPolynomial(left, unknownName.test(name));
}

/** @param hasPowers whether it may have powers of its variable */
function isPolynomial(expression: Expression, hasPowers: boolean): boolean {
  if (expression.kind === 'variable' || listVariables(expression).size === 0) return true;
  if (expression.kind === 'negation') return isPolynomial(expression.argument, hasPowers);
  if (expression.kind !== 'binary') return false;
  const { operator, left, right } = expression;
  if (operator === '^' && !hasPowers) return false;
  if (operator === '/' && listVariables(right).size > 0) return false;
  return isPolynomial(left, hasPowers) && isPolynomial(right, hasPowers);
}

/** Whether an expression only combines variables and numbers, and nothing that is usually solved for. */
function isOfNames(expression: Expression): boolean {
  if (expression.kind === 'variable') return !unknownName.test(expression.name);
  if (listVariables(expression).size === 0) return true;
  return (
    expression.kind === 'binary' &&
    (expression.operator !== '^' || listVariables(expression.right).size === 0) &&
    isOfNames(expression.left) &&
    isOfNames(expression.right)
  );
}

/** "cos θ", "sin^2 θ", "sin α cos β", "1 + tan^2 θ" */
function isOfTrigonometry(expression: Expression): boolean {
  if (expression.kind === 'call') return trigonometric.test(expression.name);
  if (expression.kind !== 'binary') return false;
  const { operator, left, right } = expression;
  if (operator === '^') return isOfTrigonometry(left) && listVariables(right).size === 0;
  if (operator === '*' || operator === '/')
    return isOfTrigonometry(left) && isOfTrigonometry(right);
  const terms = [left, right].filter((term) => listVariables(term).size > 0);
  return terms.every(isOfTrigonometry);
}

/** Variance and the statistic of a test: "σ^2 = 4", "χ^2 = 3.84". */
function isSquaredName(expression: Expression): boolean {
  return (
    expression.kind === 'binary' &&
    expression.operator === '^' &&
    expression.left.kind === 'variable' &&
    /^[σχ]$/.test(expression.left.name)
  );
}
