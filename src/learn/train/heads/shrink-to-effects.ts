import { addAt, at, intAt } from '../../../util/numeric-arrays.js';
import { clampQuality, type TaskOutcomes } from './shrink-task-quality.js';

/** Sums over the known qualities of each model on each task; row-major tasks x models. */
export interface CellSums {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly counts: Float64Array;
}

const effectRounds = 10;

/**
 * As `shrinkTaskQuality`, for models that were asked different prompts: by main effects in place of
 * each model's overall mean. Rows without a task tell nothing here.
 *
 * @returns row-major tasks x models, in (0, 1)
 */
export function shrinkUnevenTaskQuality(outcomes: TaskOutcomes, rows: Int32Array): Float32Array {
  const { taskCount, modelCount } = outcomes;
  const cells = sumCells(outcomes, rows);
  return Float32Array.from(shrinkToEffects(cells, taskCount, modelCount), clampQuality);
}

/** Sums the known qualities of each model on each task by weight; rows without a task are left out. */
export function sumCells(
  { quality, taskOf, taskCount, modelCount, weights }: TaskOutcomes,
  rows: Int32Array,
): CellSums {
  const create = (): Float64Array => new Float64Array(taskCount * modelCount);
  const cells: CellSums = { sums: create(), squares: create(), counts: create() };
  for (const row of rows) {
    const task = intAt(taskOf, row);
    if (task < 0) continue;
    const weight = weights?.[row] ?? 1;
    for (let model = 0; model < modelCount; model++) {
      const value = at(quality, row * modelCount + model);
      if (Number.isNaN(value)) continue;
      const cell = task * modelCount + model;
      addAt(cells.sums, cell, weight * value);
      addAt(cells.squares, cell, weight * value * value);
      addAt(cells.counts, cell, weight);
    }
  }
  return cells;
}

/**
 * Mean quality of each model on each task, pulled to what the task and the model lead to expect
 * (their main effects), by as much as chance explains what deviates from it (empirical Bayes). The
 * effects keep the mix of tasks that a model was asked from passing for its quality, which its
 * overall mean would be where models were asked different prompts.
 *
 * @returns row-major tasks x models
 */
export function shrinkToEffects(
  { sums, squares, counts }: CellSums,
  taskCount: number,
  modelCount: number,
): Float64Array {
  const expected = fitMainEffects(sums, counts, taskCount, modelCount);
  let within = 0;
  let between = 0;
  let observations = 0;
  let usedCells = 0;
  let countSquares = 0;
  counts.forEach((count, cell) => {
    if (count === 0) return;
    const mean = at(sums, cell) / count;
    within += at(squares, cell) - count * mean * mean;
    between += count * (mean - at(expected, cell)) ** 2;
    observations += count;
    countSquares += count * count;
    usedCells += 1;
  });
  const withinVariance = Math.max(0.01, within / Math.max(1, observations - usedCells));
  const freedom = Math.max(1, usedCells - taskCount - modelCount + 1);
  const spread =
    ((between / freedom - withinVariance) * freedom) /
    Math.max(1, observations - countSquares / Math.max(1, observations));
  const priorCount = withinVariance / Math.max(spread, withinVariance / 200);
  return expected.map(
    (prior, cell) => (at(sums, cell) + priorCount * prior) / (at(counts, cell) + priorCount),
  );
}

/** Task effect plus model effect of each cell, by weighted least squares (backfitting). */
function fitMainEffects(
  sums: Float64Array,
  counts: Float64Array,
  taskCount: number,
  modelCount: number,
): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // One pseudo-observation of .5 for a table without outcomes.
  const overall = (sums.reduce((sum, value) => sum + value, 0) + 0.5) / (total + 1);
  const ofTask = new Float64Array(taskCount);
  const ofModel = new Float64Array(modelCount);
  const fit = (effects: Float64Array, indexOf: (cell: number) => number): void => {
    const residuals = new Float64Array(effects.length);
    const weights = new Float64Array(effects.length).fill(1);
    counts.forEach((count, cell) => {
      const others = overall + at(ofTask, taskAt(cell)) + at(ofModel, modelAt(cell));
      const index = indexOf(cell);
      addAt(residuals, index, at(sums, cell) - count * (others - at(effects, index)));
      addAt(weights, index, count);
    });
    effects.forEach((_, index) => {
      effects[index] = at(residuals, index) / at(weights, index);
    });
  };
  const taskAt = (cell: number): number => Math.floor(cell / modelCount);
  const modelAt = (cell: number): number => cell % modelCount;
  for (let round = 0; round < effectRounds; round++) {
    fit(ofTask, taskAt);
    fit(ofModel, modelAt);
  }
  return counts.map((_, cell) => overall + at(ofTask, taskAt(cell)) + at(ofModel, modelAt(cell)));
}
