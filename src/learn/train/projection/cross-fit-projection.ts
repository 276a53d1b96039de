import { assignFolds } from '../../../measure/tasks/split-groups.js';
import { intAt } from '../../../util/numeric-arrays.js';
import type { Hyperparameters } from '../hyperparameters.js';
import { copyRows, type RowScores } from '../../row-scores.js';
import { splitAtFold, type RowSplit } from '../row-split.js';
import type { TrainingData } from '../training-data.js';
import type { FittedProjection, Projection, ProjectionScores } from './fit-projection.js';
import { computePosterior, fitTemperature } from './fit-temperature.js';
import type { ProjectionFitter } from './projection-fitter.js';

/** Calibrated scores of a projection; zero in rows that were not scored. */
export interface CalibratedScores extends Omit<RowScores, 'quality'> {
  /** Log-odds from the linear heads, row-major rows x models. */
  readonly headScores: Float32Array;
}

export interface CrossFittedProjection {
  /** Fitted to all training rows. */
  readonly projection: Projection;
  /** Divides the task scores before the softmax. */
  readonly temperature: number;
  /** For the training rows, each from a projection that did not see its group. */
  readonly outOfFold: CalibratedScores;
  /** For the predicted rows. */
  readonly predicted: CalibratedScores;
  /** Fold of each training row, in their order. */
  readonly folds: Int32Array;
  readonly foldCount: number;
}

export interface CrossFitProjectionOptions {
  readonly seed: number;
  /** Folds inside the training rows. @default 3 */
  readonly innerFolds?: number;
  readonly hyperparameters?: Hyperparameters;
  /** Called after each of the `innerFolds + 1` fits. */
  readonly onFit?: () => void;
}

/**
 * Fits the projection once per inner fold, so that every training row has scores from a projection
 * that never saw it or its near-duplicates: heads and temperature are trained on these (stacked
 * generalization; Wolpert, 1992). Then fits it to all training rows, and scores the predicted rows.
 *
 * @param fitter of the projection problem of the same data
 */
export async function crossFitProjection(
  fitter: ProjectionFitter,
  data: TrainingData,
  split: RowSplit,
  { seed, innerFolds: foldCount = 3, hyperparameters = {}, onFit }: CrossFitProjectionOptions,
): Promise<CrossFittedProjection> {
  const { trainingRows, predictedRows } = split;
  const folds = assignFolds(
    trainingRows.map((row) => intAt(data.groups, row)),
    foldCount,
    { seed, labels: Array.from(trainingRows, (row) => data.table.prompts[row]?.task) },
  );
  const { steps: _, learningRate: __, ...limits } = hyperparameters;
  const fit = async (rows: RowSplit, fitSeed: number): Promise<FittedProjection> => {
    const options = { ...limits, seed: fitSeed };
    const fitted = await fitter.fit({ ...rows, options });
    onFit?.();
    return fitted;
  };
  const inner = createProjectionScores(data);
  const fitFold = async (fold: number): Promise<void> => {
    const rows = splitAtFold(trainingRows, folds, fold);
    const { scores } = await fit(rows, seed + fold + 1);
    copyRows(scores, inner, rows.predictedRows);
  };
  const innerFits = Array.from({ length: foldCount }, (_, fold) => fitFold(fold));
  const [{ projection, scores }] = await Promise.all([fit(split, seed), ...innerFits]);
  const temperature = fitTemperature(inner.taskScores, data, trainingRows);
  const taskCount = data.tasks.length;
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

function createProjectionScores({ counts, tasks, table }: TrainingData): ProjectionScores {
  const create = (width: number): Float32Array => new Float32Array(counts.rowCount * width);
  return {
    taskScores: create(tasks.length),
    headScores: create(table.models.length),
    novelty: create(1),
    familiarity: create(1),
  };
}
