import { describe, expect, it } from 'vitest';
import {
  computeEvaluation,
  type Evaluation,
} from '../../../../src/learn/evaluate/compute-evaluation.js';
import { computeMoney } from '../../../../src/learn/report/compute-money.js';
import { computePoints } from '../../../../src/learn/report/compute-points.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import {
  buildOutcomeTable,
  listRows,
  type OutcomeTableRow,
} from '../../../support/outcome-table.js';
import { buildObjective } from '../../../support/routing-policy.js';

/** An evaluation whose policy uses "new" for all prompts; the baseline is "old". */
function evaluate(models: readonly string[], rows: readonly OutcomeTableRow[]) {
  const plan = buildPlan({
    objectives: [{ ...buildObjective({ name: 'cost', costWeightPerUsd: 1 }), onlyModel: 1 }],
    constants: [1],
    bestOfTask: Int32Array.of(0, 0),
  });
  const held = buildHeldOut(buildOutcomeTable(models, rows), {
    folds: [{ rows: listRows(rows.length), plan }],
  });
  const refits = { whole: held.estimates, pooled: held.estimates, folds: [] };
  const evaluation = computeEvaluation({ ...held, refits }, 1);
  const measured = evaluation.models.find(({ model }) => model === 'new');
  if (measured === undefined) throw new Error('no model "new"');
  return { evaluation, measured };
}

/** Half of the prompts are hard. "new" answered all of those, and 20 easy ones. */
const partly = Array.from({ length: 200 }, (_, row): OutcomeTableRow => {
  const isHard = row < 100;
  const isOfNew = row < 120;
  return {
    task: isHard ? 'hard' : 'easy',
    quality: [isHard ? Number(row % 5 < 2) : Number(row % 5 < 4), isOfNew ? row % 2 : null],
    costUsd: [0.01, isOfNew ? (isHard ? 0.002 : 0.004) : null],
    latencyMs: [100, isOfNew ? (isHard ? 40 : 80) : null],
  };
});

function intervalsOf({ models }: Evaluation, name: string) {
  return models.find(({ model }) => model === name)?.intervals;
}

describe('a model that has no outcome of some prompts', () => {
  const { evaluation, measured } = evaluate(['old', 'new'], partly);
  const [delivered] = evaluation.delivery?.objectives ?? [];
  const money = computeMoney(evaluation, {
    volume: { kind: 'per_thousand', requests: 1000 },
    baseline: 'old',
  });

  it('has the same figures in the delivery, among the models, in the bill and in the charts', () => {
    const { quality, costUsd, latencyMs, intervals, qualityDifference, costSaved } = measured;
    const figures = { quality, costUsd, latencyMs, intervals, qualityDifference, costSaved };
    expect(delivered).toMatchObject({ model: 'new', ...figures });
    expect(money.headline).toMatchObject({ model: 'new', quality, qualityDifference });
    expect(money.headline?.costUsd).toBeCloseTo(1000 * (costUsd ?? 0), 9);
    const points = computePoints(evaluation, 'old', null);
    expect(points.find(({ name }) => name === 'new')).toMatchObject({ quality, intervals });
  });

  it('counts each task as often as the prompts do, and so do its difference and its savings', () => {
    expect(measured.quality).toBeCloseTo(0.5, 6);
    expect(measured.costUsd).toBeCloseTo(0.003, 9);
    const old = evaluation.models.find(({ model }) => model === 'old');
    expect(measured.qualityDifference?.mean).toBeCloseTo(measured.quality - (old?.quality ?? 0), 6);
    expect(measured.costSaved?.mean).toBeCloseTo(0.7, 6);
    expect(measured.latencySaved?.mean).toBeCloseTo(0.4, 6);
    expect(money.now).toMatchObject({ quality: old?.quality });
  });

  it('has no intervals, since its figures are estimated from those of the other model', () => {
    expect(intervalsOf(evaluation, 'new')).toEqual({
      quality: null,
      costUsd: null,
      latencyMs: null,
    });
  });

  it('leaves the other one its own figures, with intervals that contain them', () => {
    const old = evaluation.models.find(({ model }) => model === 'old');
    expect(old?.quality).toBeCloseTo(0.6, 6);
    const { quality, costUsd, latencyMs } = intervalsOf(evaluation, 'old') ?? {};
    expect(quality?.mean).toBeCloseTo(0.6, 6);
    expect(costUsd?.mean).toBeCloseTo(0.01, 6);
    expect(latencyMs?.mean).toBeCloseTo(100, 6);
  });

  it('is said to have none', () => {
    expect(delivered?.unknownOutcomes).toBe(80);
  });
});

