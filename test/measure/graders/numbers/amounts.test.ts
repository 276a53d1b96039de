import { describe, expect, it } from 'vitest';
import { numericGrader } from '../../../../src/measure/graders/numeric.js';

function quality(answer: string, reference: number): number | 'ambiguous' {
  const grade = numericGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

describe('the numeric grader, reading amounts and units', () => {
  it.each([
    ['Each of the 7 tickets has the same price. The total cost is **RM45**.', 45],
    ['The total cost is **Rs.450**.', 450],
    ['The total is Rs.1,200.', 1200],
    ['After a 20% discount the price is R120.', 120],
    ['The total is SGD45.', 45],
    ['The total is KSh450.', 450],
    ['The price is B/.450.', 450],
    [String.raw`\boxed{RM120}`, 120],
    ['No.5', 5],
    // Letters before digits that are no currency.
    ['The value of R2 is 0.85.', 0.85],
    ['They need 12 N95 masks.', 12],
    ['The molar mass of CO2 is 44 g/mol.', 44],
    ['She has 3 MP3 players.', 3],
    ['R22 has 20 units.', 20],
    ['In Q3 they sold 250 cars.', 250],
    ['Class of 30 in room R205.', 30],
    ['There are 30 students in room R101 in total.', 30],
    ['198 countries met at COP28.', 198],
    ['He drove 45 miles on Route R100.', 45],
    ['180 passengers took flight MAD205.', 180],
    ['It has 4 GB of RAM, model RM205.', 4],
    ['Fr223 has 136 neutrons', 136],
    ['There are 49 neutrons in Kr85.', 49],
    ['The answer is .5', 0.5],
    ['x=.5', 0.5],
  ])('reads a currency in letters, and no other letters: %s', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });

  it.each([
    ['1 day 12 hours', 1.5],
    ['1 Tag 12 Stunden', 1.5],
    ['1 jour et 12 heures', 1.5],
    ['1 giorno e 12 ore', 1.5],
    ['1 dag en 12 uur', 1.5],
    ['1 день 12 часов', 1.5],
    ['1 ora e 30 minuti', 1.5],
    ['12日', 12],
    ['Nog 3 dagen', 3],
  ])('joins the units of a time in every language: %s', (answer, reference) => {
    expect(quality(`Answer: ${answer}`, reference)).toBe(1);
  });

  it.each(['COP28', 'Kr85', 'TRY5', 'PEN5', 'R205'])(
    'takes no code with a number for an amount where it is due: %s',
    (reference) => {
      expect(numericGrader.grade({ answer: '28', reference, options: {} })).toMatchObject({
        kind: 'ungraded',
      });
    },
  );

  it.each([
    ['彼は1日8時間働きます。', 8],
    ['平均每1天8小时。', 8],
    ['她1周5天上班。', 5],
  ])('does not join what happens in a day or a week: %s', (answer, reference) => {
    expect(quality(answer, reference)).not.toBe(0);
  });

  it.each([
    ['The side length is 45. Indeed, 45 × 45 = 2025.', 45],
    ['5x = 35, so x = 7. Substituting back: 5 × 7 = 35.', 7],
    ['x = 4. Substituting back: 2 × 4 + 1 = 9.', 9],
    ['So x = 7. Plugging in: 5(7) = 35. ✓', 7],
    ['r = 3. Substituting: A = 3² = 9', 9],
  ])('tells a check from a step: %s', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });

  it.each([
    ['It travels 60 miles in 4 hours, which is 15 miles per hour.', 60, 15],
    ['It travels 60 miles in 4 hours, i.e., 15 mph.', 60, 15],
    ['He buys 3 packs of 4 pens, which is 12 pens.', 3, 12],
    ['The car used 4 gallons to travel 60 miles, giving 15 miles per gallon.', 4, 15],
    ['He earned $45 over 3 days, or $15 per day.', 45, 15],
    ['So Anna has 25 stickers and Ben has 15.', 25, 15],
    ['Thus the length is 25 cm and the width is 15 cm.', 25, 15],
    ['So the father is 40 years old, and the son is 10 years old.', 40, 10],
    ['Therefore, Anna is **25 years old** and Ben is **15 years old**.', 25, 15],
    ['Also hat Anna 25 Sticker und Ben hat 15.', 25, 15],
    ['The perimeter is 80 cm. The length is 25 cm and the width is 15 cm.', 80, 15],
    ['They have 35 marbles in total. Anna has 20 marbles and Ben has 15 marbles.', 35, 15],
    ['She paid $150 in total. The shoes cost $100 and the shirt cost $50.', 150, 50],
    ['Der Umfang beträgt 80 cm. Die Länge ist 25 cm und die Breite ist 15 cm.', 80, 15],
  ])('is sure of neither of two values: %s', (answer, one, other) => {
    expect(quality(answer, one)).not.toBe(1);
    expect(quality(answer, other)).toBe('ambiguous');
    expect(quality(answer, 7)).toBe(0);
  });

  it.each([
    ['It has 3 rows of 12, so 36 seats.', 36],
    ['She has 24 eggs, i.e. 2 dozen.', 24],
    ['3 hours and 5 minutes, or 185 minutes', 185],
    ['So each box holds 5 pens and there are 15 in total.', 15],
    ['So he pays $5 and the total is $20.', 20],
    ['2 out of 8, i.e. 0.25', 0.25],
    ['Thus she has 4 boxes and needs 20 pens.', 20],
    ['So the radius is 5 and the diameter is 10.', 10],
    ['Therefore, the side is 5 and the area is 25.', 25],
    ['So the tax is $5, and the bill is $105.', 105],
    ['So it costs $20, and Tom has $5 left.', 5],
    ['She buys 4 packets with 16 crayons each, which is 4 * 16 = 64 crayons.', 64],
    ['He slept 2/3 of the 9 hours that Harry slept, which is 2/3 * 9 = 6 hours.', 6],
    ['Thus, she runs for 2 hours at 6 miles per hour, or 2*6=12 miles.', 12],
    ['Therefore, he earns $15 an hour for 8 hours, or $120.', 120],
    ['He works 8 hours at $15 per hour, giving a total of $120.', 120],
    ["So he reads 12 pages a day for 5 days, that's 60 pages.", 60],
    ['He works 8 hours at $15 per hour, giving $120.', 120],
    ['So he divides the 42 cookies among 6 friends, giving each friend 7 cookies.', 7],
    ['48 cookies\nBoth kids eat 4 each.\n48 - 8 = 40 cookies left', 40],
    ['100\nCarla spends 30.\n70 is left.', 70],
    ['100\nAsha spends 30.\n70 is left.', 70],
    ['60\nBob gives away 20, so 40 remain.', 40],
    ['The trip takes 4 hours, which is 1 hour longer than before.', 4],
  ])('stays sure where one value is due: %s', (answer, reference) => {
    expect(quality(answer, reference)).toBe(1);
  });
});
