import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { computeGroupedMean, computeLowerBound, type GroupIndex } from '../verdict/grouped-mean.js';
import type { PromisingRequest } from './objective-request.js';
import { collectOutcomes, type Outcomes } from '../verdict/outcomes.js';

/** The training rows of a plan, with what a promise is measured against. */
export interface PromiseContext {
  readonly table: OutcomeTable;
  readonly rows: Int32Array;
  readonly groups: GroupIndex;
  /**
   * Outcomes of the models whose quality is kept, by index: the baseline where one was named;
   * otherwise every model, since the one that looks best may not be the one that is.
   */
  readonly references: ReadonlyMap<number, Outcomes>;
  readonly highestCostUsd: number;
}

/** Prepares what promises are measured against. */
export function createPromiseContext(
  table: OutcomeTable,
  rows: Int32Array,
  groups: GroupIndex,
  references: readonly number[],
): PromiseContext {
  const collect = (model: number): Outcomes =>
    collectOutcomes(table, rows, new Int32Array(rows.length).fill(model));
  let highestCostUsd = 0;
  for (const row of rows) {
    for (let model = 0; model < table.models.length; model++) {
      const costUsd = table.costUsd[row * table.models.length + model] as number;
      if (costUsd > highestCostUsd) highestCostUsd = costUsd;
    }
  }
  return {
    table,
    rows,
    groups,
    references: new Map(references.map((model) => [model, collect(model)])),
    highestCostUsd,
  };
}

/** A promise in numbers: it is kept where the mean of each term is not below zero. */
interface PromiseTerm {
  readonly values: Float64Array;
  /** The least value that a prompt could have. */
  readonly worst: number;
}

function listTerms(
  request: PromisingRequest,
  { quality, costUsd, latencyMs }: Outcomes,
  { references, highestCostUsd }: PromiseContext,
): PromiseTerm[] {
  switch (request.kind) {
    case 'keep_quality': {
      const { keepQuality } = request;
      return [...references.values()].map((reference) => ({
        values: quality.map((own, row) => own - keepQuality * (reference.quality[row] as number)),
        worst: -keepQuality,
      }));
    }
    case 'limit_cost': {
      // Rounded as the table's values are, so that what equals the limit is within it.
      const limit = Math.fround(request.maxCostPerRequestUsd);
      return [{ values: costUsd.map((cost) => limit - cost), worst: limit - highestCostUsd }];
    }
    case 'limit_latency': {
      const limit = Math.fround(request.maxLatencyP95Ms);
      const values = latencyMs.map((latency) =>
        Number.isNaN(latency) ? Number.NaN : latency > limit ? -0.95 : 0.05,
      );
      return [{ values, worst: -0.95 }];
    }
  }
}

/**
 * Whether outcomes show that a promise is kept: each term's lower confidence bound is not below
 * zero. All terms must hold, so their number needs no correction.
 *
 * @param error how often a promise that is not kept may pass
 */
export function isPromiseShown(
  request: PromisingRequest,
  outcomes: Outcomes,
  context: PromiseContext,
  error: number,
): boolean {
  return listTerms(request, outcomes, context).every(
    ({ values, worst }) => computeLowerBound(values, context.groups, { worst, error }) >= 0,
  );
}

/** Whether outcomes keep a promise as they stand, without regard to chance. */
export function isPromiseMet(
  request: PromisingRequest,
  outcomes: Outcomes,
  context: PromiseContext,
): boolean {
  // A share of itself is kept exactly, but not to the last bit.
  const tolerance = 1e-12;
  return listTerms(request, outcomes, context).every(
    ({ values }) => computeGroupedMean(values, context.groups).mean >= -tolerance,
  );
}
