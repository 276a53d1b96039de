import { pick } from '../../../util/numeric-arrays.js';
import { computeKnownMean } from '../strategies/chosen-outcomes.js';
import type { TableEstimates, TrainedPlan } from './trained-plan.js';

/** Confidences of the same rows by a fold's scorer and by that of a file, both out of fold. */
export interface ConfidencePair {
  readonly fold: Float64Array;
  readonly file: Float64Array;
}

/**
 * Lowers the confidence limits of a plan from the folds' scorers to the scorer of a file, so that the
 * guard takes no more new prompts than it took of the held-out ones. A scorer that was fitted to more
 * prompts may be less sure: a word that is new to it weighs more. Where prompts are much alike, their
 * confidences are, too, and a limit that stayed would take many more. A surer scorer keeps the limit:
 * near a confidence of 1, one that is raised would take them all.
 *
 * @param confidence of the held-out prompts
 * @param pairs for each fold
 */
export function lowerConfidenceLimits(
  plan: TrainedPlan,
  confidence: Float64Array,
  pairs: readonly ConfidencePair[],
): TrainedPlan {
  const lower = (limit: number): number => {
    const share = confidence.filter((value) => value < limit).length / confidence.length;
    const ratios = pairs.map(
      ({ fold, file }) => findQuantile(file, share) / findQuantile(fold, share),
    );
    const ratio = computeKnownMean(ratios.map((value) => (value < Infinity ? value : Number.NaN)));
    return ratio < 1 ? Number((limit * ratio).toPrecision(6)) : limit;
  };
  return {
    ...plan,
    objectives: plan.objectives.map((objective) =>
      objective.confidenceLimit === undefined
        ? objective
        : { ...objective, confidenceLimit: lower(objective.confidenceLimit) },
    ),
  };
}

/** Pairs the confidences of each fold's training rows; none where an estimate has no confidences. */
export function pairConfidences(
  folds: readonly { readonly trainingRows: Int32Array; readonly outOfFold: TableEstimates }[],
  { confidence: ofFile }: TableEstimates,
): ConfidencePair[] {
  return folds.flatMap(({ trainingRows, outOfFold: { confidence: ofFold } }) =>
    ofFold === undefined || ofFile === undefined
      ? []
      : [{ fold: pick(ofFold, trainingRows), file: pick(ofFile, trainingRows) }],
  );
}

/** The value that a share of the values is below. */
export function findQuantile(values: Float64Array, share: number): number {
  return values.toSorted()[Math.floor(share * values.length)] ?? Number.NaN;
}
