import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

describe('the choice grader, where "actually" begins a sentence', () => {
  it.each([
    [
      'The answer is D.\n\nI first doubted B. Actually, B is correct because heat flows, which leaves one false statement.',
      'D',
    ],
    [
      'Answer: **D. All of the above**\n\n- A is obvious.\n- C looks doubtful - actually, C is correct as well.',
      'D',
    ],
    ['The answer is B. Actually, C is correct.', 'C'],
    ['B is correct. Actually, C is correct.', 'C'],
  ])('reads %j as %s', (answer, right) => {
    for (const reference of ['A', 'B', 'C', 'D']) {
      const grade = choiceGrader.grade({ answer, reference, options: {} });
      expect(grade).toMatchObject({ kind: 'graded', quality: reference === right ? 1 : 0 });
    }
  });
});

describe('the words that join what an answer says', () => {
  const gradeB = (answer: string, isCutOff = false) =>
    choiceGrader.grade({ answer, reference: 'B', options: {}, isCutOff });

  it.each([
    'A. Moment, das stimmt nicht, deshalb B.',
    'A. Moment, das stimmt nicht, somit B.',
    'A. Attendez, ce fut plus tard, donc B.',
    'A. Espera, fue más tarde, por lo tanto, B.',
    'A. Aspetta, fu più tardi, pertanto B.',
    'A. Wait, it was later, so B.',
  ])('conclude with B in %j', (answer) => {
    expect(gradeB(answer)).toMatchObject({ quality: 1 });
  });

  it.each([
    'The answer is B because the',
    'Die Antwort ist B, weil die',
    'La réponse est B puisque les',
    'La respuesta es B, ya que las',
    'La risposta è B, poiché le',
    'A resposta é B, já que as',
  ])('begin the reason for B in the cut-off %j', (answer) => {
    expect(gradeB(answer, true)).toMatchObject({ quality: 1 });
  });
});
