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

describe('the choice grader, where a letter is followed by a fault', () => {
  it.each([
    ['B) the units are wrong; C is right.', 'B', 'C'],
    ['B: the sign is wrong. C is correct.', 'B', 'C'],
    ['B: the second statement is incorrect, which leaves C.', 'B', 'C'],
    ['Option A: This option is wrong because it ignores X.\nOption B is right.', 'A', 'B'],
    ['A) This statement is wrong. B) This statement is right.', 'A', 'B'],
    ['A: Not supported.\nC is what the passage says.', 'A', 'C'],
    ['B. Incorrect. C is correct.', 'B', 'C'],
  ])('leaves %j open, as another letter is called right', (answer, faulted, right) => {
    expect(outcome(answer, right)).toBe('ungraded');
    expect(outcome(answer, faulted)).toBe('ungraded');
    expect(outcome(answer, 'D')).toBe(0);
  });

  it.each([
    'B: the premise is false.',
    'B) The premise is wrong, so the claim fails.',
    'B: This statement is wrong because water boils at 100 degrees.',
    'B) Not enough information. A is contradicted by line 3.',
    'B) The claim is not supported by the data. A and C are wrong.',
    'B) It does not conduct. C conducts well.',
    'B: the author is not neutral. C is too narrow.',
    'B) The first premise is false, so C cannot follow.',
    'B) the units are wrong, as A and C show.',
    'B) It does not change.\n\nC is correct only for open systems.',
    'B: Not enough information. C is what most people would choose.',
  ])('reads B from %j', (answer) => {
    expect(outcome(answer, 'B')).toBe(1);
    expect(outcome(answer, 'C')).toBe(0);
  });

  it('reads the letter that is called right after one that is only called wrong', () => {
    expect(outcome('B: wrong. C is right.', 'C')).toBe(1);
    expect(outcome('C is wrong; the answer is B.', 'C')).toBe(0);
  });
});

describe('the choice grader, where one choice alone is called false', () => {
  it.each([
    'Statement C is false.',
    'C is incorrect.',
    '**C** is the incorrect statement.',
    'C is not a noble gas.',
    '(C) is incorrect; all the other statements are correct.',
  ])('leaves %j open, as the question may want it', (answer) => {
    expect(outcome(answer, 'C')).toBe('ungraded');
    expect(outcome(answer, 'B')).toBe('ungraded');
  });

  it('reads the same of a text', () => {
    const gases = ['helium', 'neon', 'nitrogen'];
    expect(outcome('Nitrogen is not a noble gas.', 'nitrogen', gases)).toBe('ungraded');
    expect(outcome('Shark is not a mammal.', 'shark', ['dog', 'shark'])).toBe('ungraded');
    expect(outcome('Toxic is not right.', 'non-toxic', ['toxic', 'non-toxic'])).toBe(1);
  });

  it.each(['It is not C.', 'Not C.', 'A and C are wrong.', 'C fails, and A works.'])(
    'rejects C in %j',
    (answer) => {
      expect(outcome(answer, 'C')).toBe(0);
    },
  );
});

describe('the choice grader, asked for true or false', () => {
  it.each([
    ['This is incorrect. The true capital is Canberra.', 'False', 'True'],
    ['The statement is incorrect; the true value is 5.', 'False', 'True'],
    ['False. The true capital is Canberra.', 'False', 'True'],
    ['This statement is incorrect.', 'False', 'True'],
    ['This is not correct.', 'False', 'True'],
    ['This is not incorrect.', 'True', 'False'],
    ['This is correct.', 'True', 'False'],
    ['This is a true statement.', 'True', 'False'],
    ['The statement is true. Some say it is flat. That is incorrect.', 'True', 'False'],
  ])('reads %j as %s', (answer, right, wrong) => {
    expect(outcome(answer, right, ['True', 'False'])).toBe(1);
    expect(outcome(answer, wrong, ['True', 'False'])).toBe(0);
  });

  it('reads the same as yes and no', () => {
    expect(outcome('That is false.', 'no', ['yes', 'no'])).toBe(1);
    expect(outcome('That is correct.', 'yes', ['yes', 'no'])).toBe(1);
    expect(outcome('No, that is correct.', 'no', ['yes', 'no'])).toBe(1);
  });
});

