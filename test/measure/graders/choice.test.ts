import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../src/measure/graders/choice.js';
import type { JsonObject } from '../../../src/util/json.js';

function quality(answer: string, reference: string, options: JsonObject = {}): number {
  const grade = choiceGrader.grade({ answer, reference, options });
  if (grade.kind === 'ungraded') throw new Error(grade.reason);
  return grade.quality;
}

const capitals = { choices: ['Berlin', 'Paris', 'New York', 'York'] };
const sentiments = { choices: ['positive', 'negative', 'neutral'] };

describe('the choice grader, asked for a letter', () => {
  it.each([
    'B',
    'b',
    'B.',
    '(B)',
    '**B**',
    '**B.**',
    '`B`',
    '"B"',
    '$B$',
    '\\boxed{B}',
    '\\boxed{\\text{B}}',
    '$\\boxed{(B)}$',
    'Answer: B.',
    'ANSWER: $B$',
    'Answer: **B**',
    '**Answer:** B',
    '**Answer: (B)**',
    'Answer:\nB',
    'The answer is (b)',
    'The answer is b.',
    'The correct answer is **B) because** of the tides.',
    'The answer is option B.',
    'Final answer: B) 12 metres',
    'B) 12 metres',
    'B. 12 metres\n\nThis follows from the table.',
    'It must be B',
    "It's clearly option b, I think.",
    'I would pick **B** here, as (C) does not hold water and is not... well, I keep **B**',
    'First I thought (A). Then I saw that (B) is right.',
    'The answer is A. Wait, that is wrong. The answer is B.',
    'A is a good guess, but I choose B',
    'not A but B',
    'B, not A',
    'It is (B), rather than (C)',
    'A) one\nB) two\nC) three\n\nAnswer: B',
    'A) one\nB) two\nC) three\n\n**B**',
    '答案是B。',
    '答案：Ｂ',
    'Die Antwort ist B.',
    'La respuesta es B.',
    'Réponse : B',
    'Ответ: B',
    '<think>Perhaps A? The answer is A? No.</think>\n\nB',
  ])('reads B from %j', (answer) => {
    expect(quality(answer, 'B')).toBe(1);
  });

  it.each(['A', 'A.', 'Answer: A', '(a)', 'The answer is A because it rains.', 'It must be A.'])(
    'reads A from %j',
    (answer) => {
      expect(quality(answer, 'A')).toBe(1);
    },
  );

  it.each([
    'A cat sat on the mat',
    'A good question. I am not sure.',
    'The answer is a bit complicated',
    "Answer: I'm not sure",
    'Answer: A cat has four legs',
    'so do I',
    'Vitamin C++ and U.S.A. and A/B tests',
    'f(a) is the value',
    'none of these',
    'Z',
  ])('finds no choice in %j', (answer) => {
    expect(choiceGrader.grade({ answer, reference: 'A', options: {} })).toEqual({
      kind: 'graded',
      quality: 0,
      detail: 'no choice found',
    });
  });

  it('grades another letter as wrong and says which it read', () => {
    expect(choiceGrader.grade({ answer: 'Answer: (C)', reference: 'B', options: {} })).toEqual({
      kind: 'graded',
      quality: 0,
      detail: 'read C',
    });
  });

  it('does not take the options repeated for an answer', () => {
    expect(quality('A) one\nB) two\nC) three', 'C')).toBe(0);
  });
});

