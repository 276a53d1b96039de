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

/** What a mean is carried over from, where values are missing. */
export interface PairedReference {
  readonly values: Float64Array;
  /** Its mean for all prompts, as tables show it. @default that of its known values */
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
 * Mean of values, of which some may be missing: then they differ from a reference as on the prompts
 * where both are known. Their mean alone would be of other prompts, also where the reference lacks more.
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
  const isEstimated = known < minKnownShare * total;
  const pairs = own.map((value, row) => value + valueAt(reference.values, row));
  const pairCount = pairs.filter(
    (value, row) => !Number.isNaN(value) && valueAt(weights, row) > 0,
  ).length;
  if (known >= total || pairCount < minPairs) return { mean, isEstimated };
  const average = (values: Float64Array): number =>
    computeKnownMean(
      values.map((value, row) => (Number.isNaN(pairs[row]) ? Number.NaN : value)),
      weights,
    );
  const given = nullIfUnknown(reference.mean ?? Number.NaN);
  const all = given ?? computeKnownMean(reference.values, weights);
  const some = average(reference.values);
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
