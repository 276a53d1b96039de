import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { computeKnownMean } from './outcomes.js';

/** One value per model; NaN where nothing was recorded. */
export interface ModelMeans {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
  readonly latencyMs: readonly number[];
}

/** Complete rows from which on the models are compared on these alone, where there are no labels. */
const minCompleteRows = 20;

/**
 * Mean quality, cost and latency of each model, made comparable where not every model was recorded
 * on every prompt: a model that was mostly run on easy prompts would otherwise pass for a good one.
 * With task labels, each model's means of the tasks are weighted by the tasks' shares of all rows
 * (post-stratification). Without, the means are over the rows where every model was recorded, or,
 * with fewer than 20 of those, over each model's own.
 *
 * @param taskOf task index of every prompt of the table, -1 where unknown; undefined without labels
 */
export function computeModelMeans(
  table: OutcomeTable,
  rows: Int32Array,
  taskOf?: Int32Array,
): ModelMeans {
  const width = table.models.length;
  const isKnown = (row: number, model: number): boolean =>
    !Number.isNaN(table.quality[row * width + model] as number);
  const recorded = [...table.models.keys()].filter((model) =>
    rows.some((row) => isKnown(row, model)),
  );
  const complete = rows.filter((row) => recorded.every((model) => isKnown(row, model)));
  const tasks = [...new Set(Array.from(rows, (row) => taskOf?.[row]))];
  const strata =
    tasks.length < 2 || complete.length === rows.length
      ? [complete.length >= minCompleteRows ? complete : rows]
      : tasks.map((task) => rows.filter((row) => taskOf?.[row] === task));
  const weighted = strata.map((stratum) => ({
    rows: stratum,
    weights: listRowWeights(table, stratum),
  }));
  const average = (matrix: Float32Array): number[] =>
    table.models.map((_, model) => averageStrata(matrix, weighted, model, width));
  return {
    quality: average(table.quality),
    costUsd: average(table.costUsd),
    latencyMs: average(table.latencyMs),
  };
}

/** Mean of the strata's means, by their weights; strata without a known value do not count. */
function averageStrata(
  matrix: Float32Array,
  strata: readonly { readonly rows: Int32Array; readonly weights: Float64Array }[],
  model: number,
  width: number,
): number {
  let sum = 0;
  let weight = 0;
  for (const { rows, weights } of strata) {
    const mean = computeKnownMean(
      Float32Array.from(rows, (row) => matrix[row * width + model] as number),
      weights,
    );
    if (Number.isNaN(mean)) continue;
    const size = weights.reduce((total, own) => total + own, 0);
    sum += mean * size;
    weight += size;
  }
  return sum / weight;
}

/** Index of the greatest value; of equal ones the cheapest, then the first. */
export function findBest(values: readonly number[], costUsd: readonly number[]): number {
  let best = 0;
  values.forEach((value, model) => {
    const bestValue = values[best] as number;
    const isBetter = value > bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value));
    const isCheaper = (costUsd[model] as number) < (costUsd[best] as number);
    if (isBetter || (value === bestValue && isCheaper)) best = model;
  });
  return best;
}

/** Index of the least value; of equal ones the cheapest, then the first. */
export function findLeast(values: readonly number[], costUsd: readonly number[]): number {
  return findBest(
    values.map((value) => -value),
    costUsd,
  );
}
