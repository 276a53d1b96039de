import { nullIfUnknown } from '../../../util/json.js';
import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeKnownMean } from './chosen-outcomes.js';

/** How a mean on some prompts is carried over to all: by what the mean of a reference changes. */
export type Shift = 'difference' | 'ratio';

/** With fewer shared prompts, what a reference does on the others says too little. */
export const minPairs = 20;

/** With less of the prompts known, a mean is mainly estimated, so that its error is not known. */
export const minShareOfInterval = 0.9;

/** What missing values are estimated from. */
export interface PairedReference {
  readonly values: Float64Array;
  /**
   * Its mean for all prompts, as tables show it. @default unknown: prompts that lack both values are
   * left out
   */
  readonly mean?: number | undefined;
}

/** A mean for all prompts that have a weight. */
export interface PairedMean {
  /** NaN where no value is known. */
  readonly mean: number;
  /** Whether too many values are missing for an interval. */
  readonly isEstimated: boolean;
}

/**
 * Mean of values, of which some may be missing. Known ones count as they are. Missing ones are estimated:
 * they differ from a reference as on the prompts where both are known, since the mean of the known ones
 * alone would be of other prompts. Where the reference has every value that is known, the mean thus
 * differs from its mean by what the shared prompts differ by.
 */
export function computePairedMean(
  own: Float64Array,
  reference: PairedReference,
  weights: Float64Array,
  shift: Shift,
): PairedMean {
  const mean = computeKnownMean(own, weights);
  const known = weighKnown(own, weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isEstimated = known < minShareOfInterval * total;
  const isPaired = own.map((value, row) =>
    Number(!Number.isNaN(value + valueAt(reference.values, row)) && valueAt(weights, row) > 0),
  );
  const pairCount = isPaired.reduce((sum, one) => sum + one, 0);
  if (known >= total || pairCount < minPairs) return { mean, isEstimated };
  const paired = weights.map((weight, row) => weight * valueAt(isPaired, row));
  const [ownPaired, otherPaired] = [own, reference.values].map((values) =>
    computeKnownMean(values, paired),
  ) as [number, number];
  if (shift === 'ratio' && !(otherPaired > 0)) return { mean, isEstimated };
  const carry = (value: number): number =>
    shift === 'ratio' ? value * (ownPaired / otherPaired) : value + ownPaired - otherPaired;
  const restOfReference = computeRest(reference, weights);
  const carryAll = (estimate: (other: number) => number): number =>
    computeKnownMean(
      own.map((value, row) => {
        if (!Number.isNaN(value) || !(valueAt(weights, row) > 0)) return value;
        const other = valueAt(reference.values, row);
        return estimate(Number.isNaN(other) ? restOfReference : other);
      }),
      weights,
    );
  const carried = carryAll(carry);
  if (shift === 'ratio') return { mean: Math.max(0, carried), isEstimated };
  if (carried >= 0 && carried <= 1) return { mean: carried, isEstimated };
  // Beyond the ends of the range, what is left of the way to them is carried over instead.
  const end = carried > 1 ? 1 : 0;
  const left = (end - ownPaired) / (end - otherPaired);
  const within = carryAll((other) => end - (end - other) * left);
  return { mean: Math.min(1, Math.max(0, within)), isEstimated };
}

/** What a reference has on prompts whose value it lacks, by its mean for all; NaN where that is unknown. */
function computeRest(
  { values, mean = Number.NaN }: PairedReference,
  weights: Float64Array,
): number {
  const known = weighKnown(values, weights);
  const rest = weights.reduce((sum, weight) => sum + weight, 0) - known;
  return mean + ((mean - computeKnownMean(values, weights)) * known) / rest;
}

/** An interval around a paired mean; null where that is mainly estimated. */
export function moveInterval(
  interval: Interval | null,
  { mean, isEstimated }: PairedMean,
): Interval | null {
  if (interval === null || isEstimated || nullIfUnknown(mean) === null) return null;
  const shift = mean - interval.mean;
  return { mean, low: interval.low + shift, high: interval.high + shift };
}

/** The weight of the known values. */
export function weighKnown(values: Float64Array, weights: Float64Array): number {
  return values.reduce(
    (sum, value, row) => (Number.isNaN(value) ? sum : sum + valueAt(weights, row)),
    0,
  );
}

/** The mean for all prompts; undefined where values are missing and no mean is given. */
export function findMean(
  { values, mean }: PairedReference,
  weights: Float64Array,
): number | undefined {
  return values.some(Number.isNaN) ? mean : computeKnownMean(values, weights);
}

/** Two computations of one share differ by no more. */
export const shareRounding = 1e-9;

/**
 * A share that is saved on the prompts that two have values of, beside means of theirs that may be of more
 * prompts. Null where the means make another share than its interval allows: one of the two is not that of
 * these prompts.
 */
export function keepSaving(
  saved: Interval | null,
  mean: number | null,
  referenceMean: number | null | undefined,
): Interval | null {
  if (saved === null || mean === null || !referenceMean) return saved;
  const shown = 1 - mean / referenceMean;
  if (Math.abs(shown - saved.mean) < shareRounding) return saved;
  return shown < saved.low || shown > saved.high ? null : saved;
}

/** A saved share whose upper limit is at most all: joined or widened intervals may reach beyond it. */
export function capSaving(saved: Interval | null): Interval | null {
  return saved && { ...saved, high: Math.min(1, saved.high) };
}

/**
 * By how much the reference's mean cost exceeds that of the prompts on which a saving is known: there,
 * the same share is saved of another cost. 1 where nothing is missing.
 */
export function findSavedFactor(
  saved: Float64Array,
  { costUsd, weights }: { readonly costUsd: Float64Array; readonly weights: ArrayLike<number> },
  meanUsd = computeKnownMean(costUsd, weights),
): number {
  if (!saved.some(Number.isNaN)) return 1;
  const paired = costUsd.map((cost, row) => (Number.isNaN(saved[row]) ? Number.NaN : cost));
  const factor = meanUsd / computeKnownMean(paired, weights);
  return Number.isFinite(factor) ? factor : 1;
}
