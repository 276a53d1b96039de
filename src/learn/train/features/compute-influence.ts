import type { LinearMap } from '../../../policy/file/routing-model.js';
import type { FeatureMatrix } from './feature-matrix.js';

/**
 * How much each column of a matrix moves the outputs of a linear map over some rows: the squares of
 * its values there, times those of its weights. (The saliency of LeCun, Denker and Solla, "Optimal
 * Brain Damage", 1989, with all outputs equally curved.)
 *
 * @param isSoftmax what all outputs of a column share makes no difference then, and is left out
 */
export function computeInfluence(
  { rowStarts, columns, values, columnCount }: FeatureMatrix,
  rows: Int32Array,
  { weights, outputCount }: LinearMap,
  isSoftmax: boolean,
): Float64Array {
  const squares = new Float64Array(columnCount);
  for (const row of rows) {
    const end = rowStarts[row + 1] as number;
    for (let entry = rowStarts[row] as number; entry < end; entry++) {
      const column = columns[entry] as number;
      squares[column] = (squares[column] as number) + (values[entry] as number) ** 2;
    }
  }
  return squares.map((square, column) => {
    let sum = 0;
    let length = 0;
    for (const weight of weights.subarray(column * outputCount, (column + 1) * outputCount)) {
      sum += weight;
      length += weight * weight;
    }
    const shared = isSoftmax ? (sum * sum) / outputCount : 0;
    return square * Math.max(0, length - shared);
  });
}
