import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { listRows } from '../../util/numeric-arrays.js';
import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import { compareReach } from './compare-reach.js';
import type { ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';
import { selectUniformData } from './uniform-data.js';

export interface DominatedModel {
  readonly model: string;
  /** A model that is at least as good and no more expensive on every task, and takes as much. */
  readonly by: string;
  /** Tasks where the dominated model has no outcome, so that nothing was compared. @default none */
  readonly unmeasuredTasks?: readonly string[];
}

/** A model dominates if it is better overall by this quality, or cheaper by this share. */
const qualityMargin = 0.01;
const costMargin = 0.05;

/**
 * Finds models that are of no use: another model takes all that they take, has at least their mean
 * quality at no more than their mean cost on every task that they have outcomes for, and overall is
 * better or cheaper by a margin, so that neither of two similar models is dominated. Empty where costs are
 * not known.
 *
 * @param limits what a model may be sent, by id. @default everything
 */
export function findDominatedModels(
  data: TrainingData,
  limits: ReadonlyMap<string, ModelLimits> = new Map(),
): DominatedModel[] {
  const { table, taskOf } = selectUniformData(data);
  const { tasks } = data;
  const rows = listRows(table.prompts.length);
  const overall = collectMeans(table, rows);
  const byTask = tasks.map((_, task) =>
    collectMeans(
      table,
      rows.filter((row) => taskOf[row] === task),
    ),
  );
  const canStandIn = compareReach(data, limits);
  const isMeasured = (means: readonly ModelMean[], model: number): boolean =>
    !Number.isNaN(means[model]?.quality ?? Number.NaN);
  const dominates = (other: number, model: number): boolean =>
    other !== model &&
    isClearlyBetter(overall[other] as ModelMean, overall[model] as ModelMean) &&
    byTask.every(
      (means) =>
        !isMeasured(means, model) ||
        isNoWorse(means[other] as ModelMean, means[model] as ModelMean),
    ) &&
    canStandIn(other, model);
  return table.models.flatMap((model, index) => {
    const by = table.models.find((_, other) => dominates(other, index));
    if (by === undefined) return [];
    const unmeasuredTasks = tasks.filter((_, task) => !isMeasured(byTask[task] ?? [], index));
    return [{ model, by, ...(unmeasuredTasks.length > 0 && { unmeasuredTasks }) }];
  });
}

interface ModelMean {
  readonly quality: number;
  readonly costUsd: number;
}

/** Mean quality and cost of each model. */
function collectMeans(table: OutcomeTable, rows: Int32Array): ModelMean[] {
  const means = computeModelMeans(table, rows);
  return table.models.map((_, model) => ({
    quality: means.quality[model] as number,
    costUsd: means.costUsd[model] as number,
  }));
}

function isNoWorse(other: ModelMean, model: ModelMean): boolean {
  return other.quality >= model.quality && other.costUsd <= model.costUsd;
}

function isClearlyBetter(other: ModelMean, model: ModelMean): boolean {
  return (
    other.quality - model.quality >= qualityMargin ||
    // Not `<=`: neither of two free models costs less than the other.
    other.costUsd < (1 - costMargin) * model.costUsd
  );
}
