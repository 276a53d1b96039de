import type { Interval } from '../../../policy/file/policy.js';
import { addAt, valueAt } from '../../../util/numeric-arrays.js';
import { computeEffectiveSize } from './effective-size.js';
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
  /** Number of known values, whatever their weights. */
  readonly count: number;
  /** Groups with a known value. */
  readonly groups: number;
  /** As many groups of equal size would say as much: few where a few groups have most of the weight. */
  readonly effectiveGroups: number;
  /**
   * As many groups, all deviating equally from the mean, would leave the standard error as uncertain
   * as it is: few where a few groups decide. NaN where no group deviates.
   */
  readonly decidingGroups: number;
}

/** Mean of values with its standard error over groups; values that are NaN are left out. */
export function computeGroupedMean(values: ArrayLike<number>, groups: GroupIndex): GroupedMean {
  return summarizeGroups(sumGroups(values, groups));
}

/** With fewer groups, the interval of a mean over them says nothing about others. */
export const minIntervalGroups = 10;

/** Whether groups are so unequal that their number says little: fewer than half would say as much. */
function isLopsided({
  groups,
  effectiveGroups,
}: Pick<GroupedMean, 'groups' | 'effectiveGroups'>): boolean {
  return effectiveGroups < groups / 2;
}

/**
 * Whether nothing can be said of other groups: there is none to compare with, or so few have most of the
 * weight that the next one may change everything. Few groups of similar size still have Student's t.
 */
function areTooFew(found: GroupedMean): boolean {
  return found.groups < 2 || (isLopsided(found) && found.effectiveGroups < minIntervalGroups);
}

/** Degrees of freedom of the standard error. */
function findFreedom({ effectiveGroups }: GroupedMean): number {
  return Math.max(1, effectiveGroups - 1);
}

/** An effective number of prompts, where they are so unequal that their number says too much. */
export interface EffectivePrompts {
  /**
   * As many prompts of equal weight, unlike each other, would say as much, rounded down; absent where this
   * is not less than half the number of groups.
   */
  readonly effectivePrompts?: number;
}

export function findEffectivePrompts(groups: GroupIndex): EffectivePrompts {
  const found = computeGroupedMean(groups.weights, groups);
  return isLopsided(found) ? { effectivePrompts: Math.floor(found.effectiveGroups) } : {};
}

/** A mean with a guard, and the degrees of freedom of its standard error. */
export interface GuardedMean {
  readonly mean: number;
  readonly standardError: number;
  readonly freedom: number;
}

/**
 * The same with a guard: one more group in which every value is the worst. It allows for losses so rare
 * that the data hold none, where the spread would otherwise seem to be zero. The guard is as large as the
 * group that a random unit of weight is in: where few groups have most of the weight, these are what a
 * loss would matter in. The result does not depend on the scale of the weights.
 *
 * @param worst the lowest possible value
 * @param share of that size. @default 1
 * @returns null where nothing can be said of other groups; see `areTooFew`
 */
export function computeGuardedMean(
  values: ArrayLike<number>,
  groups: GroupIndex,
  worst: number,
  share = 1,
): GuardedMean | null {
  const known = sumGroups(values, groups);
  const found = summarizeGroups(known);
  if (areTooFew(found)) return null;
  const { sums, sizes } = known;
  const size = (share * sizes.reduce((sum, one) => sum + one, 0)) / found.effectiveGroups;
  const guarded = summarizeGroups({
    ...known,
    sums: append(sums, worst * size),
    sizes: append(sizes, size),
  });
  const { mean, standardError } = guarded;
  return { mean, standardError, freedom: findFreedom(guarded) };
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
  const groups = sizes.filter((size) => size > 0).length;
  const effectiveGroups = computeEffectiveSize(sizes);
  const squares = sizes.map((size, group) => (valueAt(sums, group) - mean * size) ** 2);
  const square = squares.reduce((sum, one) => sum + one, 0);
  const standardError = Math.sqrt((square * effectiveGroups) / (effectiveGroups - 1)) / totalSize;
  return {
    mean,
    standardError: groups < 2 ? Number.NaN : standardError,
    count,
    groups,
    effectiveGroups,
    decidingGroups: computeEffectiveSize(squares),
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
 * @returns -Infinity where nothing can be said of other groups
 */
export function computeLowerBound(
  values: ArrayLike<number>,
  groups: GroupIndex,
  { worst, error }: { readonly worst: number; readonly error: number },
): number {
  const guarded = computeGuardedMean(values, groups, worst);
  if (guarded === null) return Number.NEGATIVE_INFINITY;
  const { mean, standardError, freedom } = guarded;
  return mean - computeStudentQuantile(1 - error, freedom) * standardError;
}

/**
 * Two-sided interval of a mean over groups, with Student's t; NaN values are left out.
 *
 * @param error on each side. @default 0.025, for 95 %
 * @returns null where fewer than two groups have a known value, or a few of them most of the weight, so
 * that the spread is unknown
 */
export function computeGroupedInterval(
  values: ArrayLike<number>,
  groups: GroupIndex,
  error = 0.025,
): Interval | null {
  const found = computeGroupedMean(values, groups);
  if (areTooFew(found)) return null;
  const { mean, standardError } = found;
  const halfWidth = computeStudentQuantile(1 - error, findFreedom(found)) * standardError;
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
 * may differ. Where groups are unequal, the largest may hide what the others show, and a part of the guard
 * holds, none where they are equal.
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
  if (interval === null) return null;
  const { groups: known, effectiveGroups } = computeGroupedMean(values, groups);
  const share = isWithoutWidth(interval) ? 1 : 1 - effectiveGroups / known;
  if (!(share > 0)) return interval;
  const { mean } = interval;
  const measureWidth = (guard: number): number => {
    const guarded = computeGuardedMean(values, groups, guard, share);
    if (guarded === null) return 0;
    const quantile = computeStudentQuantile(0.975, guarded.freedom);
    return Math.abs(mean - guarded.mean) + quantile * guarded.standardError;
  };
  return {
    mean,
    low: Math.min(interval.low, mean - measureWidth(lowest)),
    high: Math.max(interval.high, mean + measureWidth(highest)),
  };
}
