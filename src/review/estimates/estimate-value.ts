import {
  computeGroupedMean,
  computeSampleSize,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeOverlap, type Overlap } from './compute-overlap.js';
import { estimateMean, toEstimate, type Estimate } from './estimate.js';
import type { LoggedChoices, TargetChoices } from './logged-choices.js';

/** Why the log cannot say how good another policy is. */
export type Undecidable =
  /** No request has an outcome. */
  | 'no_outcomes'
  /** Exploration never tries what the other policy would choose. */
  | 'no_support'
  /** Exploration tried it too rarely. */
  | 'few_hits';

interface ValueReviewBase {
  readonly overlap: Overlap;
  /**
   * What the estimates of the log's policy alone expect of the other policy, and of the difference.
   * Not a measurement: it is wrong as soon as a model changes.
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
       * support, with `suggestedShare` of the disagreements tried. Null without disagreements.
       */
      readonly requestsNeeded: number | null;
    })
  | (ValueReviewBase & {
      readonly kind: 'estimated';
      /** Mean quality of the other policy, doubly robust. */
      readonly value: Estimate;
      /** The same less the logging policy's without exploration, doubly robust. */
      readonly difference: Estimate;
      /** The same value by inverse propensities, and self-normalized; for comparison. */
      readonly ips: Estimate;
      readonly snips: Estimate;
      /** The estimates and the outcomes differ by more than two standard errors. */
      readonly drift: boolean;
      /** Recorded requests that would show a difference of 0.01 with 80 % probability. */
      readonly requestsForOnePoint: number;
    });

/** With fewer expected tries of what differs, intervals miss the truth too often. */
export const minExpectedHits = 20;

/** The exploration on which `requestsNeeded` counts where there was none. */
export const suggestedShare = 0.1;

/** Standard errors by which outcomes contradict the estimates. */
const driftStandardErrors = 2;

/**
 * Estimates how good another policy would have been on logged requests: doubly robust, from the
 * propensity of the served model and the estimates that the log holds (Dudik, Langford and Li, "Doubly
 * Robust Policy Evaluation and Learning", ICML 2011). Intervals are normal, by conversation, with Student's
 * t where few outcomes decide. Gives a reason in place of a number where the log cannot say.
 */
export function estimateValue(log: LoggedChoices, target: TargetChoices): ValueReview {
  const overlap = computeOverlap(log, target);
  const columns = computeColumns(log, target);
  const modelBased = summarizeModel(log, columns);
  const refusal = findRefusal(overlap);
  if (refusal !== undefined) return { kind: 'undecidable', ...refusal, overlap, modelBased };
  const value = estimateMean(columns.value, log.groups);
  const correction = computeGroupedMean(columns.correction, log.groups);
  const difference = computeGroupedMean(columns.difference, log.groups);
  return {
    kind: 'estimated',
    overlap,
    modelBased,
    value,
    difference: toEstimate(difference),
    ips: estimateMean(columns.ips, log.groups),
    snips: estimateSelfNormalized(log, target),
    drift: Math.abs(correction.mean) > driftStandardErrors * correction.standardError,
    requestsForOnePoint: computeSampleSize(
      // Of recorded requests, each of which stands for several where the log keeps a share.
      { ...difference, count: overlap.requests },
      0.01,
      0.025,
    ),
  };
}

function findRefusal(
  overlap: Overlap,
): { readonly reason: Undecidable; readonly requestsNeeded: number | null } | undefined {
  const { requests, disagreements, unsupported, expectedHits } = overlap;
  if (requests === 0) return { reason: 'no_outcomes', requestsNeeded: null };
  if (unsupported > 0) {
    const triesPerRequest = (suggestedShare * disagreements) / requests;
    return { reason: 'no_support', requestsNeeded: Math.ceil(minExpectedHits / triesPerRequest) };
  }
  // The tolerance is for sums that are rounded.
  if (disagreements > 0 && expectedHits < minExpectedHits - 1e-6) {
    const requestsNeeded = Math.ceil((requests * minExpectedHits) / expectedHits);
    return { reason: 'few_hits', requestsNeeded };
  }
  return undefined;
}

/** One value per request, whose mean is an estimate. */
interface Columns {
  readonly value: Float64Array;
  readonly difference: Float64Array;
  readonly ips: Float64Array;
  /** What the outcomes add to the trained estimates. */
  readonly correction: Float64Array;
  readonly modelValue: Float64Array;
  readonly modelDifference: Float64Array;
}

function computeColumns(log: LoggedChoices, target: TargetChoices): Columns {
  const { served, propensity, usual, quality, servedEstimate, usualEstimate } = log;
  const count = served.length;
  const column = (): Float64Array => new Float64Array(count);
  const columns: Columns = {
    value: column(),
    difference: column(),
    ips: column(),
    correction: column(),
    modelValue: column(),
    modelDifference: column(),
  };
  for (let row = 0; row < count; row++) {
    const model = valueAt(target.model, row);
    const used = valueAt(served, row);
    const current = valueAt(usual, row);
    const inverse = 1 / valueAt(propensity, row);
    const surprise = inverse * (valueAt(quality, row) - valueAt(servedEstimate, row));
    const correction = used === model ? surprise : 0;
    const currentCorrection = used === current ? surprise : 0;
    const expected = valueAt(target.estimate, row);
    const usualExpected = valueAt(usualEstimate, row);
    columns.ips[row] = used === model ? inverse * valueAt(quality, row) : 0;
    columns.correction[row] = correction;
    columns.modelValue[row] = expected;
    columns.modelDifference[row] = expected - usualExpected;
    columns.value[row] = expected + correction;
    columns.difference[row] = expected - usualExpected + correction - currentCorrection;
  }
  return columns;
}

function summarizeModel(log: LoggedChoices, columns: Columns): ValueReviewBase['modelBased'] {
  if (log.served.length === 0) return null;
  return {
    value: computeGroupedMean(columns.modelValue, log.groups).mean,
    difference: computeGroupedMean(columns.modelDifference, log.groups).mean,
  };
}

/** Weighted mean of the outcomes of the target's models, by linearization. */
function estimateSelfNormalized(log: LoggedChoices, target: TargetChoices): Estimate {
  const { served, propensity, quality, groups } = log;
  const weights = Float64Array.from(served, (model, row) =>
    model === valueAt(target.model, row)
      ? valueAt(groups.weights, row) / valueAt(propensity, row)
      : 0,
  );
  return estimateMean(quality, { ...groups, weights });
}
