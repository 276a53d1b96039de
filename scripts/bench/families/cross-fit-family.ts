import { copyRows, createRowScores, type RowScores } from '../../../src/learn/row-scores.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { splitAtFold } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { intAt } from '../../../src/util/numeric-arrays.js';
import type { ModelFamily } from './model-family.js';

export interface CrossFitInput {
  readonly engine: TensorFlowEngine;
  readonly data: TrainingData;
  /** The rows that are assigned to folds; no others are read. */
  readonly rows: Int32Array;
  readonly seed: number;
  readonly folds: number;
}

/**
 * Predicts each of these rows by a fit of a family to the rows in other folds. Near-duplicates
 * share a fold; the folds are the same for every family under one seed.
 */
export async function crossFitFamily(
  family: ModelFamily,
  input: CrossFitInput,
): Promise<RowScores> {
  const { engine, data, rows, seed } = input;
  const folds = assignRowFolds(input);
  const all = createRowScores(data);
  for (let fold = 0; fold < input.folds; fold++) {
    const split = splitAtFold(rows, folds, fold);
    const { predictions } = await family.fit({ engine, data, ...split, seed: seed + fold });
    copyRows(predictions, all, split.predictedRows);
  }
  return all;
}

/** Fold of each of the rows. */
export function assignRowFolds({
  data,
  rows,
  seed,
  folds,
}: Pick<CrossFitInput, 'data' | 'rows' | 'seed' | 'folds'>): Int32Array {
  return assignFolds(
    rows.map((row) => intAt(data.groups, row)),
    folds,
    { seed, labels: Array.from(rows, (row) => data.table.prompts[row]?.task) },
  );
}
