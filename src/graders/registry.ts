import { choiceGrader } from './choice.js';
import { containsGrader } from './contains.js';
import { exactGrader } from './exact.js';
import type { Grader } from './grade.js';
import { numericGrader } from './numeric.js';
import { regexGrader } from './regex.js';

const graders: ReadonlyMap<string, Grader> = new Map(
  [exactGrader, choiceGrader, numericGrader, containsGrader, regexGrader].map((grader) => [
    grader.name,
    grader,
  ]),
);

/** The names that a task set may give as its grader. */
export const graderNames: readonly string[] = [...graders.keys()];

/** The grader of a name, or undefined where there is none. */
export function findGrader(name: string): Grader | undefined {
  return graders.get(name);
}
