import { describe, expect, it } from 'vitest';
import { numericGrader } from '../../../../src/measure/graders/numeric.js';

function quality(answer: string, reference: number): number | 'ambiguous' {
  const grade = numericGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

describe('the numeric grader, reading an answer above a list', () => {
  it.each([
    ["You spend $1,250 per month. Here's the breakdown:\n\n- Rent: $900\n- Food: $350", 1250, 350],
    ['42\n\n- Ticket: $20\n- Dinner: $22', 42, 22],
    ['The average speed is 5 m/s.\n\nGiven:\n- Distance: 100 m\n- Time: 20 s', 5, 20],
  ])('takes a total of what is listed, and no part: %s', (answer, total, part) => {
    expect(quality(answer, total)).toBe(1);
    expect(quality(answer, part)).toBe(0);
  });

  it('takes what a list comes to, though the number above it is the sum of its parts', () => {
    const answer =
      'The wallet costs $100.\n\nHas: $50\nParents: $15\nGrandparents: $30\nMissing: $5';
    expect(quality(answer, 5)).toBe(1);
    expect(quality(answer, 100)).toBe(0);
  });

  it.each([
    ['They have 17 marbles together.\n\n- Adam: 8\n- Ben: 9', 17, 9],
    ['They have 17 marbles together.\n\n1. Adam: 8\n2. Ben: 9', 17, 9],
    ['They have 17 marbles together:\n\n* **Adam:** 8\n* **Ben**: 9\n\nHope this helps!', 17, 9],
    ['You need $1,800.\n- Rent: $900\n- Food: $350\n- Car: $300\n- Fun: $250', 1800, 250],
    ['Invoice total: $118.50\n- Subtotal: $100.00\n- Tax: $18.50', 118.5, 18.5],
    ['The average is (90 + 86) / 2 = 88.\n\n- Math: 90\n- Science: 86', 88, 86],
    ['The total is 48 eggs.\n\nBoxes: 6\nEggs per box: 8', 48, 8],
    ['Total: 42\nApples: 20\nPears: 22', 42, 22],
    ['El total es 3.\n- Rojos: 1\n- Azules: 2', 3, 2],
    ['The pizza has 12 slices in total.\nBob ate: 4\nAnn ate: 5\nUneaten: 3', 12, 3],
    ['Total distance: 15 miles\nTime: 3 hours\nSpeed: 5 mph', 15, 5],
    ['He has 4 apples left.\n- Start: 10\n- Eaten: 6', 4, 6],
    ['The average speed is 5 m/s.\n\n1. Distance: 100 m\n2. Time: 20 s', 5, 20],
    ['There are 20 apples.\n- Red: 12\n- Green: 8', 20, 8],
    ['Apples left: 4\nApples at start: 10\nApples eaten: 6', 4, 6],
    ['**Sum:** 38\n**Count:** 4\n**Average:** 9.5', 38, 9.5],
  ])('leaves open which is meant where nothing decides: %s', (answer, first, last) => {
    expect(quality(answer, first)).toBe('ambiguous');
    expect(quality(answer, last)).toBe('ambiguous');
  });

  it.each([
    ['Adam has 8 and Ben has 9.\n- Adam: 8\n- Ben: 9\n- Total: 17', 17],
    ['Boxes: 6\nPer box: 8\nTotal: 48', 48],
    ['Eggs: 16\nEaten: 3\nBaked: 4\nLeft: 9\nRevenue: 18', 18],
  ])('takes a result at the end of a list: %s', (answer, result) => {
    expect(quality(answer, result)).toBe(1);
  });
});
