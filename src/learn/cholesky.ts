import { addAt, at } from '../util/numeric-arrays.js';

/** The lower Cholesky factor of a symmetric, row-major matrix with a penalty on its diagonal. */
export function factorize(matrix: Float64Array, width: number, penalty: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      let value = at(matrix, row * width + column) + (row === column ? penalty : 0);
      for (let index = 0; index < column; index++) {
        value -= at(factor, row * width + index) * at(factor, column * width + index);
      }
      factor[row * width + column] =
        row === column ? Math.sqrt(value) : value / at(factor, column * width + column);
    }
  }
  return factor;
}

/** Solves for a target with a Cholesky factor: forwards, then backwards. */
export function solveFactored(factor: Float64Array, target: Float64Array): Float64Array {
  const width = target.length;
  const result = Float64Array.from(target);
  for (let row = 0; row < width; row++) {
    for (let index = 0; index < row; index++) {
      addAt(result, row, -at(factor, row * width + index) * at(result, index));
    }
    result[row] = at(result, row) / at(factor, row * width + row);
  }
  for (let row = width - 1; row >= 0; row--) {
    for (let index = row + 1; index < width; index++) {
      addAt(result, row, -at(factor, index * width + row) * at(result, index));
    }
    result[row] = at(result, row) / at(factor, row * width + row);
  }
  return result;
}
