import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numericGrader } from '../../../src/measure/graders/numeric.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

function quality(answer: string, reference: JsonValue, options: JsonObject = {}): number {
  const grade = numericGrader.grade({ answer, reference, options });
  if (grade.kind === 'ungraded') throw new Error(grade.reason);
  return grade.quality;
}

describe('the numeric grader, with a reference of two readings', () => {
  it.each([
    ['1.234 €', '1234 €', 'ambiguous'],
    ['1.234 €', '1.234,00 €', 'ambiguous'],
    ['1.234 €', '1.234 €', 1],
    ['1.234 €', '1.235 €', 0],
    ['R$ 1.500', 'R$ 1500', 1],
    ['1.234', '1234', 'ambiguous'],
    ['1.234', 'It is 1.234.', 1],
    ['1.234', '1.2340', 1],
    ['1.609 km', '1,609 m', 'ambiguous'],
    ['2.718', 'The answer is 2,718.', 'ambiguous'],
    ['1.659 € per litre', 'The price is 1.659 € per litre.', 1],
    ['$3.459', 'It is $3.459 a gallon.', 1],
    ['1,234', '1234', 1],
  ] as const)('takes for %j the answer %j as %s', (reference, answer, expected) => {
    const grade = numericGrader.grade({ answer, reference, options: {} });
    if (expected === 'ambiguous') expect(grade).toMatchObject({ kind: 'ungraded' });
    else expect(grade).toMatchObject({ kind: 'graded', quality: expected });
  });
});

