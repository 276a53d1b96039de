import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { valueAt, viewMatrix, type MatrixView } from '../../../util/numeric-arrays.js';
import { computeKnownMean } from './chosen-outcomes.js';

/** One value per model; NaN where nothing was recorded. */
export interface ModelMeans {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
  readonly latencyMs: readonly number[];
}

/** With this many complete rows, unlabeled tables are compared on complete rows only. */
const minCompleteRows = 20;

/**
 * Mean quality, cost and latency of each model, made comparable where not every model was recorded
 * on every prompt: otherwise a model that was mostly run on easy prompts would look good. With task
 * labels, a model's mean of each task is weighted by the task's share of all rows
 * (post-stratification). Without labels, the means are over the rows where every model was recorded
 * or, with fewer than 20 of those, over each model's own rows.
 *
 * @param taskOf task index of every prompt of the table, -1 where unknown; undefined without labels
 */
export function computeModelMeans(
  table: OutcomeTable,
  rows: Int32Array,
  taskOf?: Int32Array,
): ModelMeans {
  const quality = viewMatrix(table.quality, table.models.length);
  const isKnown = (row: number, model: number): boolean => !Number.isNaN(quality.at(row, model));
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
  const average = (values: Float32Array): number[] => {
    const matrix = viewMatrix(values, table.models.length);
    return table.models.map((_, model) => averageStrata(matrix, weighted, model));
  };
  return {
    quality: average(table.quality),
    costUsd: average(table.costUsd),
    latencyMs: average(table.latencyMs),
  };
}

/** Mean of the strata's means, by their weights; strata without a known value do not count. */
function averageStrata(
  matrix: MatrixView,
  strata: readonly { readonly rows: Int32Array; readonly weights: Float64Array }[],
  model: number,
): number {
  let sum = 0;
  let weight = 0;
  for (const { rows, weights } of strata) {
    const mean = computeKnownMean(matrix.column(model, rows), weights);
    if (Number.isNaN(mean)) continue;
    const size = weights.reduce((total, own) => total + own, 0);
    sum += mean * size;
    weight += size;
  }
  return sum / weight;
}

/** Index of the highest value; of equal ones the cheapest, then the first. */
export function findBest(values: readonly number[], costUsd: readonly number[]): number {
  let best = 0;
  values.forEach((value, model) => {
    const bestValue = valueAt(values, best);
    const isBetter = value > bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value));
    const isCheaper = valueAt(costUsd, model) < valueAt(costUsd, best);
    if (isBetter || (value === bestValue && isCheaper)) best = model;
  });
  return best;
}

/** Index of the lowest value; of equal ones the cheapest, then the first. */
export function findLeast(values: readonly number[], costUsd: readonly number[]): number {
  return findBest(
    values.map((value) => -value),
    costUsd,
  );
}