describe('the choice grader, where an answer is corrected, supposed or praised', () => {
  it.each([
    '**A**\n\nActually, on reflection, **B** is correct.',
    '**A**\n\nWait, option B is correct.',
    'The answer is A. Wait, B is correct.',
    'Both A and R are true, but R is not the correct explanation of A.\n\nHence option (b) is correct.',
    '(b) Both A and R are true but R is not the correct explanation of A.',
    'The answer could be A, but I think B is right.',
    'The answer could be B.',
    'B. If it had asked for cost, the answer would be A.',
    'B is the cheapest. If it were about speed, the answer would be A.',
    'If the rate were constant, the answer would be A. It is not, so the answer is B.',
    'A is true but irrelevant. B.',
  ])('reads B from %j', (answer) => {
    expect(outcome(answer, 'B')).toBe(1);
    expect(outcome(answer, 'A')).toBe(0);
  });

  it.each([
    '**A**\n\nActually, B is right, but only in winter.',
    '**A**\n\nActually, A is correct because B is wrong.',
    'The answer is A. Wait, is B correct? No.',
    'The answer is A. Actually, B is incorrect.',
    'A and R are true.\n\n**A**',
  ])('reads A from %j', (answer) => {
    expect(outcome(answer, 'A')).toBe(1);
    expect(outcome(answer, 'B')).toBe(0);
  });

  it.each([
    ['C is true but irrelevant.', 'C'],
    ['D looks right at first, but it fails.', 'D'],
    ['Both A and R are true but R is not the correct explanation of A.', 'B'],
    ['C is true but irrelevant. B is the cause.', 'B'],
    ['The answer might be B or C.', 'B'],
  ])('leaves %j ungraded for %s', (answer, reference) => {
    expect(outcome(answer, reference)).toBe('ungraded');
  });

  it('reads several without what is supposed', () => {
    const answer = 'A and C. If it had asked for cost, the answer would be B.';
    expect(outcome(answer, ['A', 'C'])).toBe(1);
  });
});

describe('the choice grader, where texts of other choices are mentioned beside a letter', () => {
  it.each([
    [
      'Best next step: B. Furosemide is only for volume overload.',
      ['A. Saline', 'B. Dobutamine', 'C. Aspirin', 'D. Furosemide'],
    ],
    [
      "I'd say B. Sydney is larger, but it is not the capital.",
      ['A. Sydney', 'B. Canberra', 'C. Perth', 'D. Hobart'],
    ],
    [
      'This fits B best: both positive and negative points.',
      ['A. positive', 'B. mixed', 'C. negative'],
    ],
  ])('reads B from %j', (answer, choices) => {
    for (const [index, reference] of choices.entries()) {
      expect(outcome(answer, reference, choices)).toBe(index === 1 ? 1 : 0);
    }
  });

  it('reads several by their letters', () => {
    const choices = ['A. apple', 'B. carrot', 'C. banana', 'D. leek'];
    const answer = 'The vegetables here are B and D (apple and banana are fruits).';
    expect(outcome(answer, ['B. carrot', 'D. leek'], choices)).toBe(1);
    expect(outcome(answer, ['A. apple', 'C. banana'], choices)).toBe(0);
  });
});

describe('the choice grader, where lines begin with letters', () => {
  it.each([
    ["The study design doesn't support the claim.\n\nB) Incorrect.", 'B'],
    ['A) Incorrect.\nB) It fits, and C does not.', 'B'],
    ['A) Paris\nB) Rome ✓\nC) Bonn\nD) Oslo', 'B'],
    ['A, B, and C are all correct, so D) All of the above is the answer.', 'D'],
  ])('reads %j as %s', (answer, right) => {
    for (const reference of ['A', 'B', 'C', 'D']) {
      expect(outcome(answer, reference)).toBe(reference === right ? 1 : 0);
    }
  });
});
