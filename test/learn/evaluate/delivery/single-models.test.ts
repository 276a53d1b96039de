import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
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

  it('has intervals that contain its figures', () => {
    for (const { quality, costUsd, latencyMs, intervals } of evaluation.models) {
      expect(intervals.quality?.mean).toBeCloseTo(quality, 9);
      expect(intervals.costUsd?.mean).toBeCloseTo(costUsd ?? 0, 9);
      expect(intervals.latencyMs?.mean).toBeCloseTo(latencyMs ?? 0, 9);
    }
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
