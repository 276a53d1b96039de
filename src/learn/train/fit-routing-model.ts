import type { TaskMixtureModel } from '../../policy/file/routing-model.js';
import {
  crossFitProjection,
  type CalibratedScores,
  type CrossFittedProjection,
} from './projection/cross-fit-projection.js';
import { chooseFamily, type FamilyScore } from './heads/choose-family.js';
import { headsFamilies } from './heads/families.js';
import type { HeadsFamily, HeadsFamilyName } from './heads/heads-family.js';
import {
  applyMixtureHeads,
  buildTaskMixture,
  collectHeadsInput,
  type MixtureHeads,
} from './heads/mixture-heads.js';
import { createPredictions, type Predictions } from './row-scores.js';
import type { ProjectionFitter } from './projection/projection-fitter.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

export interface RoutingModelInput {
  readonly engine: TensorFlowEngine;
  /** Of the projection problem of the same data. */
  readonly projections: ProjectionFitter;
  readonly data: TrainingData;
  readonly trainingRows: Int32Array;
  readonly predictedRows: Int32Array;
  readonly seed: number;
  /** Folds inside the training rows. @default 3 */
  readonly innerFolds?: number;
  /** @default 'auto', chosen by cross-validation inside the training rows */
  readonly family?: HeadsFamilyName | 'auto';
  /** Called after each of the `innerFolds + 1` fits of a projection. */
  readonly onFit?: () => void;
}

export interface FittedRoutingModel {
  readonly family: HeadsFamilyName;
  /** Of all families that were compared; none where one was asked for. */
  readonly familyScores: readonly FamilyScore[];
  readonly model: TaskMixtureModel;
  /** For the training rows, each from a projection that did not see its group. */
  readonly outOfFold: Predictions;
  /** For the rows to predict. */
  readonly predictions: Predictions;
}

/** Fits a routing model to some rows, chosen among the families of heads, and predicts others. */
export async function fitRoutingModel(input: RoutingModelInput): Promise<FittedRoutingModel> {
  const { engine, projections, data, trainingRows, predictedRows, family = 'auto' } = input;
  const fitted = await crossFitProjection(projections, data, trainingRows, predictedRows, input);
  const { name, scores: familyScores } =
    family === 'auto' ? chooseHeadsFamily(input, fitted) : { name: family, scores: [] };
  const chosen = findHeadsFamily(name);
  const { outOfFold, predicted } = fitted;
  const heads = chosen.fitHeads(engine, collectHeadsInput(data, trainingRows, outOfFold));
  return {
    family: chosen.name,
    familyScores,
    model: buildTaskMixture(data.tasks, fitted, heads),
    outOfFold: predict(data, heads, outOfFold, trainingRows),
    predictions: predict(data, heads, predicted, predictedRows),
  };
}

/**
 * Cross-validates the heads of each family on the out-of-fold scores of one projection: a fold's
 * heads are fitted to the other folds. The scores of these come from projections that did see the
 * fold, which favours families that lean on them by no more than heads can: a few numbers each.
 */
function chooseHeadsFamily(
  { engine, data, trainingRows }: RoutingModelInput,
  { outOfFold, folds, foldCount }: CrossFittedProjection,
) {
  const fitFold = (family: HeadsFamily, fold: number, quality: Float32Array): void => {
    const others = trainingRows.filter((_, index) => folds[index] !== fold);
    const heldOut = trainingRows.filter((_, index) => folds[index] === fold);
    const heads = family.fitHeads(engine, collectHeadsInput(data, others, outOfFold));
    applyMixtureHeads(heads, outOfFold, heldOut, quality);
  };
  const candidates = headsFamilies.map((family) => {
    const { quality } = createPredictions(data);
    for (let fold = 0; fold < foldCount; fold++) fitFold(family, fold, quality);
    return { name: family.name, quality };
  });
  return chooseFamily({ data, rows: trainingRows }, candidates);
}

function findHeadsFamily(name: string): HeadsFamily {
  const family = headsFamilies.find((one) => one.name === name);
  if (family === undefined) throw new TypeError(`${name} is no family of heads`);
  return family;
}

function predict(
  data: TrainingData,
  heads: MixtureHeads,
  scores: CalibratedScores,
  rows: Int32Array,
): Predictions {
  const { quality } = createPredictions(data);
  applyMixtureHeads(heads, scores, rows, quality);
  const { taskPosterior, novelty, familiarity } = scores;
  return { quality, taskPosterior, novelty, familiarity };
}
