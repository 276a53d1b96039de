import type { HeldOut, HeldOutFold } from '../evaluate/verdict/held-out.js';
import type { TableEstimates, TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { makePlan } from '../evaluate/plan/make-plan.js';
import type { ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import type { TaskMixtureModel } from '../../policy/file/routing-model.js';
import { assignFolds } from '../../measure/tasks/split-groups.js';
import type { Price } from '../../llm/price.js';
import { estimateTable } from './estimates/estimate-table.js';
import { fitEstimates, type FittedEstimates } from './estimates/fit-estimates.js';
import type { FamilyScore } from './heads/choose-family.js';
import type { HeadsFamilyName } from './heads/heads-family.js';
import { fitRoutingModel } from './fit-routing-model.js';
import {
  chooseThreadCount,
  createProjectionFitter,
  type ProjectionFitter,
} from './solver/projection-fitter.js';
import { selectProjectionProblem } from './heads/cross-fit-projection.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

export interface HoldOutOptions {
  readonly seed: number;
  /** Number of folds. @default 5 */
  readonly folds?: number;
  /** Fold of each prompt, from 0, where it is not to be drawn: to hold out whole tasks, say. */
  readonly foldOf?: Int32Array;
  /** How many of the folds are held out in turn; 1 is a single split. @default all */
  readonly heldOutFolds?: number;
  readonly prices?: ReadonlyMap<string, Price>;
  readonly baseline?: string;
  readonly requests?: readonly ObjectiveRequest[];
  /** @default 'auto': chosen inside each training part */
  readonly family?: HeadsFamilyName | 'auto';
  /** Threads that fit projections; the result is the same for any number. @default see `chooseThreadCount` */
  readonly threads?: number;
  /** Called as the work goes on, with the fits done and those to do. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Projections fitted in each fit of a mixture: one an inner fold, and one to all rows. */
export const fitsPerMixture = 4;

/** All that is fitted to some rows. */
export interface FittedPart {
  readonly model: TaskMixtureModel;
  readonly family: HeadsFamilyName;
  readonly familyScores: readonly FamilyScore[];
  readonly estimates: readonly FittedEstimates[];
  readonly plan: TrainedPlan;
  /** Estimates for the predicted rows. */
  readonly predicted: TableEstimates;
}

/** Fits the model, the estimates and the plan to some rows, and predicts others. */
export async function fitPart(
  engine: TensorFlowEngine,
  projections: ProjectionFitter,
  data: TrainingData,
  trainingRows: Int32Array,
  predictedRows: Int32Array,
  options: Pick<HoldOutOptions, 'seed' | 'prices' | 'baseline' | 'requests' | 'family'> & {
    readonly onFit?: () => void;
  },
): Promise<FittedPart> {
  const { model, family, familyScores, outOfFold, predictions } = await fitRoutingModel({
    engine,
    projections,
    data,
    trainingRows,
    predictedRows,
    seed: options.seed,
    innerFolds: fitsPerMixture - 1,
    ...(options.family && { family: options.family }),
    ...(options.onFit && { onFit: options.onFit }),
  });
  const estimates = data.table.models.map((id, index) =>
    fitEstimates(data, trainingRows, index, options.prices?.get(id)),
  );
  const plan = makePlan({
    table: data.table,
    taskOf: data.taskOf,
    taskCount: data.tasks.length,
    groups: data.groups,
    rows: trainingRows,
    estimates: estimateTable(data, trainingRows, outOfFold, estimates),
    ...(options.baseline !== undefined && { baseline: options.baseline }),
    ...(options.requests && { requests: options.requests }),
  });
  return {
    model,
    family,
    familyScores,
    estimates,
    plan,
    predicted: estimateTable(data, predictedRows, predictions, estimates),
  };
}

/**
 * Predicts held-out prompts fold by fold. Groups of near-duplicates stay in one fold, and every
 * choice is made inside the training part.
 */
export async function computeHeldOut(
  engine: TensorFlowEngine,
  data: TrainingData,
  options: HoldOutOptions,
): Promise<HeldOut> {
  const { threads = chooseThreadCount(data.counts.rowCount) } = options;
  const projections = createProjectionFitter(selectProjectionProblem(data), threads);
  try {
    return await predictFolds(engine, projections, data, options);
  } finally {
    await projections.close();
  }
}

/** See `computeHeldOut`; with a fitter that is used for more. */
export async function predictFolds(
  engine: TensorFlowEngine,
  projections: ProjectionFitter,
  data: TrainingData,
  options: HoldOutOptions,
): Promise<HeldOut> {
  const { seed, folds: foldCount = 5, heldOutFolds = foldCount, onProgress } = options;
  const foldOf =
    options.foldOf ??
    assignFolds(data.groups, foldCount, {
      seed,
      labels: data.table.prompts.map(({ task }) => task),
    });
  const rows = Int32Array.from({ length: data.table.prompts.length }, (_, row) => row);
  const estimates = createTableEstimates(data);
  let done = 0;
  const predictFold = async (fold: number): Promise<HeldOutFold> => {
    const heldOut = rows.filter((row) => foldOf[row] === fold);
    const training = rows.filter((row) => foldOf[row] !== fold);
    const part = await fitPart(engine, projections, data, training, heldOut, {
      ...options,
      onFit: () => onProgress?.(++done, heldOutFolds * fitsPerMixture),
    });
    copyEstimates(part.predicted, estimates, heldOut, data.table.models.length);
    return { rows: heldOut, plan: part.plan, family: part.family };
  };
  const folds = await Promise.all(
    Array.from({ length: heldOutFolds }, (_, fold) => predictFold(fold)),
  );
  return { table: data.table, taskOf: data.taskOf, groups: data.groups, estimates, folds };
}

function createTableEstimates({ table }: TrainingData): TableEstimates {
  const create = (): Float32Array => new Float32Array(table.quality.length).fill(Number.NaN);
  return {
    quality: create(),
    costUsd: create(),
    latencyMs: create(),
    novelty: new Float32Array(table.prompts.length),
    confidence: new Float32Array(table.prompts.length),
  };
}

function copyEstimates(
  from: TableEstimates,
  into: TableEstimates,
  rows: Int32Array,
  modelCount: number,
): void {
  for (const row of rows) {
    const start = row * modelCount;
    const end = start + modelCount;
    for (const key of ['quality', 'costUsd', 'latencyMs'] as const) {
      into[key].set(from[key].subarray(start, end), start);
    }
    into.novelty[row] = from.novelty[row] as number;
    if (into.confidence && from.confidence) into.confidence[row] = from.confidence[row] as number;
  }
}
