import { valueAt } from '../../../util/numeric-arrays.js';
import {
  collectModelOutcomes,
  computeKnownMean,
  noModel,
  type Outcomes,
} from '../strategies/chosen-outcomes.js';
import { computeModelMeans, type ModelMeans } from '../strategies/model-means.js';
import { computePairedMean } from '../strategies/paired-mean.js';
import type { ObjectiveRequest } from './objective-request.js';
import type { PlanInput } from './trained-plan.js';

/** What outcomes are of the limit of an objective, on prompts whose outcome is missing, too. */
export interface ComparableLimit {
  /** Mean cost, or share of late answers. */
  readonly measure: (outcomes: Outcomes) => number;
  /** True where nothing is missing: what is known says it all. */
  readonly isKept: (outcomes: Outcomes) => boolean;
}

/** What a limit is on, and what comparable means of it are carried over from. */
interface Limited {
  /** Costs, or 1 for a late answer and 0 for one in time; NaN where unknown. */
  readonly of: (outcomes: Pick<Outcomes, 'costUsd' | 'latencyMs'>) => Float64Array;
  /** Comparable mean of these, per model. */
  readonly means: readonly number[];
  readonly shift: 'difference' | 'ratio';
  /** Their highest mean that keeps the limit. */
  readonly highest: number;
}

type ComparedRows = Pick<PlanInput, 'table' | 'rows' | 'taskOf'>;

/** Rounding of a mean must not break a limit that all values equal. */
const tolerance = 1e-9;

/**
 * Creates the test of an objective's limit on comparable means, as reports show them: what is known of
 * a model that lacks costly or slow outcomes keeps limits that the model breaks.
 *
 * @param means comparable means of the models
 * @param baseline index of the model that means of routing are carried over from
 * @returns undefined for an objective without a limit
 */
export function createComparableLimit(
  request: ObjectiveRequest,
  compared: ComparedRows,
  means: ModelMeans,
  baseline: number,
): ComparableLimit | undefined {
  const { table, rows } = compared;
  const limited = describeLimited(request, compared, means);
  if (limited === undefined) return undefined;
  const { of, shift, highest } = limited;
  const isComplete = (outcomes: Outcomes): boolean =>
    !of(outcomes).some((value, row) => Number.isNaN(value) && outcomes.choices?.[row] !== noModel);
  const measure = (outcomes: Outcomes): number => {
    const values = of(outcomes);
    if (isComplete(outcomes)) return computeKnownMean(values, outcomes.weights);
    const only = outcomes.choices?.[0] ?? noModel;
    const isAlone = only !== noModel && outcomes.choices?.every((choice) => choice === only);
    if (isAlone) return valueAt(limited.means, only);
    const reference = {
      values: of(collectModelOutcomes(table, rows, baseline)),
      mean: limited.means[baseline],
    };
    return computePairedMean(values, reference, outcomes.weights, shift).mean;
  };
  return {
    measure,
    isKept: (outcomes) => isComplete(outcomes) || measure(outcomes) <= highest * (1 + tolerance),
  };
}

function describeLimited(
  request: ObjectiveRequest,
  { table, rows, taskOf }: ComparedRows,
  means: ModelMeans,
): Limited | undefined {
  if (request.kind === 'limit_cost') {
    const highest = Math.fround(request.maxCostPerRequestUsd);
    return { of: ({ costUsd }) => costUsd, means: means.costUsd, shift: 'ratio', highest };
  }
  if (request.kind !== 'limit_latency') return undefined;
  const limit = Math.fround(request.maxLatencyP95Ms);
  const isLate = (latency: number): number =>
    Number.isNaN(latency) ? latency : +(latency > limit);
  const late = computeModelMeans({ ...table, quality: table.latencyMs.map(isLate) }, rows, taskOf);
  return {
    of: ({ latencyMs }) => latencyMs.map(isLate),
    means: late.quality,
    shift: 'difference',
    highest: 0.05,
  };
}