describe('the choice grader, asked for one of some texts', () => {
  it.each([
    'Paris',
    '**paris**.',
    'B',
    'B) Paris',
    'The answer is Paris.',
    'Answer: Paris, not Berlin',
    'I think it is Paris',
    'Not Berlin; it is Paris',
    "It's Paris rather than Berlin",
    'B',
    'Berlin is large, but Paris',
  ])('reads Paris from %j', (answer) => {
    expect(quality(answer, 'Paris', capitals)).toBe(1);
    expect(quality(answer, 'B', capitals)).toBe(1);
  });

  it('prefers the longer of two choices that overlap', () => {
    expect(quality('It is New York', 'New York', capitals)).toBe(1);
    expect(quality('It is New York', 'York', capitals)).toBe(0);
    expect(quality('It is York', 'York', capitals)).toBe(1);
  });

  it.each([
    ['Positive', 'positive'],
    ['The sentiment is **negative**.', 'negative'],
    ['This is a positive review, not a negative one.', 'positive'],
    ["It isn't negative. Neutral!", 'neutral'],
    ['Sentiment: neutral\n', 'neutral'],
  ])('reads %j as %s', (answer, reference) => {
    expect(quality(answer, reference, sentiments)).toBe(1);
  });

  it('takes no text inside another word', () => {
    expect(quality('a nonpositive result', 'positive', sentiments)).toBe(0);
  });

  it('takes a number among the choices', () => {
    expect(quality('It prints 4', '4', { choices: ['3', '4', '5'] })).toBe(1);
  });

  it('lets a single-letter text count before the letter of its position', () => {
    const options = { choices: ['B', 'A'] };
    expect(quality('A', 'A', options)).toBe(1);
    expect(quality('B', 'A', options)).toBe(0);
  });
});

