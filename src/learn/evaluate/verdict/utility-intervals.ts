import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { createBootstrap } from '../statistics/bootstrap.js';
import {
  computeGroupedInterval,
  computeLowerBound,
  isWithoutWidth,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { worstDifference } from '../statistics/non-inferiority.js';

/** How differences are resampled and tested. */
export interface IntervalBasis {
  /** Group number per row. */
  readonly groups: Int32Array;
  /** The same, with the weights of the rows: all of them are known. */
  readonly groupIndex: GroupIndex;
  /** One-sided error of the test of each objective. */
  readonly error: number;
  readonly seed: number;
}

/** What routing gains over a single model, per held-out row; NaN where it is unknown. */
export interface UtilityComparison {
  readonly values: Float64Array;
  /** How much each row counts; see `weighPairs`. */
  readonly weights: Float64Array;
  /** Whether routing chose the model for every prompt. */
  readonly isSame: boolean;
}

/**
 * Interval of the mean of each list of differences, over the rows where it is known: a bootstrap over
 * groups, widened where few groups decide.
 */
export function computeUtilityIntervals(
  comparisons: readonly UtilityComparison[],
  { groups, groupIndex, error, seed }: IntervalBasis,
): Interval[] {
  const columns = comparisons.flatMap(({ values, weights }) => [
    values.map((value, row) => (Number.isNaN(value) ? 0 : value * valueAt(weights, row))),
    values.map((value, row) => (Number.isNaN(value) ? 0 : valueAt(weights, row))),
  ]);
  const bootstrap = createBootstrap(columns, groups, { seed, resamples: 2000 });
  return comparisons.map((comparison, model) =>
    widenInterval(
      bootstrap.interval(
        (sums) => valueAt(sums, 2 * model) / valueAt(sums, 2 * model + 1),
        1 - 2 * error,
      ),
      { ...comparison, groupIndex: { ...groupIndex, weights: comparison.weights }, error },
    ),
  );
}

/**
 * Widens a bootstrap interval to that of Student's t, with the guard of `computeGuardedMean` below:
 * resampled from a few groups, a difference that is positive in each would always be above zero. Where
 * all differences are equal, the guard holds on both sides, since the next one may not be; routing that
 * never left the model has nothing to guard.
 */
function widenInterval(
  { mean, low, high }: Interval,
  test: UtilityComparison & {
    readonly groupIndex: GroupIndex;
    readonly error: number;
  },
): Interval {
  const { values, isSame, groupIndex, error } = test;
  if (isSame || values.every(Number.isNaN)) return { mean, low, high };
  const guard = { worst: worstDifference, error };
  const lower = computeLowerBound(values, groupIndex, guard);
  const interval = computeGroupedInterval(values, groupIndex, error);
  const losses = values.map((value) => -value);
  const upper =
    interval === null || isWithoutWidth(interval)
      ? -computeLowerBound(losses, groupIndex, guard)
      : interval.high;
  return {
    mean,
    low: Math.min(low, Number.isFinite(lower) ? lower : worstDifference),
    high: Math.max(high, Number.isFinite(upper) ? upper : -worstDifference),
  };
}

/** Whether no known difference is any: how the next prompts differ cannot be told from these. */
export function isNowhereDifferent(values: Float64Array): boolean {
  return values.every((value) => value === 0 || Number.isNaN(value));
}

/**
 * Index of the single model that is hardest to beat: one whose difference is not known, as nothing says
 * that it is beaten, or else that whose interval begins lowest.
 *
 * @param hasOutcomes of each; models without any do not count
 */
export function findHardest(
  intervals: readonly Interval[],
  hasOutcomes: readonly boolean[],
): number {
  const unknown = intervals.findIndex(({ low }, index) => Number.isNaN(low) && hasOutcomes[index]);
  if (unknown !== -1) return unknown;
  let lowest = 0;
  let lowestLow = Number.NaN;
  intervals.forEach(({ low }, index) => {
    if (low < lowestLow || (Number.isNaN(lowestLow) && !Number.isNaN(low))) {
      lowest = index;
      lowestLow = low;
    }
  });
  return lowest;
}
