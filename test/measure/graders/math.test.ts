import { describe, expect, it } from 'vitest';
import { mathGrader } from '../../../src/measure/graders/math.js';

function grade(answer: string, reference: string): number | string {
  const given = mathGrader.grade({ answer, reference, options: {} });
  return given.kind === 'graded' ? given.quality : given.reason;
}

describe('the math grader', () => {
  it.each([
    ['(x+1)^2', '\\boxed{x^2+2x+1}'],
    ['\\frac{\\sqrt{2}}{2}', 'The answer is $\\frac{1}{\\sqrt2}$.'],
    ['1', '\\boxed{\\sin^2 x + \\cos^2 x}'],
    ['x+1', '\\boxed{\\frac{x^2-1}{x-1}}'],
    ['e^{i\\pi}', '-1'],
    ['\\sqrt{-4}', '2i'],
    ['5!', '120'],
    ['y = 2x + 1', 'Answer: $2x + 1$'],
    ['2x + 3y = 6', '\\boxed{4x + 6y = 12}'],
    ['x > 3', '\\boxed{-x < -3}'],
    ['(1, 2)', '\\boxed{\\left(1, 2\\right)}'],
    ['\\{1, 2\\}', 'The solutions are 2 and 1.\n\n\\boxed{2, 1}'],
    ['[0, 1)', '#### [0,1)'],
    ['2\\sqrt{10}', 'So we get $\\sqrt{40}$'],
    ['\\frac{3}{4}', '0.75'],
  ])('takes for %j the answer %j', (reference, answer) => {
    expect(grade(answer, reference)).toBe(1);
  });

  it.each([
    ['(x+1)^2', '\\boxed{x^2+1}'],
    ['x > 3', '\\boxed{x < 3}'],
    ['(1, 2)', '\\boxed{(2, 1)}'],
    ['[0, 1)', '\\boxed{[0, 1]}'],
    ['\\{1, 2\\}', '\\boxed{\\{1\\}}'],
    ['\\sqrt{10}', '10'],
    ['x = 3', '\\boxed{x = -3}'],
  ])('does not take for %j the answer %j', (reference, answer) => {
    expect(grade(answer, reference)).toBe(0);
  });

  it('leaves what it does not understand ungraded, and refuses it as a reference', () => {
    expect(grade('\\boxed{\\int x\\,dx}', 'x')).toContain('\\int');
    expect(mathGrader.checkTask('\\begin{pmatrix}1\\end{pmatrix}', {})).toContain('\\begin');
    expect(mathGrader.checkTask('', {})).toContain('no expression');
    expect(mathGrader.checkTask('\\arcsin(x + 10)', {})).toContain('no value');
    expect(mathGrader.checkTask('\\frac{1}{0}', {})).toContain('no value');
    expect(mathGrader.checkTask('\\sin 30^\\circ = 1/2', {})).toBeUndefined();
  });
});

describe('the math grader, of an answer with another name for a variable', () => {
  it.each([
    ['x^2/2 + C', '$x^2/2 + c$'],
    ['x^2/2 + C', '$x^2/2 + K$'],
    ['y = Ce^x', '$y = Ae^x$'],
    ['y = Ce^x', '$Ae^x$'],
    ['Ce^x', '$y = Ae^x$'],
    ['f(x) = x^2', '$f(t) = t^2$'],
    ['\\frac{\\pi}{4} + n\\pi', '$x = \\frac{\\pi}{4} + k\\pi$, where $k$ is an integer.'],
    ['\\frac{\\pi}{4} + n\\pi', 'x = \\frac{\\pi}{4} + k\\pi, where $k$ is an integer'],
  ])('leaves it ungraded: %j, %j', (reference, answer) => {
    expect(grade(answer, reference)).toContain('ambiguous');
  });

  it.each([
    ['x^2/2 + C', '$x^2/3 + K$'],
    ['x^2/2 + C', '$x^2/2$'],
    ['x', '$y$'],
    ['x + y', '$z - x$'],
  ])('says what is wrong with any name: %j, %j', (reference, answer) => {
    expect(grade(answer, reference)).toBe(0);
  });

  it('reads the answer before what explains its symbol', () => {
    expect(grade('x = 2 + 3n, where $n$ is an integer', '2 + 3n')).toBe(1);
    expect(grade('x = 2 + 4n, where $n$ is an integer', '2 + 3n')).toBe(0);
  });
});

