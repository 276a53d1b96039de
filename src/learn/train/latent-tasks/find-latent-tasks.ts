import { listRows } from '../../../util/numeric-arrays.js';
import { createRandom } from '../../../util/random.js';
import { applyLinearMap } from '../solver/linear-map.js';
import type { CountMatrix } from '../features/count-matrix.js';
import { fitEmbedding } from './fit-embedding.js';
import { computeFeatureMatrix } from '../features/feature-matrix.js';
import { fitFeatures } from '../features/fit-features.js';
import { clusterDirections } from './cluster-directions.js';

export interface LatentTasks {
  /** `latent-1` and so on. */
  readonly tasks: readonly string[];
  /** Task index of each prompt. */
  readonly taskOf: Int32Array;
}

/** With fewer prompts, clusters are too small to tell models apart. */
const minPrompts = 200;
const maxTasks = 32;
/** Number of n-grams by which prompts are compared. */
const maxFeatures = 4096;

/**
 * Finds kinds of prompts without labels: clusters of their directions in a latent semantic analysis.
 * The number of clusters is the square root of a tenth of the prompts, at most 32. Outcomes are not
 * read.
 *
 * @returns undefined for fewer than 200 prompts
 */
export function findLatentTasks(counts: CountMatrix, seed: number): LatentTasks | undefined {
  const { rowCount } = counts;
  if (rowCount < minPrompts) return undefined;
  const rows = listRows(rowCount);
  const matrix = computeFeatureMatrix(counts, fitFeatures(counts, rows, { maxFeatures }));
  const embedding = fitEmbedding(matrix, rows, { seed });
  const taskCount = Math.min(maxTasks, Math.round(Math.sqrt(rowCount / 10)));
  return {
    tasks: Array.from({ length: taskCount }, (_, task) => `latent-${task + 1}`),
    taskOf: clusterDirections(applyLinearMap(embedding, matrix, rows), {
      dimensionCount: embedding.outputCount,
      clusterCount: taskCount,
      random: createRandom(seed),
    }),
  };
}
