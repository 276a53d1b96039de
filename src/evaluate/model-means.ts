import type { OutcomeTable } from '../records/outcome-table.js';
import { computeKnownMean } from './outcomes.js';

/** One value per model; NaN where nothing was recorded. */
export interface ModelMeans {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
  readonly latencyMs: readonly number[];
}

/** Complete rows from which on the models are compared on these alone. */
const fewestCompleteRows = 20;

/**
 * Mean quality, cost and latency of each model, on the same prompts for all: the rows where every
 * model was recorded that was recorded at all. A model that was only run on easy prompts would
 * otherwise pass for a good one. With fewer than 20 such rows, each model's mean is over its own.
 */
export function computeModelMeans(table: OutcomeTable, rows: Int32Array): ModelMeans {
  const width = table.models.length;
  const isKnown = (row: number, model: number): boolean =>
    !Number.isNaN(table.quality[row * width + model] as number);
  const recorded = [...table.models.keys()].filter((model) =>
    rows.some((row) => isKnown(row, model)),
  );
  const complete = rows.filter((row) => recorded.every((model) => isKnown(row, model)));
  const compared = complete.length >= fewestCompleteRows ? complete : rows;
  const average = (matrix: Float32Array): number[] =>
    table.models.map((_, model) =>
      computeKnownMean(Float32Array.from(compared, (row) => matrix[row * width + model] as number)),
    );
  return {
    quality: average(table.quality),
    costUsd: average(table.costUsd),
    latencyMs: average(table.latencyMs),
  };
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
