import { describe, expect, it } from 'vitest';
import { indexGroups } from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeUtilityIntervals } from '../../../../src/learn/evaluate/verdict/utility-intervals.js';
import type { Interval } from '../../../../src/policy/file/policy.js';

/** The interval of what routing gains, each prompt in a group of its own. */
function intervalOf(gains: readonly number[], isSame = false): Interval | undefined {
  const groups = Int32Array.from(gains.keys());
  const weights = new Float64Array(gains.length).fill(1);
  const comparison = { values: Float64Array.from(gains), weights, isSame };
  const [interval] = computeUtilityIntervals([comparison], {
    groups,
    groupIndex: indexGroups(groups),
    error: 0.025,
    seed: 1,
  });
  return interval;
}

describe('the interval of what routing gains over a model', () => {
  it.each([0.2, -0.2])('leaves room on both sides where all gains are %d', (gain) => {
    const interval = intervalOf(Array.from({ length: 60 }, () => gain));
    expect(interval?.mean).toBeCloseTo(gain);
    expect(interval?.low).toBeLessThan(gain - 0.02);
    expect(interval?.high).toBeGreaterThan(gain + 0.02);
  });

  it('has no width where routing never left the model', () => {
    expect(intervalOf([0, 0, 0, 0], true)).toMatchObject({ mean: 0, low: 0, high: 0 });
  });

  it('knows next to nothing of two prompts with equal gains', () => {
    const interval = intervalOf([0.2, 0.2]);
    expect(interval?.low).toBeLessThanOrEqual(-1);
    expect(interval?.high).toBeGreaterThanOrEqual(1);
  });
});
