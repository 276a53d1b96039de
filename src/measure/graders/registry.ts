import { choiceGrader } from './choice.js';
import { codeGrader } from './code.js';
import { containsGrader } from './contains.js';
import { exactGrader } from './exact.js';
import type { Grader } from './grade.js';
import { instructionsGrader } from './instructions.js';
import { jsonFieldsGrader } from './json-fields.js';
import { jsonSchemaGrader } from './json-schema.js';
import { judgeGrader } from './judge.js';
import { mathGrader } from './math.js';
import { notContainsGrader } from './not-contains.js';
import { numericGrader } from './numeric.js';
import { regexGrader } from './regex.js';
import { setF1Grader } from './set-f1.js';
import { similarityGrader } from './similarity.js';
import { toolCallGrader } from './tool-call.js';

const graders: ReadonlyMap<string, Grader> = new Map(
  [
    exactGrader,
    choiceGrader,
    numericGrader,
    mathGrader,
    containsGrader,
    notContainsGrader,
    regexGrader,
    jsonSchemaGrader,
    jsonFieldsGrader,
    setF1Grader,
    similarityGrader,
    instructionsGrader,
    toolCallGrader,
    codeGrader,
    judgeGrader,
  ].map((grader): [string, Grader] => [grader.name, grader]),
);

/** The names that a task set may give as its grader. */
export const graderNames: readonly string[] = [...graders.keys()];

/** The grader of a name, or undefined where there is none. */
export function findGrader(name: string): Grader | undefined {
  return graders.get(name);
}
