import { addRows } from '../../../util/kernels.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';

/**
 * Adds to `sums` the products of one sparse row with weights: the inner loop of all linear maps.
 *
 * @param weights row-major, one row of `sums.length` outputs per column of the matrix
 */
export function addRowProduct(
  { columns, values, rowStarts }: FeatureMatrix,
  row: number,
  weights: Float32Array,
  sums: Float32Array,
): void {
  const start = rowStarts[row] as number;
  const end = rowStarts[row + 1] as number;
  addRows(sums, weights, { rows: columns, factors: values, start, end });
}

/**
 * Adds the outer product of one sparse row and a step to weights.
 *
 * @param active outputs whose step is not zero; the others are not visited
 * @param activeCount how many of them are valid
 */
export function addOuterProduct(
  { columns, values, rowStarts }: FeatureMatrix,
  row: number,
  weights: Float32Array,
  step: Float32Array,
  active: Int32Array,
  activeCount: number,
): void {
  const width = step.length;
  const end = rowStarts[row + 1] as number;
  for (let entry = rowStarts[row] as number; entry < end; entry++) {
    const value = values[entry] as number;
    const offset = (columns[entry] as number) * width;
    for (let index = 0; index < activeCount; index++) {
      const output = active[index] as number;
      weights[offset + output] =
        (weights[offset + output] as number) + value * (step[output] as number);
    }
  }
}

/** Squared length of one sparse row. */
export function computeSquaredLength({ values, rowStarts }: FeatureMatrix, row: number): number {
  let sum = 0;
  const end = rowStarts[row + 1] as number;
  for (let entry = rowStarts[row] as number; entry < end; entry++) {
    sum += (values[entry] as number) ** 2;
  }
  return sum;
}
