import { mean, median } from 'simple-statistics';
import type { OutcomeTable } from './outcome-table.js';
import { selectUniformRows } from './chosen-cells.js';
import { readRun } from './run-folder.js';

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

/** Summarizes each model of a run folder, over all sweeps into it. */
export async function readModelSummaries(runDirectory: string): Promise<ModelSummary[]> {
  return computeModelSummaries((await readRun(runDirectory)).table);
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
