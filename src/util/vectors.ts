/** The value at an index that is known to lie inside the list. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

/** Adds to one entry of a list of sums. */
export function addAt(sums: Float64Array, index: number, amount: number): void {
  sums[index] = (sums[index] as number) + amount;
}

/** The values at some indexes, in their order. */
export function pick(values: ArrayLike<number>, indexes: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(indexes.length);
  for (let place = 0; place < picked.length; place++) {
    picked[place] = values[indexes[place] as number] as number;
  }
  return picked;
}

/** `0, 1, ..., count - 1`: the rows of a whole table. */
export function listIndexes(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/** A row-major matrix, read by row and column. */
export interface MatrixView {
  at(row: number, column: number): number;
  /** One row; shares its memory with the matrix. */
  row(row: number): Float32Array;
  /** One column in some rows, as a copy. */
  column(column: number, rows: ArrayLike<number>): Float64Array;
}

/** Views a row-major matrix of `width` columns. */
export function viewMatrix(values: Float32Array, width: number): MatrixView {
  const valueAt = (row: number, column: number): number => values[row * width + column] as number;
  return {
    at: valueAt,
    row: (row) => values.subarray(row * width, (row + 1) * width),
    column: (column, rows) => Float64Array.from(rows, (row) => valueAt(row, column)),
  };
}