describe('the math grader, of percentages', () => {
  it.each([
    ['5\\%', '0.05', 1],
    ['0.05', '$5\\%$', 1],
    ['0.05', 'x = 5%', 1],
    ['5', '5%', 1],
    ['5\\%', '5', 1],
    ['\\frac{1}{3}', '$\\frac{100}{3}\\%$', 1],
    ['5\\%', '6%', 0],
    ['5\\%', '0.05%', 0],
    ['5\\%', '0.5', 0],
  ])('compares %j with %j', (reference, answer, quality) => {
    expect(grade(answer, reference)).toBe(quality);
  });

  it.each([
    ['0.5', '$0.5\\%$'],
    ['x = 0.5', '$x = 0.5\\%$'],
    ['\\frac{1}{2}', '0.5%'],
  ])('leaves ungraded, as the numeric grader does: %j, %j', (reference, answer) => {
    expect(grade(answer, reference)).toContain('ambiguous');
  });

  it('takes a share below 1 in percent, and zero', () => {
    expect(grade('$50\\%$', '0.5')).toBe(1);
    expect(grade('$0\\%$', '0')).toBe(1);
    expect(grade('$0.5\\%$', '0.5\\%')).toBe(1);
  });
});

describe('the math grader, reading solutions in lines of their own', () => {
  it.each([
    'x = 2\ny = 3',
    '$x = 2$\n\n$y = 3$',
    'x = 4/2\nx = 2\ny = 3',
    '\\[\nx = 2\n\\]\n\\[\ny = 3\n\\]',
    '$x_1 = 2$, $x_2 = 3$',
    'x₁ = 2\nx₂ = 3',
  ])('takes %j for a point and for a set', (answer) => {
    expect(grade(answer, '(2,3)')).toBe(1);
    expect(grade(answer, '\\{2,3\\}')).toBe(1);
    expect(grade(answer, '(3,2)')).toBe(0);
    expect(grade(answer, '\\{1,2,3\\}')).toBe(0);
  });

  it.each(['The solutions are:\n- $x=2$\n- $x=3$', 'x = 2\nx = 3', '1. $x = 2$\n2. $x = 3$'])(
    'takes %j for a set, and leaves open which single value it gives',
    (answer) => {
      expect(grade(answer, '\\{2,3\\}')).toBe(1);
      for (const one of ['2', '3']) expect(grade(answer, one)).toMatch(/ambiguous/);
      expect(grade(answer, '5')).toBe(0);
    },
  );

  it.each([
    ['$2x = 6$\n$x = 3$', '3'],
    ['$x = 6/2$\n$x = 3$', '3'],
    ['$y = 2x + 3$\n$y = 7$', '7'],
    ['$r = 5$\n$A = 25\\pi$', '25\\pi'],
    ['x = 2\nx = 3\n\nThe answer is 3.', '3'],
  ])('takes the result of the steps %j', (answer, reference) => {
    expect(grade(answer, reference)).toBe(1);
  });
});

describe('the math grader, reading commas', () => {
  it.each(['$0{,}5$', '\\boxed{0{,}5}', 'x = 0{,}5'])('takes %j for a decimal number', (answer) => {
    expect(grade(answer, '0.5')).toBe(1);
    expect(grade(answer, '5')).toBe(0);
  });

  it('takes a comma in braces before three digits for one of thousands', () => {
    expect(grade('$1{,}234$', '1234')).toBe(1);
    expect(grade('$1{,}234{,}567$', '1234567')).toBe(1);
    expect(grade('$0{,}125$', '0.125')).toBe(1);
  });

  it('leaves open whether "0,5" is a list where only the decimal number would be right', () => {
    for (const answer of ['0,5', '$0,5$', '\\boxed{0,5}', 'x = 0,5']) {
      expect(grade(answer, '0.5')).toMatch(/ambiguous/);
      expect(grade(answer, '0.7')).toBe(0);
    }
    expect(grade('2,5x + 1,5', '2.5x + 1.5')).toMatch(/ambiguous/);
    expect(grade('12.5', '12,5')).toMatch(/ambiguous/);
  });

  it('keeps lists that are written with commas', () => {
    for (const [answer, reference] of [
      ['2,3', '\\{2,3\\}'],
      ['3,2', '2,3'],
      ['(2,3)', '(2,3)'],
      ['[0,5]', '[0,5]'],
      ['1,2,3', '1,2,3'],
    ] as const) {
      expect(grade(answer, reference)).toBe(1);
    }
    expect(grade('2,3', '3')).toBe(0);
  });
});

