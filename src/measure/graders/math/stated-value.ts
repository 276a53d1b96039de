import { hasDegrees } from './angles.js';
import { listVariables } from './evaluate-expression.js';
import type { Expression } from './expression.js';
import { readMeasured } from './measured-number.js';
import type { MathStatement } from './parse-math.js';
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
export function readStatedValue(text: string, statement: MathStatement): StatedValue | undefined {
  if (statement.kind !== 'relation' || statement.relation !== '=') return undefined;
  const { left, right } = statement;
  const sides = text.split('=');
  const [leftText = '', rightText = ''] = sides;
  if (sides.length !== 2 || left.kind === 'variable') return undefined;
  // "arcsin 0.5 = 30°"
  const isAngle = left.kind === 'call' && left.name.startsWith('arc') && hasDegrees(rightText);
  if (listVariables(left).size === 0 && !isAngle) return undefined;
  // "2x + 1 = 4" is there to be solved.
  const isSum = left.kind === 'binary' && (left.operator === '+' || left.operator === '-');
  if (isSum && listVariables(left).size === 1) return undefined;
  // "AB = 5 m" may have a unit, and may be solved for m.
  const isNumber = listVariables(right).size === 0;
  if (!isNumber && readMeasured(rightText) === undefined) return undefined;
  const isTrigonometric = left.kind === 'call' && trigonometric.test(left.name);
  const isApplication = application.test(plainMath(leftText));
  const isCombined = listVariables(left).size > 1 && isOfNames(left);
  const isResult = isNumber && (isAngle || isTrigonometric || isApplication || isCombined);
  return { text: rightText, isResult };
}

/** Whether an equation states a result that is given without it: "f(3) = 7" and 7. */
export function isStatedValue(
  text: string,
  statement: MathStatement,
  given: MathStatement,
): boolean {
  if (statement.kind !== 'relation' || given.kind !== 'expression') return false;
  const value: MathStatement = { kind: 'expression', expression: statement.right };
  return (
    readStatedValue(text, statement)?.isResult === true && compareMath(value, given) === 'same'
  );
}

/** Whether an expression only adds and multiplies variables, none of which is usually solved for. */
function isOfNames(expression: Expression): boolean {
  if (expression.kind === 'variable') return !unknownName.test(expression.name);
  return (
    expression.kind === 'binary' &&
    expression.operator !== '^' &&
    isOfNames(expression.left) &&
    isOfNames(expression.right)
  );
}