describe('the choice grader, checking a task', () => {
  it.each([
    ['D', sentiments, 'from A to C'],
    ['happy', sentiments, 'positive, negative, neutral'],
    ['yes', {}, 'list the texts'],
    [undefined, {}, 'from A to J'],
    [['A', 'K'], {}, 'from A to J'],
    [[], {}, 'from A to J'],
    ['A', { choices: ['one'] }, 'choices'],
    ['A', { choices: ['One', 'one'] }, 'must all differ'],
    ['A', { choises: ['a', 'b'] }, 'did you mean "choices"?'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(choiceGrader.checkTask(reference, options)).toContain(problem);
  });

  it('accepts letters and texts', () => {
    expect(choiceGrader.checkTask('j', {})).toBeUndefined();
    expect(choiceGrader.checkTask('Neutral', sentiments)).toBeUndefined();
  });
});

describe('the choice grader, where labels and answers separate words differently', () => {
  const risks = ['high', 'very_high', 'low'];
  const views = ['Agree', 'Strongly Agree', 'Disagree'];
  const statuses = ['compliant', 'non-compliant'];
  const topics = ['delivery', 'late delivery', 'refund'];

  it.each([
    ['Very High', 'very_high', risks],
    ['very-high', 'very_high', risks],
    ['Risk: Very High. The rest is low.', 'very_high', risks],
    ['{"label": "strongly_agree"}', 'Strongly Agree', views],
    ['Strongly-agree', 'Strongly Agree', views],
    ['{"status": "non_compliant"}', 'non-compliant', statuses],
    ['Non compliant', 'non-compliant', statuses],
    ['The vendor is noncompliant.', 'non-compliant', statuses],
    ['The vendor is non-**compliant**.', 'non-compliant', statuses],
    ['It is compliant.', 'compliant', statuses],
    ['late_delivery', 'late delivery', topics],
    ['late\\_delivery', 'late delivery', topics],
    ['late  delivery', 'late delivery', topics],
    ['Account Access', 'account_access', ['account_access', 'billing']],
    ['Level 2', 'level_2', ['level_1', 'level_2']],
    ['_low_', 'low', risks],
  ] as const)('reads %j as %s', (answer, reference, choices) => {
    const right = choices.filter((one) => quality(answer, one, { choices: [...choices] }) === 1);
    expect(right).toEqual([reference]);
  });

  it('accepts a reference that separates its words differently', () => {
    expect(quality('very_high', 'Very High', { choices: risks })).toBe(1);
  });

  it.each([
    ['very_high', ['high', 'low']],
    ['billing_issue', ['billing', 'other']],
  ])('reads none of the labels that are a part of another in %j', (answer, choices) => {
    expect(choices.map((one) => quality(answer, one, { choices }))).toEqual([0, 0]);
  });

  it.each(['non-toxic', 'This comment is non toxic.', '{"label": "non_toxic"}'])(
    'reads %j as a denial where no label is called so',
    (answer) => {
      expect(quality(answer, 'safe', { choices: ['toxic', 'safe'] })).toBe(1);
      expect(quality(answer, 'toxic', { choices: ['toxic', 'safe'] })).toBe(0);
    },
  );

  it.each([
    ['This is non-toxic speech.', 'toxic speech', 'clean speech'],
    ['This is non-**toxic speech**.', 'toxic speech', 'clean speech'],
    ['non-toxic speech', 'toxic speech', 'clean speech'],
    ['{"label": "non_toxic_speech"}', 'toxic_speech', 'clean_speech'],
    ['It is non-level_2.', 'level_2', 'level_1'],
    ['There is nothing of hate speech or toxic speech in it.', 'toxic speech', 'clean speech'],
    ['The comment is without any toxic speech.', 'toxic speech', 'clean speech'],
  ])('reads %j as a denial of the label %j', (answer, denied, other) => {
    const options = { choices: [denied, other] };
    expect(quality(answer, denied, options)).toBe(0);
    expect(quality(answer, other, options)).toBe(1);
  });

  it('reads a label of several words where nothing denies it', () => {
    const options = { choices: ['toxic speech', 'clean speech'] };
    for (const answer of ['This is toxic speech.', 'Non-violent, but toxic speech.']) {
      expect(quality(answer, 'toxic speech', options)).toBe(1);
    }
  });

  it('keeps separators apart where two labels differ by nothing else', () => {
    const choices = ['re-sign', 're sign', 'quit'];
    expect(choices.map((one) => quality('re sign', one, { choices }))).toEqual([0, 1, 0]);
  });

  it('keeps the sign of a number', () => {
    expect(quality('The answer is -3', '-3', { choices: ['3', '-3'] })).toBe(1);
    expect(quality('The answer is -3', '3', { choices: ['3', '-3'] })).toBe(0);
  });
});

describe('the choice grader, of an answer that was cut off', () => {
  const gradeCut = (answer: string, reference: string, choices: readonly string[]) =>
    choiceGrader.grade({ answer, reference, options: { choices: [...choices] }, isCutOff: true });

  it('does not take a label for stated that may become a longer one', () => {
    const risks = ['high', 'high_risk', 'low'];
    expect(gradeCut('High', 'high', risks)).toMatchObject({
      kind: 'ungraded',
      ambiguous: ['A', 'cut off'],
    });
    expect(gradeCut('High Risk', 'high_risk', risks)).toEqual({ kind: 'graded', quality: 1 });
    expect(gradeCut('Low', 'low', risks)).toEqual({ kind: 'graded', quality: 1 });
    expect(gradeCut('A', 'high', risks)).toEqual({ kind: 'graded', quality: 1 });
  });

  it.each([
    'high_',
    'high\\_',
    '**high_',
    '"high_',
    'high`',
    'high"',
    'high*',
    'Answer: high_',
    'Answer: high__',
    'Answer: high"',
  ])(
    'does not take the end of %j for the end of a label that may become a longer one',
    (answer) => {
      const risks = ['high', 'high_risk', 'low'];
      expect(gradeCut(answer, 'high', risks)).toMatchObject({ kind: 'ungraded' });
      expect(gradeCut(answer, 'low', risks)).toMatchObject({ kind: 'graded', quality: 0 });
    },
  );

  it.each([
    '_high_',
    '__high__',
    '**high**',
    '`high`',
    '"high"',
    'high.',
    '**Answer: high**',
    'The answer is __high__',
    'Answer: "high"',
    'Answer: `high`',
  ])('takes %j for stated, which is closed', (answer) => {
    const risks = ['high', 'high_risk', 'low'];
    expect(gradeCut(answer, 'high', risks)).toEqual({ kind: 'graded', quality: 1 });
  });

  it('takes an unopened mark for the end where no label is longer', () => {
    for (const answer of ['low_', 'low`', 'low"']) {
      expect(gradeCut(answer, 'low', ['high', 'high_risk', 'low'])).toEqual({
        kind: 'graded',
        quality: 1,
      });
    }
  });
});

describe('a discussion of each option', () => {
  it.each([
    '**Option A:** This is wrong: it ignores gravity.\n**Option B:** This ignores friction.\n**Option C:** This accounts for both.',
    'Option A (Paris): too far north. Option B: too far south. Option C: just right.',
    'Option A: this describes mitosis. Option B is about meiosis. Option C is about osmosis, which fits.',
  ])('does not answer with its first one: %j', (answer) => {
    const grades = ['A', 'C'].map((reference) =>
      choiceGrader.grade({ answer, reference, options: {} }),
    );
    expect(grades.map(({ kind }) => kind)).toEqual(['ungraded', 'ungraded']);
  });
});

/** A task, the answer that is graded, and what becomes of it. */
type Case = readonly [reference: string, answer: string, expected: 0 | 1 | 'ambiguous'];

function expectGrade([reference, answer, expected]: Case): void {
  const grade = choiceGrader.grade({ answer, reference, options: {} });
  if (expected === 'ambiguous') expect(grade).toMatchObject({ kind: 'ungraded' });
  else expect(grade).toMatchObject({ kind: 'graded', quality: expected });
}

describe('the choice grader, reading faint praise', () => {
  const irrelevant =
    'Among the options, (B) most directly explains the result. (A) and (C) are true but irrelevant, and (D) is false.';
  const unrelated =
    'Option B is the strongest. Options A and C are true statements but do not address the question, while D is false.';
  const cases: readonly Case[] = [
    ['B', irrelevant, 'ambiguous'],
    ['D', irrelevant, 0],
    ['B', unrelated, 1],
    ['C', unrelated, 0],
    ['B', 'The passage implies B. C is true, but the passage never says so.', 'ambiguous'],
    ['B', 'The main point is B; A and D are details and C is true but minor.', 'ambiguous'],
    ['B', 'Between B and D, D looks right at first, but B handles the edge case.', 'ambiguous'],
    ['C', 'B is true, but C is the answer.', 1],
    ['C', 'C is correct, but many pick A.', 1],
    ['B', 'B is right but you must check the sign.', 1],
    ['C', 'A and B are wrong. C is correct.', 1],
  ];
  it.each(cases)('takes for %s the answer %j as %s', (...one) => {
    expectGrade(one);
  });
});

describe('the choice grader, where all choices but one are judged alike', () => {
  const labeled = 'A: true. B: false. C: true. D: true. The false one is asked for.';
  const cases: readonly Case[] = [
    ['B', 'All of these are renewable except B (coal).', 'ambiguous'],
    ['A', 'All of these are renewable except B (coal).', 'ambiguous'],
    ['B', 'Every option except B is a prime number.', 'ambiguous'],
    ['B', 'A, C, and D are all prime numbers; B is not.', 'ambiguous'],
    ['B', 'A, C and D are wrong; B is not.', 'ambiguous'],
    ['B', 'A, C and D are correct statements. B is incorrect.', 'ambiguous'],
    ['D', 'A, C and D are correct statements. B is incorrect.', 'ambiguous'],
    ['E', 'A, C and D are correct statements. B is incorrect.', 0],
    ['B', labeled, 'ambiguous'],
    ['A', labeled, 'ambiguous'],
    ['B', 'A: true\nB: false\nC: true\nD: true', 'ambiguous'],
    ['B', 'A: true\nB: false\nC: true\nD: true\n\nB', 1],
    ['B', 'A, C and D are prime; B is not. So it is B.', 1],
    ['B', 'B. A, C and D are all prime numbers; B is not.', 1],
    ['D', 'The answer is D. A, B and C are true; D is not.', 1],
    ['B', 'A is incorrect, B is correct, C is incorrect.', 1],
    ['C', 'Everything except C.', 0],
    ['C', 'All but C are wrong.', 1],
    ['D', 'A is correct. B and C are also correct. D is not.', 'ambiguous'],
    ['D', 'A is right. B and C are okay as well. D is not.', 'ambiguous'],
    ['D', 'A is correct. B and C are too. D is not.', 'ambiguous'],
    ['D', 'A is true. B and C are not false. D is false.', 'ambiguous'],
    ['D', 'A is true. B and C are mammals. D is not.', 'ambiguous'],
    ['D', 'A is correct. B and C are supported by the passage. D is false.', 'ambiguous'],
  ];
  it.each(cases)('takes for %s the answer %j as %s', (...one) => {
    expectGrade(one);
  });

  it.each([
    ['B', 'B is correct. A and C are wrong, D is not supported.'],
    ['B', 'B is correct. A and C are too narrow, and D is not supported by the passage.'],
    [
      'B',
      'Option B is correct.\n\nA and D are incorrect because they ignore friction. C is wrong because it is cold.',
    ],
    ['B', '**B is correct.** A and C do not mention the cause. D is false.'],
    ['B', 'B is right. A and D are irrelevant. C has not been shown.'],
    ['B', 'B is right. A and D are about another matter. C has not been shown.'],
    ['A', 'A is correct. B and C are both wrong, D is not relevant.'],
    ['A', 'A is true. B and C are false, D is not known.'],
  ])('reads %s, which alone is called right, from %j', (reference, answer) => {
    expectGrade([reference, answer, 1]);
  });

  it('reads the same of texts', () => {
    const answer = 'All of them are loud except neutral.';
    const grade = choiceGrader.grade({ answer, reference: 'neutral', options: sentiments });
    expect(grade).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the choice grader, with letters for choices', () => {
  const grades = { choices: ['A', 'B', 'F'] };

  it.each([
    ['The grade is C.', 'F', grades],
    ['(C)', 'F', grades],
    ['Grade: B+', 'B', grades],
    ['Grade: B-', 'B', grades],
    ['**B+**', 'B', grades],
    ['The grade is B+ because it is short.', 'B', grades],
    ['I would give this a B+.', 'A', grades],
    ['The answer is B+', 'B', {}],
  ])('reads no position and no other grade from %j for %s', (answer, reference, options) => {
    expect(quality(answer, reference, options)).toBe(0);
  });

  it.each([
    ['The grade is F.', 'F', grades],
    ['(b)', 'B', grades],
    ['I would give this a B.', 'B', grades],
    ['B - short', 'B', grades],
    ['B- short', 'B', {}],
    ['The answer is B.', 'Java', { choices: ['C', 'Java', 'Go'] }],
    ['The answer is B.', 'y', { choices: ['x', 'y', 'z'] }],
  ])('reads %j for %s', (answer, reference, options) => {
    expect(quality(answer, reference, options)).toBe(1);
  });

  it.each([
    [['(B)', '(C)', '(D)'], '(B)', '(C)'],
    [['B)', 'C)', 'D)'], 'B)', 'C)'],
    [['B.', 'C.', 'D.'], 'B.', 'C.'],
    [['Option B', 'Option C', 'Option D'], 'Option B', 'Option C'],
    [['B. London', 'C. Rome', 'D. Paris'], 'B. London', 'C. Rome'],
    [['(B) red', '(C) blue'], '(B) red', '(C) blue'],
  ])('reads B by the letter that is written in one of %j', (choices, right, wrong) => {
    for (const answer of ['B', '(B)', 'B.', 'The answer is B.', '**B)**', 'Option B is correct.']) {
      expect(quality(answer, right, { choices }), answer).toBe(1);
      expect(quality(answer, wrong, { choices }), answer).toBe(0);
    }
    expect(quality('A', right, { choices })).toBe(0);
    expect(quality('B', 'B', { choices })).toBe(1);
    expect(choiceGrader.checkTask('A', { choices })).toContain('give one of');
  });

  it('reads lists of them', () => {
    for (const answer of ['A+F', 'A + F', 'A, F', 'F and A']) {
      const options = { ...grades, credit: 'all' };
      const grade = choiceGrader.grade({ answer, reference: ['A', 'F'], options });
      expect(grade).toMatchObject({ quality: 1 });
    }
  });

  it('takes no lists of letters for choices, nor a position for a reference', () => {
    const check = (reference: string, choices: readonly string[]) =>
      choiceGrader.checkTask(reference, { choices: [...choices] });
    expect(check('B', ['A', 'A, C', 'B', 'B, D'])).toContain('"A, C" is a list of letters');
    expect(check('A and C', ['A and C', 'B'])).toContain('list of letters');
    expect(check('C', grades.choices)).toContain('one of: A, B, F');
    expect(check('Q&A', ['Q&A', 'R&D', 'Sales'])).toBe(undefined);
  });
});

describe('the choice grader, with letters that stand for words', () => {
  it.each([
    [['N', 'Y'], 'Y', ['Y', 'Yes.', 'Yes, it does.', 'Answer: Yes', '{"answer": true}']],
    [['N', 'Y'], 'N', ['N', 'No, it does not.', '**N**', 'The answer is no.']],
    [['F', 'T'], 'T', ['T', 'True', 'The statement is true.']],
    [['F', 'T'], 'F', ['F', 'The statement is false.', 'Answer: False']],
  ])('reads of %j %s from %j', (choices, right, answers) => {
    for (const answer of answers) {
      for (const reference of choices) {
        expect(quality(answer, reference, { choices }), answer).toBe(reference === right ? 1 : 0);
      }
    }
  });

  it('takes "N/A" for no choice', () => {
    expect(quality('N/A', 'N', { choices: ['N', 'Y'] })).toBe(0);
    expect(quality('N/A', 'A')).toBe(0);
  });

  it.each([
    ['I believe it is Stage III.', 'III'],
    ["I'd say III.", 'III'],
    ['I think it is I.', 'I'],
    ['Stage I.', 'I'],
    ['I.', 'I'],
  ])('tells the pronoun from the numeral in %j', (answer, right) => {
    const choices = ['I', 'II', 'III', 'IV'];
    for (const reference of choices) {
      expect(quality(answer, reference, { choices })).toBe(reference === right ? 1 : 0);
    }
  });
});

describe('the choice grader, where a colon or a bracket follows the choice', () => {
  const sentiments = ['positive', 'negative', 'neutral'];

  it.each([
    ['**Negative:** the product is too expensive.', 'negative', sentiments],
    ['Sentiment: Negative: the product is too expensive', 'negative', sentiments],
    ['Positive: no complaints.', 'positive', sentiments],
    ['Yes: no doubt about it.', 'yes', ['yes', 'no']],
    ['The answer is B: the premise is false.', 'B', undefined],
    ['B) cannot be determined', 'B', undefined],
    ['A: the premise is false. B: it holds.', 'B', undefined],
    ['A: it is too small. B is right.', 'B', undefined],
    ['A) is not possible, so B is correct.', 'B', undefined],
    ['Negative: terrible product\nPositive: none', 'negative', sentiments],
    ['Positive: N/A\nNegative: terrible product', 'negative', sentiments],
    ['Positive: none\nNegative: terrible product', 'negative', sentiments],
    ['Negative: terrible product\nPositive: -', 'negative', sentiments],
  ])('reads %j as %s', (answer, reference, choices) => {
    const options = choices === undefined ? {} : { choices };
    const grade = choiceGrader.grade({ answer, reference, options });
    expect(grade).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each(['Negative: terrible\nPositive: great screen', 'Negative: no'])(
    'does not take %j for a choice of the first',
    (answer) => {
      const options = { choices: sentiments };
      expect(choiceGrader.grade({ answer, reference: 'negative', options })).not.toMatchObject({
        quality: 1,
      });
    },
  );
});

describe('the choice grader, where all choices have a letter', () => {
  const choices = ['A. Rome', 'B. Paris', 'C. 12'];

  it.each([
    ['Paris', 'B. Paris'],
    ['The answer is Paris.', 'B. Paris'],
    ['B', 'B. Paris'],
    ['Rome is tempting. The answer is B.', 'B. Paris'],
    ['12', 'C. 12'],
    ['3 + 9 = 12, so C', 'C. 12'],
  ])('reads %j, with or without the letter, as %s', (answer, reference) => {
    const grade = choiceGrader.grade({ answer, reference, options: { choices } });
    expect(grade).toMatchObject({ kind: 'graded', quality: 1 });
  });
});
