import type { Price } from '../../llm/price.js';
import { listUniformRows } from '../../measure/outcomes/chosen-cells.js';
import { at, listRows } from '../../util/numeric-arrays.js';
import type { TableEstimates } from '../evaluate/plan/trained-plan.js';
import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import { estimateTable, fitEstimates, type FittedEstimates } from './fit-estimates.js';
import { unlabeledTask } from './label-prompts.js';
import type { ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';

/** What a policy file that never routes estimates, whatever the task. */
export interface PooledFit {
  readonly tasks: readonly string[];
  /** Mean quality per model. */
  readonly quality: Float32Array;
  /** Per model. */
  readonly estimates: readonly FittedEstimates[];
}

function poolTasks(data: TrainingData): TrainingData {
  const taskOf = new Int32Array(data.table.prompts.length);
  return { ...data, tasks: [unlabeledTask], taskOf };
}

/**
 * Fits the estimates of a policy file that never routes to all rows together, but not to bought cells:
 * these were asked of another mix of tasks for each model.
 *
 * @param prices by model; a model without a price keeps its recorded costs
 */
export function fitPooled(data: TrainingData, prices?: ReadonlyMap<string, Price>): PooledFit {
  const { table, taskOf } = data;
  const rows = listUniformRows(table);
  const pooled = poolTasks(data);
  return {
    tasks: pooled.tasks,
    quality: Float32Array.from(computeModelMeans(table, rows, taskOf).quality),
    estimates: table.models.map((id, model) => fitEstimates(pooled, rows, model, prices?.get(id))),
  };
}

/** The estimates of such a file for every prompt. */
export function poolEstimates(
  data: TrainingData,
  {
    prices,
    limits,
  }: {
    readonly prices?: ReadonlyMap<string, Price>;
    readonly limits?: ReadonlyMap<string, ModelLimits>;
  },
): TableEstimates {
  const { models, prompts } = data.table;
  const { quality, estimates } = fitPooled(data, prices);
  const rows = listRows(prompts.length);
  const scores = {
    quality: Float32Array.from({ length: rows.length * models.length }, (_, cell) =>
      at(quality, cell % models.length),
    ),
    taskPosterior: new Float32Array(rows.length).fill(1),
    novelty: new Float32Array(rows.length),
    familiarity: new Float32Array(rows.length).fill(1),
  };
  const limited = estimates.map((own, model) => ({ ...own, ...limits?.get(models[model] ?? '') }));
  return estimateTable(poolTasks(data), rows, scores, limited);
}
