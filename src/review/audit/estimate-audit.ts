import {
  computeGroupedMean,
  indexGroups,
  type GroupIndex,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import { linearizeRatio } from '../../learn/evaluate/statistics/ratio.js';
import { normalQuantile95 } from '../../learn/evaluate/statistics/student-t.js';
import { pick, valueAt } from '../../util/numeric-arrays.js';
import {
  countEffective,
  estimateMean,
  estimateShare,
  guardEstimate,
  toEstimate,
  type Estimate,
} from '../estimates/estimate.js';
import type { AuditColumns } from './audit-columns.js';
import {
  combineColumns,
  pickColumn,
  uncorrected,
  widenColumn,
  type CorrectedColumn,
} from './corrected-column.js';
import type { AuditedRequests } from './audited-requests.js';
import type { FigureName } from './compute-figures.js';
import { areEnough, listPairedCosts } from './unknown-costs.js';

/** What an audit found, of all its requests or of a task's. */
export interface AuditEstimates {
  /** Audited requests. */
  readonly requests: number;
  /** Logged requests that they stand for. */
  readonly represented: number;
  /** Mean quality of routing and of the reference model, and the first divided by the second. */
  readonly quality: Estimate;
  readonly referenceQuality: Estimate;
  readonly keptQuality: Estimate;
  /** Mean cost of routing, divided by the reference model's. */
  readonly costShare: Estimate;
  /** Mean cost of a request in USD. */
  readonly costUsd: Estimate;
  readonly referenceCostUsd: Estimate;
  /**
   * Share of requests that another model would have answered better for the same money. With repeats, less
   * those that the same choice would have made worse: chance alone gives 0. As all figures that rest on
   * costs, it is of the requests whose costs are known, and NaN where too few are.
   */
  readonly better: Estimate;
  /** Mean quality lost on them. */
  readonly regret: Estimate;
  readonly overkill: Estimate;
  readonly underkill: Estimate;
  /** Mean, in USD a request, of what a less expensive model as good would have saved. */
  readonly overspentUsd: Estimate;
}

/**
 * Estimates what the audited requests say about all logged ones. Intervals are 95 %, by
 * conversation; those of ratios by linearization.
 *
 * @param rows the requests of a task. @default all
 */
export function estimateAudit(
  requests: AuditedRequests,
  columns: AuditColumns,
  reference: number,
  rows: ArrayLike<number> = [...requests.weights.keys()],
): AuditEstimates {
  const weights = pick(requests.weights, rows);
  const groups = indexGroups(pick(requests.groups, rows), weights);
  const observed = requests.labelWeights && multiply(weights, pick(requests.labelWeights, rows));
  const columnOf = (name: FigureName): CorrectedColumn => pickColumn(columns[name], rows);
  const share = (name: FigureName): Estimate =>
    estimateShare(widenColumn(columnOf(name), weights), groups, observed);
  const gain = (name: FigureName): Estimate =>
    requests.repeats === undefined
      ? boundEstimate(share(name))
      : estimateGain(columnOf(name), groups, observed);
  const costs = listPairedCosts(requests, reference);
  const costUsd = pick(costs.served, rows);
  const referenceCostUsd = pick(costs.reference, rows);
  const isCosted = areEnough(costUsd, weights);
  const costed = (estimate: Estimate): Estimate => (isCosted ? estimate : unknown);
  const compared = (name: FigureName, estimate: (name: FigureName) => Estimate): Estimate =>
    areEnough(columnOf(name).values, weights) ? estimate(name) : unknown;
  return {
    requests: rows.length,
    represented: sum(weights),
    quality: share('served'),
    referenceQuality: share('reference'),
    keptQuality: estimateKept(columnOf('served'), columnOf('reference'), groups, observed),
    costShare: costed(estimateRatio(uncorrected(costUsd), uncorrected(referenceCostUsd), groups)),
    costUsd: costed(estimateMean(costUsd, groups)),
    referenceCostUsd: costed(estimateMean(referenceCostUsd, groups)),
    better: compared('better', gain),
    regret: compared('regret', gain),
    overkill: compared('overkill', (name) => boundEstimate(share(name))),
    underkill: compared('underkill', gain),
    overspentUsd: compared('overspentUsd', (name) =>
      estimateMean(widenColumn(columnOf(name), weights), groups),
    ),
  };
}

const { NaN: none } = Number;
const unknown: Estimate = { mean: none, low: none, high: none, standardError: none };

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Multiplies two lists, entry by entry. */
export function multiply(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, index) => value * valueAt(other, index));
}

