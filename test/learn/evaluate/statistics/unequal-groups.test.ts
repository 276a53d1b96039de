import { describe, expect, it } from 'vitest';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  computeGroupedMean,
  computeLowerBound,
  findEffectivePrompts,
  indexGroups,
  type GroupIndex,
} from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import {
  findPassingMargin,
  testNonInferiority,
} from '../../../../src/learn/evaluate/statistics/non-inferiority.js';
import { computeUtilityIntervals } from '../../../../src/learn/evaluate/verdict/utility-intervals.js';
import { createRandom } from '../../../../src/util/random.js';
import { createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const weighRows = (weights: readonly number[]): GroupIndex =>
  indexGroups(listRows(weights.length), weights);

/** Losses of a share of the groups, as likely on large ones as on small ones. */
function drawLosses(groups: GroupIndex, share: number, random: () => number): Float64Array {
  const losses = Array.from({ length: groups.count }, () => (random() < share ? -1 : 0));
  return Float64Array.from(groups.groupOf, (group) => losses[group] ?? 0);
}

describe('tests of groups of unequal size', () => {
  const normal = createNormal(3);
  const rows = rowsOf(300);
  const worlds: readonly (readonly [string, GroupIndex])[] = [
    ['weights that vary little', weighRows(rows.map(() => Math.exp(normal())))],
    ['weights that vary much', weighRows(rows.map(() => Math.exp(2 * normal())))],
    ['weights of 1 / rank', weighRows(rows.map((row) => 1 / (row + 1)))],
    ['half of the prompts in one group', indexGroups(rows.map((row) => (row < 150 ? 0 : row)))],
  ];

  it.each(worlds)('seldom miss rare losses: %s', (_, groups) => {
    const random = createRandom(4);
    const trials = 300;
    const wrong = { notWorse: 0, shown: 0, missed: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const losses = drawLosses(groups, 0.03, random);
      if (testNonInferiority(losses, groups, 0.03) <= 0.05) wrong.notWorse += 1;
      const gains = losses.map((loss) => 0.03 + loss);
      if (computeLowerBound(gains, groups, { worst: -0.97, error: 0.02 }) >= 0) wrong.shown += 1;
      const interval = computeBoundedInterval(losses, groups, [-1, 1]);
      if (interval !== null && (interval.low > -0.03 || interval.high < -0.03)) wrong.missed += 1;
    }
    expect(wrong.notWorse / trials).toBeLessThan(0.07);
    expect(wrong.shown / trials).toBeLessThan(0.04);
    expect(wrong.missed / trials).toBeLessThan(0.1);
  });

  it('say nothing where a few groups have most of the weight', () => {
    const groups = weighRows(rows.map((row) => (row < 5 ? 1000 : 1)));
    const gains = Float64Array.from(rows, (row) => 0.4 + (row % 2) / 10);
    expect(computeGroupedInterval(gains, groups)).toBeNull();
    expect(computeBoundedInterval(gains, groups, [-1, 1])).toBeNull();
    expect(computeLowerBound(gains, groups, { worst: -1, error: 0.4 })).toBe(-Infinity);
    expect(testNonInferiority(gains, groups, 0.5)).toBe(1);
    expect(findPassingMargin(gains, groups, 0.4)).toBeNaN();
    const weights = Float64Array.from(groups.weights);
    const basis = { groups: groups.groupOf, groupIndex: groups, error: 0.025, seed: 1 };
    expect(computeUtilityIntervals([{ values: gains, weights, isSame: false }], basis)).toEqual([
      { mean: expect.closeTo(0.44) as number, low: -1, high: 1 },
    ]);
  });

  it('compare few groups of similar size by Student’s t', () => {
    const groups = weighRows([2, 3, 2, 3, 2]);
    const interval = computeGroupedInterval([0.2, 0.3, 0.1, 0.3, 0.2], groups);
    expect(interval?.low).toBeGreaterThan(0);
  });
});

describe('groups of equal size', () => {
  it.each([0.1, 1 / 3, 1, 7])('are as many as they are, of weight %d each', (weight) => {
    const groups = weighRows(Array<number>(59).fill(weight));
    const found = computeGroupedMean(
      rowsOf(59).map((row) => row % 2),
      groups,
    );
    expect(found).toMatchObject({ groups: 59, effectiveGroups: 59 });
    expect(findEffectivePrompts(groups)).toEqual({});
  });
});

describe('the effective number of prompts', () => {
  it('is that of equal weights where less than half as many would do', () => {
    const weights = rowsOf(300).map((row) => 1 / (row + 1));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
    expect(findEffectivePrompts(weighRows(weights))).toEqual({
      effectivePrompts: Math.floor(sum ** 2 / squares),
    });
  });

  it('counts a group of near-duplicates by its size', () => {
    const groups = indexGroups(rowsOf(300).map((row) => (row < 150 ? 0 : row)));
    expect(findEffectivePrompts(groups)).toEqual({ effectivePrompts: 3 });
  });
});

function rowsOf(count: number): number[] {
  return [...listRows(count)];
}
