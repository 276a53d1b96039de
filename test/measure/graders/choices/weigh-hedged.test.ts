import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

function outcome(answer: string, reference: string): number | 'ungraded' {
  const grade = choiceGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'ungraded' ? 'ungraded' : grade.quality;
}

describe('the choice grader, where "would be" announces the answer', () => {
  it.each([
    'The patient had a fever and a new murmur, so the best answer would be B. Option A is a later step.',
    'If 3 apples cost $6, then 7 cost $14, and the correct answer would be B. Choice A is the price of 8.',
    'If I had to guess, the answer would be B. A is also possible.',
    'Wenn 3 Äpfel 6 Euro kosten, wäre die richtige Antwort B. Option A ist der Preis von 8.',
    'Si 3 manzanas cuestan 6, la respuesta sería B. La opción A es el precio de 8.',
    'We were told that x = 3, so the answer would be B. Option A is for x = 4.',
  ])('reads B from the reasoning in %j', (answer) => {
    expect(outcome(answer, 'B')).toBe(1);
    expect(outcome(answer, 'A')).toBe(0);
  });

  it.each([
    'If the question had asked about cost, the answer would be A. Here it is B.',
    'If the question mentioned cost, the answer would be A. B is correct.',
    'Had it asked for cost, the answer would be A. B is right.',
    'If it had asked for cost, the answer would be A.\n\nB',
    'Si la question portait sur le coût, la réponse serait A. B est correcte.',
    'Si la pregunta tratara del coste, la respuesta sería A. B es correcta.',
  ])('reads B from %j, where A answers another question', (answer) => {
    expect(outcome(answer, 'B')).toBe(1);
    expect(outcome(answer, 'A')).toBe(0);
  });

  it('leaves it open whether a condition in the past is that of the question', () => {
    const answer =
      'If the train was going at 60 mph, the answer would be B. Choice A is for 80 mph.';
    expect(outcome(answer, 'B')).toBe('ungraded');
    expect(outcome(answer, 'A')).toBe('ungraded');
    expect(outcome(answer, 'C')).toBe(0);
  });
});

describe('the choice grader, where the announced answer is only held to be possible', () => {
  it.each([
    'The answer could be B, but I think C is right.',
    'The answer might be B. However, C is correct.',
    'The answer could only be C. A is correct for children.',
  ])('reads C from %j', (answer) => {
    expect(outcome(answer, 'C')).toBe(1);
    expect(outcome(answer, 'B')).toBe(0);
  });

  it('leaves it open where another one is called right beside it, not instead', () => {
    const answer = 'Most appropriate answer might be C. A is correct for children.';
    expect(outcome(answer, 'A')).toBe('ungraded');
    expect(outcome(answer, 'C')).toBe('ungraded');
    expect(outcome(answer, 'B')).toBe(0);
  });
});
