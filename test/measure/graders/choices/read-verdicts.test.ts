import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';
import { listRight } from '../../../support/read-choices.js';

const letters = undefined;
const sentiments = ['positive', 'negative', 'neutral'];
const toxicity = ['toxic', 'non-toxic'];

describe('the choice grader, where an answer judges each choice', () => {
  it.each([
    ['{"positive": 0.05, "negative": 0.9, "neutral": 0.05}', sentiments, 'negative'],
    ['{"sentiment": {"positive": 0.05, "negative": 0.9}}', sentiments, 'negative'],
    ['Positive: 10%\nNegative: 20%\nNeutral: 70%', sentiments, 'neutral'],
    ['- **Positive:** 0.1\n- **Negative:** 0.2\n- **Neutral:** 0.7', sentiments, 'neutral'],
    ['Positive (10%), negative (20%), neutral (70%)', sentiments, 'neutral'],
    ['| Positive | 1/10 |\n| Negative | 8/10 |', sentiments, 'negative'],
    ['Positive: no\nNegative: yes\nNeutral: no', sentiments, 'negative'],
    ['toxic: 0.02, non-toxic: 0.98', toxicity, 'non-toxic'],
    ['Toxic: False', toxicity, 'non-toxic'],
    ['{"toxic": false}', toxicity, 'non-toxic'],
    ['{"A": false, "B": true}', letters, 'B'],
    ['{"A": "wrong", "C": "correct"}', letters, 'C'],
    ['{"A": 0.1, "B": 0.7, "C": 0.2}', letters, 'B'],
    ['- [ ] A\n- [ ] B\n- [x] C\n- [ ] D', letters, 'C'],
    ['- [X] A) Paris\n- [ ] B) London\n- [ ] C) Rome', letters, 'A'],
    ['○ A\n○ B\n● C\n○ D', letters, 'C'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it.each([
    ['{"positive": 1, "negative": 2, "neutral": 3}', sentiments],
    ['{"positive": true, "negative": true}', sentiments],
    ['{"A": 10, "B": 20, "C": 30}', letters],
    ['{"A": "Paris", "B": "London"}', letters],
    ['- [ ] A\n- [ ] B', letters],
    ['toxic: 0.02', toxicity],
    ['Positive: 60%\nNegative: 40%\n\nnegative', sentiments],
  ])('takes no choice from %j', (answer, choices) => {
    expect(listRight(answer, choices)).toBe(null);
  });

  it.each([
    ['Positive: 3\nNegative: 5\n\nThe overall sentiment is negative.', sentiments, 'negative'],
    ['Negative. Scores: positive: 0.1, negative: 0.9', sentiments, 'negative'],
    ['Positive: 0.9', sentiments, 'positive'],
    ['A: 10%\nB: 20%\nC: 70%\n\nB', letters, 'B'],
    ['{"A": "too small", "B": "fits", "answer": "B"}', letters, 'B'],
  ])('reads what is stated in %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });
});

describe('the choice grader, where an answer begins with a label that it does not choose', () => {
  it.each([
    ['**Positive aspects:** screen\n**Negative aspects:** battery\n\nThe review is negative.'],
    ['Positive: great screen\nNegative: battery died\n\nThe review is negative.'],
    ['Negative: the battery died.\n\nThere are no positive aspects.'],
    ['Negative feedback'],
  ])('reads negative from %j', (answer) => {
    expect(listRight(answer, sentiments)).toEqual(['negative']);
  });

  it('leaves ambiguous what only lists both sides', () => {
    expect(listRight('Positive: great screen\nNegative: battery died', sentiments)).toBe(null);
  });
});

describe('the choice grader, where the other choices are denied after the answer', () => {
  const relations = ['entailment', 'neutral', 'contradiction'];

  it.each([
    'neutral - no entailment, no contradiction',
    'neutral – no contradiction',
    'neutral: no entailment, no contradiction',
    'Neutral... no contradiction here',
  ])('reads neutral from %j', (answer) => {
    expect(listRight(answer, relations)).toEqual(['neutral']);
  });

  it.each(['neutral - no, contradiction', 'neutral – no wait, contradiction'])(
    'reads the correction in %j',
    (answer) => {
      expect(listRight(answer, relations)).toEqual(['contradiction']);
    },
  );
});

describe('the choice grader, where all choices but one are denied', () => {
  it.each([
    'The review is neither positive nor negative.',
    'It is neither clearly positive nor clearly negative.',
    'Neither positive nor negative',
  ])('reads what is left from %j', (answer) => {
    expect(listRight(answer, sentiments)).toEqual(['neutral']);
  });

  it.each([
    ['Eliminate B, C, and D. A remains.', 'A'],
    ['After eliminating A, B, and D, C remains.', 'C'],
    ['This rules out A, B and D. So C.', 'C'],
    ['B. It excludes A, C and D.', 'B'],
    ['B, C and D are false; A is true.', 'A'],
  ])('reads %j as %s', (answer, right) => {
    expect(listRight(answer, letters)).toEqual([right]);
  });

  it('takes no choice from an answer that denies all', () => {
    expect(listRight('None of these.', sentiments)).toEqual([]);
    expect(listRight('Neither.', sentiments)).toEqual([]);
  });
});

/** Four verdicts, of which the third is that the letter is right. */
function judge(write: (letter: string) => string, right: string, wrong: string, joint = '\n') {
  return ['A', 'B', 'C', 'D']
    .map((letter) => write(letter) + (letter === 'C' ? right : wrong))
    .join(joint);
}

describe('the choice grader, where an answer judges each letter', () => {
  it.each([
    judge((letter) => `${letter} – `, 'true', 'false'),
    judge((letter) => `${letter} - `, 'true', 'false'),
    judge((letter) => `**${letter}** — `, 'True', 'False'),
    judge((letter) => `(${letter}) – `, 'Correct. It fits.', 'Incorrect. It fails, as above.'),
    judge((letter) => `- ${letter} – `, 'Yes', 'No'),
    judge((letter) => `${letter} → `, 'Yes', 'No'),
    judge((letter) => `${letter} = `, 'Yes', 'No'),
    judge((letter) => `1. ${letter} – `, 'yes, it fits', 'no, it fails'),
    judge((letter) => `Option ${letter}: `, 'true', 'false'),
    judge((letter) => `${letter}: `, 'richtig', 'falsch'),
    judge((letter) => `${letter} – `, 'vrai', 'faux'),
    judge((letter) => `${letter}) `, 'Verdadero', 'Falso'),
    judge((letter) => `${letter}：`, '正确', '错误'),
    judge((letter) => `${letter} – `, '✅', '❌'),
    judge((letter) => `${letter} – `, 'true', 'false', ', '),
    judge((letter) => `${letter} – `, 'true', 'false', '; '),
    '**Option A:** Incorrect: ignores gravity.\n**Option B:** Incorrect: ignores friction.\n**Option C:** Correct: accounts for both.',
    'A – false\nB – true\n\nNo, the other way around: the answer is C.',
  ])('reads C from %j', (answer) => {
    expect(listRight(answer, letters)).toEqual(['C']);
  });

  it.each([
    ['B – it is false that whales are fish.', 'B'],
    ['C – True love is what the poem is about.', 'C'],
    ['A) True\nB) False\n\nB', 'B'],
    ['A: Yes\nB: No\n\nAnswer: B', 'B'],
    ['D – correct, since the others are false.', 'D'],
    ['B = no change', 'B'],
    ['C – falsch wäre nur A.', 'C'],
    ['A. Non, car il pleut.', 'A'],
    ['D: No, the author never says so.', 'D'],
    ['B：错误的是A。', 'B'],
  ])('reads the letter of %j, which has no verdicts on several', (answer, right) => {
    expect(listRight(answer, letters)).toEqual([right]);
  });

  it('leaves open which is meant where all but one are right', () => {
    const answer = 'A – true\nB – false\nC – true\nD – true';
    expect(listRight(answer, letters)).toBe(null);
    const grade = choiceGrader.grade({ answer, reference: 'B', options: {} });
    expect(grade).toMatchObject({ kind: 'ungraded' });
  });

  it.each([
    '1. A – true\n2. B – false\n3. C – true\n4. D – false',
    'A – true\nB – false\nC – true\nD – false',
    'A = Correct\nB = Incorrect\nC = Correct\nD = Incorrect',
    '- A – Yes\n- B – No\n- C – Yes\n- D – No',
    'A – richtig, B – falsch, C – richtig, D – falsch',
  ])('reads all letters that are right from %j', (answer) => {
    const gradeOf = (reference: string[]) => choiceGrader.grade({ answer, reference, options: {} });
    expect(gradeOf(['A', 'C'])).toMatchObject({ kind: 'graded', quality: 1 });
    expect(gradeOf(['B', 'C', 'D'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each(['All are correct except B and D.', 'All except B and D.'])(
    'does not say of %j which letters are left',
    (answer) => {
      const grade = choiceGrader.grade({ answer, reference: ['A', 'C'], options: {} });
      expect(grade).toMatchObject({ kind: 'ungraded' });
    },
  );

  it.each(['All are wrong except B and D.', 'Everything is false except B and D.'])(
    'reads from %j the exceptions to what is wrong',
    (answer) => {
      const grade = choiceGrader.grade({ answer, reference: ['B', 'D'], options: {} });
      expect(grade).toMatchObject({ kind: 'graded', quality: 1 });
    },
  );
});

describe('the choice grader, where the choices themselves are verdicts', () => {
  it.each([
    ['B) Falso', ['Vero', 'Falso'], 'Falso'],
    ['**B) Falso**', ['verdadero', 'falso'], 'falso'],
    ['B: Falso.', ['verdadeiro', 'falso'], 'falso'],
    ['(B) Nein', ['Ja', 'Nein'], 'Nein'],
    ['B) Faux, car le texte dit le contraire.', ['vrai', 'faux'], 'faux'],
    ['B) неверно', ['верно', 'неверно'], 'неверно'],
    ['B) 错误', ['正确', '错误'], '错误'],
    ['A) Vero', ['Vero', 'Falso'], 'Vero'],
    [
      'B) No, the contract is void',
      ['Yes, the contract is valid', 'No, the contract is void'],
      'No, the contract is void',
    ],
    [
      'B) Incorrect',
      ['The statement is correct', 'The statement is incorrect'],
      'The statement is incorrect',
    ],
    ['B: incorrect.', ['correct grammar', 'incorrect grammar'], 'incorrect grammar'],
    ['B) No, it fell.', ['The price rose', 'The price fell'], 'The price fell'],
  ])('takes %j with %j for the letter and not a verdict on it', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it('takes two verdicts where the choices are others', () => {
    expect(listRight('A - false\nB - true', ['Rome', 'Lyon'])).toEqual(['Lyon']);
  });
});

describe('the choice grader, where a word before a choice may deny it', () => {
  it.each([
    ['The price fell because of a drop in demand.', ['supply', 'demand'], 'demand'],
    ['Profit fell because of a sharp drop in sales.', ['sales', 'costs'], 'sales'],
    ['Temperatures drop in winter.', ['winter', 'summer'], 'winter'],
    ['He lives in Lyon, not in Rome.', ['Rome', 'Lyon'], 'Lyon'],
    ['He does not live in Rome but in Lyon, and never in Paris.', ['Paris', 'Lyon'], 'Lyon'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });
});