describe('the math grader, reading "!="', () => {
  it('takes it for an inequality after a space, and for a factorial after a number', () => {
    expect(grade('x != 3', '3')).toBe(0);
    expect(grade('$x != 3$', 'x \\ne 3')).toBe(1);
    expect(grade('x - 3 (x != -3)', 'x-3')).toBe(1);
    expect(grade('5!=120', '120')).toBe(1);
  });
});

describe('the math grader, where names with an index have values', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    ['With $a_1 = 2$, $a_4 = 11$.', '11'],
    ['a_1 = 1\na_2 = 3\na_3 = 7\na_4 = 15', '15'],
    ['S_1 = 3\nS_2 = 8', '8'],
    ['So $a_2 = 3$, $a_3 = 7$, $a_4 = 15$, and $a_5 = 31$.', '31'],
    ['$F_1 = 1$, $F_2 = 1$, $F_3 = 2$, $F_4 = 3$, $F_5 = 5$', '5'],
    ['k_3 = 7\nk_4 = 15', '15'],
    ['Using $a_1 = 2$ and $d = 3$, we get $a_2 = 5$.', '5'],
    ['v_i = 3\nv_f = 20', '20'],
    ['$x_a = 2$, $x_b = 5$', '5'],
    ['So $a_9 = 3$ and $a_{10} = 5$.', '5'],
    ['p = 10\nq = 3\np = 10', '10'],
    ['$x = \\frac{\\pi}{4}$\n$x = 45^\\circ$', '\\frac{\\pi}{4}'],
  ])('reads the last term, and no value twice, in %j', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    'x_1 = 2\nx_2 = 5',
    'The roots are $x_1 = 2$, $x_2 = 5$.',
    'The roots are $x_1 = 2$ and $x_2 = 5$.',
    'The roots are $x_1 = 2, x_2 = 5$.',
    '$m_1 = 2$\n$m_2 = 5$',
    'The roots are:\n\nr_1 = 2\nr_2 = 5',
    'The roots are $r_1 = 2$, $r_2 = 5$.',
    'The roots are r_1 = 2 and r_2 = 5.',
    '\\(k_1 = 2\\), \\(k_2 = 5\\)',
    'The eigenvalues are $\\lambda_1 = 2$ and $\\lambda_2 = 5$.',
    '$\\lambda_1 = 2$\n$\\lambda_2 = 5$',
    'The eigenvalues are λ₁ = 2 and λ₂ = 5.',
  ])('leaves open which of two solutions %j means', (answer) => {
    expect(grade(answer, '5')).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, '2')).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, '7')).toMatchObject({ kind: 'graded', quality: 0 });
    expect(grade(answer, '{2, 5}')).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it('leaves open which of three solutions is meant, and does not read a term before the last', () => {
    expect(grade('$r_1 = 2$, $r_2 = 3$, $r_3 = 5$', '5')).toMatchObject({ kind: 'ungraded' });
    expect(grade('So $a_3 = 7$, and $a_4 = 15$.', '7')).toMatchObject({ quality: 0 });
  });

  it('knows Greek letters by their commands', () => {
    expect(grade('$1 + 2\\alpha$', '2\\alpha + 1')).toMatchObject({ quality: 1 });
    expect(grade('1 + 2α', '2\\alpha + 1')).toMatchObject({ quality: 1 });
    expect(grade('2ϵ - ϕ + µ', '\\mu + 2\\epsilon - \\varphi')).toMatchObject({ quality: 1 });
    expect(grade('ϑ + ϱ', '\\theta + \\rho')).toMatchObject({ quality: 1 });
    expect(grade('$1 + \\alpha$', '2\\alpha + 1')).toMatchObject({ quality: 0 });
    expect(grade('$\\theta = \\pi/4$', '\\frac{\\pi}{4}')).toMatchObject({ quality: 1 });
  });
});

