import { evaluateExpression, listVariables, type Complex } from './evaluate-expression.js';
import { evaluateRealSteps } from './evaluate-real.js';
import type { Expression } from './expression.js';

/**
 * Where two statements are compared.
 * - `positive`: for positive variables.
 * - `real`: also for negative and large ones, where both are real.
 * - `strict`: as `real`, and the given one must be real wherever the wanted one is.
 */
export type Domain = 'positive' | 'real' | 'strict';

/** The values of two expressions for the same variables. */
export interface SamplePoint {
  readonly wanted: Complex;
  readonly given: Complex;
  /** By how much rounding alone may part the two, beyond what their own sizes allow. */
  readonly slack: number;
}

/** Values that no identity of school mathematics singles out. */
const positivePoints = [0.7312, 1.3187, 2.2943, 0.4139, 3.1872, 1.8651, 0.2711];
const signedPoints = [-1.3714, 7.2131, -0.5823, -6.4337, 12.6147, -2.9183, 0.8471];
/** Where a factorial or a power of -1 needs whole numbers. */
const wholePoints = [2, 3, 5, 7, 4, 6, 9];
const roundingShare = 2 ** -46;
const nothing: Complex = { real: Number.NaN, imaginary: 0 };

/** The values of two expressions at several points; of one where they have no variables. */
export function samplePairs(
  wanted: Expression,
  given: Expression,
  domain: Domain,
): readonly SamplePoint[] {
  const names = [...new Set([...listVariables(wanted), ...listVariables(given)])].sort();
  if (names.length === 0) return [sampleComplex(wanted, given, new Map())];
  if (needsWhole(wanted) || needsWhole(given)) {
    return spread(names, wholePoints, 1).map((point) => sampleComplex(wanted, given, point));
  }
  const positive = spread(names, positivePoints, 0.37).map((point) =>
    sampleComplex(wanted, given, point),
  );
  if (domain === 'positive') return positive;
  const signed = spread(names, signedPoints, 0.37).flatMap((point): readonly SamplePoint[] => {
    const [left, right] = [evaluateRealSteps(wanted, point), evaluateRealSteps(given, point)];
    if (left === undefined) return [];
    if (right === undefined) {
      return domain === 'strict' ? [{ wanted: real(left.value), given: nothing, slack: 0 }] : [];
    }
    const slack = roundingShare * Math.max(left.largest, right.largest);
    return [{ wanted: real(left.value), given: real(right.value), slack }];
  });
  return [...positive, ...signed];
}

/** A value for every variable, a different one for each, as often as there are points. */
function spread(
  names: readonly string[],
  points: readonly number[],
  step: number,
): readonly ReadonlyMap<string, number>[] {
  return points.map(
    (_, round) =>
      new Map(
        names.map((name, index) => [
          name,
          (points[(round + 3 * index) % points.length] as number) + step * index,
        ]),
      ),
  );
}

function sampleComplex(
  wanted: Expression,
  given: Expression,
  point: ReadonlyMap<string, number>,
): SamplePoint {
  const variables = new Map([...point].map(([name, value]) => [name, real(value)]));
  return {
    wanted: evaluateExpression(wanted, variables),
    given: evaluateExpression(given, variables),
    slack: 0,
  };
}

function real(value: number): Complex {
  return { real: value, imaginary: 0 };
}

/** Whether an expression counts: n!, (-1)^n. */
function needsWhole(expression: Expression): boolean {
  return someExpression(expression, (inner) => {
    if (inner.kind === 'factorial') return listVariables(inner.argument).size > 0;
    if (inner.kind !== 'binary' || inner.operator !== '^') return false;
    const isCounter = listVariables(inner.right).size > 0 && listVariables(inner.left).size === 0;
    return isCounter && evaluateExpression(inner.left).real < 0;
  });
}

/** Whether an expression, or a part of it, is such a one. */
export function someExpression(
  expression: Expression,
  isSuch: (inner: Expression) => boolean,
): boolean {
  if (isSuch(expression)) return true;
  switch (expression.kind) {
    case 'number':
    case 'constant':
    case 'variable':
      return false;
    case 'negation':
    case 'factorial':
    case 'call':
      return someExpression(expression.argument, isSuch);
    case 'binary':
      return someExpression(expression.left, isSuch) || someExpression(expression.right, isSuch);
  }
}
