import { computeSigmoid } from '../../../src/util/kernels.js';
import { computeBaseRates } from '../../../src/learn/train/solver/linear-map.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';

/** What is known about every prompt before it is read. */
export interface BaseRates {
  /** Mean quality per model, in (0, 1). */
  readonly quality: Float32Array;
  /** Share of each task, summing to 1. */
  readonly taskShares: Float32Array;
}

/** Mean qualities and shares of tasks in some rows; pseudo-observations keep them off 0 and 1. */
export function computeDataRates(
  { table, tasks, taskOf, weights }: TrainingData,
  rows: Int32Array,
): BaseRates {
  const logOdds = computeBaseRates(
    {
      kind: 'probabilities',
      probabilities: table.quality,
      outputCount: table.models.length,
      weights,
    },
    rows,
  );
  const logShares = computeBaseRates(
    { kind: 'classes', classes: taskOf, classCount: tasks.length, weights },
    rows,
  );
  return { quality: logOdds.map(computeSigmoid), taskShares: logShares.map(Math.exp) };
}
