import type { Objective } from '../policy/policy.js';
import type { OutcomeTable } from '../records/outcome-table.js';
import { chooseForRow, type TableEstimates, type TrainedPlan } from './held-out.js';

/** An objective as the user asks for it, before its weights are found. */
export interface ObjectiveRequest {
  readonly name: string;
  readonly description: string;
  /**
   * Share of the baseline's quality to keep while spending as little as possible; undefined asks
   * for the highest quality whatever it costs.
   */
  readonly keepQuality: number | undefined;
}

/** The objectives of every policy, in the order of their names in reports. */
export const standardObjectives: readonly ObjectiveRequest[] = [
  { name: 'quality', description: 'highest quality', keepQuality: undefined },
  {
    name: 'balanced',
    description: "99 % of the best single model's quality at the lowest cost",
    keepQuality: 0.99,
  },
  {
    name: 'cost',
    description: "97 % of the best single model's quality at the lowest cost",
    keepQuality: 0.97,
  },
];

export interface PlanInput {
  readonly table: OutcomeTable;
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** Training rows, whose estimates were made out of fold. */
  readonly rows: Int32Array;
  readonly estimates: TableEstimates;
  /** Id of the baseline. @default the model with the best mean quality */
  readonly baseline?: string;
  readonly requests?: readonly ObjectiveRequest[];
}

/**
 * Makes every choice that a policy rests on from training rows alone: baseline, constants, and the
 * weights of each objective, resolved on out-of-fold estimates. An objective that needs costs is
 * left out where none is known.
 */
export function makePlan(input: PlanInput): TrainedPlan {
  const { table, rows, estimates, requests = standardObjectives } = input;
  const means = computeModelMeans(table, rows);
  const named = input.baseline === undefined ? -1 : table.models.indexOf(input.baseline);
  const baseline = named >= 0 ? named : findBest(means.quality, means.costUsd);
  const noveltyLimit = computeNoveltyLimit(estimates.novelty, rows);
  const hasCosts = means.costUsd.every((cost) => !Number.isNaN(cost));
  const isResolvable = ({ keepQuality }: ObjectiveRequest): boolean =>
    keepQuality === undefined || hasCosts;
  const objectives = requests
    .filter(isResolvable)
    .map((request) =>
      request.keepQuality === undefined
        ? resolveQualityObjective(request, input, { baseline, noveltyLimit })
        : resolveKeepObjective(
            request,
            request.keepQuality,
            input,
            { baseline, noveltyLimit },
            means,
          ),
    );
  return {
    baseline,
    cheapest: hasCosts
      ? findBest(
          means.costUsd.map((cost) => -cost),
          means.costUsd,
        )
      : baseline,
    bestOfTask: findBestOfTasks(input, baseline),
    objectives,
    constants: requests
      .filter(isResolvable)
      .map(({ keepQuality }) => findConstant(means, baseline, keepQuality)),
    noveltyLimit,
  };
}

interface Means {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
}

/** Mean quality and cost of each model over the rows where it was recorded. */
export function computeModelMeans(table: OutcomeTable, rows: Int32Array): Means {
  const mean = (matrix: Float32Array, model: number): number => {
    let sum = 0;
    let count = 0;
    for (const row of rows) {
      const value = matrix[row * table.models.length + model] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    return sum / count;
  };
  return {
    quality: table.models.map((_, model) => mean(table.quality, model)),
    costUsd: table.models.map((_, model) => mean(table.costUsd, model)),
  };
}

/** Index of the greatest value; of equal ones the cheapest, then the first. */
function findBest(values: readonly number[], costUsd: readonly number[]): number {
  let best = 0;
  values.forEach((value, model) => {
    const bestValue = values[best] as number;
    const isBetter = value > bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value));
    const isCheaper = (costUsd[model] as number) < (costUsd[best] as number);
    if (isBetter || (value === bestValue && isCheaper)) best = model;
  });
  return best;
}

