import type { TaskMixtureModel } from '../policy/routing-model.js';
import { assignFolds } from '../tasks/split-groups.js';
import { fitMixtureHeads, type MixtureHeads } from './fit-mixture-heads.js';
import { fitProjection, type ProjectionScores } from './fit-projection.js';
import { computePosterior, fitTemperature } from './fit-temperature.js';
import { shrinkTaskQuality } from './shrink-task-quality.js';
import type { TensorFlowEngine } from './tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

/** What a model says of some rows; row-major over all rows of the data, zero elsewhere. */
export interface Predictions {
  /** In [0, 1], rows x models. */
  readonly quality: Float32Array;
  /** Rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Per row: share of the words, by weight, that were not seen when the projection was fitted. */
  readonly novelty: Float32Array;
}

export interface FittedTaskMixture {
  readonly model: TaskMixtureModel;
  /** For the training rows, each from a projection that did not see its group. */
  readonly outOfFold: Predictions;
  /** For the rows to predict. */
  readonly predictions: Predictions;
}

export interface TaskMixtureOptions {
  readonly seed: number;
  /** Folds inside the training rows. @default 3 */
  readonly innerFolds?: number;
  /** Called after each of the `innerFolds + 1` fits. */
  readonly onFit?: () => void;
}

/**
 * Fits the task mixture with heads (see `TaskMixtureModel`) to some rows and predicts others.
 *
 * The projection is fitted once per inner fold, so that every training row has scores from a
 * projection that never saw it or its near-duplicates; on these the temperature and the dense
 * heads are trained (stacked generalisation; Wolpert, 1992). Then the projection is fitted again to
 * all training rows.
 */
export function fitTaskMixture(
  engine: TensorFlowEngine,
  data: TrainingData,
  trainingRows: Int32Array,
  predictedRows: Int32Array,
  options: TaskMixtureOptions,
): FittedTaskMixture {
  const { seed, innerFolds = 3, onFit } = options;
  const taskCount = data.tasks.length;
  const modelCount = data.table.models.length;
  const inner = crossFitProjection(data, trainingRows, innerFolds, seed, onFit);
  const temperature = fitTemperature(inner.taskScores, data.taskOf, trainingRows, taskCount);
  const posterior = computePosterior(inner.taskScores, trainingRows, taskCount, temperature);
  const mixture = fitMixtureHeads(engine, {
    rowCount: trainingRows.length,
    taskCount,
    modelCount,
    taskPosterior: gatherRows(posterior, trainingRows, taskCount),
    heads: gatherRows(inner.headScores, trainingRows, modelCount),
    quality: gatherRows(data.table.quality, trainingRows, modelCount),
    taskQuality: shrinkTaskQuality(
      data.table.quality,
      data.taskOf,
      trainingRows,
      taskCount,
      modelCount,
    ),
  });
  const { projection, scores } = fitProjection(data, trainingRows, predictedRows, { seed });
  onFit?.();
  const predictedPosterior = computePosterior(
    scores.taskScores,
    predictedRows,
    taskCount,
    temperature,
  );
  return {
    model: { kind: 'task_mixture', tasks: data.tasks, temperature, ...projection, ...mixture },
    outOfFold: {
      quality: combine(mixture, posterior, inner.headScores, trainingRows, taskCount),
      taskPosterior: posterior,
      novelty: inner.novelty,
    },
    predictions: {
      quality: combine(mixture, predictedPosterior, scores.headScores, predictedRows, taskCount),
      taskPosterior: predictedPosterior,
      novelty: scores.novelty,
    },
  };
}

function crossFitProjection(
  data: TrainingData,
  rows: Int32Array,
  foldCount: number,
  seed: number,
  onFit: (() => void) | undefined,
): ProjectionScores {
  const folds = assignFolds(
    rows.map((row) => data.groups[row] as number),
    foldCount,
    { seed, labels: Array.from(rows, (row) => data.table.prompts[row]?.task) },
  );
  const all: ProjectionScores = {
    taskScores: new Float32Array(data.counts.rowCount * data.tasks.length),
    headScores: new Float32Array(data.counts.rowCount * data.table.models.length),
    novelty: new Float32Array(data.counts.rowCount),
  };
  for (let fold = 0; fold < foldCount; fold++) {
    const heldOut = rows.filter((_, index) => folds[index] === fold);
    const training = rows.filter((_, index) => folds[index] !== fold);
    const { scores } = fitProjection(data, training, heldOut, { seed: seed + fold + 1 });
    copyRows(scores.taskScores, all.taskScores, heldOut, data.tasks.length);
    copyRows(scores.headScores, all.headScores, heldOut, data.table.models.length);
    copyRows(scores.novelty, all.novelty, heldOut, 1);
    onFit?.();
  }
  return all;
}

function copyRows(from: Float32Array, into: Float32Array, rows: Int32Array, width: number): void {
  for (const row of rows) into.set(from.subarray(row * width, (row + 1) * width), row * width);
}

function combine(
  mixture: MixtureHeads,
  posterior: Float32Array,
  heads: Float32Array,
  rows: Int32Array,
  taskCount: number,
): Float32Array {
  const modelCount = mixture.bias.length;
  const quality = new Float32Array(heads.length);
  for (const row of rows) {
    for (let model = 0; model < modelCount; model++) {
      const cell = row * modelCount + model;
      let logOdds = mixture.bias[model] as number;
      for (let task = 0; task < taskCount; task++) {
        const weight = task * modelCount + model;
        logOdds +=
          (posterior[row * taskCount + task] as number) *
          ((mixture.taskQuality[weight] as number) +
            (mixture.headWeight[weight] as number) * (heads[cell] as number));
      }
      quality[cell] = 1 / (1 + Math.exp(-logOdds));
    }
  }
  return quality;
}

/** The rows of a row-major matrix, one after the other. */
function gatherRows(matrix: Float32Array, rows: Int32Array, width: number): Float32Array {
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, index) =>
    result.set(matrix.subarray(row * width, (row + 1) * width), index * width),
  );
  return result;
}
