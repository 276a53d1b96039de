import { pick } from '../../../util/numeric-arrays.js';
import { computeKnownMean } from '../strategies/chosen-outcomes.js';
import type { TableEstimates, TrainedPlan } from './trained-plan.js';

/** Confidences of the same rows by a fold's scorer and by that of a file, both out of fold. */
export interface ConfidencePair {
  readonly fold: Float64Array;
  readonly file: Float64Array;
}

/**
 * Moves the confidence limits of a plan from the folds' scorers to the scorer of a file, so that the
 * guard takes as many new prompts as it took of the held-out ones. A scorer that was fitted to more
 * prompts is a little surer of all prompts, or less sure: a word that is new to it weighs more. Where
 * prompts are much alike, their confidences are, too, and a limit that stayed would take many more.
 *
 * @param confidence of the held-out prompts
 * @param pairs for each fold
 */
export function moveConfidenceLimits(
  plan: TrainedPlan,
  confidence: Float64Array,
  pairs: readonly ConfidencePair[],
): TrainedPlan {
  const move = (limit: number): number => {
    const share = confidence.filter((value) => value < limit).length / confidence.length;
    const ratios = pairs.map(
      ({ fold, file }) => findQuantile(file, share) / findQuantile(fold, share),
    );
    const ratio = computeKnownMean(ratios.map((value) => (value < Infinity ? value : Number.NaN)));
    return Number.isNaN(ratio) ? limit : Number((limit * ratio).toPrecision(6));
  };
  return {
    ...plan,
    objectives: plan.objectives.map((objective) =>
      objective.confidenceLimit === undefined
        ? objective
        : { ...objective, confidenceLimit: move(objective.confidenceLimit) },
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
