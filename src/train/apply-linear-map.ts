import type { LinearMap } from '../policy/routing-model.js';
import type { FeatureMatrix } from './feature-matrix.js';

/**
 * Applies a linear map to rows of a matrix.
 *
 * @returns row-major rows x outputs for all rows of the matrix; rows not asked for are zero
 */
export function applyLinearMap(
  map: LinearMap,
  matrix: FeatureMatrix,
  rows: Int32Array,
): Float32Array {
  const { outputCount, weights, bias } = map;
  const result = new Float32Array(matrix.rowCount * outputCount);
  const sums = new Float32Array(outputCount);
  for (const row of rows) {
    sums.set(bias);
    const end = matrix.rowStarts[row + 1] as number;
    for (let entry = matrix.rowStarts[row] as number; entry < end; entry++) {
      const value = matrix.values[entry] as number;
      const offset = (matrix.columns[entry] as number) * outputCount;
      for (let output = 0; output < outputCount; output++) {
        sums[output] = (sums[output] as number) + value * (weights[offset + output] as number);
      }
    }
    result.set(sums, row * outputCount);
  }
  return result;
}
