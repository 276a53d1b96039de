import { valueAt } from '../../../util/numeric-arrays.js';
import { computeGroupedMean, type GroupedMean, type GroupIndex } from './grouped-mean.js';
import { computeStudentQuantile, computeStudentTail } from './student-t.js';

/**
 * P-value of the hypothesis that a model is worse than another by the margin or more, from paired
 * differences in quality: a small p-value says that it is not. Student's t over groups of
 * near-duplicates, with one added group that loses everything: where losses are so rare that the
 * data hold none, the spread would otherwise seem to be zero.
 *
 * @param differences quality of the model minus that of the other, per prompt; NaN is left out
 * @param margin in quality, above 0
 * @returns 1 with fewer than two groups
 */
export function testNonInferiority(
  differences: ArrayLike<number>,
  groups: GroupIndex,
  margin: number,
): number {
  const { mean, standardError, groups: known } = computeGuardedMean(differences, groups);
  if (known < 3) return 1;
  return computeStudentTail((mean + margin) / standardError, known - 1);
}

/**
 * The smallest margin with which `testNonInferiority` gives a p-value of at most the error.
 *
 * @returns NaN with fewer than two groups, or where a margin of 1 would not be enough
 */
export function findPassingMargin(
  differences: ArrayLike<number>,
  groups: GroupIndex,
  error: number,
): number {
  const { mean, standardError, groups: known } = computeGuardedMean(differences, groups);
  if (known < 3) return Number.NaN;
  const margin = computeStudentQuantile(1 - error, known - 1) * standardError - mean;
  return margin <= 1 ? Math.max(0, margin) : Number.NaN;
}

/** Mean of differences with one more group, of average size, that loses everything. */
export function computeGuardedMean(
  differences: ArrayLike<number>,
  groups: GroupIndex,
): GroupedMean {
  const known = computeGroupedMean(differences, groups);
  const usualSize = known.groups === 0 ? 1 : known.count / known.groups;
  return computeGroupedMean(differences, groups, { value: -1, size: usualSize });
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
