import type { Example } from '../tasks/example.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { Grade, GradingTools } from './grade.js';
import type { Judge, JudgeIdentity } from './judge/judge-model.js';
import { judgeFinalAnswer } from './judge.js';
import { judgePromptVersion } from './judge/judge-prompt.js';
import {
  describeExcess,
  gradeWithinLimits,
  maxGradedCharacters,
} from './pool/grade-within-limits.js';
import { findGrader } from './registry.js';

/**
 * Grades an answer by its task's own grader, without blocking the process. Never rejects; what cannot
 * be judged, and what is beyond the limits of length and time, is ungraded. Where the grader finds
 * several answers and no ground to choose, `tools.ambiguous` decides.
 *
 * @param tools what graders may use beyond the answer; by default nothing, and then model-written
 * code is not run and no model is asked
 * @param isCutOff whether the answer ends at the token limit: then `choice`, `numeric` and `math` take
 * only what it states, and nothing that it mentions on its way
 */
export async function gradeAnswer(
  example: Example,
  answer: string,
  tools: GradingTools = {},
  isCutOff = false,
): Promise<Grade> {
  const { grader: spec, reference, prompt } = example;
  if (spec === undefined) return { kind: 'ungraded', reason: 'the task names no grader' };
  const grader = findGrader(spec.name);
  if (grader === undefined) {
    return { kind: 'ungraded', reason: `there is no grader "${spec.name}"` };
  }
  const excess = describeExcess(answer);
  if (excess !== undefined) return { kind: 'ungraded', reason: excess };
  const input = { answer, reference, options: spec.options, prompt, isCutOff };
  const grade =
    grader.needs === undefined
      ? await gradeWithinLimits(grader, input, tools.graderPool)
      : await grader.grade(input, tools);
  if (grade.kind === 'graded' || grade.ambiguous === undefined) return grade;
  if (tools.ambiguous === undefined || tools.ambiguous === 'ungraded') return grade;
  const { ambiguous, reason } = grade;
  if (tools.ambiguous === 'wrong') return { kind: 'graded', quality: 0, detail: reason, ambiguous };
  const decided = await judgeFinalAnswer({ answer, reference, prompt }, tools.judge);
  return { ...decided, ambiguous };
}

/**
 * SHA-256 of everything that shapes a grade: grader, version, options, reference and answer, and
 * where a model judges, which one and how it is asked. A recorded grade is good for as long as its
 * key stays the same.
 *
 * @param version of the grader. @default the present one
 */
export function computeGradeKey(
  example: Example,
  answer: string,
  judge?: JudgeIdentity,
  version?: number,
): string {
  const grader = example.grader === undefined ? undefined : findGrader(example.grader.name);
  const judgedBy = grader?.needs === 'judge' ? judge : undefined;
  return sha256OfJson({
    grader: example.grader?.name ?? null,
    version: version ?? grader?.version ?? null,
    options: example.grader?.options ?? null,
    reference: example.reference ?? null,
    answer,
    // Grades from before there was a limit do not stand.
    ...(answer.length > maxGradedCharacters && { maxGradedCharacters }),
    ...(judgedBy !== undefined && {
      judge: { model: judgedBy.model, promptVersion: judgedBy.promptVersion },
    }),
  });
}

/** A grade as a ledger has it. */
export interface RecordedGrade {
  readonly answer: string | null;
  readonly grade: Grade;
  readonly gradeKey: string | null;
}

/**
 * Whether a recorded grade still stands, given the tools at hand. Where no judge is given now, one by a
 * judge stands, and so does one of an ambiguous answer: it would be lost for nothing.
 *
 * @param computeKey may remember keys
 */
export function isGradeCurrent(
  example: Example,
  recorded: RecordedGrade,
  tools: GradingTools,
  computeKey: typeof computeGradeKey = computeGradeKey,
): boolean {
  const { grade, answer, gradeKey } = recorded;
  if (grade.ambiguous !== undefined && tools.ambiguous !== undefined) {
    // Also a judge without a verdict has decided: asked again, it would be paid again.
    const decidedBy = grade.judge ? 'judge' : grade.kind === 'ungraded' ? 'ungraded' : 'wrong';
    if (decidedBy !== tools.ambiguous && !isKeptForJudge(grade, tools)) return false;
    // The key names no judge, because the grader asks none: only an ambiguous answer has one.
    if (decidedBy === 'judge' && !isOfJudge(grade.judge, tools.judge)) return false;
  }
  return gradeKey === computeKey(example, answer ?? '', findGradingJudge(grade, tools));
}

/**
 * Says why a recorded grade no longer stands: "numeric 2 -> 3" for a newer version of the grader,
 * else what has changed in the task or the tools.
 */
export function describeStaleness(example: Example, recorded: RecordedGrade): string {
  const grader = findGrader(example.grader?.name ?? '');
  if (recorded.gradeKey === null) return 'was not graded before';
  if (grader === undefined) return 'the task names no grader';
  const version = findGradedVersion(example, recorded);
  if (version === undefined) return `${grader.name}: reference, options or grader changed`;
  return version === grader.version
    ? `${grader.name}: judge or --ambiguous changed`
    : `${grader.name}: version ${version} -> ${grader.version}`;
}

/** The version of its grader that a grade was made by; undefined if it is of another task or grader. */
export function findGradedVersion(
  example: Example,
  { answer, grade, gradeKey }: RecordedGrade,
): number | undefined {
  const grader = findGrader(example.grader?.name ?? '');
  for (let version = grader?.version ?? 0; version > 0; version--) {
    if (computeGradeKey(example, answer ?? '', grade.judge, version) === gradeKey) return version;
  }
  return undefined;
}

/**
 * Whether an ambiguous answer keeps the label of another rule, because the judge that is to decide is
 * not there to replace it.
 */
export function isKeptForJudge(grade: Grade, { ambiguous, judge }: GradingTools): boolean {
  if (grade.kind !== 'graded' || grade.ambiguous === undefined) return false;
  return ambiguous === 'judge' && judge === undefined && grade.judge === undefined;
}

/** Whether a decision is that of the judge at hand, if there is one. */
function isOfJudge(recorded: JudgeIdentity | undefined, judge: Judge | undefined): boolean {
  if (judge === undefined || recorded === undefined) return true;
  return recorded.model === judge.model && recorded.promptVersion === judgePromptVersion;
}

/**
 * Whose grade would stand now: the judge at hand's, or where there is none, the one's that was. A grade
 * without a judge, such as that of an empty answer, is the same with any: a grade that lacked one has
 * no key.
 */
function findGradingJudge(recorded: Grade, tools: GradingTools): JudgeIdentity | undefined {
  if (recorded.judge === undefined || tools.judge === undefined) return recorded.judge;
  return { model: tools.judge.model, promptVersion: judgePromptVersion };
}
