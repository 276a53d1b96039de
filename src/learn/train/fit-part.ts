import type { Price } from '../../llm/price.js';
import type { TaskMixtureModel } from '../../policy/file/routing-model.js';
import type { TableEstimates, TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { makePlan } from '../evaluate/plan/make-plan.js';
import type { ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import { estimateTable, fitEstimates, type FittedEstimates } from './fit-estimates.js';
import { fitRoutingModel, type FitContext } from './fit-routing-model.js';
import type { FamilyScore } from './heads/choose-family.js';
import type { FamilyName } from './heads/families.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { ModelLimits } from './model-limits.js';
import type { RowSplit } from './row-split.js';
import type { TrainingData } from './training-data.js';

export interface FitPartOptions {
  /** Seeds every random choice. */
  readonly seed: number;
  /** By model; a model without a price keeps its recorded costs. */
  readonly prices?: ReadonlyMap<string, Price>;
  /** By model; one without limits takes every prompt. */
  readonly limits?: ReadonlyMap<string, ModelLimits>;
  /** @default 'auto': chosen by cross-validation inside the training rows */
  readonly family?: FamilyName | 'auto' | undefined;
  /** Settings of the fits. @default see `Hyperparameters` */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Called after each of the `fitsPerPart` fits of a projection. */
  readonly onFit?: () => void;
}

/** Everything that is fitted to the training rows of a split. */
export interface FittedPart {
  readonly model: TaskMixtureModel;
  readonly family: FamilyName;
  readonly familyScores: readonly FamilyScore[];
  readonly estimates: readonly FittedEstimates[];
  /**
   * Estimates for the training rows, from projections that did not see them. The heads did see
   * them, so these are slightly too good.
   */
  readonly outOfFold: Required<TableEstimates>;
  /** Estimates for the predicted rows. */
  readonly predicted: Required<TableEstimates>;
}

/** Folds inside the training rows, which need as many groups of near-duplicates. */
export const innerFolds = 3;

/** Projections fitted for each part: one per inner fold, and one to all training rows. */
export const fitsPerPart = innerFolds + 1;

/** Fits the model and the estimates to the training rows, and predicts the others. */
export async function fitPart(
  context: FitContext,
  split: RowSplit,
  options: FitPartOptions,
): Promise<FittedPart> {
  const { data } = context;
  const { trainingRows, predictedRows } = split;
  const { seed, prices, limits, family, hyperparameters, onFit } = options;
  const fitted = await fitRoutingModel(context, split, {
    seed,
    innerFolds,
    ...(family && { family }),
    ...(hyperparameters && { hyperparameters }),
    ...(onFit && { onFit }),
  });
  const estimates = data.table.models.map((id, model) => ({
    ...fitEstimates(data, trainingRows, model, prices?.get(id)),
    ...limits?.get(id),
  }));
  return {
    model: fitted.model,
    family: fitted.family,
    familyScores: fitted.familyScores,
    estimates,
    outOfFold: estimateTable(data, trainingRows, fitted.outOfFold, estimates),
    predicted: estimateTable(data, predictedRows, fitted.predictions, estimates),
  };
}

export interface PlanOptions {
  /** The model to use without routing. @default the best single model */
  readonly baseline?: string | undefined;
  /** @default the standard objectives */
  readonly requests?: readonly ObjectiveRequest[];
}

/** Makes a plan from estimates for some rows of the data. */
export function planRows(
  data: TrainingData,
  rows: Int32Array,
  estimates: TableEstimates,
  { baseline, requests }: PlanOptions,
): TrainedPlan {
  return makePlan({
    table: data.table,
    taskOf: data.taskOf,
    taskCount: data.tasks.length,
    groups: data.groups,
    rows,
    estimates,
    ...(baseline !== undefined && { baseline }),
    ...(requests && { requests }),
  });
}
