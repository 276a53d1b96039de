import { defaultFeatureSpec, type FeatureSpec } from '../../policy/features/feature-spec.js';
import type { OutcomeTable, PromptRecord } from '../../measure/outcomes/outcome-table.js';
import { countCharacters } from '../../policy/decide/decide.js';
import { splitPromptFields } from '../../policy/features/prompt-fields.js';
import {
  createDisjointSets,
  computeNearDuplicateGroups,
} from '../../measure/tasks/near-duplicate-groups.js';
import { RoutesmithError } from '../../util/errors.js';
import { computeCountMatrix, type CountMatrix } from './features/count-matrix.js';
import { findLatentTasks } from './latent-tasks/find-latent-tasks.js';

/** An outcome table with all that training needs of its prompts, computed once. */
export interface TrainingData {
  readonly table: OutcomeTable;
  readonly counts: CountMatrix;
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
  /** How many prompts each stands for. */
  readonly weights: Float64Array;
}

/** The one task where tasks make no difference. */
export const unlabelledTask = 'all';

/** The same kinds are found whatever seed the folds have. */
const latentTasksSeed = 1;

/**
 * Prepares an outcome table for training.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two models or ten prompts
 */
export function computeTrainingData(
  table: OutcomeTable,
  spec: FeatureSpec = defaultFeatureSpec,
): TrainingData {
  checkSize(table);
  const labels = table.prompts.map(({ task }) => task);
  const fields = table.prompts.map(({ prompt }) => splitPromptFields(prompt));
  const counts = computeCountMatrix(fields, spec);
  return {
    table,
    counts,
    characters: Int32Array.from(fields, countCharacters),
    ...collectTasks(labels, counts),
    groups: computeGroups(
      table.prompts,
      fields.map(({ ask }) => ask),
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
        tasks: [unlabelledTask],
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

/** Near-duplicates of what the user asks, joined with the groups that the table gives. */
function computeGroups(prompts: readonly PromptRecord[], asks: readonly string[]): Int32Array {
  const groups = computeNearDuplicateGroups(asks);
  const sets = createDisjointSets(prompts.length);
  const firstOfKey = new Map<string | number, number>();
  const join = (key: string | number, row: number): void => {
    const first = firstOfKey.get(key);
    if (first === undefined) firstOfKey.set(key, row);
    else sets.union(first, row);
  };
  prompts.forEach(({ group }, row) => {
    join(groups[row] as number, row);
    if (group !== undefined) join(group, row);
  });
  return Int32Array.from(prompts, (_, row) => sets.find(row));
}

function checkSize(table: OutcomeTable): void {
  const needed = 'Routing is a choice between models, learned from many prompts.';
  if (table.models.length < 2) {
    throw new RoutesmithError('insufficient_data', `only one model: ${table.models.join('')}`, {
      fix: `${needed} Sweep at least one more model.`,
    });
  }
  if (table.prompts.length < 10) {
    const count = table.prompts.length;
    throw new RoutesmithError(
      'insufficient_data',
      `only ${count} ${count === 1 ? 'prompt' : 'prompts'}`,
      {
        fix: `${needed} Ten prompts are the least that can be split; some hundreds are needed for a verdict.`,
      },
    );
  }
}