describe('a mean that is estimated from the ratio to other models', () => {
  // Ten prompts are shared, too few to compare on alone.
  const rows = partly.map((row, index): OutcomeTableRow => ({
    ...row,
    quality: [row.quality[0] ?? null, index < 10 ? index % 2 : null],
    task: 'all',
  }));
  const { evaluation, measured } = evaluate(['old', 'new'], rows);

  it('has no interval, while that of a model with all outcomes has one', () => {
    expect(measured.intervals.quality).toBeNull();
    const old = evaluation.models.find(({ model }) => model === 'old');
    expect(old?.intervals.quality?.mean).toBeCloseTo(0.6, 6);
  });

  it('is the same in the delivery', () => {
    expect(evaluation.delivery?.objectives[0]?.quality).toBe(measured.quality);
  });
});

describe('a model that cannot answer the long prompts', () => {
  // The long prompts cost ten times as much, and nobody could ask the small model.
  const rows = Array.from({ length: 400 }, (_, row): OutcomeTableRow => {
    const isLong = row % 4 === 0;
    return {
      quality: [isLong && row % 8 === 0 ? 0 : 1, isLong ? null : Number(row % 12 !== 1)],
      costUsd: [isLong ? 0.02 : 0.002, isLong ? null : 0.0005],
    };
  });
  const table = buildOutcomeTable(['big', 'small'], rows);
  const held = buildHeldOut(table, {
    estimates: {
      // Where neither is right, routing chooses the cheaper one, whose outcome nobody knows.
      quality: table.quality.map((value) => (Number.isNaN(value) ? 0 : value)),
      costUsd: table.costUsd.map((value) => (Number.isNaN(value) ? 0.01 : value)),
      latencyMs: table.latencyMs,
      novelty: new Float32Array(rows.length),
    },
    folds: [
      {
        rows: listRows(rows.length),
        plan: buildPlan({ objectives: [buildObjective({ name: 'cost', costWeightPerUsd: 1 })] }),
      },
    ],
  });
  const refits = { whole: held.estimates, pooled: held.estimates, folds: [] };
  const evaluation = computeEvaluation({ ...held, refits }, 1);
  const big = evaluation.models.find(({ model }) => model === 'big');

  it('does not take them from the figures of the others', () => {
    expect(big?.costUsd).toBeCloseTo(0.25 * 0.02 + 0.75 * 0.002, 6);
    expect(big?.quality).toBeCloseTo(1 - 1 / 8, 6);
  });

  it('makes a bill whose amounts and saving are of the same prompts', () => {
    const { now, headline } = computeMoney(evaluation, {
      volume: { kind: 'per_thousand', requests: 1000 },
      baseline: 'big',
    });
    expect(headline?.model).toBeNull();
    expect(now.costUsd).toBeCloseTo(6.5, 6);
    expect(headline?.savedShare?.mean).toBeGreaterThan(0.05);
    expect((headline?.costUsd ?? 0) / (now.costUsd ?? 1)).toBeCloseTo(
      1 - (headline?.savedShare?.mean ?? 0),
      9,
    );
    expect(headline?.savedUsd?.mean).toBeCloseTo((now.costUsd ?? 0) - (headline?.costUsd ?? 0), 9);
  });
});

describe('models whose grades are all equal', () => {
  const rows = Array.from({ length: 60 }, (): OutcomeTableRow => ({
    quality: [1, 1],
    costUsd: [0.01, 0.001],
  }));
  const { evaluation, measured } = evaluate(['old', 'new'], rows);

  it('have intervals that allow for another grade of the next prompt', () => {
    expect(measured.intervals.quality).toMatchObject({ mean: 1, high: 1 });
    expect(measured.intervals.quality?.low).toBeCloseTo(0.95, 2);
    expect(measured.qualityDifference?.low).toBeCloseTo(-0.05, 2);
    expect(measured.qualityDifference?.high).toBeCloseTo(0.05, 2);
  });

  it('do not differ from themselves', () => {
    const old = evaluation.models.find(({ model }) => model === 'old');
    expect(old?.qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('differ as little as that in each task, too', () => {
    const [slice] = evaluation.slices.tasks;
    const [old, other] = slice?.models ?? [];
    expect(old?.qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(other?.qualityDifference?.low).toBeCloseTo(-0.05, 2);
  });
});
