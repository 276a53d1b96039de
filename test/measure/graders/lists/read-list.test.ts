import { describe, expect, it } from 'vitest';
import { setF1Grader } from '../../../../src/measure/graders/set-f1.js';

const groceries = ['apples', 'milk', 'bread'];

function quality(answer: string, reference = groceries): number | undefined {
  const grade = setF1Grader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : undefined;
}

describe('a list in a single line', () => {
  it.each([
    'apples|milk|bread',
    '|apples|milk|bread|',
    'a) apples b) milk c) bread',
    '(a) apples (b) milk (c) bread',
    'The items are: A) apples, B) milk, C) bread',
  ])('is divided by bars and letters: %s', (answer) => {
    expect(quality(answer)).toBe(1);
  });

  it('counts what is wrong in it', () => {
    expect(quality('a) apples b) milk c) eggs')).toBeCloseTo(2 / 3);
    expect(quality('apples|milk|eggs')).toBeCloseTo(2 / 3);
  });

  it('is not divided within an item', () => {
    expect(quality('P(A|B), P(B)', ['P(A|B)', 'P(B)'])).toBe(1);
  });
});

describe('a paragraph below lines without bullets', () => {
  it.each([
    'These are the three items mentioned.',
    'Dies sind die drei genannten Dinge.',
    'That is everything on the list.',
  ])('is no item where it speaks of the list: %s', (closing) => {
    expect(quality(`apples\nmilk\nbread\n\n${closing}`)).toBe(1);
  });

  it.each([
    'These are the items, but eggs are named as well.',
    'Eggs are wanted too.',
    'This includes eggs.',
    'Those and some eggs are needed.',
  ])('counts where it adds something: %s', (closing) => {
    expect(quality(`apples\nmilk\nbread\n\n${closing}`)).toBeLessThan(1);
  });
});

it.each(['yes, no', 'no, yes', 'yes\nno', '- yes\n- no', 'yes and no'])(
  'reads a word that often only introduces a list as an item where it is one: %s',
  (answer) => {
    expect(quality(answer, ['yes', 'no'])).toBe(1);
  },
);
