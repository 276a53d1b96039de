import { decodeBase64, encodeBase64 } from './base64.js';
import type { LinearMap, RoundedLinearMap } from './routing-model.js';

/** Float32 values, little-endian, as base64. */
export function packFloats(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return encodeBase64(new Uint8Array(view.buffer));
}

/** The values of `packFloats`, or undefined where there are not exactly `count` finite ones. */
export function unpackFloats(text: string, count: number): Float32Array | undefined {
  const bytes = decodeBase64(text);
  if (bytes === undefined || bytes.length !== count * 4) return undefined;
  const view = new DataView(bytes.buffer);
  const values = Float32Array.from({ length: count }, (_, index) =>
    view.getFloat32(index * 4, true),
  );
  return values.every(Number.isFinite) ? values : undefined;
}

/**
 * Distinct whole numbers in ascending order, as base64 of the gaps between them: seven bits a
 * byte, the highest bit set on all but the last byte of a gap.
 */
export function packAscending(values: Int32Array): string {
  const bytes: number[] = [];
  let previous = -1;
  for (const value of values) {
    let gap = value - previous - 1;
    while (gap > 127) {
      bytes.push((gap & 127) | 128);
      gap >>>= 7;
    }
    bytes.push(gap);
    previous = value;
  }
  return encodeBase64(Uint8Array.from(bytes));
}

/**
 * The numbers of `packAscending`, or undefined where there are not exactly `count` of them below
 * `limit`.
 */
export function unpackAscending(
  text: string,
  count: number,
  limit: number,
): Int32Array | undefined {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return undefined;
  const values = new Int32Array(count);
  let size = 0;
  let previous = -1;
  let gap = 0;
  let shift = 0;
  for (const byte of bytes) {
    if (shift > 21) return undefined;
    gap |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    const value = previous + 1 + gap;
    if (size === count || value >= limit) return undefined;
    values[size++] = value;
    previous = value;
    gap = 0;
    shift = 0;
  }
  return size === count && shift === 0 ? values : undefined;
}

/** Weights as signed bytes, with one scale per column and one exponent per row. */
export interface QuantizedMatrix {
  readonly scales: Float32Array;
  readonly shifts: Uint8Array;
  readonly bytes: Int8Array;
}

/** Rows of smaller weights than this many halvings of the largest are as good as zero. */
const maxShift = 15;

/**
 * Rounds a row-major matrix to 255 steps per row and column. Steps are a share of the largest weight of
 * their column; where all weights of a row are smaller, they are doubled as often as they bear.
 */
export function quantizeMatrix(values: Float32Array, columnCount: number): QuantizedMatrix {
  const scales = new Float32Array(columnCount);
  values.forEach((value, index) => {
    const column = index % columnCount;
    scales[column] = Math.max(scales[column] as number, Math.abs(value) / 127);
  });
  const steps = values.map(
    (value, index) => value / ((scales[index % columnCount] as number) || 1),
  );
  const shifts = new Uint8Array(values.length / columnCount).map((_, row) => {
    const own = steps.subarray(row * columnCount, (row + 1) * columnCount);
    const largest = own.reduce((most, step) => Math.max(most, Math.abs(step)), 0);
    // A little more than 127, so that what is rounded already keeps its shift.
    return Math.max(0, Math.min(maxShift, Math.floor(Math.log2(127.49 / largest))));
  });
  const bytes = Int8Array.from(steps, (step, index) => {
    const shift = shifts[Math.floor(index / columnCount)] as number;
    return Math.max(-127, Math.min(127, Math.round(step * 2 ** shift)));
  });
  return { scales, shifts, bytes };
}

/** The values that a quantized matrix stands for. */
export function dequantizeMatrix({ scales, shifts, bytes }: QuantizedMatrix): Float32Array {
  const values = new Float32Array(bytes);
  let at = 0;
  for (const shift of shifts) {
    for (const scale of scales) values[at] = ((values[at++] as number) * scale) / 2 ** shift;
  }
  return values;
}

/** The weights that a linear map stands for, rounded or not. */
export function readWeights(map: RoundedLinearMap | LinearMap): Float32Array {
  return 'scales' in map ? dequantizeMatrix({ ...map, bytes: map.weights }) : map.weights;
}
