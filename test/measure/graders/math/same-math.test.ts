import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMath, type MathStatement } from '../../../../src/measure/graders/math/parse-math.js';
import { compareMath } from '../../../../src/measure/graders/math/same-math.js';

function parse(text: string): MathStatement {
  const parsed = parseMath(text);
  if (parsed.kind !== 'math') throw new Error(`${text}: ${parsed.problem}`);
  return parsed.statement;
}

const leaf = fc.constantFrom('x', 'y', '2', '3', '7', '1/2');
const expression = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('any'), fc.constantFrom('+', '-', '*'), tie('any')).map((parts) => parts.join('')),
    tie('any').map((inner) => `(${String(inner)})`),
    tie('any').map((inner) => `\\sqrt{(${String(inner)})^2}`),
    tie('any').map((inner) => `\\sqrt{(${String(inner)})^2+1}`),
  ),
})).any as fc.Arbitrary<string>;

describe('the comparison of mathematics', () => {
  it('finds every expression the same as itself, expanded or not', () => {
    fc.assert(
      fc.property(expression, (text) => {
        expect(compareMath(parse(text), parse(text))).toBe('same');
        expect(compareMath(parse(`(${text})^2`), parse(`(${text})(${text})`))).toBe('same');
      }),
    );
  });

  it('finds none the same as one that differs by a number', () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 9 }), (text, more) => {
        expect(compareMath(parse(text), parse(`${text}+${more}`))).toBe('different');
      }),
    );
  });

  it.each([
    ['|x|', 'x', 'different'],
    ['\\sqrt{x^2}', 'x', 'different'],
    ['|x-5|', '5-x', 'different'],
    ['x', '|x|', 'unclear'],
    ['\\ln|x|', '\\ln x', 'unclear'],
    ['\\ln x', '\\ln|x|', 'same'],
    ['\\sqrt[3]{x^2}', 'x^{2/3}', 'same'],
    ['n!', 'n(n-1)!', 'same'],
    ['(-1)^n', '\\cos(n\\pi)', 'same'],
  ])('of %s and %s finds them %s', (wanted, given, result) => {
    expect(compareMath(parse(wanted), parse(given))).toBe(result);
  });
});
