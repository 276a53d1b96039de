import type { Interval } from '../../../policy/file/policy.js';
import { pick, valueAt } from '../../../util/numeric-arrays.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import type { Outcomes } from './chosen-outcomes.js';

/** Quality is in [0, 1]. */
export const qualityRange = [0, 1] as const;
/** And a difference between two in [-1, 1]. */
export const differenceRange = [-1, 1] as const;

/** Whether both chose the same model for every prompt. */
export function isSameChoice(own: Outcomes, other: Outcomes): boolean {
  if (own === other) return true;
  const { choices } = other;
  return own.choices?.every((choice, row) => choice === choices?.[row]) ?? false;
}

/**
 * Quality minus that of a reference on the same prompts, with its 95 % interval over groups. Grades
 * that are equal on all of them are not those of the next prompt, unless the choices are the same.
 *
 * @returns null where fewer than two groups have both outcomes
 */
export function computeQualityDifference(
  own: Outcomes,
  reference: Outcomes,
  groups: GroupIndex,
): Interval | null {
  const differences = own.quality.map((value, row) => value - valueAt(reference.quality, row));
  return isSameChoice(own, reference)
    ? computeGroupedInterval(differences, groups)
    : computeBoundedInterval(differences, groups, differenceRange);
}

/** The outcomes of some of the prompts. */
export function pickOutcomes(
  { quality, costUsd, latencyMs, weights, choices }: Outcomes,
  places: readonly number[],
): Outcomes {
  return {
    quality: pick(quality, places),
    costUsd: pick(costUsd, places),
    latencyMs: pick(latencyMs, places),
    weights: pick(weights, places),
    ...(choices !== undefined && {
      choices: Int32Array.from(places, (place) => valueAt(choices, place)),
    }),
  };
}
