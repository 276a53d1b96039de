import { probit } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { addAt, valueAt } from '../../../util/numeric-arrays.js';
import { computeStudentQuantile } from './student-t.js';

/** Groups numbered from 0, one number per value. */
export interface GroupIndex {
  readonly groupOf: Int32Array;
  /** How often each value counts: a value of weight 3 as three values of its group. */
  readonly weights: ArrayLike<number>;
  readonly count: number;
}

/**
 * Numbers groups from 0 in the order in which they appear.
 *
 * @param weights one per value. @default all 1
 */
export function indexGroups(
  groups: ArrayLike<number>,
  weights: ArrayLike<number> = new Float64Array(groups.length).fill(1),
): GroupIndex {
  const indexOf = new Map<number, number>();
  const groupOf = Int32Array.from(groups, (group) => {
    const known = indexOf.get(group);
    if (known !== undefined) return known;
    indexOf.set(group, indexOf.size);
    return indexOf.size - 1;
  });
  return { groupOf, weights, count: indexOf.size };
}

/** A mean whose values depend on each other within groups. */
export interface GroupedMean {
  readonly mean: number;
  /** By linearization, as for a ratio of group sums; NaN with fewer than two groups. */
  readonly standardError: number;
  /** Number of known values, whatever their weights, with those of a guard. */
  readonly count: number;
  /** Groups with a known value, and the guard. */
  readonly groups: number;
  /**
   * As many groups, all deviating equally from the mean, would leave the standard error as uncertain
   * as it is: few where a few groups decide. NaN where no group deviates.
   */
  readonly effectiveGroups: number;
}

/** Mean of values with its standard error over groups; values that are NaN are left out. */
export function computeGroupedMean(values: ArrayLike<number>, groups: GroupIndex): GroupedMean {
  return summarizeGroups(sumGroups(values, groups));
}

/**
 * The same with a guard: one more group, of average size, in which every value is the worst. It
 * allows for losses so rare that the data hold none, where the spread would otherwise seem to be
 * zero. The result does not depend on the scale of the weights.
 *
 * @param worst the lowest possible value
 */
export function computeGuardedMean(
  values: ArrayLike<number>,
  groups: GroupIndex,
  worst: number,
): GroupedMean {
  const { sums, sizes, count } = sumGroups(values, groups);
  const known = sizes.filter((size) => size > 0).length;
  if (known === 0) return summarizeGroups({ sums, sizes, count });
  const usualSize = sizes.reduce((sum, size) => sum + size, 0) / known;
  return summarizeGroups({
    sums: append(sums, worst * usualSize),
    sizes: append(sizes, usualSize),
    count: count + count / known,
  });
}

function append(values: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(values.length + 1);
  longer.set(values);
  longer[values.length] = value;
  return longer;
}

/** Sums over the known values of each group. */
interface GroupSums {
  /** Of weighted values. */
  readonly sums: Float64Array;
  /** Of weights. */
  readonly sizes: Float64Array;
  /** Number of known values. */
  readonly count: number;
}

function sumGroups(
  values: ArrayLike<number>,
  { groupOf, weights, count: groupCount }: GroupIndex,
): GroupSums {
  const sums = new Float64Array(groupCount);
  const sizes = new Float64Array(groupCount);
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = valueAt(values, index);
    if (Number.isNaN(value)) continue;
    const group = valueAt(groupOf, index);
    const weight = valueAt(weights, index);
    addAt(sums, group, weight * value);
    addAt(sizes, group, weight);
    count += 1;
  }
  return { sums, sizes, count };
}

function summarizeGroups({ sums, sizes, count }: GroupSums): GroupedMean {
  const totalSize = sizes.reduce((sum, size) => sum + size, 0);
  const mean = sums.reduce((sum, value) => sum + value, 0) / totalSize;
  let groups = 0;
  let squares = 0;
  let fourthPowers = 0;
  sizes.forEach((size, group) => {
    if (size === 0) return;
    groups += 1;
    const square = (valueAt(sums, group) - mean * size) ** 2;
    squares += square;
    fourthPowers += square ** 2;
  });
  const standardError = Math.sqrt((squares * groups) / (groups - 1)) / totalSize;
  return {
    mean,
    standardError: groups < 2 ? Number.NaN : standardError,
    count,
    groups,
    effectiveGroups: squares ** 2 / fourthPowers,
  };
}

/** Standard errors by which a mean counts as clearly above zero. */
const clearStandardErrors = 2;

/** Whether a mean is above zero by more than chance is likely to explain; false if unknown. */
export function isClearlyPositive({
  mean,
  standardError,
}: Pick<GroupedMean, 'mean' | 'standardError'>): boolean {
  return mean > clearStandardErrors * standardError;
}

