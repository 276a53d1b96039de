import type { Example } from '../tasks/example.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { Grade, GradingTools } from './grade.js';
import type { JudgeIdentity } from './judge-model.js';
import { judgePromptVersion } from './judge-prompt.js';
import { findGrader } from './registry.js';

/**
 * Grades an answer by its task's own grader. Never rejects; what cannot be judged is ungraded.
 *
 * @param tools what graders may use beyond the answer; by default nothing, and then model-written
 * code is not run and no model is asked
 */
export async function gradeAnswer(
  example: Example,
  answer: string,
  tools: GradingTools = {},
): Promise<Grade> {
  const { grader: spec, reference, prompt } = example;
  if (spec === undefined) return { kind: 'ungraded', reason: 'the task names no grader' };
  const grader = findGrader(spec.name);
  if (grader === undefined) {
    return { kind: 'ungraded', reason: `there is no grader "${spec.name}"` };
  }
  return grader.grade({ answer, reference, options: spec.options, prompt }, tools);
}

/**
 * SHA-256 of everything that shapes a grade: grader, version, options, reference and answer, and
 * where a model judges, which one and how it is asked. A recorded grade is good for as long as its
 * key stays the same.
 */
export function computeGradeKey(example: Example, answer: string, judge?: JudgeIdentity): string {
  const grader = example.grader === undefined ? undefined : findGrader(example.grader.name);
  const judgedBy = grader?.needs === 'judge' ? judge : undefined;
  return sha256OfJson({
    grader: example.grader?.name ?? null,
    version: grader?.version ?? null,
    options: example.grader?.options ?? null,
    reference: example.reference ?? null,
    answer,
    ...(judgedBy !== undefined && {
      judge: { model: judgedBy.model, promptVersion: judgedBy.promptVersion },
    }),
  });
}

/**
 * Whether a recorded grade still stands, given the tools at hand. One by a judge stands where no
 * judge is given now: it would be lost for nothing.
 */
export function isGradeCurrent(
  example: Example,
  recorded: {
    readonly answer: string | null;
    readonly grade: Grade;
    readonly gradeKey: string | null;
  },
  tools: GradingTools,
): boolean {
  const judge = findGradingJudge(recorded.grade, tools);
  return recorded.gradeKey === computeGradeKey(example, recorded.answer ?? '', judge);
}

/** Whose grade would stand now: the judge at hand's, or where there is none, the one's that was. */
export function findGradingJudge(recorded: Grade, tools: GradingTools): JudgeIdentity | undefined {
  return tools.judge === undefined
    ? recorded.judge
    : { model: tools.judge.model, promptVersion: judgePromptVersion };
}
