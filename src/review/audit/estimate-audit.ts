import {
  computeGroupedMean,
  indexGroups,
  type GroupIndex,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import { pick, rowOf, valueAt } from '../../util/numeric-arrays.js';
import { estimateMean, estimateShare, toEstimate, type Estimate } from '../estimates/estimate.js';
import { areEnough, listPairedCosts } from './unknown-costs.js';
import type { AuditedRequests } from './audited-requests.js';
import { computeFigures, figureNames, type FigureName } from './compute-figures.js';
import { assignLabelFolds, correctValues, type LabeledUnits } from './correct-values.js';

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
   * Share of requests that another model would have answered better for the same money. As all figures
   * that rest on costs, it is of the requests whose costs are known, and NaN where too few are.
   */
  readonly better: Estimate;
  /** Mean quality lost on them. */
  readonly regret: Estimate;
  readonly overkill: Estimate;
  readonly underkill: Estimate;
  /** Mean, in USD a request, of what a less expensive model as good would have saved. */
  readonly overspentUsd: Estimate;
}

/** One value per request for each figure, corrected by people's labels where there are any. */
export type AuditColumns = Readonly<Record<FigureName, Float64Array>>;

/**
 * Computes every request's figures, and corrects those of a judge by people's labels.
 *
 * @param withJudge false: from the labels alone, to see what the judge is worth
 */
export function computeAuditColumns(
  requests: AuditedRequests,
  reference: number,
  { seed, withJudge = true }: { readonly seed: number; readonly withJudge?: boolean },
): AuditColumns {
  const judged = listFigures(requests, requests.quality, reference);
  if (requests.labelWeights === undefined) return judged;
  const labeled = listFigures(requests, requests.human, reference);
  const correct = createCorrection(requests, judged, { reference, seed, withJudge });
  return Object.fromEntries(
    figureNames.map((name) => [name, correct(judged[name], labeled[name])]),
  ) as unknown as AuditColumns;
}

/**
 * Lists the qualities of every model, corrected as the figures are: the column of the reference model is
 * its figure, so that what is said about it agrees with the others.
 *
 * @returns by model, one value per request
 */
export function computeModelColumns(
  requests: AuditedRequests,
  reference: number,
  seed: number,
): readonly Float64Array[] {
  const { models, quality, human, weights, labelWeights } = requests;
  const columnOf = (matrix: Float64Array, model: number): Float64Array =>
    Float64Array.from(weights, (_, row) => valueAt(matrix, row * models.length + model));
  const judged = models.map((_, model) => columnOf(quality, model));
  if (labelWeights === undefined) return judged;
  const figures = listFigures(requests, quality, reference);
  const correct = createCorrection(requests, figures, { reference, seed, withJudge: true });
  return judged.map((column, model) => correct(column, columnOf(human, model)));
}

/** Returns what corrects a judge's values by those of people; without labels, the judge's stand. */
function createCorrection(
  requests: AuditedRequests,
  judged: AuditColumns,
  options: { readonly reference: number; readonly seed: number; readonly withJudge: boolean },
): (byJudge: Float64Array, byPeople: Float64Array) => Float64Array {
  const { weights, labelWeights } = requests;
  if (labelWeights === undefined) return (byJudge) => byJudge;
  const common = options.withJudge ? describeGrades(requests, judged, options.reference) : [];
  return (byJudge, byPeople) => {
    const isKnown = (row: number): boolean =>
      !Number.isNaN(valueAt(byJudge, row)) &&
      !(valueAt(labelWeights, row) > 0 && Number.isNaN(valueAt(byPeople, row)));
    const rows = [...weights.keys()].filter(isKnown);
    const units = selectUnits({ weights, labelWeights }, rows);
    const predictors = options.withJudge ? [byJudge, ...common] : [];
    const corrected = correctValues(
      pick(byPeople, rows),
      predictors.map((column) => pick(column, rows)),
      units,
      assignLabelFolds(units.labelWeights, options.seed),
    );
    const values = new Float64Array(weights.length).fill(Number.NaN);
    // Without a label of these requests, nothing corrects them.
    if (units.labelWeights.some((weight) => weight > 0)) {
      rows.forEach((row, place) => (values[row] = valueAt(corrected, place)));
    }
    return values;
  };
}

