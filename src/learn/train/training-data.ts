import { createHash } from 'node:crypto';
import { defaultFeatureSpec, type FeatureSpec } from '../../policy/features/feature-spec.js';
import type { OutcomeTable, PromptRecord } from '../../measure/outcomes/outcome-table.js';
import { findNeeds } from '../../policy/decide/request-needs.js';
import { splitPromptFields, type PromptFields } from '../../policy/features/prompt-fields.js';
import {
  createDisjointSets,
  computeNearDuplicateGroups,
} from '../../measure/tasks/near-duplicate-groups.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { RoutesmithError } from '../../util/errors.js';
import { intAt } from '../../util/numeric-arrays.js';
import { leaveOutModels, type LeftOutModel } from './comparable-models.js';
import { createAskReader } from '../../policy/features/read-ask.js';
import { createTokenList } from '../../policy/features/tokens.js';
import { fitFollowUpWords } from './features/fit-follow-up-words.js';
import { frameFields } from './features/frames.js';
import { computeCountMatrix, type CountMatrix } from './features/count-matrix.js';
import { findLatentTasks } from './latent-tasks/find-latent-tasks.js';

/** An outcome table, and what training needs of its prompts. */
export interface TrainingData {
  /** All prompts, with the outcomes of the models that can be compared. */
  readonly table: OutcomeTable;
  /** Models that are not in the table; see `leaveOutModels`. */
  readonly leftOutModels: readonly LeftOutModel[];
  readonly counts: CountMatrix;
  /** What projections are fitted to: the same prompts, most of them framed; see `frameFields`. */
  readonly trainingCounts: CountMatrix;
  /** Length of each prompt, as the cost estimates count it. */
  readonly characters: Int32Array;
  /**
   * Labels in alphabetical order. Where the table has none, `latent-1` and so on, found in the
   * prompts; `["all"]` for fewer than 200 prompts.
   */
  readonly tasks: readonly string[];
  /** Task index of each prompt; -1 where the label is missing. */
  readonly taskOf: Int32Array;
  /** Prompts with the same number are never split between training and held-out data. */
  readonly groups: Int32Array;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
}

/** Rows to learn from, and rows to predict. */
export interface RowSplit {
  /** The only rows whose outcomes and labels may be read. */
  readonly trainingRows: Int32Array;
  readonly predictedRows: Int32Array;
}

/** Predicts the rows of one fold, and trains on those of the others. */
export function splitAtFold(rows: Int32Array, folds: Int32Array, fold: number): RowSplit {
  return {
    trainingRows: rows.filter((_, index) => folds[index] !== fold),
    predictedRows: rows.filter((_, index) => folds[index] === fold),
  };
}

/** The only task where tasks make no difference. */
export const unlabeledTask = 'all';

/** Does not depend on the seed of the folds, so that the tasks are always the same. */
const latentTasksSeed = 1;

/**
 * Prepares an outcome table for training, without the models that cannot be compared.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two comparable models or ten prompts
 */
export function computeTrainingData(
  given: OutcomeTable,
  spec: FeatureSpec = defaultFeatureSpec,
): TrainingData {
  const { table, leftOut } = leaveOutModels(given);
  checkSize(table, leftOut);
  const labels = table.prompts.map(({ task }) => task);
  const fields = table.prompts.map(({ prompt }) => splitPromptFields(prompt));
  const readAsk = createAskReader(
    { spec, ...(spec.version > 3 && { followUps: fitFollowUpWords(spec) }) },
    createTokenList(),
  );
  const asks = fields.map(readAsk);
  const counts = computeCountMatrix(asks, spec);
  const trainingCounts = computeCountMatrix(asks.map(frameFields), spec);
  return {
    table,
    leftOutModels: leftOut,
    counts,
    trainingCounts,
    characters: Int32Array.from(
      table.prompts,
      ({ prompt }, row) => findNeeds(prompt, fields[row] as PromptFields).characters,
    ),
    ...collectTasks(labels, counts),
    groups: groupPrompts(
      table.prompts,
      fields.map(({ userText }) => userText),
    ),
    weights: Float64Array.from(table.prompts, ({ weight = 1 }) => weight),
  };
}

