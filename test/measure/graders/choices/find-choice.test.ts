import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

type Outcome = 0 | 1 | 'ungraded';

function outcome(
  answer: string,
  reference: string | readonly string[],
  choices?: readonly string[],
  isCutOff = false,
): Outcome {
  const grade = choiceGrader.grade({
    answer,
    reference: typeof reference === 'string' ? reference : [...reference],
    options: choices === undefined ? {} : { choices: [...choices] },
    isCutOff,
  });
  return grade.kind === 'ungraded' ? 'ungraded' : (grade.quality as Outcome);
}

const capitals = ['A. Paris', 'B. Rome', 'C. Bonn', 'D. Oslo'];
const numbers = ['A. 4', 'B. 5', 'C. 6', 'D. 7'];

describe('the choice grader, where choices have letters', () => {
  it.each([
    'A. Paris',
    'The capital of France is **Paris**.',
    "It's Paris.",
    "France's capital is Paris, not Rome.",
    'It is not Rome but Paris.',
    'Rome was the capital of the empire, but the capital of France is Paris.',
    'B is wrong, since Rome is in Italy. So the capital is Paris.',
    'A is correct. Rome is the capital of Italy, Bonn was that of West Germany.',
    'A. Paris is the capital of France, while Rome is that of Italy.',
    '**A**\n\nRome is in Italy.',
    'The answer is A because Rome was the capital of Italy.',
    'The correct answer is Paris (A), not Rome (B).',
    'Option B (Rome) is wrong. Option A (Paris) is right.',
  ])('reads Paris from %j', (answer) => {
    expect(outcome(answer, 'A. Paris', capitals)).toBe(1);
    expect(outcome(answer, 'B. Rome', capitals)).toBe(0);
  });

  it.each(['The answer is 5.', 'The answer is **5**.', 'Thus x = \\boxed{5}', 'B', '5', 'B. 5'])(
    'reads a number of a choice from %j',
    (answer) => {
      expect(outcome(answer, 'B. 5', numbers)).toBe(1);
      expect(outcome(answer, 'A. 4', numbers)).toBe(0);
    },
  );

  it('takes no number for a choice where a letter is stated', () => {
    expect(outcome('Answer: A\n\nThe final value is 5 less than that.', 'A. 4', numbers)).toBe(1);
  });

  it('leaves a number that is only mentioned ungraded', () => {
    expect(outcome('2 + 3 = 5', 'B. 5', numbers)).toBe('ungraded');
    expect(outcome('2 + 3 = 5', 'A. 4', numbers)).toBe(0);
    expect(outcome('4 and 6 are even.', ['A. 4', 'C. 6'], numbers)).toBe('ungraded');
  });

  it('reads several by their texts, and true and false as verdicts', () => {
    expect(outcome('The answers are 4 and 6.', ['A. 4', 'C. 6'], numbers)).toBe(1);
    expect(outcome('Paris and Bonn are.', ['A. Paris', 'C. Bonn'], capitals)).toBe(1);
    const truth = ['A. True', 'B. False'];
    expect(outcome('The statement is false.', 'B. False', truth)).toBe(1);
    expect(outcome('The statement is false.', 'A. True', truth)).toBe(0);
  });

  it('reads what a cut-off answer states by its text', () => {
    expect(outcome('The answer is 5. To see', 'B. 5', numbers, true)).toBe(1);
    expect(outcome('The answer is 5', 'B. 5', numbers, true)).toBe('ungraded');
    expect(outcome('The answers are 4 and 6. To see', ['A. 4', 'C. 6'], numbers, true)).toBe(1);
    expect(outcome('First, 2 + 3 is', 'B. 5', numbers, true)).toBe(0);
  });
});
