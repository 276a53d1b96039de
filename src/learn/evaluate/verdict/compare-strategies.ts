import type { Interval } from '../../../policy/file/policy.js';
import { createBootstrap } from './bootstrap.js';
import { computeGroupedInterval, indexGroups, type GroupIndex } from './grouped-mean.js';
import { computeKnownMean, type Outcomes } from './outcomes.js';
import { nullIfUnknown } from '../../../util/null-if-unknown.js';

/** Means of one strategy, and its paired differences from another. */
export interface StrategyComparison {
  readonly quality: number;
  /** Null where no cost, or no latency, is known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** 95 % intervals of these means, each for itself: not for telling two strategies apart. */
  readonly intervals: MeanIntervals;
  /** Quality less that of the reference. */
  readonly qualityDifference: Interval;
  /** Share of the reference's cost that is saved; negative where more is spent, null where it is 0. */
  readonly costSaved: Interval | null;
  /** Share of the reference's latency that is saved. */
  readonly latencySaved: Interval | null;
  /** Prompts where the outcome of either was not recorded, and which are left out. */
  readonly unknownOutcomes: number;
}

/** Null where nothing, or of one group only, is known. */
export interface MeanIntervals {
  readonly quality: Interval | null;
  readonly costUsd: Interval | null;
  readonly latencyMs: Interval | null;
}

/**
 * Compares strategies with a reference on the same prompts. Intervals are 95 %, from a bootstrap
 * over groups with the same draws for all.
 *
 * @param groups group number per prompt
 */
export function compareStrategies(
  strategies: readonly Outcomes[],
  reference: Outcomes,
  groups: ArrayLike<number>,
  seed: number,
): StrategyComparison[] {
  const pairs = strategies.map((outcomes) => ({
    quality: pairColumns(outcomes.quality, reference.quality, reference.weights),
    costUsd: pairColumns(outcomes.costUsd, reference.costUsd, reference.weights),
    latencyMs: pairColumns(outcomes.latencyMs, reference.latencyMs, reference.weights),
  }));
  const columns = pairs.flatMap(({ quality, costUsd, latencyMs }) => [
    quality.own,
    quality.reference,
    quality.known,
    costUsd.own,
    costUsd.reference,
    latencyMs.own,
    latencyMs.reference,
  ]);
  const bootstrap = createBootstrap(columns, groups, { seed });
  const groupIndex = indexGroups(groups, reference.weights);
  return strategies.map((outcomes, index) => {
    const at = (sums: ArrayLike<number>, column: number): number =>
      sums[index * 7 + column] as number;
    const saved = (own: number, other: number): Interval | null => {
      const interval = bootstrap.interval((sums) => 1 - at(sums, own) / at(sums, other));
      return Number.isFinite(interval.mean) ? interval : null;
    };
    return {
      quality: computeKnownMean(outcomes.quality, outcomes.weights),
      costUsd: nullIfUnknown(computeKnownMean(outcomes.costUsd, outcomes.weights)),
      latencyMs: nullIfUnknown(computeKnownMean(outcomes.latencyMs, outcomes.weights)),
      intervals: computeMeanIntervals(outcomes, groupIndex),
      qualityDifference: bootstrap.interval((sums) => (at(sums, 0) - at(sums, 1)) / at(sums, 2)),
      costSaved: saved(3, 4),
      latencySaved: saved(5, 6),
      unknownOutcomes: outcomes.quality.filter(
        (value, row) => Number.isNaN(value) || Number.isNaN(reference.quality[row]),
      ).length,
    };
  });
}

/** Intervals of a strategy's mean quality, cost and latency. */
export function computeMeanIntervals(outcomes: Outcomes, groups: GroupIndex): MeanIntervals {
  return {
    quality: computeGroupedInterval(outcomes.quality, groups),
    costUsd: computeGroupedInterval(outcomes.costUsd, groups),
    latencyMs: computeGroupedInterval(outcomes.latencyMs, groups),
  };
}

/** Both columns times the weights, zero where either is unknown, and the weights of the known rows. */
function pairColumns(
  own: Float64Array,
  reference: Float64Array,
  weights: Float64Array,
): { own: Float64Array; reference: Float64Array; known: Float64Array } {
  const isKnown = (row: number): boolean =>
    !Number.isNaN(own[row] as number) && !Number.isNaN(reference[row] as number);
  return {
    own: own.map((value, row) => (isKnown(row) ? value * (weights[row] as number) : 0)),
    reference: reference.map((value, row) => (isKnown(row) ? value * (weights[row] as number) : 0)),
    known: weights.map((weight, row) => (isKnown(row) ? weight : 0)),
  };
}
