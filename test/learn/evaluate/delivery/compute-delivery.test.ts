import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { computeDelivery } from '../../../../src/learn/evaluate/delivery/compute-delivery.js';
import { computeModelMeans } from '../../../../src/learn/evaluate/strategies/model-means.js';
import type { TableEstimates } from '../../../../src/learn/evaluate/plan/trained-plan.js';
import type { HeldOut, Refits } from '../../../../src/learn/evaluate/verdict/held-out.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';
import { buildObjective } from '../../../support/routing-policy.js';

const table = buildPlantedOutcomes(200, { seed: 1 });
const rows = listRows(200);
const plan = buildPlan({
  baseline: 2,
  objectives: [buildObjective(), buildObjective({ name: 'cost', costWeightPerUsd: 100 })],
  constants: [2, 2],
});
const folds = [0, 1].map((fold) => ({ rows: rows.filter((row) => row % 2 === fold), plan }));
const heldOut = buildHeldOut(table, { folds });
const routed = plan.objectives;
const { estimates } = heldOut;

/** What a file that never routes estimates: the same quality of a model for every prompt. */
function poolByMeans(some: TableEstimates): TableEstimates {
  const { quality } = computeModelMeans(table, rows);
  return { ...some, quality: some.quality.map((_, cell) => quality[cell % 3] as number) };
}

/** Held-out results with the estimates of the file's scorer, and those of the folds' scorers. */
function refit(whole: TableEstimates, byFold: readonly TableEstimates[]): HeldOut {
  const refits: Refits = {
    whole,
    pooled: poolByMeans(whole),
    folds: byFold.map((outOfFold, fold) => ({
      trainingRows: rows.filter((row) => row % 2 !== fold),
      outOfFold,
    })),
  };
  return { ...heldOut, refits };
}

/** Estimates by which the cheapest model, the first, is always the best. */
const cheapest: TableEstimates = {
  ...estimates,
  quality: estimates.quality.map((_, cell) => (cell % 3 === 0 ? 1 : 0)),
};

