import { probit } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';

/** Groups numbered from 0, one number per value. */
export interface GroupIndex {
  readonly groupOf: Int32Array;
  /** How often each value counts: one of weight 3 as three in its group. */
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
  /** By linearisation, as of a ratio of group sums; NaN with fewer than two groups. */
  readonly standardError: number;
  /** Values that were known, by their weights, with the imagined ones. */
  readonly count: number;
  /** Groups with a known value. */
  readonly groups: number;
}

/**
 * Mean of values with its standard error over groups. NaN are left out.
 *
 * @param imagined values that count as a further group each
 * @param imaginedSize how many values such a group has; default: 1
 */
export function computeGroupedMean(
  values: ArrayLike<number>,
  { groupOf, weights, count: groupCount }: GroupIndex,
  imagined: readonly number[] = [],
  imaginedSize = 1,
): GroupedMean {
  const sums = new Float64Array(groupCount + imagined.length);
  const counts = new Float64Array(groupCount + imagined.length);
  sums.set(
    imagined.map((value) => value * imaginedSize),
    groupCount,
  );
  counts.fill(imaginedSize, groupCount);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const group = groupOf[index] as number;
    const weight = weights[index] as number;
    sums[group] = (sums[group] as number) + weight * value;
    counts[group] = (counts[group] as number) + weight;
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  const count = counts.reduce((sum, value) => sum + value, 0);
  const mean = total / count;
  let groups = 0;
  let squares = 0;
  counts.forEach((size, group) => {
    if (size === 0) return;
    groups += 1;
    squares += ((sums[group] as number) - mean * size) ** 2;
  });
  const standardError = Math.sqrt((squares * groups) / (groups - 1)) / count;
  return { mean, standardError: groups < 2 ? Number.NaN : standardError, count, groups };
}

/** Standard errors by which a mean is clearly above zero. */
const clearly = 2;

/** Whether a mean is above zero by more than chance is likely to explain; false where that is unknown. */
export function isClearlyPositive({
  mean,
  standardError,
}: Pick<GroupedMean, 'mean' | 'standardError'>): boolean {
  return mean > clearly * standardError;
}

/**
 * Lower bound of a mean at one-sided confidence `1 - error`, by the central limit theorem over
 * groups with Student's t. One imagined group with the worst value keeps the bound honest where losses
 * are so rare that the data hold none, and the normal approximation would see no risk at all.
 *
 * @param worst the least value that a group of one could have
 */
export function computeLowerBound(
  values: ArrayLike<number>,
  groups: GroupIndex,
  { worst, error }: { readonly worst: number; readonly error: number },
): number {
  const { mean, standardError, groups: known } = computeGroupedMean(values, groups, [worst]);
  if (known < 3) return Number.NEGATIVE_INFINITY;
  return mean - computeStudentQuantile(1 - error, known - 1) * standardError;
}

/**
 * Two-sided 95 % interval of a mean over groups, with Student's t. NaN are left out.
 *
 * @returns null where fewer than two groups have a value: there is nothing to tell its width from
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

/** Quantile of Student's t by its expansion around the normal (Abramowitz and Stegun 26.7.5). */
export function computeStudentQuantile(probability: number, degreesOfFreedom: number): number {
  const z = probit(probability);
  const inverse = 1 / degreesOfFreedom;
  return (
    z +
    ((z ** 3 + z) / 4) * inverse +
    ((5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96) * inverse ** 2 +
    ((3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384) * inverse ** 3
  );
}
