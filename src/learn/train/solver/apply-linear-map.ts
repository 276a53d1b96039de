import type { LinearMap } from '../../../policy/file/routing-model.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';
import { addRowProduct } from './row-kernels.js';

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
    addRowProduct(matrix, row, weights, sums);
    result.set(sums, row * outputCount);
  }
  return result;
}
