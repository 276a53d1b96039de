import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseModel, computeUtility } from '../../../src/policy/decide/choose-model.js';
import { buildObjective } from '../../support/routing-policy.js';

const unknown = Number.NaN;
const estimates = {
  quality: [0.7, 0.9, 0.6],
  costUsd: [0.001, 0.01, unknown],
  latencyMs: [500, 2000, unknown],
};
const everything = (): boolean => true;

describe('computeUtility', () => {
  it('is quality less weighted cost and latency', () => {
    const objective = { costWeightPerUsd: 10, latencyWeightPerSecond: 0.1 };
    expect(computeUtility(estimates, 1, objective)).toBeCloseTo(0.9 - 10 * 0.01 - 0.1 * 2, 12);
  });

  it('is unknown where the objective asks for an unknown cost or latency, and only then', () => {
    expect(
      computeUtility(estimates, 2, { costWeightPerUsd: 1, latencyWeightPerSecond: 0 }),
    ).toBeNaN();
    expect(
      computeUtility(estimates, 2, { costWeightPerUsd: 0, latencyWeightPerSecond: 1 }),
    ).toBeNaN();
    expect(computeUtility(estimates, 2, { costWeightPerUsd: 0, latencyWeightPerSecond: 0 })).toBe(
      0.6,
    );
  });
});

describe('chooseModel', () => {
  it('takes the greatest utility', () => {
    expect(chooseModel(estimates, buildObjective(), 0, everything)).toBe(1);
    expect(chooseModel(estimates, buildObjective({ costWeightPerUsd: 50 }), 1, everything)).toBe(0);
  });

  it('leaves the baseline only for more than the margin', () => {
    const choose = (margin: number): number =>
      chooseModel(
        { ...estimates, quality: [0.75, 0.5, 0] },
        buildObjective({ margin }),
        1,
        everything,
      );
    expect(choose(0.2499)).toBe(0);
    expect(choose(0.25)).toBe(1);
  });

  it('asks for no margin where the baseline is not feasible', () => {
    const objective = buildObjective({ margin: 1 });
    expect(chooseModel(estimates, objective, 1, (model) => model !== 1)).toBe(0);
  });

  it('never takes an unknown cost for a free one', () => {
    const objective = buildObjective({ costWeightPerUsd: 1 });
    const best = { ...estimates, quality: [0.1, 0.1, 1] };
    expect(chooseModel(best, objective, 0, everything)).toBe(0);
    expect(chooseModel(best, objective, 2, everything)).toBe(0);
  });

  it('takes the baseline, then the best quality, where no utility is known', () => {
    const objective = buildObjective({ costWeightPerUsd: 1 });
    const nothing = { ...estimates, costUsd: [unknown, unknown, unknown] };
    expect(chooseModel(nothing, objective, 2, everything)).toBe(2);
    expect(chooseModel(nothing, objective, 2, (model) => model !== 2)).toBe(1);
  });

  it('gives -1 exactly where nothing is feasible', () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(unknown));
    const model = fc.record({
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
      costUsd: value,
      latencyMs: value,
      feasible: fc.boolean(),
    });
    const weight = fc.constantFrom(0, 1);
    fc.assert(
      fc.property(
        fc.array(model, { minLength: 2, maxLength: 5 }),
        weight,
        weight,
        fc.nat(1),
        (models, costWeightPerUsd, latencyWeightPerSecond, baseline) => {
          const chosen = chooseModel(
            {
              quality: models.map(({ quality }) => quality),
              costUsd: models.map(({ costUsd }) => costUsd),
              latencyMs: models.map(({ latencyMs }) => latencyMs),
            },
            buildObjective({ costWeightPerUsd, latencyWeightPerSecond, margin: 0.1 }),
            baseline,
            (index) => models[index]?.feasible === true,
          );
          if (models.some(({ feasible }) => feasible)) expect(models[chosen]?.feasible).toBe(true);
          else expect(chosen).toBe(-1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
