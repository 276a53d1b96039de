import type { TableEstimates } from '../../evaluate/plan/trained-plan.js';
import { computeConfidence } from '../../../policy/features/task-words.js';
import { estimateCostUsd, estimateLatencyMs } from '../../../policy/file/estimates.js';
import type { FittedEstimates } from './fit-estimates.js';
import type { Predictions } from '../heads/predictions.js';
import type { TrainingData } from '../training-data.js';

/** Estimates for some rows, as the runtime would make them; NaN in the rows not asked for. */
export function estimateTable(
  data: TrainingData,
  rows: Int32Array,
  predictions: Predictions,
  models: readonly FittedEstimates[],
): TableEstimates {
  const taskCount = data.tasks.length;
  const costUsd = new Float32Array(data.table.quality.length).fill(Number.NaN);
  const latencyMs = new Float32Array(data.table.quality.length).fill(Number.NaN);
  const confidence = new Float32Array(data.table.prompts.length);
  for (const row of rows) {
    const posterior = predictions.taskPosterior.subarray(row * taskCount, (row + 1) * taskCount);
    confidence[row] = computeConfidence(
      Math.max(...posterior),
      predictions.familiarity?.[row] ?? 1,
    );
    models.forEach(({ cost, latency }, model) => {
      const cell = row * models.length + model;
      costUsd[cell] = estimateCostUsd(cost, data.characters[row] as number, posterior);
      latencyMs[cell] = estimateLatencyMs(latency, posterior);
    });
  }
  return {
    quality: predictions.quality,
    costUsd,
    latencyMs,
    novelty: predictions.novelty,
    confidence,
  };
}
