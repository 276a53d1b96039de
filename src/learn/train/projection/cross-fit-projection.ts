import { assignFolds } from '../../../measure/tasks/split-groups.js';
import type { Projection, ProjectionProblem, ProjectionScores } from './fit-projection.js';
import { computePosterior, fitTemperature } from './fit-temperature.js';
import type { ProjectionFitter } from './projection-fitter.js';
import type { TrainingData } from '../training-data.js';

/** What a projection says of some rows; row-major over all rows of the data, zero elsewhere. */
export interface CalibratedScores {
  /** P(task | prompt), rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Log-odds from the linear heads, rows x models. */
  readonly headScores: Float32Array;
  /** Per row. */
  readonly novelty: Float32Array;
  /** Per row. */
  readonly familiarity: Float32Array;
}

export interface CrossFittedProjection {
  /** Fitted to all training rows. */
  readonly projection: Projection;
  /** Divides the task scores before they become shares. */
  readonly temperature: number;
  /** For the training rows, each from a projection that did not see its group. */
  readonly outOfFold: CalibratedScores;
  /** For the rows to predict. */
  readonly predicted: CalibratedScores;
  /** Fold of each training row, in their order. */
  readonly folds: Int32Array;
  readonly foldCount: number;
}

export interface CrossFitProjectionOptions {
  readonly seed: number;
  /** Folds inside the training rows. @default 3 */
  readonly innerFolds?: number;
  /** Called after each of the `innerFolds + 1` fits. */
  readonly onFit?: () => void;
}

/** The part of the training data that projections are fitted to. */
export function selectProjectionProblem(data: TrainingData): ProjectionProblem {
  return {
    counts: data.counts,
    taskCount: data.tasks.length,
    taskOf: data.taskOf,
    modelCount: data.table.models.length,
    quality: data.table.quality,
    weights: data.weights,
  };
}

/**
 * Fits the projection once per inner fold, so that every training row has scores from a projection
 * that never saw it or its near-duplicates: what heads and temperature are to be trained on
 * (stacked generalisation; Wolpert, 1992). Then fits it to all training rows, and scores others.
 *
 * @param fitter of the projection problem of the same data
 */
export async function crossFitProjection(
  fitter: ProjectionFitter,
  data: TrainingData,
  trainingRows: Int32Array,
  predictedRows: Int32Array,
  options: CrossFitProjectionOptions,
): Promise<CrossFittedProjection> {
  const { seed, innerFolds: foldCount = 3, onFit } = options;
  const taskCount = data.tasks.length;
  const modelCount = data.table.models.length;
  const folds = assignFolds(
    trainingRows.map((row) => data.groups[row] as number),
    foldCount,
    { seed, labels: Array.from(trainingRows, (row) => data.table.prompts[row]?.task) },
  );
  const fit = async (training: Int32Array, scored: Int32Array, fitSeed: number) => {
    const fitted = await fitter.fit({
      trainingRows: training,
      scoredRows: scored,
      options: { seed: fitSeed },
    });
    onFit?.();
    return fitted;
  };
  const inner: ProjectionScores = {
    taskScores: new Float32Array(data.counts.rowCount * taskCount),
    headScores: new Float32Array(data.counts.rowCount * modelCount),
    novelty: new Float32Array(data.counts.rowCount),
    familiarity: new Float32Array(data.counts.rowCount),
  };
  const fitFold = async (fold: number): Promise<void> => {
    const heldOut = trainingRows.filter((_, index) => folds[index] === fold);
    const training = trainingRows.filter((_, index) => folds[index] !== fold);
    const { scores } = await fit(training, heldOut, seed + fold + 1);
    copyRows(scores.taskScores, inner.taskScores, heldOut, taskCount);
    copyRows(scores.headScores, inner.headScores, heldOut, modelCount);
    copyRows(scores.novelty, inner.novelty, heldOut, 1);
    copyRows(scores.familiarity, inner.familiarity, heldOut, 1);
  };
  const innerFits = Array.from({ length: foldCount }, (_, fold) => fitFold(fold));
  const [{ projection, scores }] = await Promise.all([
    fit(trainingRows, predictedRows, seed),
    ...innerFits,
  ]);
  const temperature = fitTemperature(inner.taskScores, data, trainingRows);
  const calibrate = (raw: ProjectionScores, rows: Int32Array): CalibratedScores => ({
    taskPosterior: computePosterior(raw.taskScores, rows, taskCount, temperature),
    headScores: raw.headScores,
    novelty: raw.novelty,
    familiarity: raw.familiarity,
  });
  return {
    projection,
    temperature,
    outOfFold: calibrate(inner, trainingRows),
    predicted: calibrate(scores, predictedRows),
    folds,
    foldCount,
  };
}

function copyRows(from: Float32Array, into: Float32Array, rows: Int32Array, width: number): void {
  for (const row of rows) into.set(from.subarray(row * width, (row + 1) * width), row * width);
}
