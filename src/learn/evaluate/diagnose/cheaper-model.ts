import type { Interval } from '../../../policy/file/policy.js';
import { countKnown, valueAt } from '../../../util/numeric-arrays.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { testNonInferiority } from '../statistics/non-inferiority.js';
import { differenceRange } from '../strategies/quality-difference.js';
import { computeKnownMean, isMeasured, type Outcomes } from '../strategies/chosen-outcomes.js';
import { findSavedFactor, minShareOfInterval, weighKnown } from '../strategies/paired-mean.js';

/** A mean saving; the ends of its interval are null where too many costs are missing for one. */
export interface Saving {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A model that costs less than the baseline on a task, by more than chance explains. Measured on the
 * prompts that both answered.
 */
export interface CheaperModel {
  readonly model: string;
  readonly prompts: number;
  /**
   * Of the prompts that the baseline answered, by weight: those that this model answered, graded or not.
   * A prompt without grade and cost is not answered.
   */
  readonly share: number;
  /** Of the prompts that this model answered, by weight: those where its cost and the baseline's are known. */
  readonly bothCostsShare: number;
  readonly quality: number;
  readonly costUsd: number;
  /** Quality minus the baseline's: 95 %, paired, by group, not adjusted for the number of tests. */
  readonly difference: Interval | null;
  /** Saving per request that this model answers, carried over to those where a cost is missing. */
  readonly savedUsd: Saving;
  /** Of "worse by the margin or more", adjusted for all tests of the table (Holm). */
  readonly pValue: number;
  /** Whether the model is shown not to be worse. */
  readonly notWorse: boolean;
  /** Whether it is shown to be worse by more than the margin: `difference` ends below it. */
  readonly worse: boolean;
  /** The smallest margin with which it would be shown not to be worse; null where none would do. */
  readonly passingMargin: number | null;
}

/** A cheaper model before its test is adjusted for the others. */
export interface MeasuredModel extends Omit<CheaperModel, 'notWorse' | 'passingMargin'> {
  /** Quality minus the baseline's, per prompt of the task. */
  readonly differences: Float64Array;
}

/** A model's outcomes, and where it answered nothing, which costs 0 and saves nothing. */
export interface ModelOutcomes extends Outcomes {
  readonly isRefused: readonly boolean[];
}

/**
 * A model of which it is not known whether it would do for less: its lower costs may be chance (`chance`),
 * too few of its costs are known (`cost`), or none of its answers is graded (`quality`).
 */
export interface UndecidedModel {
  readonly model: string;
  readonly unknown: 'chance' | 'cost' | 'quality';
}

/** What a model's outcomes of a task say beside those of the baseline. */
export interface ComparedModel {
  /** Only where the model is shown to cost less. */
  readonly cheaper?: MeasuredModel;
  /** Only where it may cost less. */
  readonly undecided?: UndecidedModel;
  /** Mean quality minus the baseline's; NaN where unknown. */
  readonly difference: number;
  /** As in `CheaperModel`. */
  readonly worse: boolean;
}

/**
 * Compares a model with the baseline. It costs less if that is more than chance, by costs that are known
 * of as many prompts as a mean cost takes; those that it refused have none.
 */
export function compareModel(
  { model, outcomes }: { readonly model: string; readonly outcomes: ModelOutcomes },
  baseline: Outcomes,
  groups: GroupIndex,
  margin: number,
): ComparedModel {
  const leaveRefused = (values: Float64Array): Float64Array =>
    values.map((value, row) => (outcomes.isRefused[row] === true ? Number.NaN : value));
  const saved = leaveRefused(less(baseline.costUsd, outcomes.costUsd));
  const differences = less(outcomes.quality, baseline.quality);
  const interval = computeBoundedInterval(differences, groups, differenceRange);
  const compared = {
    difference: computeKnownMean(differences, groups.weights),
    worse: interval !== null && interval.high < -margin,
  };
  const isSilent = leaveRefused(outcomes.quality).every(
    (value, row) => Number.isNaN(value) && Number.isNaN(saved[row]),
  );
  if (isSilent) return compared;
  const answered = leaveRefused(differences);
  const isGraded = !answered.every(Number.isNaN);
  const isCostKnown = isGraded ? isMeasured(answered, saved) : !saved.every(Number.isNaN);
  if (!isCostKnown) return { ...compared, undecided: { model, unknown: 'cost' } };
  const savedInterval = computeGroupedInterval(saved, groups);
  // Without an interval, for a few prompts have most of the weight, what each of them saves still tells.
  const isSure = groups.count > 1 && saved.every((value) => !(value <= 0));
  if (savedInterval === null ? !isSure : !(savedInterval.low > 0)) {
    return computeKnownMean(saved, groups.weights) > 0
      ? { ...compared, undecided: { model, unknown: 'chance' } }
      : compared;
  }
  if (!isGraded) return { ...compared, undecided: { model, unknown: 'quality' } };
  const averagePaired = (values: Float64Array): number =>
    computeKnownMean(
      values.map((value, row) => (Number.isNaN(differences[row]) ? Number.NaN : value)),
      groups.weights,
    );
  const { savedUsd, ...shares } = measureSaving(
    { saved, interval: savedInterval ?? { mean: computeKnownMean(saved, groups.weights) } },
    outcomes,
    baseline,
    groups.weights,
  );
  const cheaper: MeasuredModel = {
    model,
    prompts: countKnown(differences),
    ...shares,
    quality: averagePaired(outcomes.quality),
    costUsd: averagePaired(leaveRefused(outcomes.costUsd)),
    difference: interval,
    worse: compared.worse,
    savedUsd,
    pValue: testNonInferiority(differences, groups, margin),
    differences,
  };
  return { ...compared, cheaper };
}

/**
 * How much of the task a model answers, and what it saves per request of that.
 *
 * @param saved USD per prompt
 * @param interval of the mean of that
 */
function measureSaving(
  { saved, interval }: { readonly saved: Float64Array; readonly interval: MeanOrInterval },
  outcomes: ModelOutcomes,
  baseline: Outcomes,
  weights: ArrayLike<number>,
): Pick<CheaperModel, 'share' | 'bothCostsShare' | 'savedUsd'> {
  const isServed = baseline.quality.map((_, row) => {
    const isMissing = Number.isNaN(outcomes.quality[row]) && Number.isNaN(outcomes.costUsd[row]);
    return Number(!isMissing && outcomes.isRefused[row] !== true);
  });
  const share = computeKnownMean(
    isServed.map((value, row) => (Number.isNaN(baseline.quality[row]) ? Number.NaN : value)),
    weights,
  );
  const served = isServed.map((value, row) => value * valueAt(weights, row));
  const bothCostsShare = weighKnown(saved, served) / served.reduce((sum, one) => sum + one, 0);
  const servedCost = findServedCost(baseline.costUsd, { served, weights, share });
  const factor = findSavedFactor(saved, { costUsd: baseline.costUsd, weights }, servedCost);
  return { share, bothCostsShare, savedUsd: carrySaving(interval, { factor, bothCostsShare }) };
}

/**
 * What the baseline costs per request that a model answers: the mean of its known costs there, and never
 * so much that these requests cost more than all of the task.
 */
function findServedCost(
  costUsd: Float64Array,
  {
    served,
    weights,
    share,
  }: { readonly served: Float64Array; readonly weights: ArrayLike<number>; readonly share: number },
): number {
  return Math.min(computeKnownMean(costUsd, served), computeKnownMean(costUsd, weights) / share);
}

/** An interval, or only its mean. */
type MeanOrInterval = Pick<Interval, 'mean'> & Partial<Interval>;

/** A saving times a factor; without its interval where that is of too few of the requests. */
function carrySaving(
  { mean, low, high }: MeanOrInterval,
  { factor, bothCostsShare }: { readonly factor: number; readonly bothCostsShare: number },
): Saving {
  const isEstimated = bothCostsShare < minShareOfInterval;
  return {
    mean: factor * mean,
    low: isEstimated || low === undefined ? null : factor * low,
    high: isEstimated || high === undefined ? null : factor * high,
  };
}

/** Saving per request of the task: nothing where the model does not answer. */
function findTaskSaving({ savedUsd, share }: Pick<CheaperModel, 'savedUsd' | 'share'>): number {
  return savedUsd.mean * share;
}

/** Those that save more first; of equal savings, but for rounding, the better model. */
export function compareCandidates(a: SavingModel, b: SavingModel): number {
  const [first, second] = [findTaskSaving(a), findTaskSaving(b)];
  const isEqual = Math.abs(first - second) <= 1e-9 * Math.max(Math.abs(first), Math.abs(second));
  return isEqual ? b.quality - a.quality : second - first;
}

type SavingModel = Pick<CheaperModel, 'savedUsd' | 'share' | 'quality'>;

/** NaN where one is unknown. */
function less(from: Float64Array, values: Float64Array): Float64Array {
  return from.map((value, row) => value - valueAt(values, row));
}
