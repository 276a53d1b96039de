import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../../../src/policy/file/base64.js';
import {
  dequantizeMatrix,
  packAscending,
  packFloats,
  quantizeMatrix,
  unpackAscending,
  unpackFloats,
} from '../../../src/policy/file/packed-numbers.js';

const finiteFloats = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 });
const limit = 3 * 2 ** 20;
const ascending = fc
  .uniqueArray(fc.integer({ min: 0, max: limit - 1 }), { maxLength: 60 })
  .map((values) => Int32Array.from(values).sort());

describe('packed floats', () => {
  it('come back bit by bit', () => {
    fc.assert(
      fc.property(finiteFloats, (values) => {
        expect(unpackFloats(packFloats(values), values.length)).toEqual(values);
      }),
    );
  });

  it('are little-endian on every machine', () => {
    expect(packFloats(Float32Array.of(1))).toBe(encodeBase64(Uint8Array.of(0, 0, 0x80, 0x3f)));
  });

  it('are refused where there are more, fewer, or some that are not finite', () => {
    const text = packFloats(Float32Array.of(1, 2));
    expect(unpackFloats(text, 1)).toBeUndefined();
    expect(unpackFloats(text, 3)).toBeUndefined();
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(unpackFloats(packFloats(Float32Array.of(1, value)), 2)).toBeUndefined();
    }
  });
});

describe('packed ascending numbers', () => {
  it('come back', () => {
    fc.assert(
      fc.property(ascending, (values) => {
        expect(unpackAscending(packAscending(values), values.length, limit)).toEqual(values);
      }),
    );
  });

  it('take one byte for gaps up to 127', () => {
    expect(packAscending(Int32Array.of(127, 255, 256))).toBe(
      encodeBase64(Uint8Array.of(127, 127, 0)),
    );
  });

  it('are refused where there are more, fewer, one out of reach, or a torn one', () => {
    const text = packAscending(Int32Array.of(5, 900));
    expect(unpackAscending(text, 2, 901)).toEqual(Int32Array.of(5, 900));
    expect(unpackAscending(text, 1, 901)).toBeUndefined();
    expect(unpackAscending(text, 3, 901)).toBeUndefined();
    expect(unpackAscending(text, 2, 900)).toBeUndefined();
    expect(unpackAscending(encodeBase64(Uint8Array.of(5, 128)), 1, 900)).toBeUndefined();
    expect(unpackAscending(encodeBase64(Uint8Array.of(255, 255, 255, 255, 255)), 1, limit)).toBe(
      undefined,
    );
  });

  it('from any bytes are ascending and below the limit, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(12), (bytes, count) => {
        const values = unpackAscending(encodeBase64(bytes), count, limit);
        if (values === undefined) return;
        expect(values).toHaveLength(count);
        expect(
          values.every(
            (value, index) =>
              value < limit && value > (index === 0 ? -1 : (values[index - 1] ?? 0)),
          ),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a quantized matrix', () => {
  const matrix = fc.integer({ min: 1, max: 5 }).chain((columnCount) =>
    fc.tuple(
      fc.constant(columnCount),
      fc
        .array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 })
        .map((values) =>
          Float32Array.from(values.slice(0, values.length - (values.length % columnCount))),
        ),
    ),
  );

  it('is off by at most half a step, a 254th of the largest weight of the column', () => {
    fc.assert(
      fc.property(matrix, ([columnCount, values]) => {
        const restored = dequantizeMatrix(quantizeMatrix(values, columnCount));
        values.forEach((value, index) => {
          const column = values.filter((_, other) => (other - index) % columnCount === 0);
          const largest = column.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
          expect(Math.abs((restored[index] as number) - value)).toBeLessThanOrEqual(
            (largest / 254) * (1 + 1e-4) + 1e-40,
          );
        });
      }),
    );
  });

  it('keeps the largest weight of a column, its sign, and zeros', () => {
    const values = Float32Array.of(-127, 0.5, 0, 0, 63, -0.5);
    expect(dequantizeMatrix(quantizeMatrix(values, 2))).toEqual(values);
  });

  it('rounds what is rounded already to itself', () => {
    fc.assert(
      fc.property(matrix, ([columnCount, values]) => {
        const once = dequantizeMatrix(quantizeMatrix(values, columnCount));
        const twice = dequantizeMatrix(quantizeMatrix(once, columnCount));
        twice.forEach((value, index) => {
          const before = once[index] as number;
          expect(Math.abs(value - before)).toBeLessThanOrEqual(1e-6 * Math.abs(before) + 1e-40);
        });
      }),
    );
  });
});
