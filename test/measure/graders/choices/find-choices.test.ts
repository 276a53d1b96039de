import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

function grade(answer: string, reference: readonly string[]) {
  return choiceGrader.grade({ answer, reference: [...reference], options: {} });
}

describe('the choice grader, where several choices are right and each is judged', () => {
  it.each([
    'A is correct. D is correct. B and C are incorrect.',
    'A is correct. B is incorrect. C is incorrect. D is correct.',
    'Option A is true. Option D is also true.',
    '(A) is correct. (D) is correct as well.',
    'A ✅ B ❌ C ❌ D ✅',
    '✅ A ❌ B ❌ C ✅ D',
    '✅ A\n❌ B\n❌ C\n✅ D',
    '- [x] A\n- [ ] B\n- [ ] C\n- [x] D',
    'A is correct because it barks. D is correct because it meows.',
    'A is correct, and D is the correct one as well.',
    'A, D ✅\nB, C ❌',
    'A and D ✅, B and C ❌',
    '✅ A, D\n❌ B, C',
    '- [x] A, D\n- [ ] B, C',
    '☑ A and D\n☐ B and C',
    '{"A": true, "B": false, "C": false, "D": true}',
    'The statements that are true are A and D, whereas B and C are false.',
  ])('reads A and D from %j', (answer) => {
    expect(grade(answer, ['A', 'D'])).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    'A is correct. B, C and D are wrong.',
    'A is correct if D is true.',
    'A is correct because D is true only of odd numbers.',
    'A is the only correct answer.',
    'A is correct. B is correct only in winter.',
    'A is correct. B is correct, but only in winter.',
    'A is correct. B is right in theory, but not here.',
    'A is the correct answer.\n\nB is true for mammals only.',
    'A is correct. B is the closest distractor.',
    'A is correct. Many think C is correct.',
  ])('reads no more than A from %j', (answer) => {
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'graded', quality: 1 });
  });
});

describe('the choice grader, where the choices are given with their texts', () => {
  it.each([
    'The correct answers are **A (Dolphin)** and **C (Bat)**.',
    'The correct answers are **A. Dolphin** and **C. Bat**.',
    'Answer: A. Dolphin, C. Bat',
    'Answer: A: Dolphin; C: Bat',
    'The correct answers are A - Dolphin and C - Bat.',
    'The answer is A) 3.5 m, C) 4 m.',
    'The correct options are A) Dolphin and C) Bat. B) Shark is a fish.',
    'The correct answers are:\n\n**A) Dolphin**\n\n**C) Bat**',
    'Correct answers:\nA) Dolphin\nC) Bat',
    'Correct answers:\nA) Dolphin\nC) Bat\n\nIncorrect:\nB) Shark\nD) Carp',
    'Correct answers:\n- **A) Dolphin**\n- **C) Bat**',
    'Answers:\nA) True\nB) False\nC) True',
    'Las respuestas correctas son **A (Delfín)** y **C (Murciélago)**.',
    'Die richtigen Antworten sind A) Delfin und C) Fledermaus.',
    'Les bonnes réponses sont A) dauphin et C) chauve-souris.',
    '答案：A. 海豚，C. 蝙蝠',
    '正确答案是 A（海豚）和 C（蝙蝠）。',
    '<answer>A) Dolphin, C) Bat</answer>',
    '{"answer": ["A) Dolphin", "C) Bat"]}',
    'A) Dolphin, C) Bat',
    'A (Dolphin) and C (Bat)',
  ])('reads A and C from %j', (answer) => {
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it('reads options below an announcement to their end', () => {
    const text = 'a long option '.repeat(20);
    const answer = `Correct answers:\nA) ${text}\nC) ${text}\nD) ${text}`;
    expect(grade(answer, ['A', 'C', 'D'])).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    'Answer: A. Dolphin, not C. Bat',
    'Answer: A. Dolphin, and C. Bat is wrong.',
    'The correct answer is A (Dolphin), because C (Bat) flies.',
    'The correct answer is A (Dolphin) and C (Bat) is wrong.',
    'Answer: A\n\nA) is right.\nB) is wrong, as it flies.\nC) is not a mammal.',
    'Answer: A\n\nExplanation:\nA) Dolphin is a mammal.\nC) Bat is one, too.',
    'A is correct as far as it goes.',
  ])('reads no more than A from %j', (answer) => {
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    'Correct answers: A) Dolphin\nC) Bat',
    'Correct answers:\nA) Dolphin\nIt is a mammal.\nC) Bat\nSo is this.',
    'Correct answers:\nA) Dolphin\nC) It does not lay eggs',
    'The answer is A. Dolphins are mammals, and C. elegans is a worm.',
    'The correct answer is A. Additionally, C is also correct.',
    'A is correct. C is correct under the same conditions.',
  ])('leaves it open whether C is meant in %j', (answer) => {
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['B'])).toMatchObject({ kind: 'graded', quality: 0 });
    expect(grade(answer, ['A', 'D'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it('does not take the options, repeated from A onwards, for the answer', () => {
    const answer = 'Answer:\nA) Dolphin\nB) Shark\nC) Bat\nD) Carp';
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the choice grader, where a further sentence is about other choices', () => {
  it.each([
    'The correct answers are A and C. B is right in theory, but not here.',
    'The correct answers are (A) and (C). (B) lays eggs.',
    'The correct answers are **A** and **C**. **B** lays eggs.',
    'Answer: A and C. A is false. B is true. C is false. D is true.',
    'A and C. B flies.',
    'A is correct because it is a mammal. C is correct as it is also a mammal.',
    'Option A is correct. Option C is correct for the same reason.',
    'A is true. B is false. C is true by definition. D is false.',
  ])('reads A and C from %j', (answer) => {
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'graded', quality: 1 });
  });
});

describe('the choice grader, where other options are explained beside the right ones', () => {
  it.each([
    'The correct answer is B (Amazon S3), and A (Amazon EBS) is for block storage.',
    'The correct answer is:\n\n**B) Shark**\n\nA) Dolphins are mammals.\nC) Bats are mammals.',
  ])('leaves it open whether A is meant in %j', (answer) => {
    expect(grade(answer, ['B'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['A', 'B'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['D'])).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    'The incorrect statements are A and C.',
    'Options A (Dolphin) and C (Bat) are mammals.',
    'A (Dolphin) and C (Bat) are both correct, but B (Shark) is a fish.',
    'A is correct. Therefore, C is correct.',
    'A is correct. For the same reason, C is correct.',
    'Statement B is false. Statements A and C are true. Statement D is false.',
    'Statement A is true. Statement B is false. Statement C is true. Statement D is false.',
  ])('reads A and C from %j', (answer) => {
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it('leaves it open whether one is meant that is right under a condition', () => {
    const answer = 'A is correct. Under the old guideline, D is correct.';
    expect(grade(answer, ['A'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['A', 'D'])).toMatchObject({ kind: 'ungraded' });
  });

  it.each([
    'Richtig sind A und C. Falsch sind B und D.',
    'The incorrect statements are B and D. A and C are correct.',
  ])('leaves it open which are asked for in %j', (answer) => {
    expect(grade(answer, ['A', 'C'])).toMatchObject({ kind: 'ungraded' });
    expect(grade(answer, ['B', 'D'])).toMatchObject({ kind: 'ungraded' });
  });
});
