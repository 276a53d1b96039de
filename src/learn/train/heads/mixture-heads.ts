import { computeSigmoid } from '../../../util/kernels.js';
import type { TaskMixtureModel } from '../../../policy/file/routing-model.js';
import type {
  CalibratedScores,
  CrossFittedProjection,
} from '../projection/cross-fit-projection.js';
import { at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import { shrinkTaskQuality } from './shrink-task-quality.js';
import { shrinkUnevenTaskQuality } from './shrink-to-effects.js';
import type { TrainingData } from '../training-data.js';

/** How the task posterior and the linear heads of a prompt combine into log-odds of quality. */
export interface MixtureHeads {
  readonly bias: Float32Array;
  /** Log-odds, row-major tasks x models. */
  readonly taskQuality: Float32Array;
  /** Row-major tasks x models. */
  readonly headWeight: Float32Array;
  /** Share that is kept of the difference between a model's linear head and the models' mean. */
  readonly headSpread: number;
}

/** What heads are trained on: the out-of-fold scores of the training rows, row after row. */
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
  const { table, taskOf, groups, weights } = data;
  const taskCount = data.tasks.length;
  const modelCount = table.models.length;
  const quality = data.filled?.quality ?? table.quality;
  const isUneven = table.design === 'adaptive' && data.filled === undefined;
  const shrink = isUneven ? shrinkUnevenTaskQuality : shrinkTaskQuality;
  return {
    rowCount: rows.length,
    taskCount,
    modelCount,
    taskPosterior: gatherRows(scores.taskPosterior, rows, taskCount),
    heads: gatherRows(scores.headScores, rows, modelCount),
    quality: gatherRows(quality, rows, modelCount),
    weights: Float64Array.from(rows, (row) => at(weights, row)),
    groups: rows.map((row) => intAt(groups, row)),
    taskQuality: shrink({ quality, taskOf, taskCount, modelCount, weights }, rows),
  };
}

/** Writes the qualities of these rows into `quality`, which is row-major over all rows. */
export function applyMixtureHeads(
  heads: MixtureHeads,
  scores: Pick<CalibratedScores, 'taskPosterior' | 'headScores'>,
  rows: Int32Array,
  quality: Float32Array,
): void {
  const { bias, taskQuality, headWeight, headSpread } = heads;
  const modelCount = bias.length;
  const taskCount = taskQuality.length / modelCount;
  const { taskPosterior } = scores;
  const headScores = spreadHeads(scores.headScores, modelCount, headSpread);
  for (const row of rows) {
    const posteriorStart = row * taskCount;
    for (let model = 0; model < modelCount; model++) {
      const cell = row * modelCount + model;
      const headScore = at(headScores, cell);
      let logOdds = at(bias, model);
      for (let task = 0; task < taskCount; task++) {
        const place = task * modelCount + model;
        logOdds +=
          at(taskPosterior, posteriorStart + task) *
          (at(taskQuality, place) + at(headWeight, place) * headScore);
      }
      quality[cell] = computeSigmoid(logOdds);
    }
  }
}

/**
 * Moves the linear heads of each row towards their mean over the models. It works on scores as well
 * as on the weights and the bias of a linear map.
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
  for (let row = 0; row < heads.length / modelCount; row++) {
    const own = rowOf(heads, row, modelCount);
    const mean = own.reduce((sum, score) => sum + score, 0) / modelCount;
    own.forEach((score, model) => {
      result[row * modelCount + model] = mean + headSpread * (score - mean);
    });
  }
  return result;
}

/** A model of a projection and heads; the spread of the heads goes into the linear map's weights. */
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
  rows.forEach((row, index) => result.set(rowOf(matrix, row, width), index * width));
  return result;
}
