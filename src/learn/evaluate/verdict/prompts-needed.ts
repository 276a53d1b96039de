import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeGroupedMean, indexGroups } from '../statistics/grouped-mean.js';
import { computeSampleSize } from '../statistics/sample-size.js';
import { worstDifference } from '../statistics/non-inferiority.js';
import { listHeldOutGroups, listHeldOutRows, type HeldOut } from './held-out.js';
import { collectConstant } from './held-out-strategies.js';
import type { IntervalBasis } from './utility-intervals.js';

/** The gain in quality that a verdict should not miss. */
export const relevantGain = 0.01;

/**
 * How many held-out prompts would detect a mean difference with 80 % probability in the verdict's
 * test, guard and all, if they vary and resemble each other as these do.
 *
 * @param differences paired differences per prompt; NaN where unknown
 * @returns undefined where the differences do not vary
 */
export function computePromptsNeeded(
  differences: ArrayLike<number>,
  { groupIndex, error }: Pick<IntervalBasis, 'groupIndex' | 'error'>,
  effect = relevantGain,
): number | undefined {
  const mean = computeGroupedMean(differences, groupIndex);
  return mean.standardError > 0
    ? computeSampleSize(mean, effect, error, worstDifference)
    : undefined;
}

/**
 * How many held-out prompts would detect a gain of `relevantGain` from switching between the two
 * best models, as routing might: an upper bound, from the mean square of their differences.
 *
 * @param quality comparable mean quality of each model
 * @param error one-sided error of the test; see `findTestError`
 * @returns undefined with fewer than two models, Infinity where no prompts have outcomes of both
 */
export function computePromptsForSwitching(
  heldOut: HeldOut,
  quality: readonly number[],
  error: number,
): number | undefined {
  const [first, second] = [...quality.keys()]
    .filter((model) => !Number.isNaN(quality[model]))
    .sort((a, b) => valueAt(quality, b) - valueAt(quality, a));
  if (first === undefined || second === undefined) return undefined;
  const rows = listHeldOutRows(heldOut);
  const groups = indexGroups(listHeldOutGroups(heldOut), listRowWeights(heldOut.table, rows));
  const best = collectConstant(heldOut, first).quality;
  const other = collectConstant(heldOut, second).quality;
  const differences = best.map((value, row) => value - valueAt(other, row));
  const found = computeGroupedMean(differences, groups);
  const { mean, standardError, effectiveGroups } = found;
  const rootMeanSquare = Math.sqrt(standardError ** 2 + mean ** 2 / effectiveGroups);
  if (Number.isNaN(rootMeanSquare)) return Infinity;
  const spread = { ...found, standardError: rootMeanSquare };
  return computeSampleSize(spread, relevantGain, error, worstDifference);
}
