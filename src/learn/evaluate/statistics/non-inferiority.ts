import { valueAt } from '../../../util/numeric-arrays.js';
import { computeGuardedMean, type GroupIndex } from './grouped-mean.js';
import { computeStudentQuantile, computeStudentTail } from './student-t.js';

/** The difference in quality between a model that fails everywhere and one that never does. */
export const worstDifference = -1;

/**
 * P-value of the hypothesis that a model is worse than another by the margin or more, from paired
 * differences in quality: a small p-value says that it is not. Student's t over groups of
 * near-duplicates, with a guard that loses everything; see `computeGuardedMean`.
 *
 * @param differences quality of the model minus that of the other, per prompt; NaN is left out
 * @param margin in quality, above 0
 * @returns 1 where nothing can be said of other groups
 */
export function testNonInferiority(
  differences: ArrayLike<number>,
  groups: GroupIndex,
  margin: number,
): number {
  const guarded = computeGuardedMean(differences, groups, worstDifference);
  if (guarded === null) return 1;
  const { mean, standardError, freedom } = guarded;
  return computeStudentTail((mean + margin) / standardError, freedom);
}

/**
 * The smallest margin with which `testNonInferiority` gives a p-value of at most the error.
 *
 * @returns NaN where nothing can be said of other groups, or a margin of 1 would not be enough
 */
export function findPassingMargin(
  differences: ArrayLike<number>,
  groups: GroupIndex,
  error: number,
): number {
  const guarded = computeGuardedMean(differences, groups, worstDifference);
  if (guarded === null) return Number.NaN;
  const { mean, standardError, freedom } = guarded;
  const margin = computeStudentQuantile(1 - error, freedom) * standardError - mean;
  return margin <= 1 ? Math.max(0, margin) : Number.NaN;
}

/**
 * P-values adjusted for their number by Holm's step-down method ("A simple sequentially rejective
 * multiple test procedure", Scand. J. Stat. 6, 1979): if those up to some error are called
 * significant, the chance of even one false finding is at most that error, however the tests depend
 * on each other.
 *
 * @returns in the order of the p-values
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => valueAt(pValues, a) - valueAt(pValues, b));
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * valueAt(pValues, index)));
    adjusted[index] = highest;
  });
  return adjusted;
}
