import { computeSigmoid } from '../../../util/kernels.js';
import { computeBaseRates } from '../solver/linear-problem.js';
import type { TrainingData } from '../training-data.js';

/** What is known of every prompt before it is looked at. */
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
