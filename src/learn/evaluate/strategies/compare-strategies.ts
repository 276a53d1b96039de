import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/json.js';
import { addAt, valueAt } from '../../../util/numeric-arrays.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  indexGroups,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { isMeasured, noModel, type Outcomes } from './chosen-outcomes.js';
import type { MeanFigures } from './model-means.js';
import {
  computePairedMean,
  findMean,
  keepSaving,
  moveInterval,
  type PairedReference,
} from './paired-mean.js';
import { computePairedIntervals, type PairedIntervals } from './paired-intervals.js';
import { qualityRange } from './quality-difference.js';
import { nameStrategy, roleOfStrategy, type StrategyId, type StrategyRole } from './strategy-id.js';

/** A way to choose models, with the recorded outcomes of its choices. */
export interface Strategy {
  readonly id: StrategyId;
  readonly outcomes: Outcomes;
  /** Index of the chosen model per prompt; undefined where several models are averaged. */
  readonly choices: Int32Array | undefined;
}

/** Means of one strategy, and its paired differences from a reference. */
export interface StrategyComparison {
  readonly quality: number;
  /** Null where no cost, or no latency, is known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** 95 % intervals of each mean by itself; to compare two strategies, use the paired ones. */
  readonly intervals: MeanIntervals;
  /** Quality minus that of the reference. */
  readonly qualityDifference: Interval;
  /** Share of the reference's cost that is saved; negative if more is spent, null where `keepSaving` is. */
  readonly costSaved: Interval | null;
  /** Share of the reference's latency that is saved. */
  readonly latencySaved: Interval | null;
  /** Prompts left out because the outcome of either was not recorded. */
  readonly unknownOutcomes: number;
}

/** A compared strategy as reports and JSON show it. */
export interface StrategyResult extends StrategyComparison {
  /** See `nameStrategy`. */
  readonly name: string;
  readonly kind: StrategyRole;
  /** Share of prompts by model, largest first; empty where several models are averaged. */
  readonly shares: readonly ModelShare[];
}

/** Null where fewer than two groups have a known value. */
export interface MeanIntervals {
  readonly quality: Interval | null;
  readonly costUsd: Interval | null;
  readonly latencyMs: Interval | null;
}

/** The share of the prompts that one model takes, in [0, 1]. */
export interface ModelShare {
  readonly model: string;
  readonly share: number;
}

/** What strategies are compared with, and how the comparison is resampled. */
export interface ComparisonBasis {
  readonly reference: Outcomes;
  /** Its means as tables show them; see `PairedReference`. */
  readonly referenceMeans?: MeanFigures | undefined;
  /** Group number per prompt. */
  readonly groups: ArrayLike<number>;
  readonly seed: number;
}

/** Compares strategies and names them for reports. */
export function summarizeStrategies(
  strategies: readonly Strategy[],
  models: readonly string[],
  basis: ComparisonBasis,
): StrategyResult[] {
  const comparisons = compareStrategies(
    strategies.map(({ outcomes }) => outcomes),
    basis,
  );
  return comparisons.map((comparison, index) => {
    const { id, choices, outcomes } = strategies[index] as Strategy;
    return {
      name: nameStrategy(id),
      kind: roleOfStrategy(id),
      ...comparison,
      shares: choices === undefined ? [] : computeModelShares(models, choices, outcomes.weights),
    };
  });
}

/**
 * Compares strategies with a reference on the same prompts. Intervals are 95 %, from a bootstrap
 * over groups with the same draws for all, widened where few groups decide.
 */
