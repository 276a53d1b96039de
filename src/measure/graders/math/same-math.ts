import {
  absolute,
  add,
  divide,
  listVariables,
  multiply,
  type Complex,
} from './evaluate-expression.js';
import { evaluateWhole } from './evaluate-whole.js';
import type { Expression } from './expression.js';
import { toInterval, toRange } from './intervals.js';
import type { MathStatement } from './parse-math.js';
import { renameVariable } from './renamed-variable.js';
import { samplePairs, someExpression, type Domain } from './sample-points.js';

const tolerance = 1e-8;
/** Whole numbers are equal below 2^50; above, what is computed may be rounded. */
const wholeTolerance = 2 ** -50;
const maxWhole = 2 ** 50;

/**
 * Whether two statements say the same: expressions with the same value for all variables, equations
 * with the same solutions by a constant factor, and the same members of sets, tuples and intervals.
 * Compared at several points, so that different expressions pass only by an accident beyond 1e-8.
 *
 * @returns `unclear` where they are the same for positive variables, and only the task can say whether
 * there are others: |x| for x, and ln x for ln |x|; and where they are the same but for the name of one
 * variable, such as the constant of an integral
 */
export function compareMath(
  wanted: MathStatement,
  given: MathStatement,
): 'same' | 'different' | 'unclear' {
  const result = compareNamed(wanted, given);
  if (result !== 'different') return result;
  const renamed = renameVariable(wanted, given);
  return renamed === undefined || compareNamed(...renamed) === 'different'
    ? 'different'
    : 'unclear';
}

function compareNamed(
  wanted: MathStatement,
  given: MathStatement,
): 'same' | 'different' | 'unclear' {
  if (isSameMath(wanted, given, 'strict')) return 'same';
  if (!isSameMath(wanted, given, 'positive')) return 'different';
  if (!isSameMath(wanted, given, 'real')) return caresForSigns(wanted) ? 'different' : 'unclear';
  return hasPart(wanted, isAbsolute) ? 'unclear' : 'same';
}

/** Whether an answer could be the same as this statement: it is the same as itself. */
export function isComparable(statement: MathStatement): boolean {
  if (isSameMath(statement, statement, 'positive')) return true;
  return statement.kind === 'relation' && valueOf(statement, 'positive') !== undefined;
}

/** Whether a statement says itself what becomes of negative numbers: |x|, √(x²). */
function caresForSigns(statement: MathStatement): boolean {
  return hasPart(
    statement,
    (part) =>
      isAbsolute(part) || (isRoot(part) && someExpression(part.argument, isPowerOfVariable)),
  );
}

function isAbsolute(part: Expression): boolean {
  return part.kind === 'call' && part.name === 'abs';
}

function isRoot(part: Expression): part is Extract<Expression, { kind: 'call' }> {
  return part.kind === 'call' && part.name === 'sqrt';
}

function isPowerOfVariable(part: Expression): boolean {
  return part.kind === 'binary' && part.operator === '^' && listVariables(part.left).size > 0;
}

function hasPart(statement: MathStatement, isSuch: (part: Expression) => boolean): boolean {
  switch (statement.kind) {
    case 'infinity':
      return false;
    case 'expression':
      return someExpression(statement.expression, isSuch);
    case 'relation':
      return someExpression(statement.left, isSuch) || someExpression(statement.right, isSuch);
    case 'list':
      return statement.items.some((item) => hasPart(item, isSuch));
  }
}

function isSameMath(wanted: MathStatement, given: MathStatement, domain: Domain): boolean {
  if (wanted.kind === 'infinity' || given.kind === 'infinity') {
    return wanted.kind === 'infinity' && given.kind === 'infinity' && wanted.sign === given.sign;
  }
  if (wanted.kind === 'expression' || given.kind === 'expression') {
    const [left, right] = [valueOf(wanted, domain), valueOf(given, domain)];
    return left !== undefined && right !== undefined && isSameExpression(left, right, domain);
  }
  if (wanted.kind === 'relation' && given.kind === 'relation') {
    return isSameRelation(wanted, given, domain) || isSameDefinition(wanted, given, domain);
  }
  if (wanted.kind === 'relation' || given.kind === 'relation') {
    const [left, right] = [toInterval(wanted), toInterval(given)];
    return left !== undefined && right !== undefined && isSameMath(left, right, domain);
  }
  const [wantedRange, givenRange] = [toRange(wanted), toRange(given)];
  if (wantedRange !== wanted || givenRange !== given)
    return isSameMath(wantedRange, givenRange, domain);
  if (wanted.open === '(' && given.open === '{') {
    const values = readCoordinates(given.items);
    return values !== undefined && isEachSame(wanted.items, values, domain);
  }
  if (wanted.open !== given.open || wanted.close !== given.close) return false;
  return wanted.open === '{' || wanted.open === '∪'
    ? isSameSet(wanted.items, given.items, domain)
    : isEachSame(wanted.items, given.items, domain);
}

