/**
 * Reads and writes of numeric arrays at indexes that are known to exist. V8 inlines a load that
 * sees up to four kinds of arrays, so floats and integers have helpers of their own.
 */
export type Floats = Float32Array | Float64Array;
export type Integers = Int32Array | Uint16Array | Uint8Array;

/** The number at an index that exists. */
export function at(values: Floats, index: number): number {
  return values[index] as number;
}

/** The integer at an index that exists. */
export function intAt(values: Integers, index: number): number {
  return values[index] as number;
}

/** Adds to the number at an index that exists; the sum is rounded as the array stores it. */
export function addAt(values: Floats, index: number, amount: number): void {
  values[index] = (values[index] as number) + amount;
}

/** A view of one row of a row-major matrix of this width. */
export function rowOf<Values extends Floats | Integers>(
  matrix: Values,
  row: number,
  width: number,
): Values {
  return matrix.subarray(row * width, (row + 1) * width) as Values;
}

/** 0, 1 and so on: all rows of a table. */
export function listRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

/** How many values are known: NaN stands for one that is not. */
export function countKnown(values: ArrayLike<number>): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(valueAt(values, index))) count += 1;
  }
  return count;
}

/** The value at an index that exists, of any list of numbers. Hot loops use `at` and `intAt`. */
export function valueAt(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

/** The values at some indexes, in their order. */
export function pick(values: ArrayLike<number>, indexes: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(indexes.length);
  for (let place = 0; place < picked.length; place++) {
    picked[place] = valueAt(values, valueAt(indexes, place));
  }
  return picked;
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
  const readAt = (row: number, column: number): number => at(values, row * width + column);
  return {
    at: readAt,
    row: (row) => rowOf(values, row, width),
    column: (column, rows) => Float64Array.from(rows, (row) => readAt(row, column)),
  };
}
