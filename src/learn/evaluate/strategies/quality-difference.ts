import type { Interval } from '../../../policy/file/policy.js';
import { pick, valueAt } from '../../../util/numeric-arrays.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import type { Outcomes } from './chosen-outcomes.js';
import { weighPairs, type ComparedPair } from './weigh-pairs.js';

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
  const { values, weights } = pairQualities({
    own,
    other: reference,
    groups: groups.groupOf,
    weights: groups.weights,
  });
  const weighted = { ...groups, weights };
  return isSameChoice(own, reference)
    ? computeGroupedInterval(values, weighted)
    : computeBoundedInterval(values, weighted, differenceRange);
}

/** Differences, NaN where they are not known, and how much each counts; see `weighPairs`. */
export interface PairedValues {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Differences in quality. */
export function pairQualities(pair: ComparedPair): PairedValues {
  const { own, other } = pair;
  return pairValues(pair, (row) => valueAt(own.quality, row) - valueAt(other.quality, row));
}

/** Differences of any measure. */
export function pairValues(pair: ComparedPair, subtract: (row: number) => number): PairedValues {
  const differences = pair.own.quality.map((_, row) => subtract(row));
  const weights = weighPairs(pair, (row) => !Number.isNaN(differences[row]));
  const values = differences.map((value, row) => (weights[row] === 0 ? Number.NaN : value));
  return { values, weights };
}

/** The outcomes of some of the prompts. */
export function pickOutcomes(
  { quality, costUsd, latencyMs, weights, choices, isWhole }: Outcomes,
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
    ...(isWhole !== undefined && {
      isWhole: Uint8Array.from(places, (place) => valueAt(isWhole, place)),
    }),
  };
}