/** An expression, or what a variable is said to be: "x = 3" is also 3. */
function valueOf(statement: MathStatement, domain: Domain): Expression | undefined {
  if (statement.kind === 'expression') return statement.expression;
  const isAssignment =
    statement.kind === 'relation' &&
    statement.relation === '=' &&
    (statement.left.kind === 'variable' || isIdentity(statement, domain));
  return isAssignment ? statement.right : undefined;
}

/** "(x+1)^2 = x^2 + 2x + 1" and "sin 30° = 1/2": both sides are the same. */
function isIdentity(
  { left, right }: Extract<MathStatement, { kind: 'relation' }>,
  domain: Domain,
): boolean {
  return isSameExpression(left, right, domain);
}

function isSameExpression(left: Expression, right: Expression, domain: Domain): boolean {
  const [wanted, given] = [evaluateWhole(left), evaluateWhole(right)];
  if (wanted !== undefined && given !== undefined) return wanted === given;
  let compared = 0;
  for (const { wanted: a, given: b, slack } of samplePairs(left, right, domain)) {
    if (!isFinite(a) && !isFinite(b)) continue;
    if (!isFinite(a) || !isFinite(b)) return false;
    const difference = absolute(add(a, multiply(b, { real: -1, imaginary: 0 })));
    const size = Math.max(1e-6, absolute(a), absolute(b));
    const areWhole = Number.isInteger(a.real) && Number.isInteger(b.real) && size <= maxWhole;
    if (difference > (areWhole ? wholeTolerance : tolerance) * size + slack) return false;
    compared++;
  }
  return compared > 0;
}

/** `x = 2, y = 3` and `x_1 = 2, x_2 = 3` as the members of the point `(2, 3)`. */
function readCoordinates(items: readonly MathStatement[]): readonly MathStatement[] | undefined {
  const names = items.map((item) => (item.kind === 'relation' ? nameOf(item.left) : ''));
  const isOrdered = names.every(
    (name, index) =>
      /^[a-z](?:_\d)?$/.test(name) && (index === 0 || name > (names[index - 1] as string)),
  );
  return isOrdered ? items : undefined;
}

/** `y = x^2` and `f(x) = x^2`. */
function isSameDefinition(wanted: MathStatement, given: MathStatement, domain: Domain): boolean {
  const [left, right] = [wanted, given].map((statement) =>
    statement.kind === 'relation' && /^(?:y|.*\))$/.test(nameOf(statement.left))
      ? valueOf(statement, domain)
      : undefined,
  );
  return left !== undefined && right !== undefined && isSameExpression(left, right, domain);
}

function nameOf(expression: Expression): string {
  return expression.kind === 'variable' ? expression.name : '';
}

function isSameRelation(
  wanted: Extract<MathStatement, { kind: 'relation' }>,
  given: Extract<MathStatement, { kind: 'relation' }>,
  domain: Domain,
): boolean {
  const [a, b] = [difference(wanted.left, wanted.right), difference(given.left, given.right)];
  const ratios: Complex[] = [];
  for (const { wanted: left, given: right, slack } of samplePairs(a, b, domain)) {
    if (!isFinite(left) || !isFinite(right) || absolute(right) < 1e-12) continue;
    // Near zero, a ratio is made of rounding.
    if (slack > tolerance * Math.min(absolute(left), absolute(right))) continue;
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

function isEachSame(
  wanted: readonly MathStatement[],
  given: readonly MathStatement[],
  domain: Domain,
): boolean {
  return (
    wanted.length === given.length &&
    wanted.every((item, index) => isSameMath(item, given[index] as MathStatement, domain))
  );
}

function isSameSet(
  wanted: readonly MathStatement[],
  given: readonly MathStatement[],
  domain: Domain,
): boolean {
  const holds = (items: readonly MathStatement[], item: MathStatement): boolean =>
    items.some((other) => isSameMath(item, other, domain));
  return wanted.every((item) => holds(given, item)) && given.every((item) => holds(wanted, item));
}

function isFinite({ real, imaginary }: Complex): boolean {
  return Number.isFinite(real) && Number.isFinite(imaginary);
}
