import { evaluateExpression } from './evaluate-expression.js';
import type { Expression, FunctionName } from './expression.js';

/** A real value, and the largest number on the way to it, which bounds how exact it is. */
export interface RealValue {
  readonly value: number;
  readonly largest: number;
}

/** Roots up to this one are read from exponents such as 2/3. */
const maxRoot = 99;

/**
 * The value of an expression as school mathematics has it, without complex numbers: undefined where a
 * part of it is not real or not finite. Odd roots of negative numbers are real.
 */
export function evaluateRealSteps(
  expression: Expression,
  variables: ReadonlyMap<string, number>,
): RealValue | undefined {
  const evaluate = (inner: Expression): RealValue | undefined =>
    evaluateRealSteps(inner, variables);
  switch (expression.kind) {
    case 'number':
      return reach(expression.value);
    case 'constant':
      return expression.name === 'i'
        ? undefined
        : reach(expression.name === 'π' ? Math.PI : Math.E);
    case 'variable':
      return reach(variables.get(expression.name));
    case 'negation': {
      const inner = evaluate(expression.argument);
      return inner && reach(-inner.value, inner);
    }
    case 'factorial': {
      const inner = evaluate(expression.argument);
      return inner && reach(computeFactorial(inner.value), inner);
    }
    case 'call': {
      const inner = evaluate(expression.argument);
      return inner && reach(call(expression.name, inner.value), inner);
    }
    case 'binary': {
      const left = evaluate(expression.left);
      const right = evaluate(expression.right);
      if (left === undefined || right === undefined) return undefined;
      return reach(combine(expression.operator, left.value, right.value), left, right);
    }
  }
}

function reach(value: number | undefined, ...from: readonly RealValue[]): RealValue | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return { value, largest: Math.max(Math.abs(value), ...from.map(({ largest }) => largest)) };
}

function combine(
  operator: Extract<Expression, { kind: 'binary' }>['operator'],
  left: number,
  right: number,
): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left < 0 && !Number.isInteger(right) ? raiseNegative(left, right) : left ** right;
  }
}

/** A negative number to the power p/q with an odd q, else NaN. */
function raiseNegative(base: number, exponent: number): number {
  for (let root = 3; root <= maxRoot; root += 2) {
    const power = exponent * root;
    if (Math.abs(power - Math.round(power)) > 1e-12 * Math.max(1, Math.abs(power))) continue;
    const size = Math.abs(base) ** exponent;
    return Math.round(power) % 2 === 0 ? size : -size;
  }
  return Number.NaN;
}

function computeFactorial(count: number): number {
  return evaluateExpression({ kind: 'factorial', argument: { kind: 'number', value: count } }).real;
}

function call(name: FunctionName, argument: number): number {
  // Where these are real, they are the same among complex numbers.
  if ((name === 'ln' || name === 'log') && argument <= 0) return Number.NaN;
  if (name === 'sqrt' && argument < 0) return Number.NaN;
  const value = evaluateExpression({
    kind: 'call',
    name,
    argument: { kind: 'number', value: argument },
  });
  return value.imaginary === 0 ? value.real : Number.NaN;
}
