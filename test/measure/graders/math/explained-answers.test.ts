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
    // The sentence that rejects a root also states the other one.
    [String.raw`Discarding the negative root gives $x = 2$.`, '2', '-3'],
    [
      String.raw`Since a length is positive, we discard the negative root and get $x = 2$.`,
      '2',
      '-3',
    ],
    [String.raw`Rejecting the negative value, $x = 2$.`, '2', '-3'],
    [String.raw`After discarding $x = -3$, the only solution is $x = 2$.`, '2', '-3'],
    [String.raw`Since $x = -3$ is extraneous, the only solution is $x = 2$.`, '2', '-3'],
    [String.raw`Since $x = -3$ is not a valid solution, $x = 2$.`, '2', '-3'],
    [String.raw`The negative solution is discarded: $x = 2$.`, '2', '-3'],
    [String.raw`Discarding $-3$, we get $2$.`, '2', '-3'],
    [String.raw`Die negative Lösung wird verworfen, also ist $x = 2$.`, '2', '-3'],
    [String.raw`On rejette la solution négative et on obtient $x = 2$.`, '2', '-3'],
    [String.raw`Descartando la solución negativa, obtenemos $x = 2$.`, '2', '-3'],
    // And here it states none.
    [String.raw`We reject the negative root $x = -3$.`, '2', '-3'],
    [String.raw`$x = -3$ is extraneous because a length is positive.`, '2', '-3'],
    [String.raw`$x = -3$ is rejected since $x > 0$.`, '2', '-3'],
    [String.raw`Wir verwerfen $x = -3$.`, '2', '-3'],
    // This one rejects none.
    [String.raw`We cannot reject $x = 2$.`, '2', '-3'],
  ])('keeps the root that is left: %s', (sentence, right, wrong) => {
    const answer = String.raw`$x = 2$ or $x = -3$. ${sentence}`;
    expect(quality(answer, right)).toBe(1);
    expect(quality(answer, wrong)).toBe(0);
  });

  it.each([
    [String.raw`$2x = 12$, so $x = 6$. Substitute this back: $y = 10 - 6 = 4$.`, '4', '6'],
    [
      String.raw`$\int u\,du = \frac{u^2}{2}$. Substituting back gives $\frac{x^4}{2}$.`,
      String.raw`\frac{x^4}2`,
      String.raw`\frac{u^2}2`,
    ],
    [String.raw`The vertex is at $x = 2$. Plug this back in: $f(2) = 7$.`, '7', '2'],
    ['$f(x) = x^2 + 1$.\nSubstituting $x = 3$: $f(3) = 10$ ✓', '10', '3'],
    ['We sum $10$ odd numbers.\n\nProof: the sum is $10^2 = 100$.', '100', '10'],
    [
      String.raw`$3$ of $8$ are blue. Notice that the share of the others is $\frac{5}{8}$.`,
      String.raw`\frac58`,
      '8',
    ],
    [String.raw`We differentiate $x^2$. Recall that the power rule gives $2x$.`, '2x', 'x^2'],
    [
      String.raw`There are $5!$ orders. Note that two are alike, giving $\frac{5!}{2!} = 60$.`,
      '60',
      '5!',
    ],
  ])('takes a last step for no check: %s', (answer, right, wrong) => {
    expect(quality(answer, right)).toBe(1);
    expect(quality(answer, wrong)).toBe(0);
  });

  it.each([
    [String.raw`r = 3 because $d = 6$, so the area is $9\pi$.`, String.raw`9\pi`, '3'],
    ["At x = 2 (where $f'(x) = 0$) the maximum is $f(2) = 7$.", '7', '2'],
    ['n = 4 (from $2^n = 16$): the value is $4! = 24$', '24', '4'],
    ['3. (using $2x = 6$) $x = 12$', '12', '3'],
    ['If x > 0, because $x^2 = 4$, we get $x = 2$.', '2', '0'],
    ['By (1), since $a = 2$, we have $b = 3$.', '3', '1'],
  ])('reads on behind the reason in the middle of a line: %s', (answer, right, wrong) => {
    expect(quality(answer, right)).toBe(1);
    expect(quality(answer, wrong)).toBe(0);
  });

  it.each([
    String.raw`For $\frac{1}{x-2}$, $x \neq 2$.`,
    String.raw`$x \in \mathbb{R}$, $x \neq 2$`,
    String.raw`$f(x) = \frac{1}{x-2}$, $x \neq 2$`,
  ])('takes what is excluded for the answer where it is due: %s', (answer) => {
    expect(quality(answer, String.raw`x \neq 2`)).toBe(1);
  });

  it.each([
    [String.raw`The area is $45$ and the perimeter is $28$.`, '28'],
    [String.raw`The area is $45$ and the perimeter is $28$.`, '45'],
  ])('leaves open which of two named values was due: %s for %s', (answer, reference) => {
    expect(quality(answer, reference)).toMatch(/^ambiguous/);
    expect(quality(answer, '7')).toBe(0);
  });
});
