import * as fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import {
  computeCalibration,
  computeReliability,
} from '../../../../src/learn/evaluate/diagnose/calibration.js';
import { createRandom, shuffle } from '../../../../src/util/random.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

const random = createRandom(5);

/** Cells whose outcome is 1 with the probability that `chance` makes of the estimate. */
function drawCells(count: number, chance: (estimate: number) => number) {
  return Array.from({ length: count }, () => {
    const estimate = random();
    return { estimate, observed: random() < chance(estimate) ? 1 : 0 };
  });
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
/** Few distinct estimates, so that there are ties. */
const estimate = fc.oneof(unit, fc.constantFrom(0, 0.25, 0.5, 1));
const someCells = fc.array(fc.record({ estimate, observed: unit }), {
  minLength: 1,
  maxLength: 80,
});

describe('computeReliability', () => {
  it('cuts cells into ten bins of equal count', () => {
    const { bins } = computeReliability(drawCells(500, (estimate) => estimate));
    expect(bins.map(({ cells }) => cells)).toEqual(Array.from({ length: 10 }, () => 50));
  });

  it('weighs the distances of the bins by their cells', () => {
    const cells = [
      ...Array.from({ length: 30 }, () => ({ estimate: 0.2, observed: 0.5 })),
      ...Array.from({ length: 10 }, () => ({ estimate: 0.9, observed: 0.8 })),
    ];
    const reliability = computeReliability(cells);
    expect(reliability.bins).toHaveLength(2);
    expect(reliability.expectedCalibrationError).toBeCloseTo((30 * 0.3 + 10 * 0.1) / 40, 12);
    expect(reliability.brierScore).toBeCloseTo((30 * 0.09 + 10 * 0.01) / 40, 12);
    expect(reliability.meanEstimate).toBeCloseTo((30 * 0.2 + 10 * 0.9) / 40, 12);
    expect(reliability.meanObserved).toBeCloseTo((30 * 0.5 + 10 * 0.8) / 40, 12);
  });

  it('finds of right estimates about the error that chance makes', () => {
    const { expectedCalibrationError, errorByChance } = computeReliability(
      drawCells(5000, (estimate) => estimate),
    );
    expect(expectedCalibrationError).toBeLessThan(2 * (errorByChance ?? 0));
    expect(errorByChance).toBeLessThan(0.02);
  });

  it('finds overconfidence far above chance', () => {
    const { expectedCalibrationError, errorByChance } = computeReliability(
      drawCells(5000, (estimate) => 0.25 + estimate / 2),
    );
    // The distance |estimate - .5| / 2 is .125 on average.
    expect(expectedCalibrationError).toBeCloseTo(0.125, 1);
    expect(expectedCalibrationError).toBeGreaterThan(5 * (errorByChance ?? 1));
  });

  it('allows for the chance of cells that weigh more than others', () => {
    const ratios = Array.from({ length: 100 }, (_, seed) => {
      const random = createRandom(seed + 1);
      const cells = Array.from({ length: 400 }, () => {
        const estimate = 0.2 + 0.6 * random();
        return {
          estimate,
          observed: random() < estimate ? 1 : 0,
          weight: random() < 0.2 ? 8 : 1,
        };
      });
      const { expectedCalibrationError, errorByChance } = computeReliability(cells);
      return (expectedCalibrationError as number) / (errorByChance as number);
    });
    expect(mean(ratios)).toBeGreaterThan(0.85);
    expect(mean(ratios)).toBeLessThan(1.15);
  });

  it.each([
    ['several models on a prompt', 5],
    ['a group of near-duplicates', 2],
  ])('allows for the chance of outcomes that depend on each other, as of %s', (_, size) => {
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const random = createRandom(seed + 1);
      const cells = Array.from({ length: 300 }, (_, group) => {
        const estimate = 0.02 + 0.96 * random();
        const shared = random();
        return Array.from({ length: size }, () => ({
          estimate,
          // Half of the outcomes are the same for all cells of the group.
          observed: (random() < 0.5 ? shared : random()) < estimate ? 1 : 0,
          group,
        }));
      }).flat();
      return computeReliability(cells);
    });
    const ratio =
      mean(errors.map(({ expectedCalibrationError }) => expectedCalibrationError ?? 0)) /
      mean(errors.map(({ errorByChance }) => errorByChance ?? 0));
    expect(ratio).toBeGreaterThan(0.92);
    expect(ratio).toBeLessThan(1.1);
  });

  it('does not guess the error by chance from a single group', () => {
    const cells = drawCells(40, () => 0.5).map((cell) => ({ ...cell, estimate: 0.5, group: 1 }));
    expect(computeReliability(cells).errorByChance).toBeNull();
  });

  it('does not call a constant estimate wrong that is right on average', () => {
    const cells = Array.from({ length: 100 }, (_, row) => ({ estimate: 0.5, observed: row % 2 }));
    const reliability = computeReliability(cells);
    expect(reliability.bins).toHaveLength(1);
    expect(reliability.expectedCalibrationError).toBeCloseTo(0, 12);
    expect(reliability.brierScore).toBeCloseTo(0.25, 12);
  });

  it('does not guess the error by chance from single cells', () => {
    expect(computeReliability(drawCells(7, () => 1)).errorByChance).toBeNull();
  });

  it('is null without cells', () => {
    expect(computeReliability([])).toEqual({
      cells: 0,
      meanEstimate: null,
      meanObserved: null,
      brierScore: null,
      expectedCalibrationError: null,
      errorByChance: null,
      bins: [],
    });
  });

  it('puts every cell into one bin, by rising estimate, never parting equal ones', () => {
    fc.assert(
      fc.property(someCells, (cells) => {
        const { bins } = computeReliability(cells);
        expect(bins.reduce((sum, bin) => sum + bin.cells, 0)).toBe(cells.length);
        expect(bins.length).toBeLessThanOrEqual(10);
        let start = 0;
        const sorted = cells.map((cell) => cell.estimate).sort((a, b) => a - b);
        for (const bin of bins) {
          expect(bin.cells).toBeGreaterThan(0);
          if (start > 0) expect(sorted[start]).toBeGreaterThan(sorted[start - 1] as number);
          start += bin.cells;
        }
      }),
    );
  });

  it('lies between the error of the means and the root of the Brier score', () => {
    fc.assert(
      fc.property(someCells, (cells) => {
        const { expectedCalibrationError, meanEstimate, meanObserved, brierScore } =
          computeReliability(cells);
        const error = expectedCalibrationError as number;
        const ofMeans = Math.abs((meanEstimate as number) - (meanObserved as number));
        expect(error).toBeGreaterThanOrEqual(ofMeans - 1e-9);
        expect(error).toBeLessThanOrEqual(Math.sqrt(brierScore as number) + 1e-9);
      }),
    );
  });

  it('is zero where every estimate is the outcome', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), (values) => {
        const cells = values.map((value) => ({ estimate: value, observed: value }));
        const { expectedCalibrationError, brierScore } = computeReliability(cells);
        expect(expectedCalibrationError).toBe(0);
        expect(brierScore).toBe(0);
      }),
    );
  });

  it('does not depend on the order of the cells', () => {
    fc.assert(
      fc.property(someCells, fc.nat(), (cells, seed) => {
        const shuffled = shuffle(cells, createRandom(seed));
        expect(computeReliability(shuffled)).toEqual(computeReliability(cells));
      }),
    );
  });
});

