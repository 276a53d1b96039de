import {
  clampInterval,
  computeGroupedMean,
  type GroupedMean,
  type GroupIndex,
  type ValueRange,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import { computeEffectiveSize } from '../../learn/evaluate/statistics/effective-size.js';
import { computeStudentQuantile } from '../../learn/evaluate/statistics/student-t.js';
import type { Interval } from '../../policy/file/policy.js';
import { addAt, valueAt } from '../../util/numeric-arrays.js';

/** A mean with its 95 % interval. */
export interface Estimate extends Interval {
  readonly standardError: number;
}

/** The mean of some values over groups, each value by its weight. */
export function estimateMean(values: ArrayLike<number>, groups: GroupIndex): Estimate {
  return toEstimate(computeGroupedMean(values, groups));
}

/**
 * A normal interval, with Student's t where few groups decide about the standard error.
 *
 * @returns NaN bounds with fewer than two groups
 */
export function toEstimate({ mean, standardError, decidingGroups }: GroupedMean): Estimate {
  const freedom = Math.max(1, decidingGroups - 1);
  const halfWidth =
    standardError > 0 ? computeStudentQuantile(0.975, freedom) * standardError : standardError;
  return { mean, low: mean - halfWidth, high: mean + halfWidth, standardError };
}

/**
 * How far from a mean its bounds must be at least: as far as one more group, of average size and as far
 * away as `distance`, would move them (see `computeGuardedMean`). Equal outcomes of a few groups leave
 * no standard error, and yet the next one may differ.
 *
 * @param groups as many groups of equal weight as the outcomes are worth
 */
export function computeGuardWidth(distance: number, groups: number): number {
  if (!(groups > 0)) return distance;
  const width = (1 + computeStudentQuantile(0.975, Math.max(1, groups))) / (groups + 1);
  return distance * Math.min(1, width);
}

/**
 * An interval whose bounds are at least as far from the mean as the guard demands, and within the range
 * of what is estimated. Weighting can move a mean out of that range: it stays where it is, since means
 * of several logs are right on average, and the guard then counts from the end of the range.
 */
export function guardEstimate(
  { mean, low, high, standardError }: Estimate,
  range: ValueRange,
  groups: number,
): Estimate {
  const [min, max] = range;
  const possible = Math.min(max, Math.max(min, mean));
  const guarded = {
    mean,
    low: Math.min(low, possible - computeGuardWidth(possible - min, groups)),
    high: Math.max(high, possible + computeGuardWidth(max - possible, groups)),
  };
  return { ...clampInterval(guarded, range), standardError };
}

/**
 * The mean of values in [0, 1], with Wilson's interval for as many independent values as would give
 * the same standard error (Korn and Graubard, "Confidence Intervals for Proportions with Small
 * Expected Number of Positive Counts", Survey Methodology 24, 1998). A normal interval would be empty
 * where all values are equal, and too short where few differ.
 *
 * @param observed the weights of the values that were observed, where the others only follow from
 * those: 0 for these. @default all, by the weights of the groups
 */
export function estimateShare(
  values: ArrayLike<number>,
  groups: GroupIndex,
  observed: ArrayLike<number> = groups.weights,
): Estimate {
  const grouped = computeGroupedMean(values, groups);
  const { mean, standardError } = grouped;
  // A corrected mean can leave [0, 1]; there is no such share.
  if (!(mean >= 0 && mean <= 1) || Number.isNaN(standardError)) return toEstimate(grouped);
  const sampled = countEffective(values, groups, observed);
  const count =
    standardError === 0 ? sampled : Math.max(1, (mean * (1 - mean)) / standardError ** 2);
  // By what was sampled: near 0 and 1 the few that differ make all of the variance.
  const width = computeStudentQuantile(0.975, Math.max(1, sampled - 1));
  const square = width ** 2 / count;
  const center = (mean + square / 2) / (1 + square);
  const halfWidth = Math.sqrt(mean * (1 - mean) * square + square ** 2 / 4) / (1 + square);
  return {
    mean,
    low: Math.max(0, center - halfWidth),
    high: Math.min(1, center + halfWidth),
    standardError,
  };
}

/** As many groups of equal weight would say as much; values that are NaN are left out. */
export function countEffective(
  values: ArrayLike<number>,
  { groupOf, count }: GroupIndex,
  weights: ArrayLike<number>,
): number {
  const sums = new Float64Array(count);
  groupOf.forEach((group, row) => {
    if (!Number.isNaN(valueAt(values, row))) addAt(sums, group, valueAt(weights, row));
  });
  return computeEffectiveSize(sums);
}
