import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import type { TrainingData } from './training-data.js';

export interface DominatedModel {
  readonly model: string;
  /** A model that is at least as good and no dearer on every task. */
  readonly by: string;
}

/** How much better, in quality, or cheaper, as a share, a model must be over all to dominate. */
const qualityMargin = 0.01;
const costMargin = 0.05;

/**
 * Finds models that nobody needs: another has at least their mean quality at no more than their mean
 * cost on every task, and over all is better or cheaper by a margin, so that of two alike neither is
 * named. Empty where costs are not known.
 */
export function findDominatedModels({ table, tasks, taskOf }: TrainingData): DominatedModel[] {
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  const overall = computeModelMeans(table, rows);
  const byTask = tasks.map((_, task) =>
    computeModelMeans(
      table,
      rows.filter((row) => taskOf[row] === task),
    ),
  );
  const isNoWorse = (means: typeof overall, other: number, model: number): boolean =>
    (means.quality[other] as number) >= (means.quality[model] as number) &&
    (means.costUsd[other] as number) <= (means.costUsd[model] as number);
  const dominates = (other: number, model: number): boolean => {
    const qualityGain = (overall.quality[other] as number) - (overall.quality[model] as number);
    const costUsd = overall.costUsd[model] as number;
    const isClear =
      qualityGain >= qualityMargin ||
      (overall.costUsd[other] as number) <= (1 - costMargin) * costUsd;
    return other !== model && isClear && byTask.every((means) => isNoWorse(means, other, model));
  };
  return table.models.flatMap((model, index) => {
    const by = table.models.find((_, other) => dominates(other, index));
    return by === undefined ? [] : [{ model, by }];
  });
}
