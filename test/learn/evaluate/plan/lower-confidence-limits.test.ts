import { describe, expect, it } from 'vitest';
import { lowerConfidenceLimits } from '../../../../src/learn/evaluate/plan/lower-confidence-limits.js';
import { buildPlan } from '../../../support/held-out.js';
import { buildObjective } from '../../../support/routing-policy.js';

const confidences = Float64Array.from({ length: 100 }, (_, row) => (row + 1) / 200);
const plan = buildPlan({
  objectives: [buildObjective({ confidenceLimit: 0.05 }), buildObjective({ name: 'cost' })],
});

function lower(ratios: readonly number[], before = confidences): number | undefined {
  const pairs = ratios.map((ratio) => ({
    fold: before,
    file: before.map((value) => value * ratio),
  }));
  return lowerConfidenceLimits(plan, confidences, pairs).objectives[0]?.confidenceLimit;
}

describe('the confidence limit of a file', () => {
  it.each([
    ['is lower where its scorer is less sure of the same prompts', [0.9, 0.9], 0.045],
    ['is that of the folds where it is surer', [1.1, 1.1], 0.05],
    ['is that of the folds where it is as sure', [1, 1], 0.05],
    ['follows the mean over the folds', [0.8, 1], 0.045],
    ['is that of the folds where no scorers can be compared', [], 0.05],
  ])('%s', (_, ratios, limit) => {
    expect(lower(ratios)).toBeCloseTo(limit, 6);
  });

  it('goes down with the prompts that the guard takes, not with all of them', () => {
    const file = confidences.map((value) => (value < 0.2 ? value * 0.9 : value * 1.5));
    const lowered = lowerConfidenceLimits(plan, confidences, [{ fold: confidences, file }]);
    expect(lowered.objectives[0]?.confidenceLimit).toBeCloseTo(0.045, 6);
    const guarded = file.filter((value) => value < (lowered.objectives[0]?.confidenceLimit ?? 0));
    expect(guarded.length).toBe(confidences.filter((value) => value < 0.05).length);
  });

  it('takes no more prompts where nearly all confidences are 1', () => {
    const fold = confidences.map((value) => (value < 0.05 ? 0.99 : 1));
    const file = fold.map(() => 1);
    const sure = buildPlan({ objectives: [buildObjective({ confidenceLimit: 0.999 })] });
    const lowered = lowerConfidenceLimits(sure, fold, [{ fold, file }]);
    expect(lowered.objectives[0]?.confidenceLimit).toBe(0.999);
  });

  it('stays where the scorers are sure of nothing', () => {
    expect(lower([1], new Float64Array(100))).toBe(0.05);
  });

  it('is none for an objective without one', () => {
    expect(lowerConfidenceLimits(plan, confidences, []).objectives[1]).not.toHaveProperty(
      'confidenceLimit',
    );
  });
});
