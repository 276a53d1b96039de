import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';

/** Audited requests some of whose costs are not known, such as those of refused calls. */
export interface UnknownCosts {
  /** By model, the requests on which its cost is not known; only models that have any. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests that do not count in costs: that of the model that served or of the reference is not known. */
  readonly uncosted: number;
  /** Requests that do not count in `better`, `regret`, `overkill`, `underkill` and `overspentUsd`. */
  readonly uncompared: number;
}

/** Where a figure is not known for a greater share of the requests, nothing is said about it. */
const maxUnknown = 0.2;

/** Whether a figure is known for so many of the requests, by weight, that it may stand for all. */
export function areEnough(values: ArrayLike<number>, weights: Float64Array): boolean {
  return computeKnownShare(values, weights) >= 1 - maxUnknown;
}

/** Share of the requests, by weight, for which a figure is known. */
export function computeKnownShare(values: ArrayLike<number>, weights: Float64Array): number {
  let known = 0;
  let total = 0;
  weights.forEach((weight, row) => {
    total += weight;
    if (!Number.isNaN(valueAt(values, row))) known += weight;
  });
  return known / total;
}

/** Costs in USD of the model that served each request and of the reference: NaN unless both are known. */
export function listPairedCosts(
  { models, served, costUsd }: Pick<AuditedRequests, 'models' | 'served' | 'costUsd'>,
  reference: number,
): { readonly served: Float64Array; readonly reference: Float64Array } {
  const costOf = (row: number, model: number): number =>
    valueAt(costUsd, row * models.length + model);
  const pairs = Array.from(served, (model, row): readonly [number, number] => {
    const pair = [costOf(row, model), costOf(row, reference)] as const;
    return pair.some(Number.isNaN) ? [Number.NaN, Number.NaN] : pair;
  });
  return {
    served: Float64Array.from(pairs, ([own]) => own),
    reference: Float64Array.from(pairs, ([, other]) => other),
  };
}

/**
 * Costs in USD of a model on the requests that count in the costs of routing, NaN on the others, so that
 * its mean compares with those of routing and the reference. Where routing's is not given, on all requests.
 *
 * @returns undefined where its cost is not known on each of them: the mean of the others is not comparable
 */
export function listModelCosts(
  requests: Pick<AuditedRequests, 'models' | 'costUsd' | 'weights'>,
  model: number,
  paired: Float64Array,
): Float64Array | undefined {
  const { models, costUsd, weights } = requests;
  const all = costUsd.filter((_, cell) => cell % models.length === model);
  if (!areEnough(paired, weights)) return all.some(Number.isNaN) ? undefined : all;
  const counts = (row: number): boolean => !Number.isNaN(valueAt(paired, row));
  if (all.some((cost, row) => counts(row) && Number.isNaN(cost))) return undefined;
  return all.map((cost, row) => (counts(row) ? cost : Number.NaN));
}

/**
 * Counts the requests whose costs are not known.
 *
 * @param figures.costUsd NaN for a request that does not count in costs
 * @param figures.compared as `costUsd`, for the comparisons
 */
export function countUnknownCosts(
  { models, costUsd }: Pick<AuditedRequests, 'models' | 'costUsd'>,
  figures: { readonly costUsd: Float64Array; readonly compared: Float64Array },
): UnknownCosts {
  const counts = models.map((model, number): readonly [string, number] => [
    model,
    countUnknown(costUsd.filter((_, cell) => cell % models.length === number)),
  ]);
  return {
    answers: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    uncosted: countUnknown(figures.costUsd),
    uncompared: countUnknown(figures.compared),
  };
}

function countUnknown(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
}
