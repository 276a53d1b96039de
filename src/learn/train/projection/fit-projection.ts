import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import type { TaskWords } from '../../../policy/features/task-words.js';
import { policyLimits } from '../../../policy/file/policy-limits.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import type { RowScores } from '../../row-scores.js';
import type { Hyperparameters } from '../hyperparameters.js';
import type { CountMatrix } from '../features/count-matrix.js';
import {
  computeFeatureMatrix,
  narrowFeatureMatrix,
  type FeatureMatrix,
} from '../features/feature-matrix.js';
import {
  computeRowFamiliarity,
  computeRowNovelty,
  learnTaskWords,
} from '../features/known-words.js';
import { selectFeatures, type LinearFit } from '../features/select-features.js';
import { applyLinearMap } from '../solver/linear-map.js';
import { fitSparse, type SparseSolverOptions } from '../solver/sparse-solver.js';
import type { RowSplit } from '../row-split.js';
import type { TrainingData } from '../training-data.js';

/**
 * The learned projection: from hashed n-grams to one score per task and one per model. The dense
 * heads see a prompt only through these scores.
 */
export interface Projection {
  readonly features: FittedFeatures;
  readonly taskFeatureCount: number;
  readonly taskClassifier: LinearMap;
  readonly taskWords: TaskWords;
  readonly heads: LinearMap;
}

/** The part of the training data that projections are fitted to; threads get a copy. */
export interface ProjectionProblem {
  readonly counts: CountMatrix;
  /** What is fitted to; see `TrainingData`. */
  readonly trainingCounts: CountMatrix;
  readonly taskCount: number;
  /** Task index of each row; -1 where unknown. */
  readonly taskOf: Int32Array;
  readonly modelCount: number;
  /** In [0, 1], row-major rows x models; NaN where missing. */
  readonly quality: Float32Array;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
}

/** Selects the part of the training data that projections are fitted to. */
export function selectProjectionProblem(data: TrainingData): ProjectionProblem {
  return {
    counts: data.counts,
    trainingCounts: data.trainingCounts,
    taskCount: data.tasks.length,
    taskOf: data.taskOf,
    modelCount: data.table.models.length,
    quality: data.filled?.quality ?? data.table.quality,
    weights: data.weights,
  };
}

export interface ProjectionOptions extends Pick<
  Hyperparameters,
  'maxFeatures' | 'taskDataWeight' | 'headDataWeight'
> {
  readonly seed: number;
}

/** Scores of a projection; zero in rows that were not scored. */
export interface ProjectionScores extends Pick<RowScores, 'novelty' | 'familiarity'> {
  /** Logits, row-major rows x tasks. */
  readonly taskScores: Float32Array;
  /** Log-odds of quality, row-major rows x models. */
  readonly headScores: Float32Array;
}

export interface FittedProjection {
  readonly projection: Projection;
  readonly scores: ProjectionScores;
}

/** Bytes in a policy file for the kept features and their heads, and for all with the tasks. */
const headsBudgetBytes = 160_000;
const budgetBytes = 264_000;
/** Bytes of a kept feature besides its weights: its bucket, its idf and the exponent of its heads. */
const bytesPerFeature = 3;

interface FeatureCounts {
  readonly maxFeatures: number;
  /** Of these, the features that the task classifier reads. */
  readonly firstFeatures: number;
}

/**
 * How many features a policy may keep, so that its file stays below 400 kB (300 kB before base64)
 * for ten models and fourteen tasks. There is a minimum for many more tasks, and a maximum of
 * weights that every runtime loads.
 *
 * @returns all of them, and how many the task classifier reads
 */
export function chooseFeatureCounts(modelCount: number, taskCount: number): FeatureCounts {
  const featureBytes = modelCount + bytesPerFeature;
  const loadable = policyLimits.maxWeights / (modelCount + taskCount);
  const maxFeatures = clampCount(headsBudgetBytes / featureBytes, 4096, Math.min(16_384, loadable));
  const left = budgetBytes - maxFeatures * featureBytes;
  const firstFeatures =
    taskCount === 1 ? 0 : clampCount(left / (taskCount + 1), 3500, Math.min(8192, maxFeatures));
  return { maxFeatures, firstFeatures };
}

