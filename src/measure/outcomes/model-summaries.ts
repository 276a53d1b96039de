import { mean, median } from 'simple-statistics';
import type { OutcomeTable } from './outcome-table.js';
import { selectUniformRows } from './chosen-cells.js';
import { readRun } from './run-folder.js';
import { listUngraded, type UngradedAnswers } from './ungraded-answers.js';

/** A summary of one model's outcomes; unknown values are null. */
export interface ModelSummary {
  readonly model: string;
  /** Prompts with a quality. */
  readonly outcomes: number;
  readonly quality: number | null;
  /** Mean per request. */
  readonly costUsd: number | null;
  readonly medianLatencyMs: number | null;
}

/** The results of a run folder, over all sweeps into it. */
export interface RunResults {
  readonly models: readonly ModelSummary[];
  readonly ungraded: readonly UngradedAnswers[];
}

/** Summarizes each model of a run folder, over all sweeps into it, and what is ungraded. */
export async function readRunResults(runDirectory: string): Promise<RunResults> {
  const { table, leftOut } = await readRun(runDirectory);
  return { models: computeModelSummaries(table), ungraded: listUngraded(leftOut) };
}

/**
 * Summarizes each model of an outcome table, in the table's order; of an adaptive sweep only the
 * held-out prompts, because the others are not alike for all models.
 */
export function computeModelSummaries(given: OutcomeTable): ModelSummary[] {
  const table = selectUniformRows(given);
  return table.models.map((model, index) => {
    const qualities = collectKnown(table.quality, table.models.length, index);
    const latencies = collectKnown(table.latencyMs, table.models.length, index);
    const costs = collectKnown(table.costUsd, table.models.length, index);
    return {
      model,
      outcomes: qualities.length,
      quality: qualities.length === 0 ? null : mean(qualities),
      costUsd: costs.length === 0 ? null : mean(costs),
      medianLatencyMs: latencies.length === 0 ? null : median(latencies),
    };
  });
}

/** The values of one model that are not NaN, from a matrix with a row per prompt. */
function collectKnown(matrix: Float32Array, modelCount: number, model: number): number[] {
  return Array.from(matrix).filter(
    (value, cell) => cell % modelCount === model && !Number.isNaN(value),
  );
}
