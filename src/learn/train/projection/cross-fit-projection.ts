import { assignFolds } from '../../../measure/tasks/split-groups.js';
import { intAt } from '../../../util/numeric-arrays.js';
import { sampleRows } from '../../../util/random.js';
import type { Hyperparameters } from '../hyperparameters.js';
import { copyRows, type RowScores } from '../../row-scores.js';
import { splitApart, splitAtFold, type RowSplit, type TrainingData } from '../training-data.js';
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
  /** For training rows with a task (a sample, of many), each from a projection that did not see its task. */
  readonly leftOut?: { readonly rows: Int32Array; readonly scores: CalibratedScores };
  /** Fold of each training row, in their order. */
  readonly folds: Int32Array;
  readonly foldCount: number;
}

export interface CrossFitProjectionOptions {
  readonly seed: number;
  /** Folds inside the training rows. @default 3 */
  readonly innerFolds?: number;
  /** Groups of tasks that are left out in turn. @default 0: none */
  readonly taskGroups?: number;
  readonly hyperparameters?: Hyperparameters;
  /** Called after each of the `innerFolds + taskGroups + 1` fits. */
  readonly onFit?: () => void;
}

/** Tasks are left out of a sample of this size: more would tell little more, and take its time. */
const maxLeftOutRows = 12_000;

/**
 * Fits the projection once per inner fold, so that every training row has scores from a projection
 * that never saw it or its near-duplicates: heads and temperature are trained on these (stacked
 * generalization; Wolpert, 1992). Where asked, it is also fitted without each group of tasks. Then fits it to all training rows, and scores the predicted rows.
 *
 * @param fitter of the projection problem of the same data
 */
export async function crossFitProjection(
  fitter: ProjectionFitter,
  data: TrainingData,
  split: RowSplit,
  options: CrossFitProjectionOptions,
): Promise<CrossFittedProjection> {
  const { trainingRows, predictedRows } = split;
  const { seed, innerFolds: foldCount = 3, taskGroups = 0, hyperparameters = {}, onFit } = options;
  const folds = assignFolds(
    trainingRows.map((row) => intAt(data.groups, row)),
    foldCount,
    { seed, labels: Array.from(trainingRows, (row) => data.table.prompts[row]?.task) },
  );
  const { steps: _, learningRate: __, ...limits } = hyperparameters;
  const fit = async (rows: RowSplit, fitSeed: number): Promise<FittedProjection> => {
    const fitted = await fitter.fit({ ...rows, options: { ...limits, seed: fitSeed } });
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
  const withoutTasks = createProjectionScores(data);
  const groupOf = data.taskOf.map((task) => (task < 0 ? task : task % taskGroups));
  const sample = sampleRows(trainingRows, maxLeftOutRows, seed);
  const fitGroup = async (group: number): Promise<Int32Array> => {
    const rows = splitApart(data, groupOf, group, sample);
    // None of these tasks may be in the sample, or all that is left may be like them.
    if (rows.predictedRows.length === 0 || rows.trainingRows.length === 0) {
      onFit?.();
      return new Int32Array(0);
    }
    const { scores } = await fit(rows, seed + foldCount + group + 1);
    copyRows(scores, withoutTasks, rows.predictedRows);
    return rows.predictedRows;
  };
  const groupFits = Array.from({ length: taskGroups }, (_, group) => fitGroup(group));
  const [{ projection, scores }, leftOutRows] = await Promise.all([
    fit(split, seed),
    Promise.all(groupFits),
    ...innerFits,
  ]);
  const temperature = fitTemperature(inner.taskScores, data, trainingRows);
  const taskCount = data.tasks.length;
  const calibrate = (raw: ProjectionScores, rows: Int32Array): CalibratedScores => ({
    taskPosterior: computePosterior(raw.taskScores, rows, taskCount, temperature),
    headScores: raw.headScores,
    novelty: raw.novelty,
    familiarity: raw.familiarity,
  });
  const joinedRows = Int32Array.from(leftOutRows.flatMap((rows) => [...rows]));
  return {
    projection,
    temperature,
    outOfFold: calibrate(inner, trainingRows),
    predicted: calibrate(scores, predictedRows),
    ...(taskGroups > 0 && {
      leftOut: { rows: joinedRows, scores: calibrate(withoutTasks, joinedRows) },
    }),
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
