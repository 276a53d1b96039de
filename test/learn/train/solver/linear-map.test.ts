import { describe, expect, it } from 'vitest';
import {
  computeBaseRates,
  computeOutputCount,
} from '../../../../src/learn/train/solver/linear-map.js';
import { listRows } from '../../../support/outcome-table.js';

describe('computeBaseRates', () => {
  it('gives the logarithm of each share, with one row more of every class', () => {
    const classes = Int32Array.of(0, 0, 0, 2, -1, 1);
    const targets = { kind: 'classes', classes, classCount: 3 } as const;
    // Of rows 0 to 4: three of class 0, one of class 2, one unknown.
    const rates = computeBaseRates(targets, listRows(5));
    [4 / 7, 1 / 7, 2 / 7].forEach((share, output) =>
      expect(rates[output]).toBeCloseTo(Math.log(share), 6),
    );
    expect(computeOutputCount(targets)).toBe(3);
  });

  it('gives log-odds of each mean, with half a success in one row more', () => {
    const probabilities = Float32Array.of(1, 0, 1, Number.NaN, 0.5, 0);
    const targets = { kind: 'probabilities', probabilities, outputCount: 2 } as const;
    const rates = computeBaseRates(targets, listRows(3));
    expect(rates[0]).toBeCloseTo(Math.log(3 / 1), 6);
    expect(rates[1]).toBeCloseTo(Math.log(0.5 / 2.5), 6);
    expect(computeOutputCount(targets)).toBe(2);
  });

  it('gives even odds where nothing is known', () => {
    const probabilities = new Float32Array(2).fill(Number.NaN);
    const targets = { kind: 'probabilities', probabilities, outputCount: 1 } as const;
    expect(computeBaseRates(targets, listRows(2))).toEqual(new Float32Array(1));
  });
});
