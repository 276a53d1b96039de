import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRows,
  appendRow,
  computeDot,
  computeExponentials,
  computeSigmoid,
  computeSoftmax,
  createWeightedRows,
  findLargest,
} from '../../src/util/kernels.js';

const anyValue = fc.integer({ min: -50, max: 50 });

describe('addRows', () => {
  it('adds each listed row times its factor, for matrices of any width', () => {
    const anyCase = fc.integer({ min: 1, max: 19 }).chain((width) =>
      fc.record({
        sums: fc.array(anyValue, { minLength: width, maxLength: width }),
        matrix: fc.array(anyValue, { minLength: 4 * width, maxLength: 4 * width }),
        rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), anyValue), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(anyCase, ({ sums, matrix, rows }) => {
        const width = sums.length;
        const list = createWeightedRows(6);
        for (const [row, factor] of rows) appendRow(list, row, factor);
        const actual = Float64Array.from(sums);
        addRows(actual, Float32Array.from(matrix), list);
        const expected = sums.map((sum, column) =>
          rows.reduce(
            (total, [row, factor]) => total + factor * matrix[row * width + column]!,
            sum,
          ),
        );
        expect([...actual]).toEqual(expected);
      }),
    );
  });

  it('reads the entries from start to before end', () => {
    const rows = Int32Array.of(0, 1, 2);
    const factors = Float32Array.of(1, 10, 100);
    const sums = new Float64Array(1);
    addRows(sums, Float32Array.of(1, 2, 3), { rows, factors, start: 1, end: 2 });
    expect(sums[0]).toBe(20);
  });
});

describe('computeDot', () => {
  it('sums the products of two vectors, and is 0 for empty ones', () => {
    expect(computeDot([1, 2, 3], Float32Array.of(4, 5, 6))).toBe(32);
    expect(computeDot([], [])).toBe(0);
  });
});

describe('findLargest', () => {
  it('takes the first of equal values and ignores those beyond the count', () => {
    expect(findLargest([1, 3, 3, 9], 3)).toBe(1);
    expect(findLargest([-Infinity], 1)).toBe(0);
  });
});

describe('computeExponentials', () => {
  it('is relative to the highest score and returns the sum', () => {
    const target = new Float32Array(2);
    expect(computeExponentials(Float64Array.of(1000, 1000), 1, target)).toBe(2);
    expect([...target]).toEqual([1, 1]);
  });
});

describe('computeSoftmax', () => {
  it('gives probabilities, sharper at a lower temperature', () => {
    const scores = Float64Array.of(0, Math.log(3), 100);
    const target = new Float32Array(2);
    computeSoftmax(scores, 1, target);
    expect(target[0]).toBeCloseTo(0.25, 6);
    expect(target[1]).toBeCloseTo(0.75, 6);
    computeSoftmax(scores, 0.5, target);
    expect(target[1]).toBeCloseTo(0.9, 6);
  });

  it('may write to the scores themselves', () => {
    const scores = Float32Array.of(2, 2);
    computeSoftmax(scores, 1, scores);
    expect([...scores]).toEqual([0.5, 0.5]);
  });
});

describe('computeSigmoid', () => {
  it('turns log-odds into a probability', () => {
    expect(computeSigmoid(0)).toBe(0.5);
    expect(computeSigmoid(Math.log(3))).toBeCloseTo(0.75, 12);
    expect(computeSigmoid(-1000)).toBe(0);
  });
});
