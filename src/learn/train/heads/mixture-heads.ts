import { computeSigmoid } from '../../../util/kernels.js';
import type { TaskMixtureModel } from '../../../policy/file/routing-model.js';
import type { CalibratedScores, CrossFittedProjection } from './cross-fit-projection.js';
import { shrinkTaskQuality } from './shrink-task-quality.js';
import type { TrainingData } from '../training-data.js';

/** How the task posterior and the linear heads of a prompt make log-odds of quality. */
export interface MixtureHeads {
  readonly bias: Float32Array;
  /** Log-odds, row-major tasks x models. */
  readonly taskQuality: Float32Array;
  /** Row-major tasks x models. */
  readonly headWeight: Float32Array;
  /** Which share is kept of what sets a model's linear head apart from the mean of all models'. */
  readonly headSpread: number;
}

/** Out-of-fold scores of the training rows, one after the other: what heads are trained on. */
export interface MixtureHeadsInput {
  readonly rowCount: number;
  readonly taskCount: number;
  readonly modelCount: number;
  /** P(task | prompt), row-major rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Log-odds from the linear heads, row-major rows x models. */
  readonly heads: Float32Array;
  /** In [0, 1], row-major rows x models; NaN where missing. */
  readonly quality: Float32Array;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
  /** Rows of one group are near-duplicates. */
  readonly groups: Int32Array;
  /** Prior of the quality of each model on each task, in (0, 1), row-major tasks x models. */
  readonly taskQuality: Float32Array;
}

/** Collects what heads are trained on from scores that are out of fold in these rows. */
export function collectHeadsInput(
  data: TrainingData,
  rows: Int32Array,
  scores: CalibratedScores,
): MixtureHeadsInput {
  const taskCount = data.tasks.length;
  const modelCount = data.table.models.length;
  const { quality } = data.table;
  return {
    rowCount: rows.length,
    taskCount,
    modelCount,
    taskPosterior: gatherRows(scores.taskPosterior, rows, taskCount),
    heads: gatherRows(scores.headScores, rows, modelCount),
    quality: gatherRows(quality, rows, modelCount),
    weights: Float64Array.from(rows, (row) => data.weights[row] as number),
    groups: Int32Array.from(rows, (row) => data.groups[row] as number),
    taskQuality: shrinkTaskQuality(quality, data.taskOf, rows, taskCount, modelCount, data.weights),
  };
}

/** Writes into `quality`, row-major over all rows, what the heads make of the scores of some. */
export function applyMixtureHeads(
  { bias, taskQuality, headWeight, headSpread }: MixtureHeads,
  scores: Pick<CalibratedScores, 'taskPosterior' | 'headScores'>,
  rows: Int32Array,
  quality: Float32Array,
): void {
  const modelCount = bias.length;
  const taskCount = taskQuality.length / modelCount;
  const { taskPosterior } = scores;
  const headScores = spreadHeads(scores.headScores, modelCount, headSpread);
  for (const row of rows) {
    for (let model = 0; model < modelCount; model++) {
      const cell = row * modelCount + model;
      let logOdds = bias[model] as number;
      for (let task = 0; task < taskCount; task++) {
        const weight = task * modelCount + model;
        logOdds +=
          (taskPosterior[row * taskCount + task] as number) *
          ((taskQuality[weight] as number) +
            (headWeight[weight] as number) * (headScores[cell] as number));
      }
      quality[cell] = computeSigmoid(logOdds);
    }
  }
}

/**
 * Moves the linear heads of each row towards their mean over the models. So it does with the weights
 * of a linear map, and with its bias.
 *
 * @param heads row-major rows x models
 * @param headSpread share that is kept of each difference from the mean
 */
export function spreadHeads(
  heads: Float32Array,
  modelCount: number,
  headSpread: number,
): Float32Array {
  if (headSpread === 1) return heads;
  const result = new Float32Array(heads.length);
  for (let start = 0; start < heads.length; start += modelCount) {
    let sum = 0;
    for (let at = start; at < start + modelCount; at++) sum += heads[at] as number;
    const mean = sum / modelCount;
    for (let at = start; at < start + modelCount; at++) {
      result[at] = mean + headSpread * ((heads[at] as number) - mean);
    }
  }
  return result;
}

/** A model of a projection and heads, whose spread is then in the weights of its linear map. */
export function buildTaskMixture(
  tasks: readonly string[],
  { projection, temperature }: Pick<CrossFittedProjection, 'projection' | 'temperature'>,
  { headSpread, ...heads }: MixtureHeads,
): TaskMixtureModel {
  const { outputCount, weights, bias } = projection.heads;
  return {
    kind: 'task_mixture',
    tasks,
    temperature,
    ...projection,
    heads: {
      outputCount,
      weights: spreadHeads(weights, outputCount, headSpread),
      bias: spreadHeads(bias, outputCount, headSpread),
    },
    ...heads,
  };
}

/** The rows of a row-major matrix, one after the other. */
function gatherRows(matrix: Float32Array, rows: Int32Array, width: number): Float32Array {
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, index) =>
    result.set(matrix.subarray(row * width, (row + 1) * width), index * width),
  );
  return result;
}
