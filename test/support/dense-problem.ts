import type { FeatureMatrix } from '../../src/learn/train/features/feature-matrix.js';
import { createRandom } from '../../src/util/random.js';

/** Rows of numbers as a matrix in compressed rows; zeros are left out. */
export function buildFeatureMatrix(
  rows: readonly (readonly number[])[],
  columnCount: number,
): FeatureMatrix {
  const entries = rows.map((row) =>
    row.map((value, column) => [column, value] as const).filter(([, value]) => value !== 0),
  );
  const rowStarts = new Int32Array(rows.length + 1);
  entries.forEach(
    (row, index) => (rowStarts[index + 1] = (rowStarts[index] as number) + row.length),
  );
  return {
    rowCount: rows.length,
    columnCount,
    rowStarts,
    columns: Uint16Array.from(entries.flatMap((row) => row.map(([column]) => column))),
    values: Float32Array.from(entries.flatMap((row) => row.map(([, value]) => value))),
  };
}

/** Standard normal numbers from uniform ones (Box and Muller). */
export function createNormal(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
