import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

function quality(
  answer: string,
  choices: readonly [string, string, ...string[]],
  reference: string,
): number | 'ambiguous' {
  const grade = choiceGrader.grade({ answer, reference, options: { choices: [...choices] } });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

const yesOrNo = ['yes', 'no'] as const;
const trueOrFalse = ['true', 'false'] as const;

describe('an answer that agrees or disagrees without naming a choice', () => {
  it.each([
    ['Absolutely!', yesOrNo, 'yes', 'no'],
    ['Of course.', yesOrNo, 'yes', 'no'],
    ['Indeed, it does.', yesOrNo, 'yes', 'no'],
    ['**Definitely** – it is safe.', yesOrNo, 'yes', 'no'],
    ['Not at all.', yesOrNo, 'no', 'yes'],
    ['Absolutely not.', yesOrNo, 'no', 'yes'],
    ['Of course not!', ['yes', 'no', 'maybe'] as const, 'no', 'yes'],
    ['Absolutely!', ['A. Yes', 'B. No'] as const, 'A', 'B'],
    ['Nein.', yesOrNo, 'no', 'yes'],
    ['Oui', yesOrNo, 'yes', 'no'],
    ['Да.', yesOrNo, 'yes', 'no'],
    ['是的。', yesOrNo, 'yes', 'no'],
    ['不是。', yesOrNo, 'no', 'yes'],
    ['いいえ。', yesOrNo, 'no', 'yes'],
    ['Yes.', ['ja', 'nein'] as const, 'ja', 'nein'],
    ['Sí, es correcto.', yesOrNo, 'yes', 'no'],
    ['Sí, eso es cierto.', yesOrNo, 'yes', 'no'],
    ['Ja, das ist richtig.', yesOrNo, 'yes', 'no'],
    ['Ja, das stimmt.', yesOrNo, 'yes', 'no'],
    ['Oui, c’est exact.', yesOrNo, 'yes', 'no'],
    ['Sì, è corretto.', yesOrNo, 'yes', 'no'],
    ['Sim, está correto.', yesOrNo, 'yes', 'no'],
    ['Да, это верно.', yesOrNo, 'yes', 'no'],
    ['是的，这是正确的。', yesOrNo, 'yes', 'no'],
    ['はい、その通りです。', yesOrNo, 'yes', 'no'],
    ['Nein, das stimmt nicht.', yesOrNo, 'no', 'yes'],
    ['Nein, das ist falsch.', yesOrNo, 'no', 'yes'],
    ['Non, ce n’est pas vrai.', yesOrNo, 'no', 'yes'],
    ['Não, isso está errado.', yesOrNo, 'no', 'yes'],
    ['Нет, это неверно.', yesOrNo, 'no', 'yes'],
    ['Correct', trueOrFalse, 'true', 'false'],
    ['Wrong.', trueOrFalse, 'false', 'true'],
  ])('states one: %s', (answer, choices, stated, other) => {
    expect(quality(answer, choices, stated)).toBe(1);
    expect(quality(answer, choices, other)).toBe(0);
  });

  it.each([
    ['Indeed, it does not.', yesOrNo],
    ['Absolutely. No problem was found.', yesOrNo],
    ['Certainly! Could you share the text?', yesOrNo],
    ['Nein, das stimmt.', yesOrNo],
    ['Ja, das stimmt nicht.', yesOrNo],
    ['Ja, das ist richtig, aber nicht sicher.', yesOrNo],
    ['Sí, es correcto, pero no es seguro.', yesOrNo],
    ['Oui, c’est faux.', yesOrNo],
    ['Correct.', yesOrNo],
    ['True', yesOrNo],
    ['Yes', trueOrFalse],
    ['No, it is not.', trueOrFalse],
  ])('is ambiguous where it says more, or judges instead of answering: %s', (answer, choices) => {
    for (const reference of choices) {
      expect(quality(answer, choices, reference)).toBe('ambiguous');
    }
  });

  it.each([
    ['Certainly! The answer is no.', 'no', 'yes'],
    ['Of course, yes.', 'yes', 'no'],
  ])('yields to a choice that is named: %s', (answer, stated, other) => {
    expect(quality(answer, yesOrNo, stated)).toBe(1);
    expect(quality(answer, yesOrNo, other)).toBe(0);
  });

  it('says nothing of choices of another kind', () => {
    expect(quality('Absolutely!', ['positive', 'negative'], 'positive')).toBe(0);
  });
});
