import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { listRows } from '../../util/numeric-arrays.js';
import { findOverkill, type Overkill } from '../evaluate/diagnose/overkill.js';
import { findBestSingle } from '../evaluate/strategies/find-best-single.js';
import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { checkComparable, computeTrainingData, type TrainingData } from '../train/training-data.js';

export interface OverkillOptions {
  /** The model in use now. @default the best single model */
  readonly baseline?: string | undefined;
  /** A model counts as worse if its quality is lower by this much or more. @default 0.03 */
  readonly margin?: number;
  /** Chance that any model of the table is wrongly called "not worse". @default 0.05 */
  readonly error?: number;
}

/** The overkill of a table of outcomes. */
export interface TableOverkill extends Overkill {
  /** A message for each model that has too few outcomes to be compared. */
  readonly leftOut: readonly string[];
}

/**
 * Finds, task by task, the cheapest model that is shown not to be worse than the one in use. Nothing
 * is trained.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two comparable models or ten prompts;
 * `usage` for an unknown baseline
 */
export function computeOverkill(table: OutcomeTable, options: OverkillOptions = {}): TableOverkill {
  const data = computeTrainingData(table);
  return {
    ...findOverkillIn(data, options),
    leftOut: describeLeftOut(data.leftOutModels),
  };
}

/** The same for prepared outcomes. */
export function findOverkillIn(data: TrainingData, options: OverkillOptions): Overkill {
  const { baseline, margin, error } = options;
  checkComparable(data, baseline);
  return findOverkill(data.table, {
    baseline: baseline ?? findBestModel(data),
    groups: data.groups,
    taskOf: data.taskOf,
    ...(margin !== undefined && { margin }),
    ...(error !== undefined && { error }),
  });
}

function findBestModel({ table, taskOf, groups }: TrainingData): string {
  const rows = listRows(table.prompts.length);
  const means = computeModelMeans(table, rows, taskOf);
  return table.models[findBestSingle(table, rows, means, groups)] ?? '';
}