/**
 * The mean of gains that chance can leave below 0, where the best answers cannot lose anything: an estimate
 * below 0 counts as 0. Gains and losses are each estimated as shares, and their intervals joined by the
 * square-and-add method (Newcombe, Statistics in Medicine 17, 1998), which takes them to be independent;
 * the result is at least the normal interval. Nobody has to make the choices that lose, so the losses do not
 * lower the upper end, which is never below that of a share of 0. Corrected values cannot be parted.
 */
function estimateGain(
  column: CorrectedColumn,
  groups: GroupIndex,
  observed: Float64Array | undefined,
): Estimate {
  const values = widenColumn(column, groups.weights);
  const whole = toEstimate(computeGroupedMean(values, groups));
  const nothing = estimateShare(
    values.map((value) => 0 * value),
    groups,
    observed,
  );
  if (column.alone !== undefined) {
    const size = countEffective(values, groups, observed ?? groups.weights);
    const guarded = guardEstimate(whole, [-1, 1], size);
    return boundEstimate({ ...guarded, high: Math.max(guarded.high, nothing.high) });
  }
  const gained = estimateShare(
    values.map((value) => Math.max(0, value)),
    groups,
    observed,
  );
  const lost = estimateShare(
    values.map((value) => Math.max(0, -value)),
    groups,
    observed,
  );
  const { mean, standardError } = whole;
  const width = normalQuantile95 * standardError;
  return boundEstimate({
    ...whole,
    low: mean - Math.max(width, Math.hypot(gained.mean - gained.low, lost.high - lost.mean)),
    high: Math.max(
      nothing.high,
      gained.high,
      mean + Math.max(width, Math.hypot(gained.high - gained.mean, lost.mean - lost.low)),
    ),
  });
}

function boundEstimate({ mean, low, high, standardError }: Estimate): Estimate {
  const bound = (value: number): number => Math.min(1, Math.max(0, value));
  return { mean: bound(mean), low: bound(low), high: bound(high), standardError };
}

/** The ratio of two means; NaN where the second is 0. */
function estimateRatio(
  numerator: CorrectedColumn,
  denominator: CorrectedColumn,
  groups: GroupIndex,
): Estimate {
  const linear = combineColumns(numerator, denominator, (one, other) =>
    linearizeRatio(one, other, groups),
  );
  const values = widenColumn(linear, groups.weights);
  const estimate = toEstimate(computeGroupedMean(values, groups));
  // Neither qualities nor costs are negative.
  return { ...estimate, low: Math.max(0, estimate.low) };
}

/**
 * The quality of routing, divided by the reference's. Where the ratio is the same on every request, its
 * spread says nothing of the requests that were not drawn. Then the interval allows for as many other
 * ones as Wilson's does for a share, on which one of the two is right and the other is of no use.
 */
function estimateKept(
  served: CorrectedColumn,
  reference: CorrectedColumn,
  groups: GroupIndex,
  observed: Float64Array | undefined,
): Estimate {
  const kept = estimateRatio(served, reference, groups);
  const base = computeGroupedMean(reference.values, groups).mean;
  if (!(kept.standardError < maxRounding && base > 0)) return kept;
  const alike = estimateShare(
    new Float64Array(groups.weights.length).fill(1),
    groups,
    observed,
  ).low;
  const others = 1 - alike;
  return {
    ...kept,
    low: (kept.mean * base * alike) / (base * alike + others),
    high: (kept.mean * base * alike + others) / (base * alike),
  };
}

/** A smaller standard error is one of rounding. */
const maxRounding = 1e-9;