describe('the math grader, where a number has a unit', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    ['\\boxed{9.8 \\text{ m/s}}', '9.8'],
    ['\\boxed{9.8\\,\\text{m/s}^2}', '9.8'],
    ['\\boxed{9.8\\ \\mathrm{m/s^2}}', '9.8'],
    ['\\boxed{9.8\\ \\frac{\\text{m}}{\\text{s}^2}}', '9.8'],
    ['The acceleration is 9.8 m/s².', '9.8'],
    ['$a = 9.8\\ \\text{m/s}^2$', '9.8'],
    ['9.8m/s^2', '9.8'],
    ['9.8 N', '9.8'],
    ['2π rad/s', '2\\pi'],
    ['60 mph', '60'],
    ['3 m/s', '\\frac{3m}{s}'],
    ['\\boxed{3 \\times 10^8 \\text{ m/s}}', '3 \\times 10^8'],
    ['The speed is 3 × 10^8 m/s', '300000000'],
    ['2.5 × 10^3 J', '2500'],
    ['5 m s^-1', '5'],
    ['v = 20 m / 4 s = 5 m/s', '5'],
    ['$5\\ \\mu m$', '5'],
  ])('takes %j for %j', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    ['9.7 m/s', '9.8'],
    ['1/4 cup', '3/4'],
    ['5x', '5'],
    ['5 x', '5'],
    ['5xy', '5'],
    ['5i', '5'],
    ['5 m/s', '5x'],
    ['d >= 5 km', '5'],
    ['t <= 3 s', '3'],
    ['x != 5 m', '5'],
    ['**Answer:** 20 m - 3 m', '20'],
    ['5 m - 3', '5'],
    ['r = 3 m, h = 7 m', '7'],
    ['x = 3 m or x = 5 m', '5'],
    ['2.6 × 10^3 J', '2500'],
  ])('does not take %j for %j', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each(['3/4 cup', '3/4 cups', '\\frac{3}{4} \\text{ cup}'])(
    'leaves open what the word of %j is',
    (answer) => {
      expect(grade(answer, '\\frac{3}{4}')).toMatchObject({ kind: 'ungraded' });
    },
  );

  it.each([
    ['x + y = 5 m', '5'],
    ['2x = 5 km', '5'],
    ['2 g h', '2'],
  ])('leaves open whether %j ends with a unit', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the math grader, where a letter at the end is a variable or a unit', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    ['\\pi r^2 h', '$\\pi r^2h$', '$\\pi r^2$'],
    ['\\pi r^2 h', 'πr²h', '$V = \\pi r^2$'],
    ['V = \\pi r^2 h', '$\\pi r^2 h$', '$\\pi r^2$'],
    ['\\pi r^2 \\cdot h', 'πr²h', 'πr²'],
    ['m g h', 'mgh', '$mg$'],
    ['\\frac{1}{2} b h', '$\\frac{bh}{2}$', '$\\frac{b}{2}$'],
    ['k m', 'km', 'k'],
    ['x^2 + 2 h', 'x^2+2h', 'x^2+2'],
    ['2 x + h', '2x+h', '2x'],
    ['2 \\ln h', '$\\ln h^2$', '2'],
    ['\\lambda s', 'sλ', 'λ'],
    ['\\rho gh', '$\\rho g h$', '$\\rho g$'],
    ['\\rho g h', '$\\rho gh$', '$\\rho g$'],
  ])('takes the last factor of %j for one', (reference, right, wrong) => {
    expect(grade(right, reference)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(wrong, reference)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    ['5 m', '5'],
    ['d = 5 m', '5'],
    ['5', '$d_1 = 5$ m'],
    ['5', '$f(3) = 5 h$'],
    ['x > 2', '$x > 2 m$'],
    ['25\\pi', '$A = 25\\pi\\text{ cm}^2$'],
    ['2x', '\\boxed{2x \\text{ m}}'],
    ['2x\\ \\mathrm{m}', '2x'],
    ['x^2', '$x^2$ square units'],
  ])('takes it for a unit after a number or where it is upright: %j, %j', (reference, answer) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    ['x + 2', '(x+2) cm'],
    ['(x+2) cm', 'x + 2'],
    ['2x', '2x m'],
    ['\\frac{1}{2} g', 'g/2'],
  ])('leaves open what it is where both may be meant: %j, %j', (reference, answer) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the math grader, where an equation says what something other than a variable is', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    ['$\\cos\\theta = \\frac{1}{2}$', '\\frac{1}{2}', '\\frac{\\pi}{3}'],
    ['\\boxed{\\sin\\alpha = \\frac{3}{5}}', '0.6', '0.8'],
    ['$\\varphi(12) = 4$', '4', '12'],
    ['$\\zeta(2) = \\frac{\\pi^2}{6}$', '\\frac{\\pi^2}{6}', '2'],
    ['Thus $f(3) = 7$.', '7', '3'],
    ['$P(A) = 0.3$', '0.3', '0.7'],
    ['$P(A) = 30\\%$', '0.3', '0.7'],
    ['So $\\alpha + \\beta = 5$.', '5', '6'],
    ['$ab = 6$', '6', '5'],
    ['$\\frac{\\alpha}{\\beta} = 3$', '3', '\\frac{1}{3}'],
    ['The variance is $\\sigma^2 = 4$.', '4', '2'],
    ['$\\sin^2\\theta = \\frac{24}{25}$', '\\frac{24}{25}', '24'],
    ['$1 + \\tan^2\\theta = 5$', '5', '2'],
    ['$\\sin\\theta + \\cos\\theta = \\frac75$', '\\frac75', '7'],
    ['$\\cos 2\\theta = -\\frac{7}{25}$', '-\\frac{7}{25}', '\\frac{7}{25}'],
    ['$\\alpha^2 + \\beta^2 = 13$', '13', '12'],
    ['$\\frac1\\alpha + \\frac1\\beta = 5$', '5', '6'],
  ])('takes the value of %j', (answer, right, wrong) => {
    expect(grade(answer, right)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(answer, wrong)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    ['$\\alpha + \\frac{1}{\\alpha} = 3$', '3', '4'],
    ['$\\omega + \\omega^2 = -1$', '-1', '1'],
    ['$x + \\frac1x = 3$', '3', '4'],
    ['$2\\sin\\theta = 1$', '1', '2'],
    ['$|\\alpha| = 3$', '3', '4'],
    ['$2\\theta = 60^\\circ$', '60', '30'],
    ['$x^2 = 9$', '9', '3'],
    ['$x(x+1) = 6$', '6', '2'],
    ['$x + y = 5$', '5', '2'],
    ['$7$', 'f(3) = 7', 'f(3) = 8'],
  ])('leaves open whether %j is the result or an equation to solve', (answer, value, other) => {
    expect(grade(answer, value)).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, other)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it('keeps equations apart that have the same right side', () => {
    expect(grade('$2x = 6$', 'x = 6')).toMatchObject({ quality: 0 });
    expect(grade('$2 + 3 = 6$', '6')).toMatchObject({ quality: 0 });
    expect(grade('$2x + 1 = 4$', '4')).toMatchObject({ quality: 0 });
    expect(grade('$2\\theta + 10 = 60$', '60')).toMatchObject({ quality: 0 });
  });

  it('reads a Greek letter after a number as part of the argument, as a Latin one', () => {
    expect(grade('$\\cos 2\\theta$', '\\cos(2\\theta)')).toMatchObject({ quality: 1 });
    expect(grade('$\\theta\\cos 2$', '\\cos 2\\theta')).toMatchObject({ quality: 0 });
  });

  it('takes a number and a formula of one variable for two solutions', () => {
    expect(grade('The solutions are $x = 0$, $x = 2a$.', '2a')).toMatchObject({ quality: 0 });
    expect(grade('Since $V = s^3$, $V = 27$.', '27')).toMatchObject({ quality: 1 });
  });

  it('takes a measured value under a condition, unless it is the most or least', () => {
    const area = 'The area is $24\\text{ cm}^2$ when $x = 4$.';
    expect(grade(area, '24')).toMatchObject({ quality: 1 });
    const most = 'The maximum area is $24\\text{ cm}^2$ when $x = 4$.';
    expect(grade(most, '24')).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the math grader, where a formula is followed by its result', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    ['Since $V = lwh$, $V = 24$.', '24'],
    ['Using $A = \\pi r^2$, $A = 25\\pi$.', '25\\pi'],
    ['With $F = ma$, $F = 12$ N.', '12'],
    ['$S = \\frac{n}{2}(a+l)$, $S = 155$', '155'],
    ['$A = 3 \\cdot 4$, $A = 12$', '12'],
    ['Since $\\lambda = \\frac{v}{f}$, $\\lambda = 2$.', '2'],
    ['$A = 25\\pi$, $A = 78.5$', '78.5'],
    ['$x = 45^\\circ$, $x = \\frac{\\pi}{4}$', '\\frac{\\pi}{4}'],
    ['$p = 25\\%$, $p = 0.25$', '0.25'],
    ['Since $y = 2x + b$, $y = 2x + 3$.', '2x+3'],
  ])('takes the result alone in %j', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    ['$x = 2$, $x = 5$', '5'],
    ['$x = a$, $x = -a$', '-a'],
  ])('takes neither of two solutions alone in %j', (answer, reference) => {
    expect(grade(answer, reference)).not.toMatchObject({ quality: 1 });
  });
});

