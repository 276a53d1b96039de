import { probit } from 'simple-statistics';
import type { GroupedMean } from './grouped-mean.js';

/**
 * How many values, varying, weighted and resembling each other as those of a mean are, would show a
 * mean of `effect` to be above zero with 80 % probability.
 *
 * @param error one-sided error of the test
 * @param worst of the guard of a test by `computeLowerBound`. @default 0: the test has no guard
 */
export function computeSampleSize(
  {
    standardError,
    count,
    effectiveGroups: groups,
  }: Pick<GroupedMean, 'standardError' | 'count' | 'effectiveGroups'>,
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
