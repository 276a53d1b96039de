import type { JsonValue } from '../../../util/json.js';
import { gradeSafely } from '../create-grader.js';
import { extractCode } from '../code/extract-code.js';
import type { ExtractedCode, Grade, GradeInput, Grader, GraderPool } from '../grade.js';
import { createGraderPool } from './grader-pool.js';

/** Answers beyond this stay ungraded: more than models write in their longest outputs. */
export const maxGradedCharacters = 500_000;

/**
 * The length of task and answer together up to which an answer is graded without a thread. The most
 * hostile texts of this length take less than 10 ms (`npm run bench:graders`).
 */
export const maxBriefCharacters = 1000;

/** Tasks of these graders hold patterns, which take any time on the shortest answer. */
const gradersWithPatterns: ReadonlySet<string> = new Set(['regex', 'json_schema']);

/**
 * Grades by a grader that needs no tools, without blocking the process: in a thread, with a limit of
 * time, unless task and answer are brief. Never rejects.
 */
export async function gradeWithinLimits(
  grader: Grader,
  input: GradeInput,
  pool: GraderPool = sharedPool(),
): Promise<Grade> {
  return isBrief(grader, input)
    ? gradeSafely(() => grader.grade(input))
    : pool.grade(grader.name, input);
}

/**
 * The program in an answer, found without blocking the process; see `extractCode`. Never rejects.
 *
 * @returns `ungraded` where it could not be looked for within the limits
 */
export async function extractCodeWithinLimits(
  answer: string,
  language: string,
  functionName: string | undefined,
  pool: GraderPool = sharedPool(),
): Promise<ExtractedCode> {
  return answer.length <= maxBriefCharacters
    ? { kind: 'code', code: extractCode(answer, language, functionName) }
    : pool.extractCode(answer, language, functionName);
}

/** Says why an answer is too long to be graded; undefined where it is not. */
export function describeExcess(answer: string): string | undefined {
  if (answer.length <= maxGradedCharacters) return undefined;
  return `the answer has ${answer.length} characters; at most ${maxGradedCharacters} are graded`;
}

/** Whether task and answer are so short that no text could take long. */
export function isBrief(grader: Grader, { answer, reference, options }: GradeInput): boolean {
  if (answer.length > maxBriefCharacters || gradersWithPatterns.has(grader.name)) return false;
  if (grader.findLoader?.(options) !== undefined) return false;
  const taskCharacters = countCharacters(reference) + countCharacters(options);
  return answer.length + taskCharacters <= maxBriefCharacters;
}

function countCharacters(value: JsonValue | undefined): number {
  return typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);
}

let shared: GraderPool | undefined;

/** Its threads end when they have nothing to do for a while, so that nobody has to close it. */
function sharedPool(): GraderPool {
  shared ??= createGraderPool();
  return shared;
}
