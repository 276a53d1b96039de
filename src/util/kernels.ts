/**
 * The inner loops over numbers, shared by the trainer and the runtime. Every index is in range by
 * construction, which the `!` after an element says.
 */

/** Rows of a matrix, each with a factor, from entry `start` up to `end`. */
export interface WeightedRows {
  readonly rows: Int32Array | Uint16Array;
  readonly factors: Float32Array | Float64Array;
  start: number;
  end: number;
}

/** An empty list of at most `capacity` rows. */
export function createWeightedRows(capacity: number): WeightedRows {
  return {
    rows: new Int32Array(capacity),
    factors: new Float64Array(capacity),
    start: 0,
    end: 0,
  };
}

export function appendRow(list: WeightedRows, row: number, factor: number): void {
  list.rows[list.end] = row;
  list.factors[list.end++] = factor;
}

/**
 * Adds rows of a matrix to `sums`, each times its factor. Eight columns at a
 * time, so that their sums stay in registers: a decision spends much of its time here.
 *
 * @param matrix row-major, with `sums.length` columns
 */
export function addRows(
  sums: Float64Array | Float32Array,
  matrix: Float32Array,
  { rows, factors, start, end }: WeightedRows,
): void {
  const width = sums.length;
  let column = 0;
  for (; column + 8 <= width; column += 8) {
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let entry = start; entry < end; entry++) {
      const at = rows[entry]! * width + column;
      const factor = factors[entry]!;
      a += factor * matrix[at]!;
      b += factor * matrix[at + 1]!;
      c += factor * matrix[at + 2]!;
      d += factor * matrix[at + 3]!;
      e += factor * matrix[at + 4]!;
      f += factor * matrix[at + 5]!;
      g += factor * matrix[at + 6]!;
      h += factor * matrix[at + 7]!;
    }
    sums[column]! += a;
    sums[column + 1]! += b;
    sums[column + 2]! += c;
    sums[column + 3]! += d;
    sums[column + 4]! += e;
    sums[column + 5]! += f;
    sums[column + 6]! += g;
    sums[column + 7]! += h;
  }
  for (; column < width; column++) {
    let sum = 0;
    for (let entry = start; entry < end; entry++) {
      sum += factors[entry]! * matrix[rows[entry]! * width + column]!;
    }
    sums[column]! += sum;
  }
}

/** Sum of products of two vectors of `left.length` values. */
export function computeDot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}

/** Index of the largest of the first `count` values, the first of equal ones. */
export function findLargest(values: ArrayLike<number>, count: number): number {
  let largest = 0;
  for (let index = 1; index < count; index++) {
    if (values[index]! > values[largest]!) largest = index;
  }
  return largest;
}

/**
 * Writes `exp((score - highest score) / temperature)` of the first scores, as many as the target
 * holds; the target may be the scores themselves.
 *
 * @returns the sum of what was written
 */
export function computeExponentials(
  scores: Float64Array | Float32Array,
  temperature: number,
  target: Float32Array,
): number {
  const highest = scores[findLargest(scores, target.length)]!;
  let sum = 0;
  for (let index = 0; index < target.length; index++) {
    const value = Math.exp((scores[index]! - highest) / temperature);
    target[index] = value;
    sum += value;
  }
  return sum;
}

/** Softmax of the first scores, as many as the target holds. */
export function computeSoftmax(
  scores: Float64Array | Float32Array,
  temperature: number,
  target: Float32Array,
): void {
  const sum = computeExponentials(scores, temperature, target);
  for (let index = 0; index < target.length; index++) target[index]! /= sum;
}

/** The probability with these log-odds. */
export function computeSigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
