import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import type { TaskWords } from '../../../policy/features/task-words.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { applyLinearMap } from '../solver/apply-linear-map.js';
import {
  computeFeatureMatrix,
  computeRowNovelty,
  narrowFeatureMatrix,
  type FeatureMatrix,
} from '../features/feature-matrix.js';
import { computeRowFamiliarity, learnTaskWords } from '../features/task-words.js';
import { selectFeatures, type LinearFit } from '../features/select-features.js';
import { fitSparse, type SparseSolverOptions } from '../solver/sparse-solver.js';
import type { CountMatrix } from '../features/count-matrix.js';

/**
 * The learned projection: from hashed n-grams to one score per task and one per model. It is what
 * the dense heads see of a prompt.
 */
export interface Projection {
  readonly features: FittedFeatures;
  readonly taskFeatureCount: number;
  readonly taskClassifier: LinearMap;
  readonly taskWords: TaskWords;
  readonly heads: LinearMap;
}

/** What projections are fitted to: as much of the training data as another thread needs. */
export interface ProjectionProblem {
  readonly counts: CountMatrix;
  readonly taskCount: number;
  /** Task index of each row; -1 where unknown. */
  readonly taskOf: Int32Array;
  readonly modelCount: number;
  /** In [0, 1], row-major rows x models; NaN where missing. */
  readonly quality: Float32Array;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
}

export interface ProjectionOptions {
  /** Weight of the data against the penalty in the task classifier. @default 4 */
  readonly taskDataWeight?: number;
  /** The same in the heads. @default 0.2 */
  readonly headDataWeight?: number;
  readonly seed: number;
}

/** Scores of a projection: row-major, zero in rows that were not asked for. */
export interface ProjectionScores {
  readonly taskScores: Float32Array;
  readonly headScores: Float32Array;
  /** Per row. */
  readonly novelty: Float32Array;
  /** Per row. */
  readonly familiarity: Float32Array;
}

export interface FittedProjection {
  readonly projection: Projection;
  readonly scores: ProjectionScores;
}

/** Bytes that the kept features and their heads may take in a policy file, and all with the tasks. */
const headsBudgetBytes = 160_000;
const budgetBytes = 264_000;
/** Bytes of a kept feature besides its weights: its bucket, its idf and the exponent of its heads. */
const bytesPerFeature = 3;

/**
 * How many features a policy may keep, so that its file stays below 400 kB (which base64 makes of
 * 300 kB) for ten models and fourteen tasks. Of many more tasks each still gets enough to be told apart.
 *
 * @returns all of them, and how many the task classifier reads
 */
export function chooseFeatureCounts(
  modelCount: number,
  taskCount: number,
): { readonly maxFeatures: number; readonly firstFeatures: number } {
  const featureBytes = modelCount + bytesPerFeature;
  const maxFeatures = clampCount(headsBudgetBytes / featureBytes, 4096, 16_384);
  const left = budgetBytes - maxFeatures * featureBytes;
  const firstFeatures =
    taskCount === 1 ? 0 : clampCount(left / (taskCount + 1), 3500, Math.min(8192, maxFeatures));
  return { maxFeatures, firstFeatures };
}

/** How heads are fitted to the sparse vectors. */
export const headOptions = {
  dataWeight: 0.2,
  epochs: 5,
  sharing: 0.5,
} as const satisfies Partial<SparseSolverOptions>;

/** Of so many rows a pass takes long, and three bring the task classifier as far as four of fewer. */
const manyRows = 6000;

/** Fits the projection to some rows, and applies it to others. */
export function fitProjection(
  problem: ProjectionProblem,
  trainingRows: Int32Array,
  scoredRows: Int32Array,
  options: ProjectionOptions,
): FittedProjection {
  const { taskDataWeight = 4, headDataWeight = headOptions.dataWeight, seed } = options;
  const { counts, taskCount, modelCount, taskOf, quality, weights } = problem;
  const counted = chooseFeatureCounts(modelCount, taskCount);
  const tasks: LinearFit = {
    targets: { kind: 'classes', classes: taskOf, classCount: taskCount, weights },
    options: {
      dataWeight: taskDataWeight,
      epochs: trainingRows.length < manyRows ? 4 : 3,
      seed,
      minStep: 0.002,
    },
  };
  const heads: LinearFit = {
    targets: { kind: 'probabilities', probabilities: quality, outputCount: modelCount, weights },
    options: { ...headOptions, dataWeight: headDataWeight, seed },
  };
  const features = selectFeatures({
    counts,
    rows: trainingRows,
    tasks: taskCount === 1 ? undefined : tasks,
    heads,
    ...counted,
    seed,
  });
  const taskFeatureCount = Math.min(counted.firstFeatures, features.buckets.length);
  const rows = Int32Array.from(new Set([...trainingRows, ...scoredRows]));
  const matrix = computeFeatureMatrix(counts, features, rows);
  const { map: taskClassifier, scores: taskScores } = fitLinearMap(
    narrowFeatureMatrix(matrix, taskFeatureCount),
    taskCount === 1 ? new Int32Array(0) : trainingRows,
    scoredRows,
    tasks,
  );
  const { map: headsMap, scores: headScores } = fitLinearMap(
    matrix,
    trainingRows,
    scoredRows,
    heads,
  );
  const taskWords = learnTaskWords(counts, features, trainingRows, taskOf, taskCount);
  const novelty = computeRowNovelty(counts, features, scoredRows);
  const familiarity = computeRowFamiliarity(counts, features, taskWords, taskScores, scoredRows);
  return {
    projection: { features, taskFeatureCount, taskClassifier, taskWords, heads: headsMap },
    scores: { taskScores, headScores, novelty, familiarity },
  };
}

function fitLinearMap(
  matrix: FeatureMatrix,
  trainingRows: Int32Array,
  scoredRows: Int32Array,
  { targets, options }: LinearFit,
): { readonly map: LinearMap; readonly scores: Float32Array } {
  const map = fitSparse(matrix, trainingRows, targets, options);
  return { map, scores: applyLinearMap(map, matrix, scoredRows) };
}

function clampCount(value: number, low: number, high: number): number {
  return Math.floor(Math.max(low, Math.min(high, value)));
}