/** Some of the requests, of which the labeled ones stand for all. */
function selectUnits(
  { weights, labelWeights }: LabeledUnits,
  rows: readonly number[],
): LabeledUnits {
  const units = { weights: pick(weights, rows), labelWeights: pick(labelWeights, rows) };
  if (rows.length === weights.length) return units;
  const labeled = sum(multiply(units.weights, units.labelWeights));
  const factor = labeled > 0 ? sum(units.weights) / labeled : 0;
  return { ...units, labelWeights: units.labelWeights.map((weight) => weight * factor) };
}

/**
 * What else the judge's grades tell of a figure: how good the two models' answers seem, whether they
 * are one model, and, from all other models' answers, how hard the request is.
 */
function describeGrades(
  { models, quality, served }: AuditedRequests,
  judged: AuditColumns,
  reference: number,
): readonly Float64Array[] {
  const width = models.length;
  const isReference = Float64Array.from(served, (model) => (model === reference ? 1 : 0));
  const others = judged.served.map((own, row) => {
    return (sum(rowOf(quality, row, width)) - own) / Math.max(1, width - 1);
  });
  const timesServed = (column: Float64Array): Float64Array =>
    column.map((value, row) => value * valueAt(judged.served, row));
  return [
    judged.served,
    judged.reference,
    isReference,
    others,
    timesServed(isReference),
    timesServed(others),
  ];
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
  const share = (name: FigureName): Estimate =>
    estimateShare(pick(columns[name], rows), groups, observed);
  const costs = listPairedCosts(requests, reference);
  const costUsd = pick(costs.served, rows);
  const referenceCostUsd = pick(costs.reference, rows);
  const isCosted = areEnough(costUsd, weights);
  const isCompared = areEnough(pick(columns.better, rows), weights);
  const costed = (estimate: Estimate): Estimate => (isCosted ? estimate : unknown);
  const compared = (estimate: Estimate): Estimate => (isCompared ? estimate : unknown);
  return {
    requests: rows.length,
    represented: sum(weights),
    quality: share('served'),
    referenceQuality: share('reference'),
    keptQuality: estimateKept(
      pick(columns.served, rows),
      pick(columns.reference, rows),
      groups,
      observed,
    ),
    costShare: costed(estimateRatio(costUsd, referenceCostUsd, groups)),
    costUsd: costed(estimateMean(costUsd, groups)),
    referenceCostUsd: costed(estimateMean(referenceCostUsd, groups)),
    better: compared(share('better')),
    regret: compared(share('regret')),
    overkill: compared(share('overkill')),
    underkill: compared(share('underkill')),
    overspentUsd: compared(estimateMean(pick(columns.overspentUsd, rows), groups)),
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

/** The ratio of two means; NaN where the second is 0. */
export function estimateRatio(
  numerator: Float64Array,
  denominator: Float64Array,
  groups: GroupIndex,
): Estimate {
  const base = computeGroupedMean(denominator, groups).mean;
  const ratio = computeGroupedMean(numerator, groups).mean / base;
  const values = numerator.map(
    (value, row) => ratio + (value - ratio * valueAt(denominator, row)) / base,
  );
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
  served: Float64Array,
  reference: Float64Array,
  groups: GroupIndex,
  observed: Float64Array | undefined,
): Estimate {
  const kept = estimateRatio(served, reference, groups);
  const base = computeGroupedMean(reference, groups).mean;
  if (!(kept.standardError < maxRounding && base > 0)) return kept;
  const alike = estimateShare(new Float64Array(served.length).fill(1), groups, observed).low;
  const others = 1 - alike;
  return {
    ...kept,
    low: (kept.mean * base * alike) / (base * alike + others),
    high: (kept.mean * base * alike + others) / (base * alike),
  };
}

/** A smaller standard error is one of rounding. */
const maxRounding = 1e-9;

function listFigures(
  { models, served, costUsd, noise, weights }: AuditedRequests,
  quality: Float64Array,
  reference: number,
): AuditColumns {
  const width = models.length;
  const columns = Object.fromEntries(
    figureNames.map((name) => [name, new Float64Array(weights.length)]),
  ) as Record<FigureName, Float64Array>;
  for (let row = 0; row < weights.length; row++) {
    const figures = computeFigures(
      {
        quality: rowOf(quality, row, width),
        costUsd: rowOf(costUsd, row, width),
        served: valueAt(served, row),
        reference,
      },
      noise,
    );
    for (const name of figureNames) columns[name][row] = figures[name];
  }
  return columns;
}
