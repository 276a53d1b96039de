import {
  computeGroupedMean,
  type GroupedMean,
  type GroupIndex,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import { computeStudentQuantile } from '../../learn/evaluate/statistics/student-t.js';
import type { Interval } from '../../policy/file/policy.js';

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
export function toEstimate({ mean, standardError, effectiveGroups }: GroupedMean): Estimate {
  const freedom = Math.max(1, effectiveGroups - 1);
  const halfWidth =
    standardError > 0 ? computeStudentQuantile(0.975, freedom) * standardError : standardError;
  return { mean, low: mean - halfWidth, high: mean + halfWidth, standardError };
}
