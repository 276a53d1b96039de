import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { normalQuantile95 as z } from '../statistics/student-t.js';

/** How well two graders of the same answers agree. */
export interface Agreement {
  readonly pairs: number;
  /** Share of answers that both grade the same, with its 95 % interval (Wilson). */
  readonly same: Interval;
  /** Cohen's kappa: agreement beyond chance; null where both give one grade only. */
  readonly kappa: number | null;
  /** Mean of the first minus the second: above 0 if the first grader is more lenient. Null without pairs. */
  readonly bias: number | null;
}

/**
 * Compares two lists of qualities of the same answers, in the same order.
 *
 * Wilson's interval holds for few pairs and for shares near 0 and 1 (Wilson 1927); kappa is Cohen's
 * (1960), over the qualities as categories.
 */
export function computeAgreement(first: readonly number[], second: readonly number[]): Agreement {
  const pairs = first.length;
  const isSame = (index: number): boolean =>
    Math.abs(valueAt(first, index) - valueAt(second, index)) < 1e-9;
  const matches = first.filter((_, index) => isSame(index)).length;
  const total = first.reduce((sum, quality, index) => sum + quality - valueAt(second, index), 0);
  const bias = pairs === 0 ? null : total / pairs;
  return { pairs, same: computeWilson(matches, pairs), kappa: computeKappa(first, second), bias };
}

/** A share with Wilson's 95 % interval. */
export function computeWilson(hits: number, total: number): Interval {
  if (total === 0) return { mean: Number.NaN, low: 0, high: 1 };
  const share = hits / total;
  const spread = z ** 2 / total;
  const center = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return { mean: share, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

function computeKappa(first: readonly number[], second: readonly number[]): number | null {
  const pairs = first.length;
  if (pairs === 0) return null;
  const keys = (values: readonly number[]): string[] => values.map((value) => value.toFixed(6));
  const [left, right] = [keys(first), keys(second)];
  const count = (values: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  };
  const [leftCounts, rightCounts] = [count(left), count(right)];
  let byChance = 0;
  for (const [value, number] of leftCounts) {
    byChance += (number / pairs) * ((rightCounts.get(value) ?? 0) / pairs);
  }
  const observed = left.filter((value, index) => value === right[index]).length / pairs;
  return byChance === 1 ? null : (observed - byChance) / (1 - byChance);
}
