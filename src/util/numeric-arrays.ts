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

/** The index of the largest number; the first of equals, 0 if there are none. */
export function indexOfLargest(values: Floats): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if (at(values, index) > at(values, best)) best = index;
  }
  return best;
}

/** 0, 1 and so on: all rows of a table. */
export function listRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
