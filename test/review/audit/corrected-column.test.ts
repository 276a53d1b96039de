import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  combineColumns,
  pickColumn,
  uncorrected,
  widenColumn,
  type CorrectedColumn,
} from '../../../src/review/audit/corrected-column.js';

const weights = Float64Array.of(1, 2, 1, 4);
const column: CorrectedColumn = {
  values: Float64Array.of(0.5, 0.75, 0.5, 0.25),
  alone: Float64Array.of(2, -1, 0, 0.5),
  doubt: 0.2,
};

function summarize(values: Float64Array): { readonly mean: number; readonly squares: number } {
  const rows = [...values.keys()].filter((row) => !Number.isNaN(values[row]!));
  const total = rows.reduce((sum, row) => sum + weights[row]!, 0);
  const mean = rows.reduce((sum, row) => sum + weights[row]! * values[row]!, 0) / total;
  const squares = rows.reduce((sum, row) => sum + (weights[row]! * (values[row]! - mean)) ** 2, 0);
  return { mean, squares };
}

function subtract(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, row) => value - other[row]!);
}

describe('a figure whose judge is doubted', () => {
  it('keeps its mean, and takes a share of its variance from the labels alone', () => {
    const own = summarize(column.values);
    const widened = summarize(widenColumn(column, weights));
    expect(widened.mean).toBeCloseTo(own.mean, 12);
    expect(widened.squares).toBeCloseTo(
      0.8 * own.squares + 0.2 * summarize(column.alone!).squares,
      12,
    );
  });

  it('never becomes more certain', () => {
    const list = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(list, list, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, doubt) => {
        const values = Float64Array.from(one);
        const widened = widenColumn({ values, alone: Float64Array.from(other), doubt }, weights);
        expect(summarize(widened).squares).toBeGreaterThanOrEqual(
          summarize(values).squares * (1 - 1e-9),
        );
      }),
    );
  });

  it('is as it was where no label corrects it', () => {
    expect(widenColumn(uncorrected(column.values), weights)).toEqual(column.values);
  });

  it('leaves out the requests of which it is not known', () => {
    const unknown: CorrectedColumn = {
      values: Float64Array.of(0.5, Number.NaN, 0.5, 0.25),
      alone: Float64Array.of(2, Number.NaN, 0, 0.5),
      doubt: 0.2,
    };
    const rows = Int32Array.of(0, 2, 3);
    const known = widenColumn(pickColumn(unknown, rows), Float64Array.of(1, 1, 4));
    const widened = widenColumn(unknown, weights);
    expect(widened[1]).toBeNaN();
    rows.forEach((row, place) => expect(widened[row]).toBeCloseTo(known[place]!, 12));
  });
});

describe('the difference of two such figures', () => {
  it('is certain where the two are the same, however uncertain each is', () => {
    const difference = combineColumns(column, column, subtract);
    expect([...widenColumn(difference, weights)]).toEqual([0, 0, 0, 0]);
  });

  it('is doubted as a whole, not in its parts', () => {
    const other: CorrectedColumn = {
      values: Float64Array.of(0.4, 0.8, 0.6, 0.3),
      alone: Float64Array.of(1.9, -0.9, 0.1, 0.4),
      doubt: 0.2,
    };
    const whole = summarize(widenColumn(combineColumns(column, other, subtract), weights));
    const parts = summarize(subtract(widenColumn(column, weights), widenColumn(other, weights)));
    expect(whole.mean).toBeCloseTo(parts.mean, 12);
    expect(whole.squares).toBeLessThan(parts.squares);
  });

  it('rests on labels where either does', () => {
    expect(combineColumns(column, uncorrected(column.values), subtract).alone).toEqual(
      subtract(column.alone!, column.values),
    );
    expect(
      combineColumns(uncorrected(weights), uncorrected(weights), subtract).alone,
    ).toBeUndefined();
  });
});
