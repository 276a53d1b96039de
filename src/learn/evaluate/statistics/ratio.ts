import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeGroupedInterval, computeGroupedMean, type GroupIndex } from './grouped-mean.js';

/**
 * Values whose mean is the ratio of two means, and whose spread is its error: a ratio by linearization.
 * NaN where either is, and where the second mean is 0.
 */
export function linearizeRatio(
  numerator: Float64Array,
  denominator: Float64Array,
  groups: GroupIndex,
): Float64Array {
  const base = computeGroupedMean(denominator, groups).mean;
  const ratio = computeGroupedMean(numerator, groups).mean / base;
  return numerator.map((value, row) => ratio + (value - ratio * valueAt(denominator, row)) / base);
}

/**
 * The share `1 - sum(own) / sum(reference)` of the pairs that are known, with its 95 % interval.
 *
 * @returns null where nothing is known of both, the reference costs nothing, or there is no interval; see
 * `computeGroupedInterval`
 */
export function computeSavedShare(
  own: Float64Array,
  reference: Float64Array,
  groups: GroupIndex,
): Interval | null {
  const isPair = (row: number): boolean =>
    !Number.isNaN(valueAt(own, row) + valueAt(reference, row));
  const pair = (values: Float64Array): Float64Array =>
    values.map((value, row) => (isPair(row) ? value : Number.NaN));
  const interval = computeGroupedInterval(
    linearizeRatio(pair(own), pair(reference), groups),
    groups,
  );
  if (interval === null || !Number.isFinite(interval.mean)) return null;
  return { mean: 1 - interval.mean, low: 1 - interval.high, high: 1 - interval.low };
}
