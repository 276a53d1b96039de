import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeStudentQuantile,
  computeStudentTail,
} from '../../../../src/learn/evaluate/statistics/student-t.js';

describe("quantiles of Student's t", () => {
  it.each([
    [0.975, 1, 12.706_204_736],
    [0.975, 2, 4.302_652_73],
    [0.99, 3.5, 4.060_711_359],
    [0.95, 10, 1.812_461_123],
    [0.975, 30, 2.042_272_456],
    [0.95, 100, 1.660_234_326],
    [0.975, 50_000, 1.960_011_431],
    [0.9999, 1, 3183.098_757],
    [0.025, 2, -4.302_652_73],
    [0.5, 7, 0],
  ])('are those of tables: %d with %d degrees of freedom', (probability, degrees, value) => {
    expect(computeStudentQuantile(probability, degrees)).toBeCloseTo(value, 6);
  });
});

describe("tails of Student's t", () => {
  it.each([
    [1, 1, 0.25],
    [-1, 1, 0.75],
    [0, 9, 0.5],
    [2, 59, 0.025_055_206],
    [8, 200, 4.939_600_455e-14],
  ])('are those of tables: beyond %d with %d degrees of freedom', (t, degrees, value) => {
    expect(computeStudentTail(t, degrees) / value).toBeCloseTo(1, 7);
  });

  it('are the inverse of the quantiles', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        (probability, degrees) => {
          const t = computeStudentQuantile(probability, degrees);
          expect(computeStudentTail(t, degrees)).toBeCloseTo(1 - probability, 9);
        },
      ),
    );
  });

  it('are unknown for an unknown value', () => {
    expect(computeStudentTail(Number.NaN, 5)).toBeNaN();
  });
});