export function compareStrategies(
  strategies: readonly Outcomes[],
  { reference, referenceMeans, groups, seed }: ComparisonBasis,
): StrategyComparison[] {
  const { weights } = reference;
  const groupIndex = indexGroups(groups, weights);
  const intervals = computePairedIntervals(strategies, reference, groupIndex, seed);
  const meanOfReference = (measure: 'costUsd' | 'latencyMs'): number | undefined =>
    findMean({ values: reference[measure], mean: referenceMeans?.[measure] }, weights);
  return strategies.map((outcomes, index) => {
    const means = computeStrategyMeans(outcomes, { reference, referenceMeans }, groupIndex);
    const paired = intervals[index] as PairedIntervals;
    const keep = (saved: Interval | null, measure: 'costUsd' | 'latencyMs'): Interval | null =>
      isMeasuredMix(outcomes, addPairs(outcomes[measure], reference[measure]))
        ? keepSaving(saved, means[measure], meanOfReference(measure))
        : null;
    return {
      ...means,
      qualityDifference: paired.qualityDifference,
      costSaved: keep(paired.costSaved, 'costUsd'),
      latencySaved: keep(paired.latencySaved, 'latencyMs'),
      unknownOutcomes: outcomes.quality.filter(
        (value, row) => Number.isNaN(value) || Number.isNaN(reference.quality[row]),
      ).length,
    };
  });
}

/**
 * The share of a strategy's outcomes that need a cost, or latency: it mixes models, and the costs of
 * one may be those that are missing.
 */
export const minMixedShare = 0.9;

function isMeasuredMix({ quality }: Outcomes, values: Float64Array): boolean {
  return isMeasured(quality, values, minMixedShare);
}

/** NaN where either is unknown. */
function addPairs(own: Float64Array, other: Float64Array): Float64Array {
  return own.map((value, row) => value + valueAt(other, row));
}

export type StrategyMeans = Pick<
  StrategyComparison,
  'quality' | 'costUsd' | 'latencyMs' | 'intervals'
>;

/**
 * Means of a strategy with their intervals, as far as they are known: the mean of too few of the
 * outcomes would be that of other prompts.
 */
export function computeStrategyMeans(
  own: Outcomes,
  { reference, referenceMeans }: Pick<ComparisonBasis, 'reference' | 'referenceMeans'>,
  groups: GroupIndex,
): StrategyMeans {
  // What no model takes has no outcome that could be missing.
  const isTaken = (row: number): boolean => own.choices?.[row] !== noModel;
  const weights = own.weights.map((weight, row) => (isTaken(row) ? weight : 0));
  const isOfSame = own.weights.every(
    (_, row) => isTaken(row) === (reference.choices?.[row] !== noModel),
  );
  const carryFrom = (measure: keyof MeanFigures): PairedReference => ({
    values: reference[measure],
    mean: isOfSame ? referenceMeans?.[measure] : undefined,
  });
  const compute = (measure: 'costUsd' | 'latencyMs') => {
    const values = own[measure];
    if (!isMeasuredMix(own, values)) return { mean: null, interval: null };
    const found = computePairedMean(values, carryFrom(measure), weights, 'ratio');
    const interval = moveInterval(computeGroupedInterval(values, groups), found);
    return { mean: nullIfUnknown(found.mean), interval };
  };
  const quality = computePairedMean(own.quality, carryFrom('quality'), weights, 'difference');
  const interval = computeBoundedInterval(own.quality, groups, qualityRange, quality.mean);
  const [cost, latency] = [compute('costUsd'), compute('latencyMs')];
  return {
    quality: quality.mean,
    costUsd: cost.mean,
    latencyMs: latency.mean,
    intervals: {
      quality: moveInterval(interval, quality),
      costUsd: cost.interval,
      latencyMs: latency.interval,
    },
  };
}

/**
 * Shares of the chosen models, largest first; models that were never chosen are left out. Prompts
 * without a model are in no share.
 *
 * @param weights how much each choice counts
 */
export function computeModelShares(
  models: readonly string[],
  choices: Int32Array,
  weights: ArrayLike<number>,
): ModelShare[] {
  const counts = new Float64Array(models.length);
  let total = 0;
  choices.forEach((choice, index) => {
    const weight = valueAt(weights, index);
    if (choice !== noModel) addAt(counts, choice, weight);
    total += weight;
  });
  return models
    .map((model, index) => ({ model, share: valueAt(counts, index) / total }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}
