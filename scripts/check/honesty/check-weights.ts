import {
  computeBoundedInterval,
  computeLowerBound,
  indexGroups,
  type GroupIndex,
} from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { testNonInferiority } from '../../../src/learn/evaluate/statistics/non-inferiority.js';
import { differenceRange } from '../../../src/learn/evaluate/strategies/quality-difference.js';
import { computeUtilityIntervals } from '../../../src/learn/evaluate/verdict/utility-intervals.js';
import { createRandom, type Random } from '../../../src/util/random.js';
import { drawNormal } from './simulate-outcomes.js';

/** Draws the weights, or the groups, of prompts of which few count much more than the others. */
export type DrawGroups = (prompts: number, random: Random) => GroupIndex;

const weighEach = (prompts: number, weigh: (row: number) => number): GroupIndex =>
  indexGroups(
    [...Array(prompts).keys()],
    Float64Array.from({ length: prompts }, (_, row) => weigh(row)),
  );

/** Unequal weights, and a large group of copies. */
export const unequalGroups: Readonly<Record<string, DrawGroups>> = {
  'log-normal weights, sd 1': (prompts, random) =>
    weighEach(prompts, () => Math.exp(drawNormal(random))),
  'log-normal weights, sd 2': (prompts, random) =>
    weighEach(prompts, () => Math.exp(2 * drawNormal(random))),
  'weights of 1 / rank': (prompts) => weighEach(prompts, (row) => 1 / (row + 1)),
  'half of the prompts in one group': (prompts) =>
    indexGroups(Array.from({ length: prompts }, (_, row) => (row < prompts / 2 ? 0 : row))),
};

export interface WeightTrials {
  /** Share of trials in which a model that is worse by just the margin is called not worse, at 5 %. */
  readonly notWorse: number;
  /** Share of trials in which a 95 % interval of the difference is shown and misses it. */
  readonly missed: number;
  /** Share of trials in which a promise that is barely broken is shown, at 2 %. */
  readonly promised: number;
  /** Share of trials in which a model without any gain is said to pay, at 0.8 %. */
  readonly routes: number;
}

/**
 * Tests rare losses, of just as much as may not be shown, in many trials. Often no loss is on a prompt that
 * counts much, so that losses look even rarer.
 */
export function checkWeights(
  drawGroups: DrawGroups,
  {
    trials,
    prompts,
    seed,
  }: { readonly trials: number; readonly prompts: number; readonly seed: number },
): WeightTrials {
  const random = createRandom(seed);
  const counts = { notWorse: 0, missed: 0, promised: 0, routes: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const groups = drawGroups(prompts, random);
    const draw = (share: number, gain: number): Float64Array => {
      const losses = Array.from({ length: groups.count }, () => random() < share);
      return Float64Array.from(groups.groupOf, (group) => gain - Number(losses[group]));
    };
    const losses = draw(0.03, 0);
    if (testNonInferiority(losses, groups, 0.03) <= 0.05) counts.notWorse += 1;
    const interval = computeBoundedInterval(losses, groups, differenceRange);
    if (interval !== null && !(interval.low <= -0.03 && -0.03 <= interval.high)) counts.missed += 1;
    const bound = computeLowerBound(draw(0.02, 0.02), groups, { worst: -0.98, error: 0.02 });
    if (bound >= 0) counts.promised += 1;
    const [utility] = computeUtilityIntervals(
      [{ values: draw(0.03, 0.03), weights: Float64Array.from(groups.weights), isSame: false }],
      { groups: groups.groupOf, groupIndex: groups, error: 0.025 / 3, seed: seed + trial },
    );
    if (utility !== undefined && utility.low > 0) counts.routes += 1;
  }
  return {
    notWorse: counts.notWorse / trials,
    missed: counts.missed / trials,
    promised: counts.promised / trials,
    routes: counts.routes / trials,
  };
}
