import { computeGroupedMean } from '../../learn/evaluate/statistics/grouped-mean.js';
import { computeSampleSize } from '../../learn/evaluate/statistics/sample-size.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeChoiceColumns, sumAnswerable } from './compute-columns.js';
import { computeOverlap, findDiffering, tallyAnswers, type Overlap } from './compute-overlap.js';
import {
  computeGuardWidth,
  countEffective,
  estimateMean,
  guardEstimate,
  toEstimate,
  type Estimate,
} from './estimate.js';
import { canCompare, findRefusal, type Undecidable } from './find-refusal.js';
import type { LoggedChoices, PolicyChoices } from './logged-choices.js';

interface ValueReviewBase {
  readonly overlap: Overlap;
  /**
   * What the estimates of the log's policy alone expect of the other policy, and of the difference.
   * Not a measurement: it is wrong as soon as a model changes. Null where they lack a model.
   */
  readonly modelBased: { readonly value: number; readonly difference: number } | null;
}

/** What logged outcomes say about the quality of another policy. */
export type ValueReview =
  | (ValueReviewBase & {
      readonly kind: 'undecidable';
      readonly reason: Undecidable;
      /**
       * About how many such requests would be enough: with the same exploration, or, without any
       * support, with `suggestedShare` of the disagreements tried. Null where no number would be.
       */
      readonly requestsNeeded: number | null;
    })
  | (ValueReviewBase & {
      readonly kind: 'estimated';
      /** Mean quality of the other policy, doubly robust. */
      readonly value: Estimate;
      /**
       * The same less the logging policy's without exploration, doubly robust; null where that one has
       * too few outcomes or mostly failed.
       */
      readonly difference: Estimate | null;
      /** The same value by inverse propensities, and self-normalized; for comparison. */
      readonly ips: Estimate;
      readonly snips: Estimate;
      /** The estimates and the outcomes differ by more than two standard errors. */
      readonly drift: boolean;
      /**
       * Recorded requests that would show a difference of 0.01 with 80 % probability; null without
       * disagreements or a difference, and where too few outcomes differ to know.
       */
      readonly requestsForOnePoint: number | null;
    });

/** Standard errors by which outcomes contradict the estimates. */
const driftStandardErrors = 2;

/**
 * Estimates how good another policy would have been on logged requests: doubly robust, from the
 * propensity of the served model and the estimates that the log holds (Dudik, Langford and Li, "Doubly
 * Robust Policy Evaluation and Learning", ICML 2011). Each policy's quality is that of the requests that
 * the model it chooses could answer: one that was chosen and failed or was skipped stands for those, by
 * its propensity, for which nobody called it. Answers in place of a failed call count for no policy, since
 * nobody knows where else that call would fail. Intervals are normal, by conversation, with Student's t where
 * few outcomes decide, and a guard where they are equal.
 *
 * @returns a reason in place of a number where the log cannot say
 */
export function estimateValue(log: LoggedChoices, target: PolicyChoices): ValueReview {
  const { groups } = log;
  const overlap = computeOverlap(log, target);
  const modelBased = summarizeModel(log, target);
  const refusal = findRefusal(log, target, overlap);
  if (refusal !== undefined) return { kind: 'undecidable', ...refusal, overlap, modelBased };
  const columns = computeChoiceColumns(log, target);
  const usual = computeChoiceColumns(log, log.usual);
  const weights = columns.inverse.map((inverse, row) => inverse * valueAt(groups.weights, row));
  const observed = countEffective(columns.inverse, groups, weights);
  const guard = (estimate: Estimate): Estimate => guardEstimate(estimate, [0, 1], observed);
  const value = guard(estimateMean(columns.value, groups));
  const grouped = computeGroupedMean(
    columns.value.map((one, row) => one - valueAt(usual.value, row)),
    groups,
  );
  const unguarded = toEstimate(grouped);
  const isComparable = overlap.disagreements === 0 || canCompare(log, target);
  const difference = isComparable ? guardDifference(unguarded, log, target, overlap) : null;
  return {
    kind: 'estimated',
    overlap,
    modelBased,
    value,
    difference,
    ips: guard(estimateMean(columns.ips, groups)),
    snips: guard(estimateMean(log.quality, { ...groups, weights })),
    drift: hasDrifted(estimateMean(columns.correction, groups), value.mean, observed),
    requestsForOnePoint:
      overlap.disagreements === 0 || difference === null || difference.high > unguarded.high
        ? null
        : computeSampleSize(
            // Of recorded requests, each of which stands for several where the log keeps a share.
            { ...grouped, count: overlap.requests },
            0.01,
            0.025,
          ),
  };
}

/**
 * Policies differ by no more than the share of requests for which they choose differently, of those that
 * the models of either could answer.
 */
function guardDifference(
  difference: Estimate,
  log: LoggedChoices,
  target: PolicyChoices,
  overlap: Overlap,
): Estimate {
  if (overlap.disagreements === 0) return difference;
  const differs = findDiffering(log, target);
  const { weights } = log.groups;
  const differing = Array.from(weights, (weight, row) => (differs(row) ? weight : 0));
  const answerable = Math.min(sumAnswerable(log, target), sumAnswerable(log, log.usual));
  const share = Math.min(1, differing.reduce((sum, weight) => sum + weight, 0) / answerable);
  const own = tallyAnswers(log, log.usual, differs);
  const observed = Math.min(overlap.effectiveSampleSize, own.effectiveSampleSize);
  return guardEstimate(difference, [-share, share], observed);
}

/** @param value the mean quality, from 0 to 1, that the outcomes leave */
function hasDrifted(correction: Estimate, value: number, observed: number): boolean {
  const { mean, standardError } = correction;
  const room = Math.min(1, Math.max(0, mean > 0 ? value : 1 - value));
  const chance = Math.max(driftStandardErrors * standardError, computeGuardWidth(room, observed));
  return Math.abs(mean) > chance;
}

function summarizeModel(
  { served, usual, groups }: LoggedChoices,
  { estimate }: PolicyChoices,
): ValueReviewBase['modelBased'] {
  const values = Float64Array.from(estimate);
  if (served.length === 0 || values.some(Number.isNaN)) return null;
  const differences = values.map((value, row) => value - valueAt(usual.estimate, row));
  return {
    value: computeGroupedMean(values, groups).mean,
    difference: computeGroupedMean(differences, groups).mean,
  };
}