describe('the numeric grader, reading a number', () => {
  it.each([
    ['40', 40],
    ['40.', 40],
    ['$40.00', 40],
    ['**$40.00**.', 40],
    ['€ 40', 40],
    ['40€', 40],
    ['USD40', 40],
    ['-$40', -40],
    ['$-40', -40],
    ['−5', -5],
    ['–5', -5],
    ['x = -5', -5],
    ['(-5)', -5],
    ['minus 5', -5],
    ['negative 5 degrees', -5],
    ['10 minus 5', 5],
    ['- 5 apples', 5],
    ['1,234', 1234],
    ['1,234.5', 1234.5],
    ['12,34,567', 1234567],
    ["1'234'567", 1234567],
    ['1.234,56', 1234.56],
    ['1.234.567', 1234567],
    ['1 234 567', 1234567],
    ['1\u202f234,5', 1234.5],
    ['1\u00a0234', 1234],
    ['12 500 €', 12500],
    ['12.500 € × 1,1 = 13.750 €', 13750],
    ['合計は1万2000円です。', 12000],
    ['2億3000万', 230_000_000],
    ['정답: 3만 5천 원', 35000],
    ['x = 14\n\nCheck: 6 × 14 = 84 ✓', 14],
    ['**$64**\n\n- 8 × $5 = $40\n- 8 × $3 = $24', 64],
    ['12,5', 12.5],
    ['0,125', 0.125],
    ['.5', 0.5],
    ['3/4', 0.75],
    ['-3/4', -0.75],
    ['1 3/4', 1.75],
    ['½', 0.5],
    ['1½', 1.5],
    ['-2½', -2.5],
    ['\\frac{3}{4}', 0.75],
    ['$\\dfrac{3}{4}$', 0.75],
    ['\\frac34', 0.75],
    ['1.5e3', 1500],
    ['1.5E-3', 0.0015],
    ['1.5 × 10^3', 1500],
    ['$1.5 \\times 10^{-3}$', 0.0015],
    ['1.5·10³', 1500],
    ['2 * 10**4', 20000],
    ['1.2 million', 1200000],
    ['50%', 50],
    ['50 percent', 50],
    ['50%', 0.5],
    ['50\\%', 50],
    ['25 m^2', 25],
    ['25 m²', 25],
    ['25 cm³.', 25],
    ['4 molecules of H2O', 4],
    ['40kg', 40],
    ['１２', 12],
    ['答案是40。', 40],
    ['The total is 40 (forty).', 40],
    ['3 + 4 = 7', 7],
  ])('reads %j as %d', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });

  it.each([
    ['\\boxed{42} and 17', 42],
    ['\\boxed{x = 42}', 42],
    ['\\boxed{40\\text{ dollars}}', 40],
    ['\\boxed{1{,}234}', 1234],
    ['\\boxed{\\frac{3}{4}}', 0.75],
    ['First \\boxed{1}, then \\boxed{2}. Step 3 is void.', 2],
    ['He has 3 left.\n#### 12', 12],
    ['#### $1,200.50', 1200.5],
    ['The answer is 42. That took 3 steps.', 42],
    ['The answer is 5 + 3 = 8.', 8],
    ['The answer is 12, since 24 = 2 × 12', 12],
    ['Answer: 40 (20 × 2 = 40, checked 2 times)', 40],
    ['**Final answer:** 1,234 in 2024', 1234],
    ['Answer:\n\n42\n\nChecked 3 times.', 42],
    ['The answer is 4. No: the answer is 5.', 5],
    ['The answer is below.\nIt is 9', 9],
    ['Die Antwort ist 12,5 in 3 Schritten.', 12.5],
  ])('finds the final number of %j', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });

  it.each(['no idea', 'H2O', 'version 1.2.3', '1/0', 'from 3-5', 'at 12:30', 'on 5 May'])(
    'finds no number in %j',
    (answer) => {
      expect(numericGrader.grade({ answer, reference: 2, options: {} })).toEqual({
        kind: 'graded',
        quality: 0,
        detail: 'no number found',
      });
    },
  );

  it.each(['on 2024-05-01', 'May 1, 2024', '1 mai 2024', '1. Mai 2024', '2024年5月1日'])(
    'reads %j as its year, and not as its day',
    (answer) => {
      expect(quality(answer, 2024)).toBe(1);
      expect(quality(answer, 1)).toBe(0);
      expect(quality(answer, 5)).toBe(0);
    },
  );

  it.each([
    ['It takes 3 hours and 5 minutes.', 3 + 5 / 60, 185],
    ['The speed is 9 km/h (2.5 m/s).', 9, 2.5],
    ['Apollo 11 landed on July 20, 1969.', 11, 1969],
    ['The answer is 51.96, which rounds to 52.', 52, 51.96],
    ['3 out of 4 students passed.', 3, 0.75],
  ])('reads %j as the first of two readings, and leaves the other open', (answer, first, other) => {
    expect(quality(answer, first)).toBe(1);
    const grade = numericGrader.grade({ answer, reference: other, options: {} });
    expect(grade).toMatchObject({ kind: 'ungraded', ambiguous: [String(first), String(other)] });
    expect(quality(answer, 99)).toBe(0);
  });

  it.each(['1,2,3', '2, 20, 30', 'It is 2 or 3', 'The answer is 2 and 5.'])(
    'does not choose between the numbers of %j',
    (answer) => {
      const grade = numericGrader.grade({ answer, reference: 2, options: {} });
      expect(grade).toMatchObject({ kind: 'ungraded', ambiguous: expect.arrayContaining(['2']) });
      const wrong = numericGrader.grade({ answer, reference: 99, options: {} });
      expect(wrong).toMatchObject({ kind: 'graded', quality: 0 });
    },
  );

  it('reads any number back, in any of the usual ways of writing it', () => {
    const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(
        cents,
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'en-IN', 'de-CH'),
        (n, locale) => {
          const value = n / 100;
          const written = value.toLocaleString(locale, { minimumFractionDigits: 2 });
          expect(quality(`That makes ${written} in all.`, value)).toBe(1);
        },
      ),
    );
  });
});

describe('the numeric grader, comparing', () => {
  it('allows 1e-6 by default, and no more than rounding for large numbers', () => {
    expect(quality('0.3333333', '1/3')).toBe(1);
    expect(quality('0.33', '1/3')).toBe(0);
    expect(quality('1000000.9', 1_000_000)).toBe(0);
    expect(quality('1000000.5000001', 1_000_000.5)).toBe(1);
    expect(quality('1000002', 1_000_000)).toBe(0);
  });

  it('allows an absolute tolerance, its bound included', () => {
    expect(quality('40.01', 40, { tolerance: 0.01 })).toBe(1);
    expect(quality('40.02', 40, { tolerance: 0.01 })).toBe(0);
    expect(quality('40.0000001', 40, { tolerance: 0 })).toBe(0);
  });

  it('allows a relative tolerance', () => {
    expect(quality('98', 100, { relativeTolerance: 0.02 })).toBe(1);
    expect(quality('97', 100, { relativeTolerance: 0.02 })).toBe(0);
  });

  it('takes a percentage for the number or the fraction, but not for both at once', () => {
    expect(quality('0.5', '50%')).toBe(1);
    expect(quality('50', '50%')).toBe(1);
    expect(quality('0.5%', '50%')).toBe(0);
    expect(quality('50%', 5)).toBe(0);
  });

  it('says which number it read when it was wrong', () => {
    expect(numericGrader.grade({ answer: 'It is 41', reference: 40, options: {} })).toEqual({
      kind: 'graded',
      quality: 0,
      detail: 'read 41',
    });
  });
});

