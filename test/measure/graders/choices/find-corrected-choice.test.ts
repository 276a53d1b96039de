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
