import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { normalQuantile95 } from '../statistics/student-t.js';
import { computeKnownMean } from '../strategies/chosen-outcomes.js';

/** How a mean changes if the scorer is fitted to all rows instead of to those of a fold. */
export interface RefitEffect {
  /** Added to the mean over held-out prompts. */
  readonly shift: number;
  /** Standard error of the shift, or of leaving it out. */
  readonly standardError: number;
}

/** One model for all prompts does not change with the scorer. */
export const noRefitEffect: RefitEffect = { shift: 0, standardError: 0 };

/**
 * The mean effect of refitting over the folds, with its standard error. From one fold, the error is
 * not known, and taken to be as large as the effect.
 *
 * @param changes mean with the scorer of all rows minus that with the fold's scorer, on the same
 * prompts, per fold; NaN where unknown
 */
export function computeRefitEffect(changes: readonly number[]): RefitEffect {
  const known = changes.filter((change) => !Number.isNaN(change));
  if (known.length === 0) return noRefitEffect;
  const shift = computeKnownMean(known);
  if (known.length === 1) return { shift, standardError: Math.abs(shift) };
  const squares = known.reduce((sum, change) => sum + (change - shift) ** 2, 0);
  const variance = squares / (known.length - 1) / known.length;
  return { shift, standardError: Math.sqrt(variance) };
}

/** The same effect as an error only: the mean stays, and the effect widens its interval. */
export function leaveOutShift({ shift, standardError }: RefitEffect): RefitEffect {
  return { shift: 0, standardError: Math.hypot(shift, standardError) };
}

/** The effect in other units, such as a share of a cost. */
export function scaleRefitEffect(
  { shift, standardError }: RefitEffect,
  factor: number,
): RefitEffect {
  return { shift: shift * factor, standardError: standardError * Math.abs(factor) };
}

/**
 * Shifts a 95 % interval by a refit effect, and widens it: the two errors are independent, so their
 * squares add up on each side.
 */
export function applyRefitEffect(
  { mean, low, high }: Interval,
  { shift, standardError }: RefitEffect,
): Interval {
  const error = normalQuantile95 * standardError;
  const shifted = mean + shift;
  return {
    mean: shifted,
    low: shifted - Math.hypot(mean - low, error),
    high: shifted + Math.hypot(high - mean, error),
  };
}

/** Weighted mean of the changes of values; those that are NaN before or after are left out. */
export function computeChange(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  weights: ArrayLike<number>,
): number {
  const changes = Float64Array.from(after, (value, row) => value - valueAt(before, row));
  return computeKnownMean(changes, weights);
}