describe('the numeric grader, checking a task', () => {
  it.each([
    [undefined, {}, 'reference'],
    ['none', {}, 'exactly one number'],
    ['3 or 4', {}, 'exactly one number'],
    [[3], {}, 'reference'],
    [3, { tolerance: -1 }, 'tolerance'],
    [3, { tolerence: 1 }, 'did you mean "tolerance"?'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(numericGrader.checkTask(reference, options)).toContain(problem);
  });

  it.each([
    ['iPhone 12', '"iPhone" makes "iPhone 12" a name or code'],
    ['Boeing 747', '"Boeing"'],
    ['the Boeing 747', '"Boeing"'],
    ['The Boeing 747', '"The Boeing"'],
    ['It is the Boeing 747', '"Boeing"'],
    ['Windows 10', '"Windows"'],
    ['World War 2', '"World War"'],
    ['Galaxy S 12', '"Galaxy S"'],
    ['Galaxy Note 12', '"Galaxy Note"'],
    ['Surface Pro 12', '"Surface Pro"'],
    ['Grand Prix 12', '"Grand Prix"'],
    ['Potsdamer Platz 12', '"Potsdamer Platz"'],
    ['Walter 12', '"Walter"'],
    ['Phone: iPhone 12 (new)', '"iPhone"'],
    ['Apollo 11', '"Apollo"'],
    ['Catch-22', '"Catch"'],
    ['COVID-19', '"COVID"'],
    ['SKU-123', '"SKU"'],
    ['EUR-12', '"EUR"'],
    ['Level-3', '"Level"'],
    ['No.500', 'full stop'],
    ['02139', 'leading zero makes "02139" a name or code'],
    ['007', 'leading zero'],
  ])('refuses %j, which is no number', (reference, problem) => {
    expect(numericGrader.checkTask(reference, {})).toContain(problem);
    expect(numericGrader.grade({ answer: '12', reference, options: {} }).kind).toBe('ungraded');
  });

  it.each([3, 0, '0', '0.05', '-0.5', '3/4', '$1,234.50', '12 km', '50 %', '12 apples'])(
    'accepts %j',
    (reference) => {
      expect(numericGrader.checkTask(reference, {})).toBeUndefined();
    },
  );

  it.each([
    ['about 12 km', '12'],
    ['About 12 km', '12'],
    ['At least 12', '12'],
    ['negative 12', '-12'],
    ['Negative 12', '-12'],
    ['Total: 12', '12'],
    ['Total 12', '12'],
    ['Final Answer 12', '12'],
    ['Result: 12', '12'],
    ['Solution: 12', '12'],
    ['ans: 12', '12'],
    ['It is 12', '12'],
    ["It's 12", '12'],
    ['There are 12', '12'],
    ['the result is 12', '12'],
    ['She has 12 apples', '12'],
    ['She gives Bob 12 apples', '12'],
    ['Level 12', '12'],
    ['Type 12', '12'],
    ['Preis 12', '12'],
    ['Der Preis 12', '12'],
    ['Kosten 12 EUR', '12'],
    ['Fläche 12', '12'],
    ['Gesamtpreis 12', '12'],
    ['Grundfläche 12 m²', '12'],
    ['Note 12', '12'],
    ['Mindestens 12', '12'],
    ['Prix 12', '12'],
    ['Coût 12 EUR', '12'],
    ['Surface 12', '12'],
    ['Âge 12', '12'],
    ['Presque 12', '12'],
    ['Precio 12', '12'],
    ['Área 12', '12'],
    ['Número 12', '12'],
    ['Prezzo 12', '12'],
    ['The 12 apostles', '12'],
    ['$US12', '12'],
    ['答案：12', '12'],
    ['答案是12', '12'],
    ['合計12', '12'],
    ['人民币12元', '12'],
    ['PHP 12', '12'],
    ['THB 12', '12'],
    ['AED 12', '12'],
    ['IDR 12', '12'],
    ['R 12', '12'],
    ['Euro 12', '12'],
    ['aprox. 12', '12'],
    ['ongeveer 12', '12'],
    ['Ongeveer 12', '12'],
    ['etwa 12', '12'],
    ['约12公里', '12'],
    ['x = 12', '12'],
    ['#### 12', '12'],
    ['The answer is 12', '12'],
    ['$3 million', '3,000,000'],
    ['US$ 12', '12'],
    ['R$ 12', '12'],
    ['EUR 12', '12'],
    ['Rs. 12', '12'],
    ['-$12', '-12'],
    ['-US$12', '-12'],
    ['-€12.50', '-12.5'],
    ['- EUR 12', '-12'],
    ['- 12', '-12'],
    ['+12', '12'],
    ['USD -12', '-12'],
    ['minus 12', '-12'],
  ])('takes %j for a number, which %j is', (reference, answer) => {
    expect(numericGrader.grade({ answer, reference, options: {} })).toEqual({
      kind: 'graded',
      quality: 1,
    });
  });
});

/** A task, the answer that is graded, and what becomes of it. */
type Case = readonly [reference: JsonValue, answer: string, expected: 0 | 1 | 'ambiguous'];

function expectGrade([reference, answer, expected]: Case): void {
  const grade = numericGrader.grade({ answer, reference, options: {} });
  if (expected === 'ambiguous') expect(grade).toMatchObject({ kind: 'ungraded' });
  else expect(grade).toMatchObject({ kind: 'graded', quality: expected });
}

describe('the numeric grader, reading a number and what it is rounded from', () => {
  const cases: readonly Case[] = [
    [7.48, '√56 = 7.4833 ≈ 7.48 cm', 1],
    [7.4833, '√56 = 7.4833 ≈ 7.48 cm', 'ambiguous'],
    [7.5, '√56 = 7.4833 ≈ 7.48 cm', 0],
    [299_792_458, 'c = 299,792,458 m/s ≈ 3.00 × 10^8 m/s', 'ambiguous'],
    ['1/3', 'P = 1/3 ≈ 0.33', 'ambiguous'],
    ['1/3', 'P = 1/3 ≈ 33.3%', 'ambiguous'],
    [25, '25 m/s ≈ 56 mph', 'ambiguous'],
    [13.6, 'The answer is 13.6 ≈ 14.', 'ambiguous'],
    [14, 'The answer is 13.6 ≈ 14.', 1],
    [13.6, '\\boxed{13.6 \\approx 14}', 'ambiguous'],
    [5.83, '70 / 12 = 5.83 ≈ 6\n\nShe needs 6 boxes.', 0],
    [7.4833, 'x ≈ 7.48', 0],
    [8849, '8,848.86 m tall (about 8,849 m)', 'ambiguous'],
    [8848.86, '8,848.86 m tall (about 8,849 m)', 1],
    [3, '5 m (3 m)', 0],
    [6.8, '7 (rounded from 6.8)', 'ambiguous'],
    [7, '7 buses (rounded up from 6.8)', 1],
  ];
  it.each(cases)('takes for %j the answer %j as %s', (...one) => {
    expectGrade(one);
  });
});

describe('the numeric grader, reading a result and a remark on it', () => {
  const cases: readonly Case[] = [
    [6, '70 ÷ 12 = 5.83, so she needs **6 boxes**. The last box will hold 10 eggs.', 'ambiguous'],
    [5, '70 ÷ 12 = 5.83, so she needs **6 boxes**. The last box will hold 10 eggs.', 0],
    [6, 'She needs 6 boxes. 5 boxes would hold only 60 eggs.', 'ambiguous'],
    [40, '20% of $50 = $10, so the shirt costs **$40**. You save $10.', 'ambiguous'],
    [40, '$50 - $10 = $40. So the final price is $40. You save $10.', 'ambiguous'],
    [18, 'She makes $18 every day. Over a week, that would be $126.', 'ambiguous'],
    [72, '8 × 9 = **72 cm²**. The perimeter is 34 cm.', 'ambiguous'],
    [7, 'The total is 7.\n\nFun fact: 7² = 49.', 1],
    [49, 'The total is 7.\n\nFun fact: 7² = 49.', 0],
    [24, 'She has **12 eggs**. She sells them for $2 each. 12 × $2 = $24.', 1],
    [24, 'She has **12 eggs**.\n\nSo she makes $24.', 1],
    [20, 'He spends **$30** on food. He has $20 left.', 1],
    [800, 'So she needs 8 bottles. This means that she needs 800 ml.', 1],
    [3, '7 + 5 = **12**\n\nHe needs **3** boxes.', 1],
    [40, '1. Price: **$50**\n2. Reduced: **$40**\n\nYou save $10.', 'ambiguous'],
    [40, 'The shirt costs **$40**. Your total savings are $10.', 'ambiguous'],
    [10, 'The shirt costs **$40**. Your total savings are $10.', 'ambiguous'],
  ];
  it.each(cases)('takes for %j the answer %j as %s', (...one) => {
    expectGrade(one);
  });
});

describe('the numeric grader, reading a sum and its parts', () => {
  it.each([
    [65, '- **3 shirts**: $45\n- **2 hats**: $20\n\nThe total cost is $65.'],
    [65, '- **3 shirts**: $45\n- **2 hats**: $20\n\nTom pays $65.'],
    [65, '- **3 shirts**: $45\n- **2 hats**: $20\n- Total: $65'],
    [65, '**Cost of 2 hats:** 2 × $10 = $20\n\nThe total cost is $65.'],
    [
      65,
      '| Item | Cost |\n|---|---|\n| **3 shirts** | $45 |\n| **2 hats** | $20 |\n\nTom pays $65.',
    ],
    [250, '**Day 1:** 100 km\n**Day 2:** 150 km\n\nThe whole trip was 250 km.'],
    [24, '- Monday: **10 km**\n- Tuesday: **14 km**\n\nTotal distance: 24 km'],
    [33, '- Monday: **10 km**\n- Tuesday: **14 km**\n- Friday: **9 km**\n\nHe ran 33 km.'],
    [30, '**Cost:** $20\n\n**Shipping:** $10\n\n**Total:** $30'],
  ])('takes %j, and no part, for the answer of %j', (reference, answer) => {
    expect(quality(answer, reference)).toBe(1);
  });
});

describe('the numeric grader, reading a first line that is explained below', () => {
  const widgets =
    '**5 minutes**\n\nEach machine makes one widget every 5 minutes, so 100 machines make 100 widgets in 5 minutes.';
  const lake =
    '**47 days**\n\nThe patch doubles every day, so if it covers the lake on day 48, it covered half the day before.';
  const sisters =
    'Sally has **1 sister**.\n\nEach brother has 2 sisters. So there are 2 girls in total.';
  const cases: readonly Case[] = [
    [5, widgets, 'ambiguous'],
    [24, widgets, 0],
    [47, lake, 'ambiguous'],
    [1, sisters, 'ambiguous'],
    [12, '**12 eggs**\n\n12 - 3 = 9. She keeps 9 eggs.', 'ambiguous'],
    [84, '**84**\n\n12 × 7 = 84', 1],
    [72, '**12 eggs**\n\nSo the total is 72.', 1],
    [60, "**50**\n\nWait, that's wrong. It is 60.", 1],
    [50, "**50**\n\nWait, that's wrong. It is 60.", 0],
    [7, '**7 shirts**\n\n7 × $12 = $84.', 'ambiguous'],
    [60, '**60 km per hour**\n\nIt drives for 2 hours, 60 × 2 = 120 km.', 'ambiguous'],
    [3, '**3 boxes**\n\nEach box holds 5, so 3 boxes hold 15 items.', 'ambiguous'],
    [18, '**9 eggs per day**\n\nShe sells them at $2 each, 9 × 2 = $18.', 1],
    [15, '**3 boxes**\n\nEach box holds 5, so there are 15 items.', 1],
    [120, 'Here is the calculation for **2 hours**:\n\n60 km/h × 2 h = 120 km', 1],
    [120, 'A car drives for **2 hours**.\n\nDistance = 60 × 2 = 120 km.', 1],
    [24, 'First, she has **12 eggs**.\n\nEach costs $2, so she makes $24.', 1],
  ];
  it.each(cases)('takes for %j the answer %j as %s', (...one) => {
    expectGrade(one);
  });
});

describe('the numeric grader, reading what a sentence draws from a calculation', () => {
  it.each([
    '150 / 40 = 3.75, so they need 4 buses.',
    '150 / 40 = 3.75, therefore they need 4 buses.',
    '150 / 40 = 3.75; therefore, they need 4 buses.',
    '150 / 40 = 3.75 and therefore they need 4 buses.',
    '150 / 40 = 3.75, thus 4 buses are needed.',
    '150 / 40 = 3.75 - so they need 4 buses.',
    '150 / 40 = 3.75, which means they need 4 buses.',
    '150 / 40 = 3.75, meaning 4 buses are needed.',
    '150 / 40 = 3.75, so they need four buses.',
    'Since 150 / 40 = 3.75, they need 4 buses.',
    '150 / 40 = 3,75, donc il faut 4 bus.',
    '150 / 40 = 3,75, por lo que necesitan 4 autobuses.',
    '150 / 40 = 3,75, also brauchen sie 4 Busse.',
    '150 / 40 = 3.75，因此需要4辆公交车。',
    '因为150 / 40 = 3.75，所以需要4辆公交车。',
  ])('takes 4 from %j', (answer) => {
    expect(quality(answer, 4)).toBe(1);
    expect(quality(answer, 3.75)).toBe(0);
  });

  it.each([
    ['She spent 5 x 3 = $15, and therefore has $20 left.', 20],
    ['5 * 3 = 15, which means that she has 35 - 15 = 20 left.', 20],
    ['2x = 16, which means x = 8.', 8],
    ['With x = 5, the perimeter is 20.', 20],
    ['5 + 3 = 8, which means that it is even.', 8],
    ['5 + 3 = 8, and so on.', 8],
    ['15/2 = 7.5, so the two of them get the same.', 7.5],
    ['9 × 2 = $18, which means she makes $18 from 9 eggs.', 18],
    ['With tax it is 20 + 2 = 22, which is 10% more.', 22],
  ])('reads %j as %j', (answer, expected) => {
    expect(quality(answer, expected)).toBe(1);
  });

  it('leaves a result ungraded that is said to mean another number', () => {
    for (const [answer, ...readings] of [
      ['She spent 5 x 3 = $15, which means she has $20 left.', 15, 20],
      ['P = 5/20 = 0.25, which means 1 in 4.', 0.25],
    ] as const) {
      for (const one of readings) expect(() => quality(answer, one)).toThrow(/ambiguous/);
      expect(quality(answer, 3)).toBe(0);
    }
  });
});

describe('the numeric grader, reading a sentence with "which is", "i.e." or "also"', () => {
  it.each([
    ['After the 25% discount, the shirt costs $60, which is $20 less than the original $80.', 60],
    ['In 4 hours, the machine makes 200 parts, i.e. 50 per hour.', 200],
    ['In 2 weeks, he also earns $11.', 11],
    ['Sie hatte 18 und gab 7 weg, also hat sie noch 11.', 11],
    ['Nach 3 Tagen hat sie also noch 11 Äpfel.', 11],
    ['3 dozen, i.e. 36', 36],
    ['24, d.h. 2 Dutzend', 24],
    ['It is 7 degrees below zero, i.e. -7', -7],
  ])('reads %j as %j', (answer, expected) => {
    expect(quality(answer, expected)).toBe(1);
    for (const other of [25, 20, 80, 4, 50, 2, 18, 7, 3]) expect(quality(answer, other)).toBe(0);
  });

  it('leaves open which of two things is meant that "also" adds to each other', () => {
    expect(() => quality('Anna has 3 apples and Ben also has 5.', 5)).toThrow(/ambiguous/);
    expect(() => quality('Das sind 24, also 2 Dutzend.', 24)).toThrow(/ambiguous/);
  });
});

describe('the numeric grader, reading values in lines of their own', () => {
  it.each([
    'x = 2\nx = 3',
    '$x=2$\n\n$x=3$',
    'The solutions are:\n- x = 2\n- x = 3',
    'x = 2\ny = 3',
    'x = 2, y = 3',
    '**x = 2**\n**y = 3**',
    '$x_1 = 2$\n$x_2 = 3$',
    'λ = 2\nμ = 3',
    'x = 2\nx = 3.001\nx = 3',
  ])('leaves open which value of %j was asked for', (answer) => {
    for (const one of [2, 3]) expect(() => quality(answer, one)).toThrow(/ambiguous/);
    expect(quality(answer, 4)).toBe(0);
  });

  it('leaves open which of many values was asked for', () => {
    const answer = Array.from({ length: 26 }, (_, index) => `x = ${index + 1}`).join('\n');
    for (const one of [3, 26]) expect(() => quality(answer, one)).toThrow(/ambiguous/);
  });

  it.each([
    ['2x = 6\nx = 3', 3],
    ['x = 6/2\nx = 3', 3],
    ['x = 3.3333\nx = 3.33', 3.33],
    ['x = 2\ny = 3\nx + y = 5', 5],
    ['a_3 = 7\na_4 = 15', 15],
    ['v_1 = 10\nv_2 = 20\nd = 150', 150],
    ['x = 3.333\ny = 3.33', 3.33],
    ['x = 2\ny = 3\n\nTherefore, y is 3.', 3],
  ])('takes the result of the steps %j', (answer, expected) => {
    expect(quality(answer, expected)).toBe(1);
  });
});

describe('the numeric grader, reading a rating', () => {
  it.each(['4/5', '**4/5**', '4/5 stars', '★★★★☆ (4/5)', '⭐⭐⭐⭐ 4/5', 'Rating: 4/5'])(
    'takes %j for 0.8, and leaves open whether it is 4',
    (answer) => {
      expect(() => quality(answer, 4)).toThrow(/ambiguous/);
      expect(quality(answer, 0.8)).toBe(1);
      expect(quality(answer, '4/5')).toBe(1);
      expect(quality(answer, 5)).toBe(0);
    },
  );

  it.each(['3/4', '12/5', 'The probability is 2/5.'])('takes %j for a fraction only', (answer) => {
    for (const one of [3, 12, 2]) expect(quality(answer, one)).toBe(0);
  });
});

describe('the numeric grader, where a calculation is put into words', () => {
  const grade = (answer: string, reference: number) =>
    numericGrader.grade({ answer, reference, options: {} });

  it.each([
    ['17 / 5 = 3.4, which means slightly more than 3.', 3.4],
    ['Mean = 17/5 = 3.4, so the mean is greater than 3.', 3.4],
    ['20 / 5 = 4, which means 5 friends get 4 each.', 4],
    ['20 / 5 = 4, so 5 friends get 4 each.', 4],
    ['30 / 2 = 15, meaning 2 groups of 15.', 15],
    ['Since 1 m = 100 cm, 2.5 m is 250 cm.', 250],
    ['4! = 24, so 4 books can be arranged in 24 ways.', 24],
    ['5! = 120, which means 5 people can line up in 120 ways.', 120],
    ['150 / 40 = 3.75, so at least 4 buses are needed.', 4],
    ['20 - 5 = 15, so she has 10 more than Tom.', 10],
  ])('reads %j as %d', (answer, reference) => {
    expect(grade(answer, reference)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it('leaves open whether a bound is the answer', () => {
    expect(grade('17/5 = 3.4, so x is at least 3.', 3)).toMatchObject({ kind: 'ungraded' });
    expect(grade('17/5 = 3.4, so x is at least 3.', 3.4)).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the numeric grader, reading what a calculation comes to', () => {
  it.each([
    ['150 / 40 = 3.75, so more than 3 buses are needed, i.e. 4.', 4, 'ambiguous'],
    ['7 / 2 = 3.5, so they need more than 3 trips: 4 trips.', 4, 'ambiguous'],
    ['150 / 40 = 3.75, so more than 3 buses are needed: 4 buses.', 3.75, 'ambiguous'],
    ['150 / 40 = 3.75, so it is slightly more than 3.', 3.75, 1],
    ['150 / 40 = 3.75, so it is between 3 and 4.', 4, 0],
    ['150 / 40 = 3.75, so it is more than 3 but less than 4.', 3.75, 1],
    ['150 / 40 = 3.75, so at least 4 buses are needed.', 4, 1],
    ['150/40 = 3.75, and rounding up gives 4 buses.', 4, 1],
    ['150/40 = 3.75, and rounding up gives 4 buses.', 3, 0],
    ['150/40 = 3.75; rounding up, we need 4 buses.', 4, 1],
    ['150/40 = 3.75, and rounding up to the next whole number gives 4 buses.', 4, 1],
    ['5 × 4 = 20, so with 20 eggs used he has 5 left.', 20, 'ambiguous'],
    ['5 × 4 = 20, so with 20 eggs used he has 5 left.', 5, 'ambiguous'],
    ['5 × 4 = 20, so he used 20 eggs and 5 remain.', 5, 'ambiguous'],
    ['5 × 4 = 20, so 5 boxes hold 20 eggs.', 20, 1],
    ['20 - 16 = 4, so 4 of the 20 are left.', 4, 1],
    ['20 - 16 = 4, so with 16 used, 4 remain.', 4, 1],
    ['So 4 of the 20 are red.', 4, 1],
    ['So 4 of the 20 are red.', 20, 0],
  ] as const)('grades %j for %j as %s', (answer, reference, expected) => {
    expectGrade([reference, answer, expected]);
  });
});

describe('the numeric grader, reading a number with the place where it holds', () => {
  it.each([
    ['The maximum value of f is 42, which occurs at x = 3.', 42, 1],
    ['The maximum value of f is 42, which occurs at x = 3.', 3, 'ambiguous'],
    ['The maximum value of f is 42, which occurs at x = 3.', 7, 0],
    ['The minimum value is 42, attained at x = 3.', 42, 1],
    ['So the minimum value is 42, attained when x = 3.', 42, 1],
    ['The maximum area is 42 m², which is reached at x = 3 m.', 42, 1],
    ['It is 42 when x = 3.', 42, 1],
    ['The profit is maximized at 42 when x = 20.', 20, 'ambiguous'],
    ['The value is 42 for x = 3 and y = 2.', 42, 'ambiguous'],
    ['f(x) = 42 when x = 3.', 42, 'ambiguous'],
    ['f(x) = 0 when x = 3.', 3, 1],
    ['The maximum occurs at x = 3.', 3, 1],
    ['The tenth Fibonacci number is 55 (with F(1) = F(2) = 1).', 55, 1],
    ['There are 42 in total: 6 groups of 7.', 42, 1],
    ['There are 42 in total: 6 groups of 7.', 6, 0],
    ['There are 13 in total: 6 red and 7 blue.', 13, 1],
    ['Le maximum est 9, atteint en x = 2.', 9, 1],
    ['Le maximum est 9, atteint en x = 2.', 2, 'ambiguous'],
  ] as const)('grades %j for %j as %s', (answer, reference, expected) => {
    expectGrade([reference, answer, expected]);
  });
});

describe('the numeric grader, reading a place before what holds there', () => {
  it.each([
    ['The limit at x = 3 is 7.', 3, 7],
    ['The value of the expression when x = 4 is 21.', 4, 21],
    ['When n = 5 the sum is 15.', 5, 15],
    ['The area when r = 3 is 28.27.', 3, 28.27],
    ['The area of a circle with r = 3 cm is 28.27 cm².', 3, 28.27],
    ['The cost for n = 10 is $1,045.50.', 10, 1045.5],
    ['The value of f(x) = x^2 + 1 at x = 3 is 10.', 3, 10],
    ['The value at x = 3 and y = 4 is 25.', 4, 25],
    ['Since f(1) = 3, the slope at x = 2 is 12.', 3, 12],
    ['Die Steigung bei x = 2 ist 12.', 2, 12],
    ['3.14159 rounded to two decimal places is 3.14.', 3.14159, 3.14],
  ])('reads %j', (answer, place, value) => {
    expectGrade([value, answer, 1]);
    expectGrade([place, answer, 0]);
  });

  it('leaves open what may be the place of a maximum, and which of two values is meant', () => {
    expectGrade([9, 'The maximum at x = 2 is 9.', 1]);
    expectGrade([2, 'The maximum at x = 2 is 9.', 'ambiguous']);
    expectGrade([12, 'The slope at x = 2 is 12 and at x = 3 is 15.', 'ambiguous']);
  });

  it.each([
    ['The maximum occurs at x = 3.', 3],
    ['The equation holds when x = 4 is substituted.', 4],
    ['The only zero with x = 4 is a double root.', 4],
  ])('reads the place from %j', (answer, place) => {
    expectGrade([place, answer, 1]);
  });
});

describe('the numeric grader, reading a number and its parts', () => {
  it.each([
    ['The prime factors of 30 are: 2, 3 and 5.', 30, 0],
    ['The factors of 6 are: 1, 2 and 3.', 6, 0],
    ['The factors of 6 are: 1, 2 and 3.', 3, 'ambiguous'],
    ['The dimensions of the 24 m² garden are: 4 m and 6 m.', 24, 0],
    ['So the dimensions of the 24 cm² rectangle are: length 6 cm and width 4 cm.', 24, 0],
    ['So the dimensions of the 24 cm² rectangle are: length 6 cm and width 4 cm.', 6, 'ambiguous'],
    ['The two numbers whose product is 12 are: 3 and 4.', 12, 'ambiguous'],
    ['She packs 24 cookies into boxes: 4 boxes with 6 cookies each.', 24, 'ambiguous'],
    ['There are 24 cookies in total: 4 boxes with 6 each.', 24, 1],
    ['He has 15 apples: 3 bags of 5.', 15, 1],
    ['The area is 24 m²: 4 m × 6 m.', 24, 1],
  ] as const)('grades %j for %j as %s', (answer, reference, expected) => {
    expectGrade([reference, answer, expected]);
  });
});
