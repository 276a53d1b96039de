import type { TaskMixtureModel } from '../../policy/file/routing-model.js';
import { createRowScores, type RowScores } from '../row-scores.js';
import { chooseFamily, type ChosenFamily, type FamilyScore } from './heads/choose-family.js';
import {
  defaultFamily,
  families,
  findFamily,
  type Family,
  type FamilyName,
} from './heads/families.js';
import { lowerByMargins, lowerSparseModels } from './heads/lower-sparse-models.js';
import {
  applyMixtureHeads,
  buildTaskMixture,
  collectHeadsInput,
  type MixtureHeads,
} from './heads/mixture-heads.js';
import {
  crossFitProjection,
  type CalibratedScores,
  type CrossFitProjectionOptions,
  type CrossFittedProjection,
} from './projection/cross-fit-projection.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { ProjectionFitter } from './projection/projection-fitter.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import { splitAtFold, type RowSplit } from './row-split.js';
import { countKnown, rowOf } from '../../util/numeric-arrays.js';
import type { TrainingData } from './training-data.js';

/** The data, and what computes. */
export interface FitContext {
  readonly engine: TensorFlowEngine;
  /** Of the projection problem of the same data. */
  readonly projections: ProjectionFitter;
  readonly data: TrainingData;
}

export interface RoutingModelOptions extends CrossFitProjectionOptions {
  /**
   * @default 'auto': chosen by cross-validation inside the training rows; of bought cells, by how
   * they were bought
   */
  readonly family?: FamilyName | 'auto';
}

export interface FittedRoutingModel {
  readonly family: FamilyName;
  /** Of all families that were compared; empty where one was requested. */
  readonly familyScores: readonly FamilyScore[];
  readonly model: TaskMixtureModel;
  /** For the training rows, each from a projection that did not see its group. */
  readonly outOfFold: RowScores;
  /** For the predicted rows. */
  readonly predictions: RowScores;
}

/** Fits a routing model of a requested or chosen family to some rows, and predicts others. */
export async function fitRoutingModel(
  context: FitContext,
  split: RowSplit,
  options: RoutingModelOptions,
): Promise<FittedRoutingModel> {
  const { engine, projections, data } = context;
  const { family: asked = 'auto', hyperparameters = {} } = options;
  const family = asked === 'auto' ? resolveAuto(data) : asked;
  const fitted = await crossFitProjection(projections, data, split, options);
  const { name, scores: familyScores } =
    family === 'auto'
      ? compareFamilies(context, split.trainingRows, fitted, hyperparameters)
      : { name: family, scores: [] };
  const { outOfFold, predicted } = fitted;
  const input = collectHeadsInput(data, split.trainingRows, outOfFold);
  const fittedHeads = findFamily(name).fitHeads(engine, input, hyperparameters);
  const heads =
    data.filled === undefined
      ? lowerSparseModels(fittedHeads, input)
      : lowerByMargins(fittedHeads, input, data.filled.margins);
  return {
    family: name,
    familyScores,
    model: buildTaskMixture(data.tasks, fitted, heads),
    outOfFold: scoreRows(data, heads, outOfFold, split.trainingRows),
    predictions: scoreRows(data, heads, predicted, split.predictedRows),
  };
}

/** Outcomes of a model, on average, from which what differs within a task can be learned. */
const minOutcomesForHeads = 300;

/**
 * Families cannot be compared on bought cells: the models that look best are known most often. What
 * differs within a task is learned where there are enough of them: which prompts of a task a model
 * was asked does not depend on the prompt.
 */
function resolveAuto({ table, filled }: TrainingData): FamilyName | 'auto' {
  if (filled !== undefined) return defaultFamily;
  if (table.design !== 'adaptive') return 'auto';
  const width = table.models.length;
  let outcomes = 0;
  // Held-out prompts, which the file learns from as well, must not give it another family than was tested.
  table.prompts.forEach(({ heldOut }, row) => {
    if (heldOut !== true) outcomes += countKnown(rowOf(table.quality, row, width));
  });
  return outcomes / width >= minOutcomesForHeads ? defaultFamily : 'task_table';
}

/**
 * Cross-validates the heads of each family on the out-of-fold scores of one projection: the heads
 * for a fold are fitted to the other folds. The scores of the other folds come from projections that
 * did see this fold, but heads have too few parameters to gain much from that.
 */
function compareFamilies(
  { engine, data }: FitContext,
  rows: Int32Array,
  { outOfFold, folds, foldCount }: CrossFittedProjection,
  hyperparameters: Hyperparameters,
): ChosenFamily {
  const predict = (family: Family): Float32Array => {
    const { quality } = createRowScores(data);
    for (let fold = 0; fold < foldCount; fold++) {
      const { trainingRows, predictedRows } = splitAtFold(rows, folds, fold);
      const input = collectHeadsInput(data, trainingRows, outOfFold);
      const heads = family.fitHeads(engine, input, hyperparameters);
      applyMixtureHeads(heads, outOfFold, predictedRows, quality);
    }
    return quality;
  };
  const candidates = families.map((family) => ({ name: family.name, quality: predict(family) }));
  return chooseFamily({ data, rows }, candidates);
}

function scoreRows(
  data: TrainingData,
  heads: MixtureHeads,
  scores: CalibratedScores,
  rows: Int32Array,
): RowScores {
  const { quality } = createRowScores(data);
  applyMixtureHeads(heads, scores, rows, quality);
  const { taskPosterior, novelty, familiarity } = scores;
  return { quality, taskPosterior, novelty, familiarity };
}
