import { nullIfUnknown } from '../../../util/json.js';
import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeKnownMean } from './chosen-outcomes.js';

/** How a mean on some prompts is carried over to all: by what the mean of a reference changes. */
export type Shift = 'difference' | 'ratio';

/** With fewer shared prompts, what a reference does on the others says too little. */
const minPairs = 20;

/** With less of the prompts known, a mean is mainly estimated. */
export const minKnownShare = 0.9;

/** A mean over the prompts that a reference has values of. */
export interface PairedMean {
  /** NaN where no value is known. */
  readonly mean: number;
  /** Whether too many values are missing for an interval. */
  readonly isEstimated: boolean;
}

/**
 * Mean of values, of which more may be missing than of those of a reference: then they differ from
 * the reference as on the prompts where both are known. Their mean alone would be of other prompts.
 */
export function computePairedMean(
  own: Float64Array,
  reference: Float64Array,
  weights: Float64Array,
  shift: Shift,
): PairedMean {
  const mean = computeKnownMean(own, weights);
  const known = weighKnown(own, weights);
  const wanted = weighKnown(reference, weights);
  const pairs = own.map((value, row) => value + valueAt(reference, row));
  const pairCount = pairs.filter((value) => !Number.isNaN(value)).length;
  if (known >= wanted || pairCount < minPairs) return { mean, isEstimated: false };
  const average = (values: Float64Array): number =>
    computeKnownMean(
      values.map((value, row) => (Number.isNaN(pairs[row]) ? Number.NaN : value)),
      weights,
    );
  const [all, some] = [computeKnownMean(reference, weights), average(reference)];
  const isEstimated = known < minKnownShare * wanted;
  if (shift === 'ratio') {
    return { mean: some > 0 ? average(own) * (all / some) : average(own), isEstimated };
  }
  return { mean: Math.min(1, Math.max(0, average(own) + all - some)), isEstimated };
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
