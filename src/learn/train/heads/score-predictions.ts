import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';

/** Log loss is taken as if no estimate were closer to 0 or 1 than this. */
const closest = 1e-6;

/**
 * Summed log loss of graded quality and number of known outcomes, of one row.
 *
 * @param observed its quality is row-major rows x models, NaN where missing
 */
export function sumRowLogLoss(
  observed: { readonly modelCount: number; readonly quality: Float32Array },
  row: number,
  estimates: Float32Array,
): { readonly sum: number; readonly known: number } {
  const { modelCount, quality } = observed;
  let sum = 0;
  let known = 0;
  for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
    const value = quality[cell] as number;
    if (Number.isNaN(value)) continue;
    const estimate = Math.min(1 - closest, Math.max(closest, estimates[cell] as number));
    sum -= value * Math.log(estimate) + (1 - value) * Math.log(1 - estimate);
    known += 1;
  }
  return { sum, known };
}

/** Mean log loss of quality over the known outcomes of some rows, by weight; NaN where there are none. */
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

/** Index of the model estimated best for a row; of equals the first. */
export function findBestModel(estimates: Float32Array, row: number, modelCount: number): number {
  const own = estimates.subarray(row * modelCount, (row + 1) * modelCount);
  let best = 0;
  own.forEach((estimate, model) => {
    if (estimate > (own[best] as number)) best = model;
  });
  return best;
}
