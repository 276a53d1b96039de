import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { createBootstrap, type Bootstrap } from '../statistics/bootstrap.js';
import { computeBoundedInterval, type GroupIndex } from '../statistics/grouped-mean.js';
import { computeSavedShare } from '../statistics/ratio.js';
import type { Outcomes } from './chosen-outcomes.js';
import { capSaving } from './paired-mean.js';
import {
  differenceRange,
  isSameChoice,
  pairQualities,
  type PairedValues,
} from './quality-difference.js';
import { pairMeasure, weigh, type PairedMeasure } from './weigh-pairs.js';

/** 95 % intervals of the paired differences of a strategy; see `StrategyComparison`. */
export interface PairedIntervals {
  readonly qualityDifference: Interval;
  readonly costSaved: Interval | null;
  readonly latencySaved: Interval | null;
}

/** What intervals are made of: the outcomes of a strategy and of the reference. */
interface StrategyPairs {
  readonly quality: PairedValues;
  readonly costUsd: PairedMeasure;
  readonly latencyMs: PairedMeasure;
}

/** The resampled columns of each strategy: weighted values of the strategy and of the reference. */
const pairedColumns = [
  'difference',
  'known',
  'costUsd',
  'otherCostUsd',
  'latencyMs',
  'otherLatencyMs',
] as const;
type PairedColumn = (typeof pairedColumns)[number];

/**
 * Intervals of strategies, compared with a reference on the same prompts: from a bootstrap over groups with
 * the same draws for all, widened to those of Student's t.
 */
export function computePairedIntervals(
  strategies: readonly Outcomes[],
  reference: Outcomes,
  groups: GroupIndex,
  seed: number,
): PairedIntervals[] {
  const { groupOf } = groups;
  const pairs = strategies.map((own): StrategyPairs => {
    const pair = { own, other: reference, groups: groupOf };
    return {
      quality: pairQualities(pair),
      costUsd: pairMeasure(pair, 'costUsd'),
      latencyMs: pairMeasure(pair, 'latencyMs'),
    };
  });
  const bootstrap = createBootstrap(pairs.flatMap(listColumns), groupOf, { seed });
  return pairs.map((pair, index) => {
    const resampled = resampleStrategy(bootstrap, index);
    const isSame = isSameChoice(strategies[index] as Outcomes, reference);
    return isSame ? resampled : widenIntervals(resampled, pair, groups);
  });
}

function listColumns({ quality, costUsd, latencyMs }: StrategyPairs): Float64Array[] {
  const columns: Record<PairedColumn, Float64Array> = {
    difference: weigh(quality.values, quality.weights),
    known: quality.weights,
    costUsd: weigh(costUsd.own, costUsd.weights),
    otherCostUsd: weigh(costUsd.other, costUsd.weights),
    latencyMs: weigh(latencyMs.own, latencyMs.weights),
    otherLatencyMs: weigh(latencyMs.other, latencyMs.weights),
  };
  return pairedColumns.map((name) => columns[name]);
}

/** Intervals of one strategy, from the resampled sums of its columns. */
function resampleStrategy(bootstrap: Bootstrap, strategy: number): PairedIntervals {
  const first = strategy * pairedColumns.length;
  const sumOf = (sums: ArrayLike<number>, column: PairedColumn): number =>
    valueAt(sums, first + pairedColumns.indexOf(column));
  const computeSaved = (own: PairedColumn, other: PairedColumn): Interval | null => {
    const interval = bootstrap.interval((sums) => 1 - sumOf(sums, own) / sumOf(sums, other));
    return Number.isFinite(interval.mean) ? interval : null;
  };
  return {
    qualityDifference: bootstrap.interval(
      (sums) => sumOf(sums, 'difference') / sumOf(sums, 'known'),
    ),
    costSaved: computeSaved('costUsd', 'otherCostUsd'),
    latencySaved: computeSaved('latencyMs', 'otherLatencyMs'),
  };
}

/**
 * Widens bootstrap intervals to those of Student's t: resampled from a few groups, differences are too much
 * alike. Where there is none, a difference in quality may be any, and a saving is not known.
 */
function widenIntervals(
  { qualityDifference, costSaved, latencySaved }: PairedIntervals,
  pairs: StrategyPairs,
  groups: GroupIndex,
): PairedIntervals {
  const widenSaved = (saved: Interval | null, measure: PairedMeasure): Interval | null => {
    const { own, other, weights } = measure;
    const widest = computeSavedShare(own, other, { ...groups, weights });
    return saved && widest && capSaving(joinIntervals(saved, widest));
  };
  const { values, weights } = pairs.quality;
  const widest = computeBoundedInterval(values, { ...groups, weights }, differenceRange) ?? {
    low: differenceRange[0],
    high: differenceRange[1],
  };
  return {
    qualityDifference: Number.isFinite(qualityDifference.mean)
      ? joinIntervals(qualityDifference, widest)
      : qualityDifference,
    costSaved: widenSaved(costSaved, pairs.costUsd),
    latencySaved: widenSaved(latencySaved, pairs.latencyMs),
  };
}

function joinIntervals(
  { mean, low, high }: Interval,
  other: Pick<Interval, 'low' | 'high'>,
): Interval {
  return { mean, low: Math.min(low, other.low), high: Math.max(high, other.high) };
}
