import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

const truth = ['True', 'False'];
const yesNo = ['yes', 'no'];
const entailment = ['true', 'false', 'neither'];

describe('the choice grader, where a verdict on the statement is the choice', () => {
  it.each([
    ['This is a false rumor that was spread in 2010.', 'False', truth],
    ['It is a true story.', 'True', truth],
    ['The test gave a false positive result, so the claim is true.', 'True', truth],
    ['This statement is incorrect: the Sun is a star.', 'False', truth],
    ['This statement is incorrect - the Sun is a star.', 'False', truth],
    ['The statement is correct. No, there is no error in it.', 'no', yesNo],
    ['The statement is correct. There is no error in it.', 'yes', yesNo],
    ['The hypothesis is not true, since the speaker is unsure. Neither.', 'neither', entailment],
    ['The hypothesis is not true, since the speaker denies it.', 'false', entailment],
  ])('reads %j as %s', (answer, right, choices) => {
    for (const reference of choices) {
      const grade = choiceGrader.grade({ answer, reference, options: { choices } });
      expect(grade).toMatchObject({ kind: 'graded', quality: reference === right ? 1 : 0 });
    }
  });
});