/** The best model; or the cheapest of those that keep the asked share of the baseline's quality. */
function findConstant(means: Means, baseline: number, keepQuality: number | undefined): number {
  if (keepQuality === undefined) return findBest(means.quality, means.costUsd);
  const needed = keepQuality * (means.quality[baseline] as number);
  return findBest(
    means.quality.map((quality, model) =>
      quality >= needed ? -(means.costUsd[model] as number) : -Infinity,
    ),
    means.costUsd,
  );
}

function findBestOfTasks(
  { table, taskOf, taskCount, rows }: PlanInput,
  baseline: number,
): Int32Array {
  return Int32Array.from({ length: taskCount }, (_, task) => {
    const own = rows.filter((row) => taskOf[row] === task);
    if (own.length === 0) return baseline;
    const means = computeModelMeans(table, own);
    return findBest(means.quality, means.costUsd);
  });
}

/** Novelty that one in 200 training prompts exceeds, and at least one half. */
function computeNoveltyLimit(novelty: Float32Array, rows: Int32Array): number {
  const sorted = Float32Array.from(rows, (row) => novelty[row] as number).sort();
  const limit = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 1;
  return Math.min(1, Math.max(0.5, Number(limit.toFixed(4))));
}

type Guard = Pick<TrainedPlan, 'baseline' | 'noveltyLimit'>;

const margins = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08] as const;

/** Chooses the margin under which leaving the baseline gave the best quality. */
function resolveQualityObjective(
  request: ObjectiveRequest,
  input: PlanInput,
  guard: Guard,
): Objective {
  let best: Objective | undefined;
  let bestQuality = -Infinity;
  for (const margin of margins) {
    const objective = createObjective(request, 0, margin);
    const { quality } = computeRealised(input, guard, objective);
    if (quality > bestQuality + 1e-9) {
      best = objective;
      bestQuality = quality;
    }
  }
  return best as Objective;
}

/** Cost weights tried, relative to the mean cost of the dearest model. */
const relativeCostWeights = [0, ...Array.from({ length: 61 }, (_, step) => 10 ** (-4 + step / 12))];

/**
 * Chooses the cost weight that spent least among those that kept the asked share of the baseline's
 * quality.
 */
function resolveKeepObjective(
  request: ObjectiveRequest,
  keepQuality: number,
  input: PlanInput,
  guard: Guard,
  means: Means,
): Objective {
  const needed = keepQuality * (means.quality[guard.baseline] as number);
  const scale = Math.max(...means.costUsd) || 1;
  let best = createObjective(request, 0, 0);
  let lowestCost = Infinity;
  for (const weight of relativeCostWeights) {
    const objective = createObjective(request, Number((weight / scale).toPrecision(6)), 0);
    const { quality, costUsd } = computeRealised(input, guard, objective);
    if (quality >= needed && costUsd < lowestCost) {
      best = objective;
      lowestCost = costUsd;
    }
  }
  return best;
}

function createObjective(
  { name, description }: ObjectiveRequest,
  costWeightPerUsd: number,
  margin: number,
): Objective {
  return {
    name,
    description,
    costWeightPerUsd,
    latencyWeightPerSecond: 0,
    margin,
    constantModel: undefined,
  };
}

/** Mean recorded quality and cost of what an objective chooses in the plan's rows. */
function computeRealised(
  { table, rows, estimates }: PlanInput,
  guard: Guard,
  objective: Objective,
): { quality: number; costUsd: number } {
  let quality = 0;
  let costUsd = 0;
  let count = 0;
  for (const row of rows) {
    const model = chooseForRow(estimates, table.models.length, row, guard, objective);
    const cell = row * table.models.length + model;
    const value = table.quality[cell] as number;
    if (Number.isNaN(value)) continue;
    quality += value;
    costUsd += table.costUsd[cell] as number;
    count += 1;
  }
  return { quality: quality / count, costUsd: costUsd / count };
}
