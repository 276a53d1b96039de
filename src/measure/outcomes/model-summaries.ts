import { sum } from 'simple-statistics';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeWeightedQuantile, sortWeighted } from '../../util/sort-weighted.js';
import type { OutcomeTable } from './outcome-table.js';
import { selectUniformRows } from './chosen-cells.js';
import { readRun } from './run-folder.js';
import { scaleWeights } from './scale-weights.js';
import type { UngradedAnswers } from './ungraded-answers.js';

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
  const { table, ungraded = [] } = await readRun(runDirectory);
  return { models: computeModelSummaries(table), ungraded };
}

/**
 * Summarizes each model of an outcome table, in the table's order: each prompt counts by its weight. Of
 * an adaptive sweep only the held-out prompts, because the others are not alike for all models.
 */
export function computeModelSummaries(given: OutcomeTable): ModelSummary[] {
  const table = scaleWeights(selectUniformRows(given));
  return table.models.map((model, index) => {
    const qualities = collectKnown(table, 'quality', index);
    return {
      model,
      outcomes: qualities.values.length,
      quality: computeMean(qualities),
      costUsd: computeMean(collectKnown(table, 'costUsd', index)),
      medianLatencyMs: computeMedian(collectKnown(table, 'latencyMs', index)),
    };
  });
}

/** Known values of one model, with the weights of their prompts. */
interface Weighted {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

function collectKnown(
  { prompts, models, ...columns }: OutcomeTable,
  name: 'quality' | 'costUsd' | 'latencyMs',
  model: number,
): Weighted {
  const values: number[] = [];
  const weights: number[] = [];
  prompts.forEach(({ weight = 1 }, row) => {
    const value = valueAt(columns[name], row * models.length + model);
    if (Number.isNaN(value)) return;
    values.push(value);
    weights.push(weight);
  });
  return { values, weights };
}

function computeMean({ values, weights }: Weighted): number | null {
  if (values.length === 0) return null;
  const total = sum(weights);
  return sum(values.map((value, place) => value * valueAt(weights, place))) / total;
}

function computeMedian({ values, weights }: Weighted): number | null {
  if (values.length === 0) return null;
  return computeWeightedQuantile(sortWeighted(values, weights), 0.5);
}
