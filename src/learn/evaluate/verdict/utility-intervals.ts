import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { createBootstrap } from '../statistics/bootstrap.js';
import {
  computeGroupedMean,
  computeLowerBound,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { worstDifference } from '../statistics/non-inferiority.js';
import { computeStudentQuantile } from '../statistics/student-t.js';

/** How differences are resampled and tested. */
export interface IntervalBasis {
  /** Group number per row. */
  readonly groups: Int32Array;
  /** The same, with the weights of the rows. */
  readonly groupIndex: GroupIndex;
  /** One-sided error of the test of each objective. */
  readonly error: number;
  readonly seed: number;
}

/**
 * Interval of the mean of each list of differences, over the rows where it is known: a bootstrap over
 * groups, widened where few groups decide.
 */
export function computeUtilityIntervals(
  differences: readonly Float64Array[],
  { groups, groupIndex, error, seed }: IntervalBasis,
): Interval[] {
  const { weights } = groupIndex;
  const columns = differences.flatMap((values) => [
    values.map((value, row) => (Number.isNaN(value) ? 0 : value * valueAt(weights, row))),
    values.map((value, row) => (Number.isNaN(value) ? 0 : valueAt(weights, row))),
  ]);
  const bootstrap = createBootstrap(columns, groups, { seed, resamples: 2000 });
  return differences.map((values, model) =>
    widenInterval(
      bootstrap.interval(
        (sums) => valueAt(sums, 2 * model) / valueAt(sums, 2 * model + 1),
        1 - 2 * error,
      ),
      { values, groupIndex, error },
    ),
  );
}

/**
 * Widens a bootstrap interval to that of Student's t, with the guard of `computeGuardedMean` below:
 * resampled from a few groups, a difference that is positive in each would always be above zero.
 * Routing that never left the model has nothing to guard.
 */
function widenInterval(
  { mean, low, high }: Interval,
  test: {
    readonly values: Float64Array;
    readonly groupIndex: GroupIndex;
    readonly error: number;
  },
): Interval {
  const { values, groupIndex, error } = test;
  if (values.every((value) => value === 0 || Number.isNaN(value))) return { mean, low, high };
  const lower = computeLowerBound(values, groupIndex, { worst: worstDifference, error });
  const { standardError, groups } = computeGroupedMean(values, groupIndex);
  const halfWidth =
    groups < 2 ? Number.NaN : computeStudentQuantile(1 - error, groups - 1) * standardError;
  return {
    mean,
    low: Math.min(low, Number.isFinite(lower) ? lower : worstDifference),
    high: Math.max(high, Number.isFinite(halfWidth) ? mean + halfWidth : -worstDifference),
  };
}

/** Index of the interval that begins lowest; models without outcomes do not count. */
export function findLowest(intervals: readonly Interval[]): number {
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
