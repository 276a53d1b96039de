/** Rows of a matrix to add up, valid up to `size`; the arrays are reused. */
export interface RowList {
  /** Where each row begins in the matrix. */
  readonly starts: Int32Array;
  readonly factors: Float64Array;
  size: number;
}

/** An empty list with room for so many rows. */
export function createRowList(capacity: number): RowList {
  return { starts: new Int32Array(capacity), factors: new Float64Array(capacity), size: 0 };
}

/** Appends a row to a list. */
export function addRow(list: RowList, start: number, factor: number): void {
  list.starts[list.size] = start;
  list.factors[list.size++] = factor;
}

/**
 * Adds rows of a matrix, each times its factor, to sums. Eight columns at a time, which keeps their
 * sums in registers: this is where a decision spends its time.
 *
 * @param width columns of a row
 * @param sums of at least `width` values
 */
export function addRows(
  matrix: Float32Array,
  { starts, factors, size }: RowList,
  width: number,
  sums: Float64Array,
): void {
  let column = 0;
  for (; column + 8 <= width; column += 8) {
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let row = 0; row < size; row++) {
      const start = (starts[row] as number) + column;
      const factor = factors[row] as number;
      a += factor * (matrix[start] as number);
      b += factor * (matrix[start + 1] as number);
      c += factor * (matrix[start + 2] as number);
      d += factor * (matrix[start + 3] as number);
      e += factor * (matrix[start + 4] as number);
      f += factor * (matrix[start + 5] as number);
      g += factor * (matrix[start + 6] as number);
      h += factor * (matrix[start + 7] as number);
    }
    sums[column] = (sums[column] as number) + a;
    sums[column + 1] = (sums[column + 1] as number) + b;
    sums[column + 2] = (sums[column + 2] as number) + c;
    sums[column + 3] = (sums[column + 3] as number) + d;
    sums[column + 4] = (sums[column + 4] as number) + e;
    sums[column + 5] = (sums[column + 5] as number) + f;
    sums[column + 6] = (sums[column + 6] as number) + g;
    sums[column + 7] = (sums[column + 7] as number) + h;
  }
  for (; column < width; column++) {
    let sum = 0;
    for (let row = 0; row < size; row++) {
      sum += (factors[row] as number) * (matrix[(starts[row] as number) + column] as number);
    }
    sums[column] = (sums[column] as number) + sum;
  }
}
