import { valueAt } from '../../../util/numeric-arrays.js';
import {
  collectModelOutcomes,
  computeKnownMean,
  noModel,
  type Outcomes,
} from '../strategies/chosen-outcomes.js';
import { computeModelMeans, type ModelMeans } from '../strategies/model-means.js';
import { computePairedMean } from '../strategies/paired-mean.js';
import type { ObjectiveRequest, PromisingRequest } from './objective-request.js';
import type { PlanInput } from './trained-plan.js';

/** What outcomes are of the limit of an objective, on prompts whose outcome is missing, too. */
export interface ComparableLimit {
  /** Mean cost, or share of late answers. */
  readonly measure: (outcomes: Outcomes) => number;
  /** True where nothing is missing: what is known says it all. */
  readonly isKept: (outcomes: Outcomes) => boolean;
}

/** What outcomes are measured by, and what comparable means of it are carried over from. */
interface Measured {
  /** Such as costs, or 1 for a late answer and 0 for one in time; NaN where unknown. */
  readonly of: (outcomes: Outcomes) => Float64Array;
  /** Comparable mean of these, per model. */
  readonly means: readonly number[];
  readonly shift: 'difference' | 'ratio';
}

interface Limited extends Measured {
  /** The highest mean that keeps the limit. */
  readonly highest: number;
}

type ComparedRows = Pick<PlanInput, 'table' | 'rows' | 'taskOf'>;

/** Rounding of a mean must not break a limit that all values equal. */
const tolerance = 1e-9;

/**
 * Creates the comparison of outcomes by what an objective asks for once its promise is kept: the lowest
 * cost or latency or, under a limit, the highest quality. Means are comparable ones, as reports show them.
 *
 * @param baseline index of the model that means of routing are carried over from
 * @returns whether the first outcomes are worse than the second ones; false where a mean is unknown
 */
export function createAimComparison(
  request: PromisingRequest,
  { table, rows }: Pick<PlanInput, 'table' | 'rows'>,
  means: ModelMeans,
  baseline: number,
): (own: Outcomes, other: Outcomes) => boolean {
  if (request.kind !== 'keep_quality') {
    const quality = { means: means.quality, shift: 'difference' } as const;
    const measure = createMeasure({ of: (one) => one.quality, ...quality }, table, rows, baseline);
    return (own, other) => measure(own) < measure(other) - tolerance;
  }
  const name = request.lowest === 'cost' ? 'costUsd' : 'latencyMs';
  const expense = { means: means[name], shift: 'ratio' } as const;
  const measure = createMeasure({ of: (one) => one[name], ...expense }, table, rows, baseline);
  return (own, other) => measure(own) > measure(other) * (1 + tolerance);
}

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
  const limited = describeLimited(request, compared, means);
  if (limited === undefined) return undefined;
  const { of, highest } = limited;
  const measure = createMeasure(limited, compared.table, compared.rows, baseline);
  return {
    measure,
    isKept: (outcomes) =>
      isComplete(of(outcomes), outcomes) || measure(outcomes) <= highest * (1 + tolerance),
  };
}

function isComplete(values: Float64Array, { choices }: Outcomes): boolean {
  return !values.some((value, row) => Number.isNaN(value) && choices?.[row] !== noModel);
}

/** Creates the function that computes the mean of outcomes as reports show it. */
function createMeasure(
  { of, means, shift }: Measured,
  table: PlanInput['table'],
  rows: Int32Array,
  baseline: number,
): (outcomes: Outcomes) => number {
  return (outcomes) => {
    const values = of(outcomes);
    if (isComplete(values, outcomes)) return computeKnownMean(values, outcomes.weights);
    const only = outcomes.choices?.[0] ?? noModel;
    const isAlone = only !== noModel && outcomes.choices?.every((choice) => choice === only);
    if (isAlone) return valueAt(means, only);
    const reference = {
      values: of(collectModelOutcomes(table, rows, baseline)),
      mean: means[baseline],
    };
    return computePairedMean(values, reference, outcomes.weights, shift).mean;
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
