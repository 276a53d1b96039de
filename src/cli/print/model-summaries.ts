import { mean, median } from 'simple-statistics';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { formatDuration, formatQuality, formatUsd } from './format-number.js';
import { formatTable } from './format-table.js';

/** What a table's outcomes say of one model; null where nothing is known. */
export interface ModelSummary {
  readonly model: string;
  /** Prompts with a quality. */
  readonly outcomes: number;
  readonly quality: number | null;
  /** Mean per request. */
  readonly costUsd: number | null;
  readonly medianLatencyMs: number | null;
}

/** Sums up each model of an outcome table, in the table's order. */
export function computeModelSummaries(table: OutcomeTable): ModelSummary[] {
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

/** The summaries as a table, best quality first. */
export function formatModelSummaries(summaries: readonly ModelSummary[]): string {
  return formatTable(
    [
      { title: 'model', align: 'left' },
      { title: 'outcomes' },
      { title: 'mean quality' },
      { title: 'cost/request' },
      { title: 'median latency' },
    ],
    [...summaries]
      .sort((a, b) => (b.quality ?? -1) - (a.quality ?? -1))
      .map(({ model, outcomes, quality, costUsd, medianLatencyMs }) => [
        model,
        String(outcomes),
        formatQuality(quality),
        formatUsd(costUsd),
        formatDuration(medianLatencyMs),
      ]),
  );
}

function collectKnown(matrix: Float32Array, modelCount: number, model: number): number[] {
  const known: number[] = [];
  for (let cell = model; cell < matrix.length; cell += modelCount) {
    const value = matrix[cell] as number;
    if (!Number.isNaN(value)) known.push(value);
  }
  return known;
}