/**
 * Lower bound of a mean at one-sided confidence `1 - error`, by the central limit theorem over
 * groups with Student's t, with the guard of `computeGuardedMean`.
 *
 * @param worst the lowest possible value of a prompt
 * @returns -Infinity with fewer than two groups
 */
export function computeLowerBound(
  values: ArrayLike<number>,
  groups: GroupIndex,
  { worst, error }: { readonly worst: number; readonly error: number },
): number {
  const { mean, standardError, groups: known } = computeGuardedMean(values, groups, worst);
  if (known < 3) return Number.NEGATIVE_INFINITY;
  return mean - computeStudentQuantile(1 - error, known - 1) * standardError;
}

/** With fewer groups, the interval of a mean over them says nothing about others. */
export const minIntervalGroups = 10;

/**
 * Two-sided 95 % interval of a mean over groups, with Student's t; NaN values are left out.
 *
 * @returns null where fewer than two groups have a known value, so that the spread is unknown
 */
export function computeGroupedInterval(
  values: ArrayLike<number>,
  groups: GroupIndex,
): Interval | null {
  const { mean, standardError, groups: known } = computeGroupedMean(values, groups);
  if (known < 2) return null;
  const halfWidth = computeStudentQuantile(0.975, known - 1) * standardError;
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}

/** Rounding of sums: an interval that is no wider is one of equal values. */
const roundingWidth = 1e-9;

/** Whether an interval is of equal values, so that it says nothing of how far the next one may be. */
export function isWithoutWidth({ low, high }: Pick<Interval, 'low' | 'high'>): boolean {
  return !(high - low > roundingWidth);
}

/** The range of values and of their means. */
export type ValueRange = readonly [lowest: number, highest: number];

/** An interval within the range of what it is of. */
export function clampInterval(
  { mean, low, high }: Interval,
  [lowest, highest]: ValueRange,
): Interval {
  return { mean, low: Math.max(lowest, low), high: Math.min(highest, high) };
}

/** An interval to be shown: weighting can move a mean beyond bounds that are within its range. */
export function clampMean({ mean, low, high }: Interval): Interval {
  return { mean: Math.min(high, Math.max(low, mean)), low, high };
}

/**
 * The 95 % interval of the mean of values in a known range, within that range. Also where all are equal:
 * then each bound is as far away as the guard of `computeGuardedMean` would have it, since the next value
 * may differ.
 *
 * @param shownMean to move the interval to. @default the mean of the values
 */
export function computeBoundedInterval(
  values: ArrayLike<number>,
  groups: GroupIndex,
  range: ValueRange,
  shownMean?: number,
): Interval | null {
  const interval = computeUnboundedInterval(values, groups, range);
  if (interval === null) return null;
  const shift = shownMean === undefined ? 0 : shownMean - interval.mean;
  const { mean, low, high } = interval;
  return clampInterval({ mean: shownMean ?? mean, low: low + shift, high: high + shift }, range);
}

function computeUnboundedInterval(
  values: ArrayLike<number>,
  groups: GroupIndex,
  [lowest, highest]: ValueRange,
): Interval | null {
  const interval = computeGroupedInterval(values, groups);
  if (interval === null || !isWithoutWidth(interval)) return interval;
  const { mean } = interval;
  const measureWidth = (guard: number): number => {
    const guarded = computeGuardedMean(values, groups, guard);
    const quantile = computeStudentQuantile(0.975, guarded.groups - 1);
    return Math.abs(mean - guarded.mean) + quantile * guarded.standardError;
  };
  return { mean, low: mean - measureWidth(lowest), high: mean + measureWidth(highest) };
}

/**
 * How many values, varying, weighted and resembling each other as those of a mean are, would show a
 * mean of `effect` to be above zero with 80 % probability.
 *
 * @param error one-sided error of the test
 * @param worst of the guard of a test by `computeLowerBound`. @default 0: the test has no guard
 */
export function computeSampleSize(
  { standardError, count, groups }: Pick<GroupedMean, 'standardError' | 'count' | 'groups'>,
  effect: number,
  error: number,
  worst = 0,
): number {
  // The fewest groups of usual size with groups * effect + worst >= z * sqrt(groups * variance + worst²).
  const z = probit(1 - error) + probit(0.8);
  const variance = groups * standardError ** 2;
  const half = (z ** 2 * variance) / 2 - effect * worst;
  const root = Math.sqrt(half ** 2 - (effect * worst) ** 2 * (1 - z ** 2));
  return Math.ceil(((count / groups) * (half + root)) / effect ** 2);
}
