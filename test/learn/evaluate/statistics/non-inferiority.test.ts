import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNonInferiority } from '../../../../scripts/check/honesty/check-non-inferiority.js';
import { worsePairs } from '../../../../scripts/check/honesty/worlds.js';
import { indexGroups } from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import {
  adjustByHolm,
  testNonInferiority,
} from '../../../../src/learn/evaluate/statistics/non-inferiority.js';
import { listRows } from '../../../support/outcome-table.js';

const margin = 0.03;

describe('the test of non-inferiority', () => {
  it.each(Object.entries(worsePairs))(
    'passes a model worse by twice the margin at most once in twenty: %s',
    (_, world) => {
      const passed = checkNonInferiority(world, { margin, trials: 400, seed: 1 });
      expect(passed).toBeLessThanOrEqual(0.05);
    },
  );

  it('passes a model worse by exactly the margin at most once in twenty', () => {
    const world = { prompts: 400, wins: 0.1, losses: 0.13, groupSize: 1 };
    expect(checkNonInferiority(world, { margin, trials: 600, seed: 2 })).toBeLessThanOrEqual(0.06);
  });

  it('passes a model as good as the other in most trials, where there are prompts enough', () => {
    const world = { prompts: 3000, wins: 0.1, losses: 0.1, groupSize: 1 };
    expect(checkNonInferiority(world, { margin, trials: 100, seed: 3 })).toBeGreaterThan(0.9);
  });

  it('passes nobody on too little: one group, or twenty prompts without a loss', () => {
    const none = new Float64Array(20);
    expect(testNonInferiority(none, indexGroups(new Int32Array(20)), margin)).toBe(1);
    expect(testNonInferiority(none, indexGroups(listRows(20)), margin)).toBeGreaterThan(0.05);
  });

  it('gives the p-value of Student’s t', () => {
    // 30 differences of +1 and 29 of -1, and the imagined loss: t = margin / standard error.
    const differences = Float64Array.from({ length: 59 }, (_, row) => (row < 30 ? 1 : -1));
    const standardError = Math.sqrt(1 / 59);
    const p = testNonInferiority(differences, indexGroups(listRows(59)), 2 * standardError);
    // P(T > 2) with 59 degrees of freedom, from tables.
    expect(p).toBeCloseTo(0.02503, 4);
  });
});

describe('Holm’s method', () => {
  it('gives the values of a worked example', () => {
    const adjusted = adjustByHolm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((value) => Number(value.toFixed(4)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('keeps the order of the p-values, and lies between them and Bonferroni’s', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const adjusted = adjustByHolm(pValues);
        pValues.forEach((p, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p);
          expect(adjusted[index]).toBeLessThanOrEqual(Math.min(1, p * pValues.length) + 1e-12);
          pValues.forEach((other, place) => {
            if (p <= other) {
              expect(adjusted[index]).toBeLessThanOrEqual(adjusted[place] as number);
            }
          });
        });
      }),
    );
  });
});
