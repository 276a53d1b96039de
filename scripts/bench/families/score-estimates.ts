import { sumRowLogLoss } from '../../../src/learn/train/heads/log-loss.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { findLargest } from '../../../src/util/kernels.js';
import { rowOf } from '../../../src/util/numeric-arrays.js';

/** Mean log loss of quality over the known outcomes of some rows, by weight; NaN if there are none. */
export function computeLogLoss(
  table: OutcomeTable,
  rows: Int32Array,
  estimates: Float32Array,
): number {
  const observed = { modelCount: table.models.length, quality: table.quality };
  let total = 0;
  let count = 0;
  for (const row of rows) {
    const { sum, known } = sumRowLogLoss(observed, row, estimates);
    const weight = table.prompts[row]?.weight ?? 1;
    total += weight * sum;
    count += weight * known;
  }
  return total / count;
}

/** Index of the model with the highest estimate for a row; the first of equals. */
export function findBestModel(estimates: Float32Array, row: number, modelCount: number): number {
  return findLargest(rowOf(estimates, row, modelCount), modelCount);
}