function limitFeatures(
  { maxFeatures, firstFeatures }: FeatureCounts,
  limit = Infinity,
): FeatureCounts {
  return {
    maxFeatures: Math.min(maxFeatures, limit),
    firstFeatures: Math.min(firstFeatures, limit),
  };
}

/** How heads are fitted to the sparse vectors. */
export const headOptions = {
  dataWeight: 0.2,
  epochs: 5,
  sharing: 0.5,
} as const satisfies Partial<SparseSolverOptions>;

/** From this many rows on, three passes bring the task classifier as far as four passes of fewer. */
const manyRows = 6000;

/** Fits the projection to the training rows, and applies it to the predicted rows. */
export function fitProjection(
  problem: ProjectionProblem,
  { trainingRows, predictedRows }: RowSplit,
  options: ProjectionOptions,
): FittedProjection {
  const { counts, trainingCounts, taskCount, modelCount, taskOf } = problem;
  const { tasks, heads } = describeFits(problem, trainingRows.length, options);
  const counted = limitFeatures(chooseFeatureCounts(modelCount, taskCount), options.maxFeatures);
  const features = selectFeatures({
    counts: trainingCounts,
    rows: trainingRows,
    tasks: taskCount === 1 ? undefined : tasks,
    heads,
    ...counted,
    seed: options.seed,
  });
  const taskFeatureCount = Math.min(counted.firstFeatures, features.buckets.length);
  const matrix = computeFeatureMatrix(trainingCounts, features, trainingRows);
  const predictedMatrix = computeFeatureMatrix(counts, features, predictedRows);
  const taskRows = taskCount === 1 ? new Int32Array(0) : trainingRows;
  const { map: taskClassifier, scores: taskScores } = fitLinearMap(
    narrowFeatureMatrix(matrix, taskFeatureCount),
    narrowFeatureMatrix(predictedMatrix, taskFeatureCount),
    { trainingRows: taskRows, predictedRows },
    tasks,
  );
  const { map: headsMap, scores: headScores } = fitLinearMap(
    matrix,
    predictedMatrix,
    { trainingRows, predictedRows },
    heads,
  );
  const taskWords = learnTaskWords(trainingCounts, features, trainingRows, { taskOf, taskCount });
  const knowledge = { taskWords, taskScores };
  return {
    projection: { features, taskFeatureCount, taskClassifier, taskWords, heads: headsMap },
    scores: {
      taskScores,
      headScores,
      novelty: computeRowNovelty(counts, features, predictedRows),
      familiarity: computeRowFamiliarity(counts, features, predictedRows, knowledge),
    },
  };
}

function describeFits(
  { taskOf, taskCount, quality, modelCount, weights }: ProjectionProblem,
  rowCount: number,
  { taskDataWeight = 4, headDataWeight = headOptions.dataWeight, seed }: ProjectionOptions,
): { readonly tasks: LinearFit; readonly heads: LinearFit } {
  const epochs = rowCount < manyRows ? 4 : 3;
  return {
    tasks: {
      targets: { kind: 'classes', classes: taskOf, classCount: taskCount, weights },
      options: { dataWeight: taskDataWeight, epochs, seed, minStep: 0.002 },
    },
    heads: {
      targets: { kind: 'probabilities', probabilities: quality, outputCount: modelCount, weights },
      options: { ...headOptions, dataWeight: headDataWeight, seed },
    },
  };
}

function fitLinearMap(
  matrix: FeatureMatrix,
  predictedMatrix: FeatureMatrix,
  { trainingRows, predictedRows }: RowSplit,
  { targets, options }: LinearFit,
): { readonly map: LinearMap; readonly scores: Float32Array } {
  const map = fitSparse(matrix, trainingRows, targets, options);
  return { map, scores: applyLinearMap(map, predictedMatrix, predictedRows) };
}

/** The whole number at or below a value in a range; the upper limit wins. */
function clampCount(value: number, low: number, high: number): number {
  return Math.floor(Math.min(high, Math.max(low, value)));
}
