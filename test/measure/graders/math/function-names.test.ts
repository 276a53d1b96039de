import { describe, expect, it } from 'vitest';
import { mathGrader } from '../../../../src/measure/graders/math.js';

function quality(answer: string, reference: string): number | 'ambiguous' {
  const grade = mathGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

describe('an equation that defines a function', () => {
  it.each([
    '$f^{-1}(x) = 4x + 3$',
    'f⁻¹(x) = 4x + 3',
    String.raw`\boxed{f^{-1}(x) = 4x + 3}`,
    'f(g(x)) = 4x + 3',
    '$f(g(x)) = 2(2x+1)+1 = 4x+3$',
    'f(f(x)) = 4x + 3',
    String.raw`(f \circ g)(x) = 4x+3`,
    '(f ∘ g)(x) = 4x+3',
    '(f+g)(x) = 4x+3',
    String.raw`\left(\frac{f}{g}\right)(x) = 4x+3`,
    'f(x) + g(x) = 4x+3',
    'f(x+1) = 4x+3',
  ])('states what is on its right: %s', (answer) => {
    expect(quality(answer, '4x+3')).toBe(1);
    expect(quality(answer, '4x+4')).toBe(0);
  });

  it('may be the reference', () => {
    expect(quality('(x+1)/2', String.raw`f^{-1}(x) = \frac{x+1}{2}`)).toBe(1);
    expect(quality('(x+2)/2', String.raw`f^{-1}(x) = \frac{x+1}{2}`)).toBe(0);
  });
});

describe('an equation of values of functions', () => {
  it.each([
    'f(1)+f(2) = 14',
    String.raw`\boxed{f(1)+f(2) = 14}`,
    'P(3) - P(1) = 14',
    'f(1)f(2) = 14',
    'f(f(1)) = 14',
    'f^{-1}(3) = 14',
    String.raw`(f \circ g)(2) = 14`,
  ])('states its result: %s', (answer) => {
    expect(quality(answer, '14')).toBe(1);
    expect(quality(answer, '15')).toBe(0);
  });

  it.each(['f(1) + 3 = 14', '2f(3) = 14', 'h(h+2) = 14'])(
    'is ambiguous where it may be a step: %s',
    (answer) => {
      expect(quality(answer, '14')).toBe('ambiguous');
    },
  );

  it.each(['2x + 1 = 14', 'p + 1 = 14', '2(p + 1) + 3 = 14'])(
    'is not confused with one to solve: %s',
    (answer) => {
      expect(quality(answer, '14')).toBe(0);
    },
  );
});