function collectTasks(
  labels: readonly (string | undefined)[],
  counts: CountMatrix,
): Pick<TrainingData, 'tasks' | 'taskOf'> {
  const tasks = [...new Set(labels.filter((label) => label !== undefined))].sort();
  if (tasks.length === 0) {
    return (
      findLatentTasks(counts, latentTasksSeed) ?? {
        tasks: [unlabeledTask],
        taskOf: new Int32Array(labels.length),
      }
    );
  }
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
  return groupPrompts(
    prompts,
    prompts.map(({ prompt }) => splitPromptFields(prompt).userText),
  );
}

function groupPrompts(prompts: readonly PromptRecord[], userTexts: readonly string[]): Int32Array {
  const groups = computeNearDuplicateGroups(userTexts);
  const sets = createDisjointSets(prompts.length);
  const firstOfKey = new Map<string | number, number>();
  const join = (key: string | number, row: number): void => {
    const first = firstOfKey.get(key);
    if (first === undefined) firstOfKey.set(key, row);
    else sets.union(first, row);
  };
  prompts.forEach(({ group }, row) => {
    join(intAt(groups, row), row);
    if (group !== undefined) join(group, row);
  });
  return Int32Array.from(prompts, (_, row) => sets.find(row));
}

function checkSize({ models, prompts }: OutcomeTable, leftOut: readonly LeftOutModel[]): void {
  const needed = 'Routing is a choice between models, learned from many prompts.';
  if (models.length < 2) {
    const kept = models.length === 0 ? 'no model to compare' : `only one model: ${models.join('')}`;
    const reasons = leftOut.map(({ reason }) => `; ${reason}`).join('');
    throw new RoutesmithError('insufficient_data', `${kept}${reasons}`, {
      fix: `${needed} Sweep at least ${models.length === 0 ? 'two models' : 'one more model'}.`,
    });
  }
  if (prompts.length < 10) {
    const count = prompts.length;
    throw new RoutesmithError(
      'insufficient_data',
      `only ${count} ${count === 1 ? 'prompt' : 'prompts'}`,
      {
        fix: `${needed} Splitting takes at least ten prompts, and a verdict takes a few hundred.`,
      },
    );
  }
}

/**
 * Checks that the model to use without routing is there, and can be compared with the others.
 *
 * @throws RoutesmithError `usage` where it is unknown, `insufficient_data` where it was left out
 */
export function checkComparable(
  { table: { models }, leftOutModels }: Pick<TrainingData, 'table' | 'leftOutModels'>,
  baseline: string | undefined,
): void {
  if (baseline === undefined || models.includes(baseline)) return;
  const found = leftOutModels.find(({ model }) => model === baseline);
  if (found === undefined) {
    throw new RoutesmithError('usage', `unknown baseline model "${baseline.slice(0, 80)}"`, {
      fix: `Name one of: ${models.join(', ')}.`,
    });
  }
  throw new RoutesmithError('insufficient_data', `${found.reason}, so it cannot be the baseline`, {
    fix: 'Sweep the missing prompts, or name another baseline.',
  });
}

/** SHA-256 of everything that a policy learns from: models, prompts, labels, groups and outcomes. */
export function computeOutcomesDigest(table: OutcomeTable): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([table.models, table.costBasis, table.simulated]));
  for (const prompt of table.prompts) hash.update(canonicalJson(prompt));
  const { quality, costUsd, latencyMs, inputTokens, outputTokens } = table;
  for (const matrix of [quality, costUsd, latencyMs, inputTokens, outputTokens]) {
    hash.update(new Uint8Array(matrix.buffer, matrix.byteOffset, matrix.byteLength));
  }
  return hash.digest('hex');
}
