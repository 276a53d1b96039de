import { valueAt } from '../../util/numeric-arrays.js';

/**
 * Fits a line to a target by each of some columns, by weighted least squares.
 *
 * @returns the prediction for any row, by the column that explains most; the target's mean where none
 * explains anything, and 0 without rows
 */
export function fitBestLine(
  columns: readonly ArrayLike<number>[],
  target: ArrayLike<number>,
  rows: readonly number[],
  weightOf: (row: number) => number,
): (row: number) => number {
  const average = (valueOf: (row: number) => number): number => {
    let [sum, total] = [0, 0];
    for (const row of rows) {
      sum += weightOf(row) * valueOf(row);
      total += weightOf(row);
    }
    return total > 0 ? sum / total : 0;
  };
  const center = average((row) => valueAt(target, row));
  let best = { explained: 0, predict: (_row: number): number => center };
  for (const column of columns) {
    const mean = average((row) => valueAt(column, row));
    const deviation = (row: number): number => valueAt(column, row) - mean;
    const variance = average((row) => deviation(row) ** 2);
    if (variance < minVariance) continue;
    const slope = average((row) => deviation(row) * (valueAt(target, row) - center)) / variance;
    const explained = slope * slope * variance;
    if (explained > best.explained) {
      best = { explained, predict: (row) => center + slope * deviation(row) };
    }
  }
  return best.predict;
}

/** Less is rounding. */
const minVariance = 1e-12;
