import type { Price } from '../../llm/price.js';
import type { TaskMixtureModel } from '../../policy/file/routing-model.js';
import { makePlan } from '../evaluate/plan/make-plan.js';
import type { ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import type { LeftOutTasks, TableEstimates, TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { estimateTable, fitEstimates, type FittedEstimates } from './fit-estimates.js';
import { fitRoutingModel, type FitContext } from './fit-routing-model.js';
import type { FamilyScore } from './heads/choose-family.js';
import type { FamilyName } from './heads/families.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { ModelLimits } from './model-limits.js';
import type { RowSplit, TrainingData } from './training-data.js';

export interface FitPartOptions {
  readonly seed: number;
  /** By model; a model without a price keeps its recorded costs. */
  readonly prices?: ReadonlyMap<string, Price>;
  /** By model; one without limits takes every prompt. */
  readonly limits?: ReadonlyMap<string, ModelLimits>;
  /** @default 'auto': chosen by cross-validation inside the training rows */
  readonly family?: FamilyName | 'auto';
  readonly hyperparameters?: Hyperparameters;
  /**
   * Whether tasks are left out in turn, for `FittedPart.leftOut`.
   * @default true; tasks of bought cells are never left out
   */
  readonly leavesOutTasks?: boolean;
  /** Called after each of the `countFits` fits of a projection. */
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
  /** Estimates for the training rows, from projections that did not see their tasks. */
  readonly leftOut?: LeftOutTasks;
}

/** Folds inside the training rows. */
const innerFolds = 3;

/** Tasks are left out in at most so many groups. */
const maxTaskGroups = 8;

/** Fewer tasks say nothing about others. */
const minTasks = 3;

function countTaskGroups(
  { tasks, table, filled }: TrainingData,
  { leavesOutTasks = true }: Pick<FitPartOptions, 'leavesOutTasks'>,
): number {
  const isBought = table.design === 'adaptive' || filled !== undefined;
  if (!leavesOutTasks || isBought || tasks.length < minTasks) return 0;
  return Math.min(tasks.length, maxTaskGroups);
}

/** Projections fitted for each part: one per inner fold and group of tasks, and one to all training rows. */
export function countFits(
  data: TrainingData,
  options: Pick<FitPartOptions, 'leavesOutTasks'>,
): number {
  return innerFolds + countTaskGroups(data, options) + 1;
}

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
    taskGroups: countTaskGroups(data, options),
    ...(family && { family }),
    ...(hyperparameters && { hyperparameters }),
    ...(onFit && { onFit }),
  });
  const estimates = data.table.models.map((id, model) => ({
    ...fitEstimates(data, trainingRows, model, prices?.get(id)),
    ...limits?.get(id),
  }));
  const { leftOut } = fitted;
  return {
    model: fitted.model,
    family: fitted.family,
    familyScores: fitted.familyScores,
    estimates,
    outOfFold: estimateTable(data, trainingRows, fitted.outOfFold, estimates),
    predicted: estimateTable(data, predictedRows, fitted.predictions, estimates),
    ...(leftOut && {
      leftOut: {
        rows: leftOut.rows,
        estimates: estimateTable(data, leftOut.rows, leftOut.scores, estimates),
      },
    }),
  };
}

export interface PlanOptions {
  /** The model to use without routing. @default the best single model */
  readonly baseline?: string;
  /** @default the standard objectives */
  readonly requests?: readonly ObjectiveRequest[];
}

/** Makes a plan from estimates for some rows of the data. */
export function planRows(
  data: TrainingData,
  rows: Int32Array,
  {
    outOfFold: estimates,
    leftOut,
  }: { readonly outOfFold: TableEstimates; readonly leftOut?: LeftOutTasks },
  { baseline, requests }: PlanOptions,
): TrainedPlan {
  return makePlan({
    table: data.table,
    taskOf: data.taskOf,
    taskCount: data.tasks.length,
    groups: data.groups,
    rows,
    estimates,
    ...(leftOut && { leftOut }),
    ...(baseline !== undefined && { baseline }),
    ...(requests && { requests }),
  });
}
