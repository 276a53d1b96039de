import { describe, expect, it } from 'vitest';
import { structuralFeatureCount } from '../../src/features/structural-features.js';
import { narrowFeatureMatrix, type FeatureMatrix } from '../../src/train/feature-matrix.js';
import { buildFeatureMatrix } from '../support/dense-problem.js';

/** Rows of the matrix as maps from column to value. */
function listEntries(matrix: FeatureMatrix): ReadonlyMap<number, number>[] {
  return Array.from({ length: matrix.rowCount }, (_, row) => {
    const [start, end] = [matrix.rowStarts[row] as number, matrix.rowStarts[row + 1] as number];
    return new Map(
      Array.from(matrix.columns.subarray(start, end), (column, index) => [
        column,
        matrix.values[start + index] as number,
      ]),
    );
  });
}

// Four n-gram features, then the structural ones.
const [ngrams, width] = [4, 4 + structuralFeatureCount];
const matrix = buildFeatureMatrix([[1, 2, 3, 4, 5], [0, 0, 3, 4, 0, 6], []], width);

describe('narrowFeatureMatrix', () => {
  it('keeps the first n-gram features, and moves the structural ones behind them', () => {
    const narrow = narrowFeatureMatrix(matrix, 2);
    expect(narrow.columnCount).toBe(2 + structuralFeatureCount);
    expect(listEntries(narrow)).toEqual([
      new Map([
        [0, 1],
        [1, 2],
        [2, 5],
      ]),
      new Map([[3, 6]]),
      new Map(),
    ]);
  });

  it('keeps the structural features only, where no n-gram is asked for', () => {
    expect(listEntries(narrowFeatureMatrix(matrix, 0))[0]).toEqual(new Map([[0, 5]]));
  });

  it('keeps all where more are asked for than there are', () => {
    expect(narrowFeatureMatrix(matrix, ngrams)).toBe(matrix);
    expect(narrowFeatureMatrix(matrix, 99)).toBe(matrix);
  });
});
