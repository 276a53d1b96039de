import {
  absolute,
  add,
  divide,
  evaluateExpression,
  listVariables,
  multiply,
  type Complex,
} from './evaluate-expression.js';
import { evaluateWhole } from './evaluate-whole.js';
import type { Expression } from './expression.js';
import { toInterval, toRange } from './intervals.js';
import type { MathStatement } from './parse-math.js';

/** Where expressions are compared: values that no identity of school mathematics singles out. */
const points = [0.7312, 1.3187, 2.2943, 0.4139, 3.1872, 1.8651, 0.2711];
const tolerance = 1e-8;
/** Whole numbers are equal below 2^50; above, what is computed may be rounded. */
const wholeTolerance = 2 ** -50;

/**
 * Whether two statements say the same: expressions with the same value for all variables, equations
 * with the same solutions by a constant factor, and the same members of sets, tuples and intervals.
 * Compared at several points, so that different expressions pass only by an accident beyond 1e-8.
 */
export function isSameMath(wanted: MathStatement, given: MathStatement): boolean {
  if (wanted.kind === 'infinity' || given.kind === 'infinity') {
    return wanted.kind === 'infinity' && given.kind === 'infinity' && wanted.sign === given.sign;
  }
  if (wanted.kind === 'expression' || given.kind === 'expression') {
    const [left, right] = [valueOf(wanted), valueOf(given)];
    return left !== undefined && right !== undefined && isSameExpression(left, right);
  }
  if (wanted.kind === 'relation' && given.kind === 'relation') {
    return isSameRelation(wanted, given) || isSameDefinition(wanted, given);
  }
  if (wanted.kind === 'relation' || given.kind === 'relation') {
    const [left, right] = [toInterval(wanted), toInterval(given)];
    return left !== undefined && right !== undefined && isSameMath(left, right);
  }
  const [wantedRange, givenRange] = [toRange(wanted), toRange(given)];
  if (wantedRange !== wanted || givenRange !== given) return isSameMath(wantedRange, givenRange);
  if (wanted.open === '(' && given.open === '{') {
    const values = readCoordinates(given.items);
    return values !== undefined && isEachSame(wanted.items, values);
  }
  if (wanted.open !== given.open || wanted.close !== given.close) return false;
  return wanted.open === '{' || wanted.open === '∪'
    ? isSameSet(wanted.items, given.items)
    : isEachSame(wanted.items, given.items);
}

/** An expression, or what a variable is said to be: "x = 3" is also 3. */
function valueOf(statement: MathStatement): Expression | undefined {
  if (statement.kind === 'expression') return statement.expression;
  const isAssignment =
    statement.kind === 'relation' &&
    statement.relation === '=' &&
    (statement.left.kind === 'variable' || isIdentity(statement));
  return isAssignment ? statement.right : undefined;
}

/** "(x+1)^2 = x^2 + 2x + 1" and "sin 30° = 1/2": both sides are the same. */
function isIdentity({ left, right }: Extract<MathStatement, { kind: 'relation' }>): boolean {
  return isSameExpression(left, right);
}

function isSameExpression(left: Expression, right: Expression): boolean {
  const [wanted, given] = [evaluateWhole(left), evaluateWhole(right)];
  if (wanted !== undefined && given !== undefined) return wanted === given;
  let compared = 0;
  for (const [a, b] of evaluatePairs(left, right)) {
    if (!isFinite(a) && !isFinite(b)) continue;
    if (!isFinite(a) || !isFinite(b)) return false;
    const difference = absolute(add(a, multiply(b, { real: -1, imaginary: 0 })));
    const size = Math.max(1e-6, absolute(a), absolute(b));
    const areWhole = Number.isInteger(a.real) && Number.isInteger(b.real);
    if (difference > (areWhole ? wholeTolerance : tolerance) * size) return false;
    compared++;
  }
  return compared > 0;
}

/** `x = 2, y = 3` as the members of the point `(2, 3)`. */
function readCoordinates(items: readonly MathStatement[]): readonly MathStatement[] | undefined {
  const names = items.map((item) => (item.kind === 'relation' ? nameOf(item.left) : ''));
  const isOrdered = names.every(
    (name, index) => /^[a-z]$/.test(name) && (index === 0 || name > (names[index - 1] as string)),
  );
  return isOrdered ? items : undefined;
}

/** `y = x^2` and `f(x) = x^2`. */
function isSameDefinition(wanted: MathStatement, given: MathStatement): boolean {
  const [left, right] = [wanted, given].map((statement) =>
    statement.kind === 'relation' && /^(?:y|.*\))$/.test(nameOf(statement.left))
      ? valueOf(statement)
      : undefined,
  );
  return left !== undefined && right !== undefined && isSameExpression(left, right);
}

function nameOf(expression: Expression): string {
  return expression.kind === 'variable' ? expression.name : '';
}

function isSameRelation(
  wanted: Extract<MathStatement, { kind: 'relation' }>,
  given: Extract<MathStatement, { kind: 'relation' }>,
): boolean {
  const [a, b] = [difference(wanted.left, wanted.right), difference(given.left, given.right)];
  const ratios: Complex[] = [];
  for (const [left, right] of evaluatePairs(a, b)) {
    if (!isFinite(left) || !isFinite(right) || absolute(right) < 1e-12) continue;
    ratios.push(divide(left, right));
  }
  const [first] = ratios;
  if (first === undefined || ratios.length < 2) return false;
  const isConstant = ratios.every(
    (ratio) =>
      absolute(add(ratio, multiply(first, { real: -1, imaginary: 0 }))) <
      tolerance * Math.max(1, absolute(first)),
  );
  if (!isConstant || Math.abs(first.imaginary) > tolerance) return false;
  if (wanted.relation === '=' || wanted.relation === '≠') return wanted.relation === given.relation;
  // A negative factor turns the sign around.
  return (first.real > 0 ? given.relation : turned[given.relation]) === wanted.relation;
}

const turned: Readonly<Record<string, string>> = { '<': '>', '>': '<', '≤': '≥', '≥': '≤' };

function difference(left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator: '-', left, right };
}

function isEachSame(wanted: readonly MathStatement[], given: readonly MathStatement[]): boolean {
  return (
    wanted.length === given.length &&
    wanted.every((item, index) => isSameMath(item, given[index] as MathStatement))
  );
}

function isSameSet(wanted: readonly MathStatement[], given: readonly MathStatement[]): boolean {
  const holds = (items: readonly MathStatement[], item: MathStatement): boolean =>
    items.some((other) => isSameMath(item, other));
  return wanted.every((item) => holds(given, item)) && given.every((item) => holds(wanted, item));
}

function evaluatePairs(
  left: Expression,
  right: Expression,
): readonly (readonly [Complex, Complex])[] {
  const names = [...new Set([...listVariables(left), ...listVariables(right)])].sort();
  const rounds = names.length === 0 ? 1 : points.length;
  return Array.from({ length: rounds }, (_, round) => {
    const variables = new Map(
      names.map((name, index) => {
        const real = points[(round + 3 * index) % points.length] as number;
        return [name, { real: real + 0.37 * index, imaginary: 0 }] as const;
      }),
    );
    return [evaluateExpression(left, variables), evaluateExpression(right, variables)] as const;
  });
}

function isFinite({ real, imaginary }: Complex): boolean {
  return Number.isFinite(real) && Number.isFinite(imaginary);
}
