import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import type { Predictions } from '../../../src/learn/train/row-scores.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { createPredictions } from '../../../src/learn/train/row-scores.js';
import type { ModelFamily } from '../../../src/learn/train/heads/model-family.js';

export interface CrossFitInput {
  readonly engine: TensorFlowEngine;
  readonly data: TrainingData;
  /** The rows that are dealt out to folds; no others are read. */
  readonly rows: Int32Array;
  readonly seed: number;
  readonly folds: number;
  /** Called after each fold. */
  readonly onFit?: () => void;
}

/**
 * Predicts every one of some rows by a fit of a family to those in other folds. Near-duplicates
 * share a fold, which is the same for every family under one seed.
 */
export async function crossFitFamily(
  family: ModelFamily,
  input: CrossFitInput,
): Promise<Predictions> {
  const { engine, data, rows, seed, onFit } = input;
  const folds = assignRowFolds(input);
  const all = createPredictions(data);
  for (let fold = 0; fold < input.folds; fold++) {
    const predictedRows = rows.filter((_, index) => folds[index] === fold);
    const { predictions } = await family.fit({
      engine,
      data,
      trainingRows: rows.filter((_, index) => folds[index] !== fold),
      predictedRows,
      seed: seed + fold,
    });
    for (const row of predictedRows) {
      for (const key of ['quality', 'taskPosterior', 'novelty'] as const) {
        const width = all[key].length / data.counts.rowCount;
        all[key].set(predictions[key].subarray(row * width, (row + 1) * width), row * width);
      }
    }
    onFit?.();
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
    rows.map((row) => data.groups[row] as number),
    folds,
    { seed, labels: Array.from(rows, (row) => data.table.prompts[row]?.task) },
  );
}
