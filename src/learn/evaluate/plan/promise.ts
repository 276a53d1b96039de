import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import {
  computeGroupedMean,
  computeLowerBound,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { valueAt, viewMatrix } from '../../../util/numeric-arrays.js';
import type { ComparableLimit } from './comparable-limit.js';
import { latencyQuantile, type PromisingRequest } from './objective-request.js';
import { weighPairs } from '../strategies/weigh-pairs.js';
import { collectModelOutcomes, type Outcomes } from '../strategies/chosen-outcomes.js';

/** The rows of a plan, with what a promise is measured against. */
export interface PromiseContext {
  readonly table: OutcomeTable;
  readonly rows: Int32Array;
  readonly groups: GroupIndex;
  /**
   * Outcomes of the models whose quality is kept, by index: the baseline if one was named;
   * otherwise every model, since the one that looks best may not be the best one.
   */
  readonly references: ReadonlyMap<number, Outcomes>;
  readonly highestCostUsd: number;
  /** Undefined for an objective without a limit. */
  readonly limit: ComparableLimit | undefined;
}

/** Prepares what promises are measured against. */
export function createPromiseContext(
  table: OutcomeTable,
  rows: Int32Array,
  groups: GroupIndex,
  {
    references,
    limit,
  }: {
    readonly references: readonly number[];
    readonly limit: ComparableLimit | undefined;
  },
): PromiseContext {
  const costUsd = viewMatrix(table.costUsd, table.models.length);
  let highestCostUsd = 0;
  for (const row of rows) {
    for (const cost of costUsd.row(row)) {
      if (cost > highestCostUsd) highestCostUsd = cost;
    }
  }
  return {
    table,
    rows,
    groups,
    references: new Map(
      references.map((model) => [model, collectModelOutcomes(table, rows, model)]),
    ),
    highestCostUsd,
    limit,
  };
}

/** One inequality of a promise: it holds where the mean of its values is not below zero. */
interface PromiseTerm {
  readonly values: Float64Array;
  /** How much each prompt counts. */
  readonly weights: ArrayLike<number>;
  /** The lowest value that a prompt could have. */
  readonly worst: number;
}

function listTerms(
  request: PromisingRequest,
  outcomes: Outcomes,
  { references, highestCostUsd, groups: { groupOf, weights } }: PromiseContext,
): PromiseTerm[] {
  const { quality, costUsd, latencyMs } = outcomes;
  switch (request.kind) {
    case 'keep_quality': {
      const { keepQuality } = request;
      return [...references.values()].map((reference) => {
        const all = quality.map((own, row) => own - keepQuality * valueAt(reference.quality, row));
        const counts = weighPairs(
          { own: outcomes, other: reference, groups: groupOf, weights },
          (row) => !Number.isNaN(all[row]),
        );
        const values = all.map((value, row) => (counts[row] === 0 ? Number.NaN : value));
        return { values, weights: counts, worst: -keepQuality };
      });
    }
    case 'limit_cost': {
      // Rounded to single precision like the table, so that values equal to the limit pass.
      const limit = Math.fround(request.maxCostPerRequestUsd);
      return [
        { values: costUsd.map((cost) => limit - cost), weights, worst: limit - highestCostUsd },
      ];
    }
    case 'limit_latency': {
      const limit = Math.fround(request.maxLatencyP95Ms);
      const values = latencyMs.map((latency) =>
        Number.isNaN(latency)
          ? Number.NaN
          : latency > limit
            ? -latencyQuantile
            : 1 - latencyQuantile,
      );
      return [{ values, weights, worst: -latencyQuantile }];
    }
  }
}

/**
 * Whether outcomes show that a promise is kept: each term's lower confidence bound is not below
 * zero, and where outcomes are missing, a limit is kept by the comparable mean, too. All terms must hold,
 * so their number needs no correction.
 *
 * @param error chance that a promise passes although it is not kept
 */
export function isPromiseShown(
  request: PromisingRequest,
  outcomes: Outcomes,
  context: PromiseContext,
  error: number,
): boolean {
  const isShown = listTerms(request, outcomes, context).every(
    ({ values, weights, worst }) =>
      computeLowerBound(values, { ...context.groups, weights }, { worst, error }) >= 0,
  );
  return isShown && context.limit?.isKept(outcomes) !== false;
}

/** Whether the point estimates keep a promise, without regard to chance. */
export function isPromiseMet(
  request: PromisingRequest,
  outcomes: Outcomes,
  context: PromiseContext,
): boolean {
  // A model keeps all of its own quality, up to rounding.
  const tolerance = 1e-12;
  const isMet = listTerms(request, outcomes, context).every(
    ({ values, weights }) =>
      computeGroupedMean(values, { ...context.groups, weights }).mean >= -tolerance,
  );
  return isMet && context.limit?.isKept(outcomes) !== false;
}
