import { errorFunction } from 'simple-statistics';
import { computeGroupedMean, type GroupedMean, type GroupIndex } from './grouped-mean.js';

/**
 * P-value of the hypothesis that a model is worse than another by the margin or more, from paired
 * differences in quality: a small one says that it is not. By Student's t over groups of
 * near-duplicates. One imagined group that loses all keeps it honest where losses are so rare that
 * the data hold none, and the spread would seem to be zero.
 *
 * @param differences quality of the model less that of the other, per prompt; NaN are left out
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
  return computeUpperTail((mean + margin) / standardError, known - 1);
}

/** Mean of differences with one imagined group more, of usual size, that loses all. */
export function computeGuardedMean(
  differences: ArrayLike<number>,
  groups: GroupIndex,
): GroupedMean {
  const known = computeGroupedMean(differences, groups);
  const usualSize = known.groups === 0 ? 1 : known.count / known.groups;
  return computeGroupedMean(differences, groups, [-1], usualSize);
}

/** P(T > t) of Student's t, by Wallace's transformation to a normal (Ann. Math. Stat. 30, 1959). */
function computeUpperTail(t: number, degreesOfFreedom: number): number {
  const scale = (8 * degreesOfFreedom + 1) / (8 * degreesOfFreedom + 3);
  const z = scale * Math.sqrt(degreesOfFreedom * Math.log1p(t ** 2 / degreesOfFreedom));
  // Not `cumulativeStdNormalProbability`, a table that ends at .001: too much for many tests.
  const beyond = (1 - errorFunction(z / Math.SQRT2)) / 2;
  return t > 0 ? beyond : 1 - beyond;
}

/**
 * P-values adjusted for their number by Holm's step-down method ("A simple sequentially rejective
 * multiple test procedure", Scand. J. Stat. 6, 1979): with those at most some error called
 * significant, the chance of a single false one among them is at most that error, however the tests
 * depend on each other.
 *
 * @returns in the order given
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = highest;
  });
  return adjusted;
}
