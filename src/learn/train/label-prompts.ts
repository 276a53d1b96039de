import {
  computeNearDuplicateGroups,
  createDisjointSets,
} from '../../measure/tasks/near-duplicate-groups.js';
import type { PromptRecord } from '../../measure/outcomes/outcome-table.js';
import { defaultFeatureSpec, type FeatureSpec } from '../../policy/features/feature-spec.js';
import { splitPromptFields, type PromptFields } from '../../policy/features/prompt-fields.js';
import { createAskReader } from '../../policy/features/read-ask.js';
import { createTokenList } from '../../policy/features/tokens.js';
import { intAt } from '../../util/numeric-arrays.js';
import { computeCountMatrix, type CountMatrix } from './features/count-matrix.js';
import { fitFollowUpWords } from './features/fit-follow-up-words.js';
import { findLatentTasks } from './latent-tasks/find-latent-tasks.js';

export interface LabeledTasks {
  /**
   * Labels in alphabetical order. Where there are none, `latent-1` and so on, found in the prompts;
   * `["all"]` for fewer than 200 prompts.
   */
  readonly tasks: readonly string[];
  /** Task index of each prompt; -1 where the label is missing. */
  readonly taskOf: Int32Array;
}

/** The only task where tasks make no difference. */
export const unlabeledTask = 'all';

/** Does not depend on the seed of the folds, so that the tasks are always the same. */
const latentTasksSeed = 1;

/** The tasks and the groups of near-duplicates of prompts, without any outcome. */
export function labelPrompts(
  prompts: readonly PromptRecord[],
): LabeledTasks & { readonly groups: Int32Array } {
  const fields = prompts.map(({ prompt }) => splitPromptFields(prompt));
  const asks = readAsks(fields, defaultFeatureSpec);
  const count = (): CountMatrix => computeCountMatrix(asks, defaultFeatureSpec);
  return {
    ...findTasks(
      prompts.map(({ task }) => task),
      count,
    ),
    groups: groupPrompts(prompts, fields, asks),
  };
}

/** What is asked now in each prompt, as it is counted. */
export function readAsks(fields: readonly PromptFields[], spec: FeatureSpec): PromptFields[] {
  const readAsk = createAskReader(
    { spec, ...(spec.version > 3 && { followUps: fitFollowUpWords(spec) }) },
    createTokenList(),
  );
  return fields.map(readAsk);
}

/**
 * Numbers the labels of prompts; where none has one, finds latent tasks.
 *
 * @param count counts the prompts, which only latent tasks need
 */
export function findTasks(
  labels: readonly (string | undefined)[],
  count: () => CountMatrix,
): LabeledTasks {
  return (
    numberTasks(labels) ??
    findLatentTasks(count(), latentTasksSeed) ?? {
      tasks: [unlabeledTask],
      taskOf: new Int32Array(labels.length),
    }
  );
}

/** Numbers the labels of prompts; undefined where none has one. */
export function numberTasks(labels: readonly (string | undefined)[]): LabeledTasks | undefined {
  const tasks = [...new Set(labels.filter((label) => label !== undefined))].sort();
  if (tasks.length === 0) return undefined;
  const indexOfTask = new Map(tasks.map((task, index) => [task, index]));
  return {
    tasks,
    taskOf: Int32Array.from(labels, (label) =>
      label === undefined ? -1 : (indexOfTask.get(label) as number),
    ),
  };
}

/** The group of each prompt: near-duplicates, joined with the groups that the table gives. */
export function computePromptGroups(prompts: readonly PromptRecord[]): Int32Array {
  const fields = prompts.map(({ prompt }) => splitPromptFields(prompt));
  return groupPrompts(prompts, fields, readAsks(fields, defaultFeatureSpec));
}

/**
 * As `computePromptGroups`, for prompts that are read already. Prompts are alike in all that their
 * users say, or in what is asked now, which is all that a policy reads of their users' turns.
 */
export function groupPrompts(
  prompts: readonly PromptRecord[],
  fields: readonly PromptFields[],
  asks: readonly PromptFields[],
): Int32Array {
  const sets = createDisjointSets(prompts.length);
  const joinEqual = (keyOf: (row: number) => string | number | undefined): void => {
    const firstOfKey = new Map<string | number, number>();
    prompts.forEach((_, row) => {
      const key = keyOf(row);
      if (key === undefined) return;
      const first = firstOfKey.get(key);
      if (first === undefined) firstOfKey.set(key, row);
      else sets.union(first, row);
    });
  };
  const joinAlike = (texts: readonly string[]): void => {
    const groups = computeNearDuplicateGroups(texts);
    joinEqual((row) => intAt(groups, row));
  };
  const userTexts = fields.map(({ userText }) => userText);
  const askTexts = asks.map(({ userText }) => userText);
  joinAlike(userTexts);
  if (askTexts.some((text, row) => text !== userTexts[row])) joinAlike(askTexts);
  joinEqual((row) => prompts[row]?.group);
  return Int32Array.from(prompts, (_, row) => sets.find(row));
}