describe('computeCalibration', () => {
  const table = buildOutcomeTable(
    ['graded', 'half known', 'unknown'],
    Array.from({ length: 40 }, (_, row) => ({
      quality: [0.25 * (row % 5), row % 2 === 0 ? 1 : null, null],
    })),
  );
  const estimates = {
    quality: Float32Array.from({ length: 120 }, (_, cell) => (cell % 3 === 1 ? 0.75 : 0.5)),
  };

  it('takes grades as they are, and leaves out missing cells', () => {
    const { models, overall } = computeCalibration({ ...buildHeldOut(table), estimates });
    const [graded, halfKnown, unknown] = models;
    expect(graded).toMatchObject({ model: 'graded', cells: 40, meanObserved: 0.5 });
    expect(graded?.expectedCalibrationError).toBeCloseTo(0, 12);
    expect(graded?.brierScore).toBeCloseTo(0.125, 12);
    expect(halfKnown).toMatchObject({ cells: 20, meanObserved: 1, expectedCalibrationError: 0.25 });
    expect(unknown).toMatchObject({ model: 'unknown', cells: 0, expectedCalibrationError: null });
    expect(overall.cells).toBe(60);
    expect(overall.expectedCalibrationError).toBeCloseTo(0.25 / 3, 12);
  });

  it('leaves out prompts without an estimate, and those that were not held out', () => {
    const partial = { quality: estimates.quality.slice() };
    partial.quality[0] = Number.NaN;
    const folds = [{ rows: listRows(10), plan: buildPlan() }];
    const { models } = computeCalibration({ ...buildHeldOut(table), estimates: partial, folds });
    expect(models[0]?.cells).toBe(9);
  });
});
