import { factorize, solveFactored } from '../../cholesky.js';
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
 * As `shrinkTaskQuality`, for models that were asked different prompts; see `estimateUnevenQuality`.
 * Rows without a task tell nothing here.
 *
 * @returns row-major tasks x models, in (0, 1)
 */
export function shrinkUnevenTaskQuality(outcomes: TaskOutcomes, rows: Int32Array): Float32Array {
  return Float32Array.from(estimateUnevenQuality(outcomes, rows).quality, clampQuality);
}

/** What is known of each model on each task; row-major tasks x models. */
export interface UnevenQuality {
  readonly quality: Float64Array;
  /** Known outcomes, by weight. */
  readonly counts: Float64Array;
}

/**
 * Quality of each model on each task, where models were asked different prompts: what a mixed model
 * with a random effect for each prompt expects (Henderson, "Best linear unbiased estimation and
 * prediction under a selection model", 1975). Two models are compared above all on the prompts that both
 * were asked, and a model that was asked hard prompts is not taken for poor.
 *
 * Each estimate is pulled to what the task and the model lead to expect (their main effects), by as
 * much as chance explains what deviates from it (empirical Bayes). The effects keep the mix of tasks
 * that a model was asked from passing for its quality.
 */
export function estimateUnevenQuality(outcomes: TaskOutcomes, rows: Int32Array): UnevenQuality {
  const { taskCount, modelCount } = outcomes;
  const cells = sumCells(outcomes, rows);
  const expected = fitMainEffects(cells, taskCount, modelCount);
  const { within, spread } = estimateVariances(cells, expected, taskCount + modelCount - 1);
  const shared = estimatePromptVariance(outcomes, rows, { cells, within });
  const own = within - shared;
  const precision = Array.from({ length: taskCount }, () => new Float64Array(modelCount ** 2));
  const target = expected.map((prior) => prior / spread);
  for (const row of rows) {
    const task = intAt(outcomes.taskOf, row);
    if (task < 0) continue;
    const asked = listAsked(outcomes, row);
    const total = asked.reduce(
      (sum, model) => sum + at(outcomes.quality, row * modelCount + model),
      0,
    );
    // The inverse of own I + shared J, a matrix of ones, is (I - common J) / own.
    const common = shared / (own + asked.length * shared);
    const weight = (outcomes.weights?.[row] ?? 1) / own;
    for (const model of asked) {
      const grade = at(outcomes.quality, row * modelCount + model);
      addAt(target, task * modelCount + model, weight * (grade - common * total));
      for (const other of asked) {
        const ofBoth = (model === other ? 1 : 0) - common;
        addAt(precision[task] as Float64Array, model * modelCount + other, weight * ofBoth);
      }
    }
  }
  const quality = new Float64Array(taskCount * modelCount);
  precision.forEach((matrix, task) => {
    const factor = factorize(matrix, modelCount, 1 / spread);
    const start = task * modelCount;
    quality.set(solveFactored(factor, target.subarray(start, start + modelCount)), start);
  });
  return { quality, counts: cells.counts };
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

/** The models that were asked a prompt. */
function listAsked({ quality, modelCount }: TaskOutcomes, row: number): number[] {
  const asked: number[] = [];
  for (let model = 0; model < modelCount; model++) {
    if (!Number.isNaN(at(quality, row * modelCount + model))) asked.push(model);
  }
  return asked;
}

/** The variance of grades within cells, and that of cells around what their effects lead to expect. */
function estimateVariances(
  { sums, squares, counts }: CellSums,
  expected: Float64Array,
  effectCount: number,
): { readonly within: number; readonly spread: number } {
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
  const freedom = Math.max(1, usedCells - effectCount);
  const spread =
    ((between / freedom - withinVariance) * freedom) /
    Math.max(1, observations - countSquares / Math.max(1, observations));
  return { within: withinVariance, spread: Math.max(spread, withinVariance / 200) };
}

/** At most this share of the variance within cells is taken for that of the prompts. */
const maxSharedShare = 0.9;

/** How much of the variance within cells is the prompts': the covariance of two models' grades. */
function estimatePromptVariance(
  outcomes: TaskOutcomes,
  rows: Int32Array,
  { cells: { sums, counts }, within }: { readonly cells: CellSums; readonly within: number },
): number {
  const { quality, taskOf, modelCount } = outcomes;
  let products = 0;
  let pairs = 0;
  for (const row of rows) {
    const task = intAt(taskOf, row);
    if (task < 0) continue;
    const weight = outcomes.weights?.[row] ?? 1;
    const deviations = listAsked(outcomes, row).map((model) => {
      const cell = task * modelCount + model;
      return at(quality, row * modelCount + model) - at(sums, cell) / at(counts, cell);
    });
    const total = deviations.reduce((sum, deviation) => sum + deviation, 0);
    const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
    products += weight * (total ** 2 - squares);
    pairs += weight * deviations.length * (deviations.length - 1);
  }
  const covariance = pairs === 0 ? 0 : products / pairs;
  return Math.min(maxSharedShare * within, Math.max(0, covariance));
}

/** Task effect plus model effect of each cell, by weighted least squares (backfitting). */
function fitMainEffects(
  { sums, counts }: CellSums,
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
