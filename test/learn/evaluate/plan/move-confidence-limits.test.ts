import { describe, expect, it } from 'vitest';
import { moveConfidenceLimits } from '../../../../src/learn/evaluate/plan/move-confidence-limits.js';
import { buildPlan } from '../../../support/held-out.js';
import { buildObjective } from '../../../support/routing-policy.js';

const confidences = Float64Array.from({ length: 100 }, (_, row) => (row + 1) / 200);
const plan = buildPlan({
  objectives: [buildObjective({ confidenceLimit: 0.05 }), buildObjective({ name: 'cost' })],
});

function move(ratios: readonly number[], before = confidences): number | undefined {
  const pairs = ratios.map((ratio) => ({
    fold: before,
    file: before.map((value) => value * ratio),
  }));
  return moveConfidenceLimits(plan, confidences, pairs).objectives[0]?.confidenceLimit;
}

describe('the confidence limit of a file', () => {
  it.each([
    ['is lower where its scorer is less sure of the same prompts', [0.9, 0.9], 0.045],
    ['is higher where it is surer', [1.1, 1.1], 0.055],
    ['is that of the folds where it is as sure', [1, 1], 0.05],
    ['follows the mean over the folds', [0.8, 1], 0.045],
    ['is that of the folds where no scorers can be compared', [], 0.05],
  ])('%s', (_, ratios, limit) => {
    expect(move(ratios)).toBeCloseTo(limit, 6);
  });

  it('moves with the prompts that the guard takes, not with all of them', () => {
    const file = confidences.map((value) => (value < 0.2 ? value * 0.9 : value * 1.5));
    const moved = moveConfidenceLimits(plan, confidences, [{ fold: confidences, file }]);
    expect(moved.objectives[0]?.confidenceLimit).toBeCloseTo(0.045, 6);
    const guarded = file.filter((value) => value < (moved.objectives[0]?.confidenceLimit ?? 0));
    expect(guarded.length).toBe(confidences.filter((value) => value < 0.05).length);
  });

  it('stays where the scorers are sure of nothing', () => {
    expect(move([1], new Float64Array(100))).toBe(0.05);
  });

  it('is none for an objective without one', () => {
    expect(moveConfidenceLimits(plan, confidences, []).objectives[1]).not.toHaveProperty(
      'confidenceLimit',
    );
  });
});
