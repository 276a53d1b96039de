import { valueAt } from '../../util/numeric-arrays.js';

/**
 * Weighted least squares with an intercept, for a few columns. A small penalty keeps columns that
 * say the same from taking extreme weights.
 *
 * @returns the prediction for any row of the columns
 */
export function fitLeastSquares(
  columns: readonly ArrayLike<number>[],
  target: ArrayLike<number>,
  rows: readonly number[],
  weightOf: (row: number) => number,
): (row: number) => number {
  let total = 0;
  const means = new Float64Array(columns.length + 1);
  for (const row of rows) {
    const weight = weightOf(row);
    total += weight;
    columns.forEach((column, index) => {
      means[index] = valueAt(means, index) + weight * valueAt(column, row);
    });
    means[columns.length] = valueAt(means, columns.length) + weight * valueAt(target, row);
  }
  if (!(total > 0)) return () => 0;
  const averages = means.map((sum) => sum / total);
  const deviation = (index: number, row: number): number =>
    valueAt(columns[index] ?? target, row) - valueAt(averages, index);
  const products = columns.map((_, one) =>
    Array.from({ length: columns.length + 1 }, (__, other) =>
      rows.reduce(
        (sum, row) => sum + (weightOf(row) / total) * deviation(one, row) * deviation(other, row),
        one === other ? penalty / Math.max(1, rows.length) : 0,
      ),
    ),
  );
  const slopes = solve(products);
  const mean = valueAt(averages, columns.length);
  return (row) => slopes.reduce((sum, slope, index) => sum + slope * deviation(index, row), mean);
}

const penalty = 0.5;

/** Solves a positive definite system, given as rows with the right-hand side as their last entry. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  const cell = (row: number, column: number): number => rows[row]?.[column] as number;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = cell(row, pivot) / cell(pivot, pivot);
      for (let column = pivot; column <= size; column++) {
        (rows[row] as number[])[column] = cell(row, column) - factor * cell(pivot, column);
      }
    }
  }
  const solution = Array.from({ length: size }, () => 0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = cell(row, size);
    for (let column = row + 1; column < size; column++) {
      rest -= cell(row, column) * (solution[column] as number);
    }
    solution[row] = rest / cell(row, row);
  }
  return solution;
}
