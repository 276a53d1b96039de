import type { FeatureMatrix } from '../features/feature-matrix.js';

/**
 * Adds to `sums` the products of one sparse row with weights: the inner loop of all linear maps.
 * Outputs are taken four at a time, so that their sums stay in registers while the row's entries
 * pass by; that halves the time of the plain loop.
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
  const width = sums.length;
  let output = 0;
  for (; output + 4 <= width; output += 4) {
    let first = 0;
    let second = 0;
    let third = 0;
    let fourth = 0;
    for (let entry = start; entry < end; entry++) {
      const value = values[entry] as number;
      const offset = (columns[entry] as number) * width + output;
      first += value * (weights[offset] as number);
      second += value * (weights[offset + 1] as number);
      third += value * (weights[offset + 2] as number);
      fourth += value * (weights[offset + 3] as number);
    }
    sums[output] = (sums[output] as number) + first;
    sums[output + 1] = (sums[output + 1] as number) + second;
    sums[output + 2] = (sums[output + 2] as number) + third;
    sums[output + 3] = (sums[output + 3] as number) + fourth;
  }
  for (; output < width; output++) {
    let sum = 0;
    for (let entry = start; entry < end; entry++) {
      sum +=
        (values[entry] as number) *
        (weights[(columns[entry] as number) * width + output] as number);
    }
    sums[output] = (sums[output] as number) + sum;
  }
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
