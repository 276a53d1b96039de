import { addAt, at, intAt } from '../../../util/numeric-arrays.js';

export interface TaskOutcomes {
  /** Row-major rows x models, NaN where missing. */
  readonly quality: Float32Array;
  /** Task index of each row; -1 where unknown: such a row counts towards the overall mean only. */
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  readonly modelCount: number;
  /** How many prompts each row stands for. @default all 1 */
  readonly weights?: Float64Array;
}

/**
 * Mean quality of each model on each task, shrunk towards the model's overall mean by as much as
 * the spread between tasks is explained by chance (empirical Bayes for a normal mean with known
 * sampling variance; Efron and Morris, 1973, method of moments).
 *
 * @returns row-major tasks x models, in (0, 1)
 */
export function shrinkTaskQuality(outcomes: TaskOutcomes, rows: Int32Array): Float32Array {
  const { taskCount, modelCount } = outcomes;
  const result = new Float32Array(taskCount * modelCount);
  for (let model = 0; model < modelCount; model++) {
    const sums = sumByTask(outcomes, rows, model);
    // One pseudo-observation of .5 keeps the log-odds of a perfect model finite.
    const overall = (sums.total + 0.5) / (sums.known + 1);
    const priorCount = estimatePriorCount(sums, overall);
    for (let task = 0; task < taskCount; task++) {
      const shrunken =
        (at(sums.ofTask, task) + priorCount * overall) / (at(sums.counts, task) + priorCount);
      result[task * modelCount + model] = clampQuality(shrunken);
    }
  }
  return result;
}

/** Rounded to a float32, a share too close to 0 or 1 would become it and have no log-odds. */
export function clampQuality(quality: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, quality));
}

/** Weighted sums of the known qualities of one model. */
interface QualitySums {
  readonly total: number;
  readonly known: number;
  /** Of the squared qualities in the rows with a task. */
  readonly labeledSquares: number;
  readonly ofTask: Float64Array;
  readonly counts: Float64Array;
}

function sumByTask(
  { quality, taskOf, taskCount, modelCount, weights }: TaskOutcomes,
  rows: Int32Array,
  model: number,
): QualitySums {
  const ofTask = new Float64Array(taskCount);
  const counts = new Float64Array(taskCount);
  let total = 0;
  let labeledSquares = 0;
  let known = 0;
  for (const row of rows) {
    const value = at(quality, row * modelCount + model);
    if (Number.isNaN(value)) continue;
    const weight = weights?.[row] ?? 1;
    total += weight * value;
    known += weight;
    const task = intAt(taskOf, row);
    if (task < 0) continue;
    labeledSquares += weight * value * value;
    addAt(ofTask, task, weight * value);
    addAt(counts, task, weight);
  }
  return { total, known, labeledSquares, ofTask, counts };
}

/** The variance within tasks over the variance between them: observations behind the mean. */
function estimatePriorCount(
  { labeledSquares, ofTask, counts }: QualitySums,
  overall: number,
): number {
  let between = 0;
  let betweenSquares = 0;
  let labeled = 0;
  let countSquares = 0;
  let usedTasks = 0;
  counts.forEach((count, task) => {
    if (count === 0) return;
    const sum = at(ofTask, task);
    between += count * (sum / count - overall) ** 2;
    betweenSquares += (sum * sum) / count;
    labeled += count;
    countSquares += count * count;
    usedTasks += 1;
  });
  const withinVariance = Math.max(
    (labeledSquares - betweenSquares) / Math.max(1, labeled - usedTasks),
    0.01,
  );
  const spread =
    (between - (usedTasks - 1) * withinVariance) /
    Math.max(1, labeled - countSquares / Math.max(1, labeled));
  return withinVariance / Math.max(spread, withinVariance / 1000);
}
