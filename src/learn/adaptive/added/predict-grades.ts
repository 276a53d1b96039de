import { addAt, at, intAt } from '../../../util/numeric-arrays.js';
import { factorize, solveFactored } from '../../cholesky.js';

/** The grades of models on prompts, some of which a further model was asked. */
export interface GradedPrompts {
  /** Task index of each row. */
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** Row-major rows x models, in [0, 1]; NaN where unknown. */
  readonly known: Float32Array;
  readonly modelCount: number;
  /** The grades of the further model; NaN where it was not asked. */
  readonly added: Float32Array;
}

/** Graded prompts, and how many requests each stands for. */
export interface WeightedPrompts extends GradedPrompts {
  /** @default all 1 */
  readonly weights?: Float64Array;
}

/** What the other models' grades lead to expect of a further model. */
export interface PredictedGrades {
  /** By row; not clamped. */
  readonly predicted: Float64Array;
  /** Numbers that were fitted, in effect. */
  readonly freedom: number;
}

/** Ridge penalties that are tried, in observations. */
const penalties = Array.from({ length: 17 }, (_, step) => 10 ** (-1 + step / 4));

/**
 * Predicts the grades of a further model on every prompt from those of the known models: ridge
 * regression on how each did on the prompt against its mean on the task, and on the mean of each on
 * the task. The penalty is chosen by generalized cross-validation (Golub, Heath and Wahba, 1979).
 */
export function predictGrades(graded: GradedPrompts): PredictedGrades {
  const features = listFeatures(graded);
  const { width } = features;
  const asked = [...graded.added.keys()].filter((row) => !Number.isNaN(graded.added[row]));
  // One pseudo-observation of .5 for a model without outcomes.
  const total = asked.reduce((sum, row) => sum + at(graded.added, row), 0);
  const mean = asked.length === 0 ? 0.5 : total / asked.length;
  const center = new Float64Array(width);
  for (const row of asked) {
    for (let index = 0; index < width; index++) {
      addAt(center, index, at(features.values, row * width + index) / asked.length);
    }
  }
  const read = (row: number, index: number): number =>
    at(features.values, row * width + index) - at(center, index);
  const gram = new Float64Array(width * width);
  const moments = new Float64Array(width);
  for (const row of asked) {
    const grade = at(graded.added, row) - mean;
    for (let one = 0; one < width; one++) {
      const value = read(row, one);
      addAt(moments, one, value * grade);
      for (let other = 0; other < width; other++) {
        addAt(gram, one * width + other, value * read(row, other));
      }
    }
  }
  const predictWith = (weights: Float64Array, row: number): number =>
    weights.reduce((sum, weight, index) => sum + weight * read(row, index), mean);
  let best: { score: number; weights: Float64Array; freedom: number } | undefined;
  for (const penalty of penalties) {
    const { weights, freedom } = solveRidge(gram, moments, penalty);
    const left = asked.length - 1 - freedom;
    if (left <= 0) continue;
    const squares = asked.reduce(
      (sum, row) => sum + (at(graded.added, row) - predictWith(weights, row)) ** 2,
      0,
    );
    const score = squares / left ** 2;
    if (best === undefined || score < best.score) best = { score, weights, freedom };
  }
  const { weights, freedom } = best ?? { weights: new Float64Array(width), freedom: 0 };
  return {
    predicted: Float64Array.from(graded.added, (_, row) => predictWith(weights, row)),
    freedom: 1 + freedom,
  };
}

/** Of each row: each known model's grade less its task mean, and that mean less the overall one. */
function listFeatures({ taskOf, taskCount, known, modelCount }: GradedPrompts): {
  readonly values: Float64Array;
  readonly width: number;
} {
  const means = averageByTask({ taskOf, taskCount, known, modelCount });
  const overall = Float64Array.from({ length: modelCount }, (_, model) => {
    let sum = 0;
    for (let task = 0; task < taskCount; task++) sum += at(means, task * modelCount + model);
    return sum / taskCount;
  });
  const width = 2 * modelCount;
  const values = new Float64Array(taskOf.length * width);
  taskOf.forEach((task, row) => {
    for (let model = 0; model < modelCount; model++) {
      const mean = at(means, task * modelCount + model);
      const grade = at(known, row * modelCount + model);
      // An unknown grade tells nothing against the mean.
      values[row * width + model] = Number.isNaN(grade) ? 0 : grade - mean;
      values[row * width + modelCount + model] = mean - at(overall, model);
    }
  });
  return { values, width };
}

/** Mean grade of each model on each task, row-major tasks x models; .5 where nothing is known. */
export function averageByTask({
  taskOf,
  taskCount,
  known,
  modelCount,
  weights,
}: Omit<WeightedPrompts, 'added'>): Float64Array {
  const sums = new Float64Array(taskCount * modelCount);
  const counts = new Float64Array(taskCount * modelCount);
  taskOf.forEach((task, row) => {
    const weight = weights?.[row] ?? 1;
    for (let model = 0; model < modelCount; model++) {
      const grade = at(known, row * modelCount + model);
      if (Number.isNaN(grade)) continue;
      addAt(sums, task * modelCount + model, weight * grade);
      addAt(counts, task * modelCount + model, weight);
    }
  });
  return sums.map((sum, cell) => (at(counts, cell) === 0 ? 0.5 : sum / at(counts, cell)));
}

/** The weights of a ridge regression, and the trace of what maps grades to predictions. */
function solveRidge(
  gram: Float64Array,
  moments: Float64Array,
  penalty: number,
): { readonly weights: Float64Array; readonly freedom: number } {
  const width = moments.length;
  const factor = factorize(gram, width, penalty);
  const weights = solveFactored(factor, moments);
  let freedom = 0;
  for (let column = 0; column < width; column++) {
    const solved = solveFactored(factor, gram.subarray(column * width, (column + 1) * width));
    freedom += at(solved, column);
  }
  return { weights, freedom };
}

/** Weighted sums of some values by task, and of their weights; NaN values are left out. */
export function sumByTask(
  taskOf: Int32Array,
  taskCount: number,
  valueOf: (row: number) => number,
  weights?: Float64Array,
): { readonly sums: Float64Array; readonly counts: Float64Array } {
  const sums = new Float64Array(taskCount);
  const counts = new Float64Array(taskCount);
  taskOf.forEach((_, row) => {
    const value = valueOf(row);
    if (Number.isNaN(value)) return;
    const weight = weights?.[row] ?? 1;
    addAt(sums, intAt(taskOf, row), weight * value);
    addAt(counts, intAt(taskOf, row), weight);
  });
  return { sums, counts };
}
