import type { CalibratedScores } from './cross-fit-projection.js';
import { shrinkTaskQuality } from './shrink-task-quality.js';
import type { TrainingData } from './training-data.js';

/** How the task posterior and the linear heads of a prompt make log-odds of quality. */
export interface MixtureHeads {
  readonly bias: Float32Array;
  /** Log-odds, row-major tasks x models. */
  readonly taskQuality: Float32Array;
  /** Row-major tasks x models. */
  readonly headWeight: Float32Array;
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
    taskQuality: shrinkTaskQuality(quality, data.taskOf, rows, taskCount, modelCount, data.weights),
  };
}

/** Writes into `quality`, row-major over all rows, what the heads make of the scores of some. */
export function applyMixtureHeads(
  { bias, taskQuality, headWeight }: MixtureHeads,
  { taskPosterior, headScores }: CalibratedScores,
  rows: Int32Array,
  quality: Float32Array,
): void {
  const modelCount = bias.length;
  const taskCount = taskQuality.length / modelCount;
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
      quality[cell] = 1 / (1 + Math.exp(-logOdds));
    }
  }
}

/** The rows of a row-major matrix, one after the other. */
function gatherRows(matrix: Float32Array, rows: Int32Array, width: number): Float32Array {
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, index) =>
    result.set(matrix.subarray(row * width, (row + 1) * width), index * width),
  );
  return result;
}
