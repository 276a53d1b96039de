import { decodeBase64, encodeBase64 } from './base64.js';

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

/** Weights as signed bytes, with one scale per column. */
export interface QuantisedMatrix {
  readonly scales: Float32Array;
  readonly bytes: Int8Array;
}

/** Rounds a row-major matrix to 255 steps per column. */
export function quantiseMatrix(values: Float32Array, columnCount: number): QuantisedMatrix {
  const scales = new Float32Array(columnCount);
  values.forEach((value, index) => {
    const column = index % columnCount;
    scales[column] = Math.max(scales[column] as number, Math.abs(value) / 127);
  });
  const bytes = new Int8Array(values.length);
  values.forEach((value, index) => {
    const scale = scales[index % columnCount] as number;
    if (scale > 0) bytes[index] = Math.max(-127, Math.min(127, Math.round(value / scale)));
  });
  return { scales, bytes };
}

/** The values that a quantised matrix stands for. */
export function dequantiseMatrix({ scales, bytes }: QuantisedMatrix): Float32Array {
  return Float32Array.from(
    bytes,
    (value, index) => value * (scales[index % scales.length] as number),
  );
}
