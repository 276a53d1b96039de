import { choiceGrader } from '../../src/measure/graders/choice.js';

/** What the choice grader makes of an answer: the choices that are right, and those that may be. */
export interface ReadChoices {
  readonly right: readonly string[];
  /** Those for which the answer is ambiguous. */
  readonly possible: readonly string[];
}

/**
 * Grades an answer once with each of the choices as the reference.
 *
 * @param choices undefined for the letters A to D, whose texts are not known
 */
export function readChoices(answer: string, choices: readonly string[] | undefined): ReadChoices {
  const options = choices === undefined ? {} : { choices: [...choices] };
  const grades = (choices ?? ['A', 'B', 'C', 'D']).map((reference) => ({
    reference,
    grade: choiceGrader.grade({ answer, reference, options }),
  }));
  return {
    right: grades.flatMap(({ reference, grade }) =>
      grade.kind === 'graded' && grade.quality === 1 ? [reference] : [],
    ),
    possible: grades.flatMap(({ reference, grade }) =>
      grade.kind === 'ungraded' ? [reference] : [],
    ),
  };
}

/** The choices that are right for an answer, and null where it is ambiguous. */
export function listRight(
  answer: string,
  choices: readonly string[] | undefined,
): readonly string[] | null {
  const { right, possible } = readChoices(answer, choices);
  return possible.length > 0 ? null : right;
}
