import { checkRequestValues } from '../evaluate/plan/check-request-values.js';
import { standardObjectives, type ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import { findOfferedRequests, type OfferedRequests } from '../evaluate/plan/offered-requests.js';
import type { TableEstimates, TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { type FoldRefit, type HeldOut, type HeldOutFold } from '../evaluate/verdict/held-out.js';
import { assignFolds } from '../../measure/tasks/split-groups.js';
import { intAt, listRows, pick } from '../../util/numeric-arrays.js';
import { copyRows } from '../row-scores.js';
import {
  fitPart,
  fitsPerPart,
  planRows,
  type FitPartOptions,
  type PlanOptions,
} from './fit-part.js';
import type { FitContext } from './fit-routing-model.js';
import { selectProjectionProblem } from './projection/fit-projection.js';
import { chooseThreadCount, createProjectionFitter } from './projection/projection-fitter.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import { splitAtFold, type RowSplit } from './row-split.js';
import type { TrainingData } from './training-data.js';

/** Number of folds where none is requested; one is held out at a time. */
export const defaultFoldCount = 5;

/** With this many prompts held out, more folds narrow no interval that matters. */
const enoughHeldOutPrompts = 6000;

/** How many of the default folds are held out: all, unless fewer hold enough prompts. */
export function countHeldOutFolds(promptCount: number): number {
  const needed = Math.ceil((defaultFoldCount * enoughHeldOutPrompts) / promptCount);
  return Math.min(defaultFoldCount, needed);
}

/** Which prompts are held out, and how the others are fitted. */
export interface HoldOutOptions extends Omit<FitPartOptions, 'onFit'>, PlanOptions {
  /** Number of folds. @default 5 */
  readonly folds?: number | undefined;
  /**
   * Fold of each prompt, from 0, for example to hold out whole tasks; a prompt with a negative fold
   * is never held out. Near-duplicates of a fold's prompts are not trained on for it; see
   * `splitApart`. @default drawn at random, with near-duplicates in one fold
   */
  readonly foldOf?: Int32Array;
  /** Rows that may be trained on, each 1; the others are only predicted. @default all */
  readonly trainable?: Uint8Array;
  /** How many of the folds are held out; 1 is a single split. @default all */
  readonly heldOutFolds?: number;
  /** Threads that fit projections; the result is the same for any number. @default see `chooseThreadCount` */
  readonly threads?: number | undefined;
  /** Called after each fit, with the number of fits done and of all fits. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Predicts held-out prompts fold by fold. Groups of near-duplicates stay in one fold, and every
 * choice, the fold's plan too, is made inside the training part.
 *
 * @throws RoutesmithError `usage` for a request that cannot be meant
 */
export async function computeHeldOut(
  engine: TensorFlowEngine,
  data: TrainingData,
  options: HoldOutOptions,
): Promise<HeldOut> {
  const { threads = chooseThreadCount(data.counts.rowCount) } = options;
  options.requests?.forEach(checkRequestValues);
  const projections = createProjectionFitter(selectProjectionProblem(data), threads);
  try {
    const predicted = await predictFolds({ engine, projections, data }, options);
    const requests = findOfferedRequests(
      data.table,
      options.requests ?? standardObjectives,
      predicted.folds.map(({ trainingRows }) => trainingRows),
    ).offered;
    return collectHeldOut(data, predicted, (fold) =>
      planRows(data, fold.trainingRows, fold.outOfFold, { ...options, requests }),
    );
  } finally {
    await projections.close();
  }
}

/** What was predicted without each fold, before anything is planned. */
export interface PredictedFolds {
  readonly folds: readonly PredictedFold[];
  /** How many folds there are, with those that are not held out. */
  readonly foldCount: number;
  /** Of every held-out row, by the scorers that did not see it; NaN in the others. */
  readonly estimates: Required<TableEstimates>;
}

export interface PredictedFold extends FoldRefit {
  /** The held-out rows. */
  readonly rows: Int32Array;
  readonly family: string;
}

/** Fits and predicts fold by fold with a fitter that the caller closes. */
export async function predictFolds(
  context: FitContext,
  options: HoldOutOptions,
): Promise<PredictedFolds> {
  const { table } = context.data;
  const { folds: foldCount = defaultFoldCount, seed, onProgress } = options;
  const foldOf = options.foldOf ?? assignPromptFolds(context.data, { folds: foldCount, seed });
  const allFolds = table.design === 'adaptive' && options.foldOf === undefined ? 1 : foldCount;
  const { heldOutFolds = allFolds } = options;
  const estimates = createTableEstimates(context.data);
  let done = 0;
  const onFit = (): void => onProgress?.(++done, heldOutFolds * fitsPerPart);
  const predictFold = async (fold: number): Promise<PredictedFold> => {
    const whole = splitApart(context.data, foldOf, fold);
    const { trainable } = options;
    const split =
      trainable === undefined
        ? whole
        : { ...whole, trainingRows: whole.trainingRows.filter((row) => trainable[row] === 1) };
    const { predicted, outOfFold, family } = await fitPart(context, split, { ...options, onFit });
    copyRows(predicted, estimates, split.predictedRows);
    return { rows: split.predictedRows, trainingRows: split.trainingRows, outOfFold, family };
  };
  const folds = await Promise.all(
    Array.from({ length: heldOutFolds }, (_, fold) => predictFold(fold)),
  );
  return { folds, foldCount: allFolds, estimates };
}

/**
 * Splits at a fold that may cut through groups of near-duplicates, for example with runs added to an
 * adaptive one: what is like a prompt of the fold is neither trained on nor predicted.
 */
export function splitApart(
  { table, groups }: Pick<TrainingData, 'table' | 'groups'>,
  foldOf: Int32Array,
  fold: number,
): RowSplit {
  const split = splitAtFold(listRows(table.prompts.length), foldOf, fold);
  const predicted = new Set(pick(groups, split.predictedRows));
  return {
    ...split,
    trainingRows: split.trainingRows.filter((row) => !predicted.has(intAt(groups, row))),
  };
}

/** Joins predictions with a plan for each fold. */
export function collectHeldOut(
  { table, taskOf, groups }: TrainingData,
  { folds, foldCount, estimates }: PredictedFolds,
  plan: (fold: PredictedFold) => TrainedPlan,
): HeldOut {
  const planned = folds.map((fold): HeldOutFold => {
    const { rows, trainingRows, family } = fold;
    return { rows, trainingRows, family, plan: plan(fold) };
  });
  return { table, taskOf, groups, estimates, folds: planned, foldCount };
}

/**
 * The fold of each prompt, drawn at random, with near-duplicates in one fold. Of an adaptive sweep,
 * the prompts that it held out are the only fold.
 */
function assignPromptFolds(
  { table, groups }: TrainingData,
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Int32Array {
  if (table.design === 'adaptive') {
    return Int32Array.from(table.prompts, ({ heldOut }) => (heldOut === true ? 0 : -1));
  }
  return assignFolds(groups, folds, { seed, labels: table.prompts.map(({ task }) => task) });
}

/** The objectives that `computeHeldOut` and a fit to all prompts can offer with these folds. */
export function offerObjectives(
  data: TrainingData,
  requests: readonly ObjectiveRequest[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): OfferedRequests {
  const foldOf = assignPromptFolds(data, { folds, seed });
  const parts = Array.from(
    { length: data.table.design === 'adaptive' ? 1 : folds },
    (_, fold) => splitApart(data, foldOf, fold).trainingRows,
  );
  return findOfferedRequests(data.table, requests, parts);
}

function createTableEstimates({ table }: TrainingData): Required<TableEstimates> {
  const create = (): Float32Array => new Float32Array(table.quality.length).fill(Number.NaN);
  return {
    quality: create(),
    costUsd: create(),
    latencyMs: create(),
    feasible: new Uint8Array(table.quality.length),
    novelty: new Float32Array(table.prompts.length),
    confidence: new Float32Array(table.prompts.length),
  };
}
