import { describe, expect, it } from 'vitest';
import { dropCheck, findFinalFormula } from '../../../../src/measure/graders/math/final-formula.js';

describe('the final formula of a text', () => {
  it.each([
    ['First $a = 1$. Then $b = 2$.', 'b = 2'],
    ['Either $x = 2$ or $x = 5$.', 'x = 2, x = 5'],
    ['The roots are $x = 2$, $x = 5$ and $x = 7$.', 'x = 2, x = 5, x = 7'],
    ['So $a_2 = 3$, $a_3 = 7$, $a_4 = 15$.', 'a_4 = 15'],
    ['So \\(y = Ce^{2x}\\), where $C$ and $D$ are constants.', 'y = Ce^{2x}'],
    ['The sum is $\\frac{n}{2}$, which equals 5 for $n = 10$.', '\\frac{n}{2}'],
    ['It is $-2$, because the original slope is $\\frac{1}{2}$.', '-2'],
    ['The line is $y = x$ (slope $1$, intercept $0$).', 'y = x'],
    ['This is $x + 2$ for $x \\ne 2$.', 'x + 2'],
    ['$f(x) = 0$ when $x = 3$.', 'x = 3'],
    ['$f(x) = x^2$ grows for $x > 0$.', 'x > 0'],
  ])('of %j is %j', (text, formula) => {
    expect(findFinalFormula(text, false)).toBe(formula);
  });

  it('is all of a solution where several values are due', () => {
    const text = 'We get $x = 2$, $y = 3$.';
    expect(findFinalFormula(text, true)).toBe('x = 2, y = 3');
    expect(findFinalFormula(text, false)).toBe('y = 3');
  });

  it('is none where there is no formula', () => {
    expect(findFinalFormula('x = 3', false)).toBeUndefined();
  });
});

describe('a check below a solution', () => {
  it.each([
    'So x = 5.\n\n**Verification:** 2(5) + 3 = 13 ✓',
    'So x = 5. Check: 13 = 13',
    'Also x = 5.\nProbe: 13 = 13',
    '所以 x = 5。\n\n验证:13 = 13',
  ])('is dropped: %j', (text) => {
    expect(dropCheck(text)).not.toContain('13');
    expect(dropCheck(text)).toContain('x = 5');
  });

  it.each([
    'x = 5\n\nCheck: 2(5) + 3 ≠ 17, wrong.',
    'x = 5\n\nCheck: 13 = 13, so x = 5.',
    'Check: 13 = 13',
  ])('stays where it changes or says the answer: %j', (text) => {
    expect(dropCheck(text)).toBe(text);
  });
});
