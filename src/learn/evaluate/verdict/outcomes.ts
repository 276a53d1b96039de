import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';

/** What a way to choose models would have given, per evaluated prompt; NaN where not recorded. */
export interface Outcomes {
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  readonly latencyMs: Float64Array;
  /** How many prompts each stands for. */
  readonly weights: Float64Array;
}

/**
 * Looks up the recorded outcomes of the chosen models.
 *
 * @param choices index of the model, per entry of `rows`
 */
export function collectOutcomes(
  table: OutcomeTable,
  rows: Int32Array,
  choices: Int32Array,
): Outcomes {
  const outcomes = createOutcomes(table, rows);
  rows.forEach((row, index) => {
    const cell = row * table.models.length + (choices[index] as number);
    outcomes.quality[index] = table.quality[cell] as number;
    outcomes.costUsd[index] = table.costUsd[cell] as number;
    outcomes.latencyMs[index] = table.latencyMs[cell] as number;
  });
  return outcomes;
}

/** Expected outcomes of a model drawn by chance: the mean over those recorded. */
export function collectRandomOutcomes(table: OutcomeTable, rows: Int32Array): Outcomes {
  const outcomes = createOutcomes(table, rows);
  const average = (matrix: Float32Array, row: number): number => {
    const start = row * table.models.length;
    const known = matrix
      .subarray(start, start + table.models.length)
      .filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  rows.forEach((row, index) => {
    outcomes.quality[index] = average(table.quality, row);
    outcomes.costUsd[index] = average(table.costUsd, row);
    outcomes.latencyMs[index] = average(table.latencyMs, row);
  });
  return outcomes;
}

/** The best model of each prompt in hindsight; of equally good ones the cheapest. */
export function chooseOracle(table: OutcomeTable, row: number): number {
  const start = row * table.models.length;
  let best = -1;
  for (let model = 0; model < table.models.length; model++) {
    const quality = table.quality[start + model] as number;
    if (Number.isNaN(quality)) continue;
    const bestQuality = best < 0 ? -1 : (table.quality[start + best] as number);
    const isCheaper =
      (table.costUsd[start + model] as number) < (table.costUsd[start + best] as number);
    if (quality > bestQuality || (quality === bestQuality && isCheaper)) best = model;
  }
  return Math.max(0, best);
}

/**
 * Mean of the known values; NaN where there are none.
 *
 * @param weights one per value. @default all 1
 */
export function computeKnownMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const weight = weights?.[index] ?? 1;
    sum += weight * value;
    count += weight;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function createOutcomes(table: OutcomeTable, rows: Int32Array): Outcomes {
  return {
    quality: new Float64Array(rows.length),
    costUsd: new Float64Array(rows.length),
    latencyMs: new Float64Array(rows.length),
    weights: listRowWeights(table, rows),
  };
}
