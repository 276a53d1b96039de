import { describePlace, describeSuspicions } from '../tasks/check-examples.js';
import { computePromptHash, type Example, type TaskSet } from '../tasks/example.js';
import { computeNearDuplicateGroups } from '../tasks/near-duplicate-groups.js';
import { promptText } from '../../llm/chat.js';
import type { JsonValue } from '../../util/json.js';
import { gradeAnswer } from './grade-answer.js';
import { findSetupProblem } from './code.js';
import type { GradingTools } from './grade.js';
import { findGrader } from './registry.js';

/** A task whose own grader does not do what the task says. */
export interface TaskFinding {
  readonly task: string;
  /** Where a person finds it: line, and id or first words. */
  readonly place: string;
  readonly problem: string;
}

/** What a task set holds, and what is wrong with its examples. */
export interface TaskSetCheck {
  readonly tasks: number;
  /** Tasks by label; unlabeled ones under the empty text. */
  readonly labels: ReadonlyMap<string, number>;
  readonly graders: ReadonlyMap<string, number>;
  /** Ids of tasks that ask exactly the same: all but the first are left out of a sweep. */
  readonly duplicates: readonly (readonly string[])[];
  /** Ids of tasks that ask nearly the same: they are kept together when data are split. */
  readonly nearDuplicates: readonly (readonly string[])[];
  /** Tasks whose right answer was tried and got 1. */
  readonly rightAnswers: number;
  /** Wrong answers that were tried and got less than 1. */
  readonly wrongAnswers: number;
  /** Right answers that fail, and wrong ones that pass. */
  readonly failing: readonly TaskFinding[];
  /** Tasks, or answers of them, that could not be tried or were not reached. */
  readonly untried: readonly TaskFinding[];
  /** What is likely not meant so: labels that differ in case only, repeated examples. */
  readonly suspicions: readonly string[];
  /** Whether the signal ended it before all answers were tried. */
  readonly interrupted: boolean;
}

/**
 * Checks a task set that has been read without problems: what is asked twice, and whether each task's
 * grader passes its right answer and fails its wrong ones. The right answer is `metadata.answer`, or
 * what the reference says; wrong ones are in `metadata.wrongAnswers`.
 *
 * @param signal ends the check after the answer that is being graded
 */
export async function checkTaskSet(
  taskSet: TaskSet,
  tools: GradingTools = {},
  onProgress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<TaskSetCheck> {
  const { examples, lines } = taskSet;
  const failing: TaskFinding[] = [];
  const untried: TaskFinding[] = [];
  let rightAnswers = 0;
  let wrongAnswers = 0;
  let interrupted = false;
  for (const [index, example] of examples.entries()) {
    const tried = await tryAnswers(example, tools, { line: lines.get(example.id), signal });
    rightAnswers += tried.right;
    wrongAnswers += tried.wrong;
    failing.push(...tried.failing);
    untried.push(...tried.untried);
    interrupted ||= tried.interrupted;
    if (!interrupted) onProgress?.(index + 1, examples.length);
  }
  const ids = examples.map(({ id }) => id);
  const hashes = examples.map(({ prompt }) => computePromptHash(prompt));
  const groups = computeNearDuplicateGroups(examples.map(({ prompt }) => promptText(prompt)));
  const duplicates = listGroups(ids, hashes);
  const firsts = examples.flatMap((_, index) =>
    hashes.indexOf(hashes[index] as string) === index ? [index] : [],
  );
  return {
    tasks: examples.length,
    labels: countBy(examples.map(({ task }) => task ?? '')),
    graders: countBy(examples.map(({ grader }) => grader?.name ?? '')),
    duplicates,
    nearDuplicates: listGroups(
      firsts.map((index) => ids[index] as string),
      firsts.map((index) => String(groups[index])),
    ),
    rightAnswers,
    wrongAnswers,
    failing,
    untried,
    suspicions: describeSuspicions(taskSet),
    interrupted,
  };
}

interface TriedAnswers {
  readonly right: number;
  readonly wrong: number;
  readonly failing: readonly TaskFinding[];
  readonly untried: readonly TaskFinding[];
  /** Whether answers were left because of the signal. */
  readonly interrupted: boolean;
}

async function tryAnswers(
  example: Example,
  tools: GradingTools,
  { line, signal }: { readonly line: number | undefined; readonly signal: AbortSignal | undefined },
): Promise<TriedAnswers> {
  const place = describePlace(example, line);
  const finding = (problem: string): TaskFinding => ({ task: example.id, place, problem });
  const { grader, reference, metadata } = example;
  const given = listAnswers(metadata['answer']);
  const sample = grader && findGrader(grader.name)?.exampleAnswer(reference, grader.options);
  const right = given.length > 0 ? given : listAnswers(sample);
  const wrong = listAnswers(metadata['wrongAnswers']);
  const failing: TaskFinding[] = [];
  const untried: TaskFinding[] = [];
  if (grader === undefined) untried.push(finding('names no grader'));
  else if (right.length === 0) {
    untried.push(finding('has no right answer to try: give one as "metadata": {"answer": ...}'));
  }
  const counts = { right: 0, wrong: 0 };
  let interrupted = false;
  const isStopped = (): boolean => signal?.aborted === true;
  const unprepared =
    tools.sandbox && !isStopped() ? await findSetupProblem(example, tools.sandbox) : undefined;
  if (unprepared !== undefined) {
    return {
      ...counts,
      failing: [finding(`leaves every answer ungraded: ${unprepared}`)],
      untried: [],
      interrupted,
    };
  }
  for (const [kind, answers] of [
    ['right', right],
    ['wrong', wrong],
  ] as const) {
    for (const answer of grader === undefined ? [] : answers) {
      // The rest may cost calls of a judge.
      if (isStopped()) {
        if (!interrupted) untried.push(finding('not tried, because the check was interrupted'));
        interrupted = true;
        break;
      }
      const grade = await gradeAnswer(example, answer, tools);
      const shown = JSON.stringify(answer.slice(0, 60));
      if (grade.kind === 'ungraded') untried.push(finding(grade.reason));
      else if (kind === 'right' && grade.quality < 1) {
        failing.push(finding(`its right answer gets ${grade.quality}: ${grade.detail ?? shown}`));
      } else if (kind === 'wrong' && grade.quality === 1) {
        failing.push(finding(`a wrong answer passes: ${shown}`));
      } else counts[kind]++;
    }
  }
  return { ...counts, failing, untried, interrupted };
}

function listAnswers(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  const values: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The ids of each key that several have. */
function listGroups(
  ids: readonly string[],
  keys: readonly string[],
): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const [index, key] of keys.entries()) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [ids[index] as string]);
    else group.push(ids[index] as string);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
