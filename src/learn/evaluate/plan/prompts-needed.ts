import { probit } from 'simple-statistics';
import { computeGroupedMean, type GroupIndex } from '../verdict/grouped-mean.js';

/** The gain that a verdict should not miss: one point of quality in a hundred. */
export const relevantGain = 0.01;

/**
 * How many held-out prompts would find a mean difference of `relevantGain` with 80 % probability at
 * the two-sided 5 % level, were they to vary, and to resemble each other, as these do.
 *
 * @param differences paired differences per prompt; NaN where unknown
 * @returns undefined where the differences do not vary, and say nothing of how far they could
 */
export function computePromptsNeeded(
  differences: ArrayLike<number>,
  groups: GroupIndex,
): number | undefined {
  const { standardError, count } = computeGroupedMean(differences, groups);
  if (!(standardError > 0)) return undefined;
  const standardErrors = probit(0.975) + probit(0.8);
  return Math.ceil(count * ((standardError * standardErrors) / relevantGain) ** 2);
}