describe('the math grader, where a value is given with its place', () => {
  const grade = (answer: string, reference: string) =>
    mathGrader.grade({ answer, reference, options: {} });

  it.each([
    '$f_{max} = 9$ at $x = 2$',
    'The maximum is $9$, attained at $x = 2$.',
    'The maximum is $9$ when $x = 2$.',
    'The maximum is $9$ (which occurs at $x = 2$).',
    'The maximum is 9 at x = 2.',
    'The height is 9 m at t = 2 s.',
  ])('leaves open which of the two is meant: %j', (answer) => {
    expect(grade(answer, '9')).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, '2')).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, '5')).not.toMatchObject({ quality: 1 });
  });

  it('leaves open a number that holds within bounds', () => {
    expect(grade('It is $4$ for $x > 2$.', '4')).toMatchObject({ kind: 'ungraded' });
  });

  it.each([
    ['$f(x) = 0$ when $x = 3$', '3'],
    ['$2x + 1 = 7$ when $x = 3$.', '3'],
    ['$f$ has its maximum at $x = 2$.', '2'],
    ['$\\boxed{9}$ at $x = 2$', '9'],
    ['The answer is $9$ at $x = 2$.', '9'],
    ['$v = u + at$', 'u + at'],
    ['It converges to $\\frac{1}{1-x}$ for $|x| < 1$.', '\\frac{1}{1-x}'],
  ])('takes what %j solves, marks or says alone', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });
});

describe('the math grader, reading inverse functions', () => {
  it.each([
    ['$\\tan^{-1} x$', '\\arctan x', 1],
    ['$\\sin^{-1}(x)$', '\\arcsin x', 1],
    ['arccos(x)', '\\cos^{-1} x', 1],
    ['$\\csc x$', '\\sin^{-1} x', 0],
    ['$(\\sin x)^{-1}$', '\\frac{1}{\\sin x}', 1],
    ['$\\sin^{-1}(0.5) = 30^\\circ$', '30', 1],
  ])('takes the exponent -1 of a name for the inverse: %j, %j', (answer, reference, quality) => {
    expect(grade(answer, reference)).toBe(quality);
  });

  it('does not read those that have no name of their own', () => {
    expect(grade('$\\sec^{-1} x$', '\\sec x')).toContain('arcsec');
  });
});
