import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/json.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeMeanIntervals, type MeanIntervals } from '../strategies/compare-strategies.js';
import {
  computeGroupedInterval,
  indexGroups,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { listHeldOutGroups, type HeldOut } from '../verdict/held-out.js';
import type { ModelMeans } from '../strategies/model-means.js';
import { computeKnownMean, type Outcomes } from '../strategies/chosen-outcomes.js';
import { collectConstant } from '../verdict/held-out-strategies.js';

/** Results of one model for all held-out prompts. */
export interface SingleModelResult {
  readonly model: string;
  readonly quality: number;
  /** Null where no cost, or no latency, is known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly intervals: MeanIntervals;
  /** Quality minus that of the baseline, on the prompts that both answered. */
  readonly qualityDifference: Interval | null;
  /** Share of the baseline's cost that is saved. */
  readonly costSaved: Interval | null;
}

/**
 * Computes each model's results on the held-out prompts, best first. Intervals are 95 %, by
 * linearization over groups: with many models, a bootstrap would take longer than everything else.
 *
 * @param means the models' comparable means
 * @param reference outcomes of the baseline
 */
export function computeSingleModels(
  heldOut: HeldOut,
  means: ModelMeans,
  reference: Outcomes,
): SingleModelResult[] {
  const { models } = heldOut.table;
  const groups = indexGroups(listHeldOutGroups(heldOut), reference.weights);
  return models
    .map((model, index): SingleModelResult => {
      const outcomes = collectConstant(heldOut, index);
      const quality = outcomes.quality.map((value, row) => value - valueAt(reference.quality, row));
      return {
        model,
        quality: valueAt(means.quality, index),
        costUsd: nullIfUnknown(valueAt(means.costUsd, index)),
        latencyMs: nullIfUnknown(valueAt(means.latencyMs, index)),
        intervals: computeMeanIntervals(outcomes, groups),
        qualityDifference: computeGroupedInterval(quality, groups),
        costSaved: computeSavedShare(outcomes.costUsd, reference.costUsd, groups),
      };
    })
    .sort((a, b) => b.quality - a.quality);
}

/**
 * The share `1 - sum(own) / sum(reference)` with its interval, by linearization: divided by the mean
 * of the denominator, the residuals of a ratio have the standard error of the ratio.
 *
 * @returns null where nothing is known of both, or the reference costs nothing
 */
export function computeSavedShare(
  own: Float64Array,
  reference: Float64Array,
  groups: GroupIndex,
): Interval | null {
  const known = own.map((value, row) => value + valueAt(reference, row));
  const paired = (values: Float64Array): Float64Array =>
    values.map((value, row) => (Number.isNaN(known[row]) ? Number.NaN : value));
  const referenceMean = computeKnownMean(paired(reference), groups.weights);
  const share = 1 - computeKnownMean(paired(own), groups.weights) / referenceMean;
  if (!Number.isFinite(share)) return null;
  const residuals = own.map((value, row) => {
    const other = valueAt(reference, row);
    return (other - value - share * other) / referenceMean;
  });
  const interval = computeGroupedInterval(residuals, groups);
  return interval === null
    ? null
    : { mean: share, low: share + interval.low, high: share + interval.high };
}
