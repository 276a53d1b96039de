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
