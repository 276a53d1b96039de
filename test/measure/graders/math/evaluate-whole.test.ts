import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateWhole } from '../../../../src/measure/graders/math/evaluate-whole.js';
import { parseMath } from '../../../../src/measure/graders/math/parse-math.js';

function evaluate(text: string): bigint | undefined {
  const parsed = parseMath(text);
  if (parsed.kind !== 'math' || parsed.statement.kind !== 'expression') throw new Error(text);
  return evaluateWhole(parsed.statement.expression);
}

describe('the exact value of an expression', () => {
  it('is that of every whole number, however many digits it has', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 60n), 10n ** 60n), (value) => {
        expect(evaluate(String(value))).toBe(value);
      }),
    );
  });

  it.each([
    ['2^{64} - 1', 18446744073709551615n],
    ['20!', 2432902008176640000n],
    ['-3^2 + \\frac{12}{4}', -6n],
    ['18,446,744,073,709,551,615', 18446744073709551615n],
  ])('is computed from %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    'x + 1',
    '\\frac{1}{3}',
    '1.5',
    '\\sqrt{4}',
    '2^{-1}',
    '2^{2^{99}}',
    '9^{9^{9}}',
    '10^{400!}',
  ])('is not known of %s', (text) => {
    expect(evaluate(text)).toBeUndefined();
  });
});
