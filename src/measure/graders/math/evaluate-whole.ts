import type { Expression } from './expression.js';

/** Larger results are not computed: a tower of powers would take all memory. */
const maxBits = 20_000;

/**
 * The exact value of an expression of whole numbers, however large; undefined where it has variables,
 * is no whole number, or has more than 20,000 bits. Doubles are not exact beyond 2^53.
 */
export function evaluateWhole(expression: Expression): bigint | undefined {
  switch (expression.kind) {
    case 'number':
      if (expression.whole !== undefined) return expression.whole;
      return Number.isSafeInteger(expression.value) ? BigInt(expression.value) : undefined;
    case 'negation': {
      const value = evaluateWhole(expression.argument);
      return value === undefined ? undefined : -value;
    }
    case 'factorial':
      return computeFactorial(evaluateWhole(expression.argument));
    case 'binary': {
      const left = evaluateWhole(expression.left);
      const right = evaluateWhole(expression.right);
      if (left === undefined || right === undefined) return undefined;
      return combine(left, right, expression.operator);
    }
    case 'constant':
    case 'variable':
    case 'call':
      return undefined;
  }
}

function combine(
  left: bigint,
  right: bigint,
  operator: Extract<Expression, { kind: 'binary' }>['operator'],
): bigint | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return countBits(left) + countBits(right) > maxBits ? undefined : left * right;
    case '/':
      return right === 0n || left % right !== 0n ? undefined : left / right;
    case '^':
      if (right < 0n || right > BigInt(maxBits)) return undefined;
      return countBits(left) * Number(right) > maxBits ? undefined : left ** right;
  }
}

function computeFactorial(count: bigint | undefined): bigint | undefined {
  if (count === undefined || count < 0n || count > 1000n) return undefined;
  let product = 1n;
  for (let factor = 2n; factor <= count; factor++) product *= factor;
  return product;
}

function countBits(value: bigint): number {
  return value.toString(16).length * 4;
}