describe('what a file delivers', () => {
  it('is unknown where no file has the plans of the folds', () => {
    expect(computeDelivery(heldOut, routed, 1)).toBeNull();
  });

  it('counts what the one model cannot take with the model that takes it, or with none', () => {
    // The first model takes all but ten prompts; five of them go to the third, which costs more.
    const feasible = new Uint8Array(600).fill(1);
    for (let row = 0; row < 10; row++) feasible.set([0, 0, row < 5 ? 1 : 0], 3 * row);
    const limited = { ...estimates, feasible };
    const only = [buildObjective({ name: 'quality', constantModel: table.models[0] as string })];
    const measure = (some: TableEstimates) =>
      computeDelivery({ ...refit(some, [some, some]), estimates: some }, only, 1)?.objectives[0];
    const [found, unlimited] = [measure(limited), measure(estimates)];
    expect(unlimited).toMatchObject({ promptsBeyondModel: 0 });
    expect(found).toMatchObject({ promptsBeyondModel: 5 });
    const costOf = (row: number, model: number) => table.costUsd[3 * row + model] as number;
    const costs = [...rows]
      .filter((row) => row < 5 || row >= 10)
      .map((row) => costOf(row, row < 5 ? 2 : 0));
    const mean = costs.reduce((sum, usd) => sum + usd, 0) / costs.length;
    expect(found?.costUsd).toBeCloseTo(mean, 9);
  });

  it('sends what is beyond the one model where the file does, which has one cost for all tasks', () => {
    const feasible = new Uint8Array(600).fill(1);
    for (let row = 0; row < 10; row++) feasible[3 * row] = 0;
    const limited = { ...estimates, feasible };
    const objective = buildObjective({ name: 'cost', costWeightPerUsd: 1000 });
    const held = refit(limited, [limited, limited]);
    const choose = (cheaper: number) => {
      const costUsd = table.costUsd.map((_, cell) => (cell % 3 === cheaper ? 0 : 1));
      const pooled = { ...limited, costUsd };
      const delivery = computeDelivery(
        {
          ...held,
          estimates: limited,
          folds: folds.map((fold) => ({ ...fold, plan: { ...plan, objectives: [objective] } })),
          refits: { ...(held.refits as Refits), pooled },
        },
        [{ ...objective, constantModel: table.models[0] }],
        1,
      );
      return delivery?.objectives[0]?.costUsd;
    };
    const meanOf = (other: number): number => {
      const costs = [...rows].map(
        (row) => table.costUsd[3 * row + (row < 10 ? other : 0)] as number,
      );
      return costs.reduce((sum, usd) => sum + usd, 0) / costs.length;
    };
    expect(choose(1)).toBeCloseTo(meanOf(1), 9);
    expect(choose(2)).toBeCloseTo(meanOf(2), 9);
  });

  it('is what was held out, where refitting changes no choice', () => {
    const evaluation = computeEvaluation(refit(estimates, [estimates, estimates]), 1);
    const [found] = evaluation.delivery?.objectives ?? [];
    const strategy = evaluation.strategies.find(({ name }) => name === 'routed: quality');
    expect(found).toMatchObject({ objective: 'quality', model: null });
    expect(found?.quality).toBe(strategy?.quality);
    expect(found?.costUsd).toBe(strategy?.costUsd);
    expect(found?.costSaved?.mean).toBe(strategy?.costSaved?.mean);
    expect(found?.costSaved?.low).toBeCloseTo(strategy?.costSaved?.low ?? 0, 9);
    expect(found?.costSaved?.high).toBeCloseTo(strategy?.costSaved?.high ?? 0, 9);
  });

  it('saves more where the refitted scorer chooses cheaper models on the same prompts', () => {
    const same = computeDelivery(refit(estimates, [estimates, estimates]), routed, 1);
    const changed = computeDelivery(refit(cheapest, [estimates, estimates]), routed, 1);
    const [before] = same?.objectives ?? [];
    const [after] = changed?.objectives ?? [];
    expect(after?.costUsd).toBeLessThan(before?.costUsd ?? 0);
    expect(after?.costSaved?.mean).toBeGreaterThan(before?.costSaved?.mean ?? 1);
    // All cost what the cheapest model costs, as far as the held-out prompts can tell.
    const { low = 1, high = 0 } = after?.costSaved ?? {};
    expect(low).toBeLessThan(2 / 3);
    expect(high).toBeGreaterThan(2 / 3);
  });

  it('keeps the held-out quality, and widens its interval by what refitting changes', () => {
    const same = computeDelivery(refit(estimates, [estimates, estimates]), routed, 1);
    const changed = computeDelivery(refit(cheapest, [estimates, estimates]), routed, 1);
    const [before] = same?.objectives ?? [];
    const [after] = changed?.objectives ?? [];
    expect(after?.quality).toBe(before?.quality);
    expect(after?.qualityDifference.mean).toBe(before?.qualityDifference.mean);
    expect(after?.qualityDifference.low).toBeLessThan(before?.qualityDifference.low ?? -1);
    expect(after?.intervals.quality).toMatchObject({ high: 1 });
    expect(after?.intervals.quality?.low).toBeLessThan(before?.intervals.quality?.low ?? -1);
  });

  it('guards as the file does, whose scorer may be less sure of the same prompts', () => {
    const sure = Float32Array.from(rows, (row) => 0.5 + row / 1000);
    const limit = (confidenceLimit: number) => ({
      ...plan,
      objectives: [buildObjective({ confidenceLimit })],
    });
    const measure = (planOfFile: typeof plan) => {
      const guarded = folds.map((fold) => ({ ...fold, plan: limit(0.53) }));
      const before = { ...estimates, confidence: sure };
      const after = { ...estimates, confidence: sure.map((value) => 0.9 * value) };
      const { refits } = refit(after, [before, before]);
      const held = {
        ...heldOut,
        estimates: before,
        folds: guarded,
        refits: { ...(refits as Refits), plan: planOfFile },
      };
      return computeDelivery(held, limit(0.53).objectives, 1)?.objectives[0];
    };
    const [stayed, moved] = [measure(limit(0.53)), measure(limit(0.9 * 0.53))];
    const width = (found: typeof moved): number =>
      (found?.intervals.quality?.high ?? 0) - (found?.intervals.quality?.low ?? 0);
    expect(width(moved)).toBeLessThan(width(stayed));
    expect(moved?.quality).toBe(stayed?.quality);
  });

  it('is less certain where the folds disagree with each other', () => {
    const agreeing = computeDelivery(refit(cheapest, [cheapest, cheapest]), routed, 1);
    const disagreeing = computeDelivery(refit(cheapest, [cheapest, estimates]), routed, 1);
    const widthOf = (found: typeof agreeing): number => {
      const { low, high } = found?.objectives[0]?.costSaved ?? { low: 0, high: 0 };
      return high - low;
    };
    expect(widthOf(disagreeing)).toBeGreaterThan(1.5 * widthOf(agreeing));
  });

  it('is that of the one model which the file uses, whatever the scorers choose', () => {
    const objectives = [buildObjective({ constantModel: 'south' }), ...routed.slice(1)];
    const held = refit(cheapest, [estimates, estimates]);
    const found = computeDelivery(held, objectives, 1)?.objectives[0];
    const south = computeEvaluation(held, 1).models.find(({ model }) => model === 'south');
    expect(found).toMatchObject({ model: 'south', quality: south?.quality });
    expect(found?.costUsd).toBe(south?.costUsd);
    expect(found?.intervals.quality?.low).toBeCloseTo(south?.intervals.quality?.low ?? 0, 9);
  });

  it('differs from the baseline of the file', () => {
    const objectives = routed.map((one) => ({ ...one, constantModel: 'west' }));
    const found = computeDelivery(refit(estimates, [estimates, estimates]), objectives, 1);
    expect(found?.baseline).toBe('west');
    expect(found?.objectives[0]?.qualityDifference).toMatchObject({ mean: 0, low: 0, high: 0 });
    expect(found?.objectives[0]?.costSaved).toMatchObject({ mean: 0, low: 0, high: 0 });
  });

  it('weighs latency for an objective that saves it, even by a weight of 0', () => {
    const saving = ['cost', 'latency'] as const;
    const objectives = saving.map((saves) => ({ ...buildObjective({ name: saves }), saves }));
    const held = refit(estimates, [estimates, estimates]);
    const saved = { ...plan, objectives };
    const found = computeDelivery(
      { ...held, folds: folds.map((fold) => ({ ...fold, plan: saved })) },
      saving.map((name) => buildObjective({ name })),
      1,
    );
    expect(found?.objectives.map(({ weighsLatency }) => weighsLatency)).toEqual([false, true]);
  });
});
