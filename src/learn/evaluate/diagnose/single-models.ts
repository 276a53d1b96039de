import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/null-if-unknown.js';
import { computeMeanIntervals, type MeanIntervals } from '../verdict/compare-strategies.js';
import { computeGroupedInterval, indexGroups, type GroupIndex } from '../verdict/grouped-mean.js';
import { listHeldOutRows, type HeldOut } from '../plan/held-out.js';
import type { ModelMeans } from '../verdict/model-means.js';
import { computeKnownMean, type Outcomes } from '../verdict/outcomes.js';
import { collectChoices } from '../plan/strategies.js';

/** What one model would have given for every held-out prompt. */
export interface SingleModelResult {
  readonly model: string;
  readonly quality: number;
  /** Null where no cost, or no latency, is known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly intervals: MeanIntervals;
  /** Quality less that of the best single model, on the prompts that both answered. */
  readonly qualityDifference: Interval | null;
  /** Share of the best single model's cost that is saved. */
  readonly costSaved: Interval | null;
}

/**
 * Computes what each model gives on the held-out prompts, best first. Intervals are 95 %, by
 * linearisation over groups; for so many models a bootstrap would take longer than all the rest.
 *
 * @param means the models' comparable means
 * @param reference outcomes of the best single model
 */
export function computeSingleModels(
  heldOut: HeldOut,
  means: ModelMeans,
  reference: Outcomes,
): SingleModelResult[] {
  const { models } = heldOut.table;
  const rows = listHeldOutRows(heldOut);
  const groups = indexGroups(
    rows.map((row) => heldOut.groups[row] as number),
    reference.weights,
  );
  return models
    .map((model, index): SingleModelResult => {
      const outcomes = collectChoices(heldOut, new Int32Array(rows.length).fill(index));
      const quality = outcomes.quality.map((value, row) => value - (reference.quality[row] ?? NaN));
      return {
        model,
        quality: means.quality[index] as number,
        costUsd: nullIfUnknown(means.costUsd[index] as number),
        latencyMs: nullIfUnknown(means.latencyMs[index] as number),
        intervals: computeMeanIntervals(outcomes, groups),
        qualityDifference: computeGroupedInterval(quality, groups),
        costSaved: computeSavedShare(outcomes.costUsd, reference.costUsd, groups),
      };
    })
    .sort((a, b) => b.quality - a.quality);
}

/**
 * The share `1 - sum(own) / sum(reference)` with its interval, by linearisation: the residuals of a
 * ratio have the ratio's standard error, once divided by the mean of what it is taken of.
 *
 * @returns null where nothing is known of both, or the reference costs nothing
 */
export function computeSavedShare(
  own: Float64Array,
  reference: Float64Array,
  groups: GroupIndex,
): Interval | null {
  const known = own.map((value, row) => value + (reference[row] ?? NaN));
  const paired = (values: Float64Array): Float64Array =>
    values.map((value, row) => (Number.isNaN(known[row]) ? Number.NaN : value));
  const referenceMean = computeKnownMean(paired(reference), groups.weights);
  const share = 1 - computeKnownMean(paired(own), groups.weights) / referenceMean;
  if (!Number.isFinite(share)) return null;
  const residuals = own.map((value, row) => {
    const other = reference[row] as number;
    return (other - value - share * other) / referenceMean;
  });
  const interval = computeGroupedInterval(residuals, groups);
  return interval === null
    ? null
    : { mean: share, low: share + interval.low, high: share + interval.high };
}
