import { describe, expect, it } from 'vitest';
import { mathGrader } from '../../../../src/measure/graders/math.js';

function quality(answer: string, reference: string): number | string {
  const grade = mathGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : grade.reason;
}

describe('the math grader, reading what follows an answer', () => {
  it.each([
    // Why the answer holds, and checks of it.
    [String.raw`The answer is 4 because $2^4 = 16$.`, '4', '16'],
    [String.raw`4, since $2^4 = 16$.`, '4', '16'],
    [String.raw`The logarithm is $4$, as $2^4 = 16$.`, '4', '16'],
    [String.raw`The logarithm equals $4$. Recall that $2^4 = 16$.`, '4', '16'],
    [String.raw`The side length is $45$. Indeed, $45^2 = 2025$.`, '45', '2025'],
    [String.raw`Es ist 6, da $2 \cdot 3 = 6$.`, '6', '7'],
    [String.raw`The perimeter is 12 ($4 \cdot 3$).`, '12', '4'],
    // Solutions that are rejected.
    [String.raw`$x = 2$ or $x = -3$. Since $x > 0$, we discard $-3$.`, '2', '-3'],
    [String.raw`$x = 2$. The other root, $x=-3$, is rejected.`, '2', '-3'],
    [String.raw`$x = 2$ is the only solution; $x = 3$ is extraneous.`, '2', '3'],
    [String.raw`We reject $x = -3$, so $x = 2$.`, '2', '-3'],
    // Where a formula holds.
    [String.raw`$\frac{d}{dx}\ln x = \frac{1}{x}$ for $x > 0$.`, String.raw`\frac1x`, '0'],
    [String.raw`$\frac{x+1}{x-1}$, $x \neq 1$`, String.raw`\frac{x+1}{x-1}`, '1'],
  ])('takes the answer of %s for %s, and not for %s', (answer, right, wrong) => {
    expect(quality(answer, right)).toBe(1);
    expect(quality(answer, wrong)).toBe(0);
  });

  it.each([
    [String.raw`The answer is $4$ because $2^4 = 16$.`, '4'],
    [String.raw`Since $2^4 = 16$, the answer is $4$.`, '4'],
    [String.raw`Because $2^4 = 16$, $\log_2 16 = 4$.`, '4'],
    [String.raw`$x^2 = 16$. Note that $x > 0$, so $x = 4$.`, 'x=4'],
    [String.raw`We have $2^x = 16$. Note that $16 = 2^4$. The exponent is $4$.`, '4'],
    [String.raw`The p-value is $0.03$. We reject $H_0$.`, '0.03'],
    [String.raw`If $n = 2$ then it is invalid, so $n = 3$.`, '3'],
    [String.raw`The answer is $x+1$ (for $x > 0$).`, 'x+1'],
    ['The answer is (2, 3).', '(2,3)'],
    [String.raw`$x = 2$ or $x = -2$.`, '2,-2'],
  ])('reads on where the answer comes later, or has brackets: %s', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });

  it.each([
    [String.raw`The area is $45$ and the perimeter is $28$.`, '28'],
    [String.raw`The area is $45$ and the perimeter is $28$.`, '45'],
  ])('leaves open which of two named values was due: %s for %s', (answer, reference) => {
    expect(quality(answer, reference)).toMatch(/^ambiguous/);
    expect(quality(answer, '7')).toBe(0);
  });
});
