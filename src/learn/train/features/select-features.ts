import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { addAt, at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../../util/random.js';
import { computeFeatureMatrix, type FeatureMatrix } from './feature-matrix.js';
import { fitFeatures } from './fit-features.js';
import type { LinearTargets } from '../solver/linear-map.js';
import { fitSparse, type SparseSolverOptions } from '../solver/sparse-solver.js';
import type { CountMatrix } from './count-matrix.js';

/** The targets and options of a linear map. */
export interface LinearFit {
  readonly targets: LinearTargets;
  readonly options: SparseSolverOptions;
}

export interface SelectionInput {
  readonly counts: CountMatrix;
  readonly rows: Int32Array;
  /** Undefined where there is only one task. */
  readonly tasks: LinearFit | undefined;
  readonly heads: LinearFit;
  /** Most features kept. */
  readonly maxFeatures: number;
  /** How many of them are chosen for the task classifier; they come first. */
  readonly firstFeatures: number;
  readonly seed: number;
}

/** At most this many features are considered: those that vary most from prompt to prompt. */
const candidateCount = 32_768;

/** At most this many rows are read, which is enough for a ranking. */
const maxRows = 20_000;

/** A single pass ranks features well enough, and small steps do not change the ranking. */
const firstPass = { epochs: 1, minStep: 0.01 } as const satisfies Partial<SparseSolverOptions>;

/**
 * Learns which features to keep: the candidates with the most influence on a first, short fit. The
 * features for the task classifier come first, then those for the heads; each part is in ascending
 * order of bucket. Labels are read, so rows to predict must not be among the rows.
 */
export function selectFeatures(input: SelectionInput): FittedFeatures {
  const { counts, rows, tasks, heads, maxFeatures, firstFeatures } = input;
  const candidates = fitFeatures(counts, rows, { maxFeatures: candidateCount });
  const size = candidates.buckets.length;
  const needsFirst = tasks !== undefined && firstFeatures < size;
  if (!needsFirst && size <= maxFeatures) return candidates;
  const sample = sampleRows(input);
  const matrix = computeFeatureMatrix(counts, candidates, sample);
  const all = [...candidates.buckets.keys()];
  const first = needsFirst ? pickFeatures(matrix, sample, tasks, all).slice(0, firstFeatures) : [];
  const isFirst = new Set(first);
  const left = all.filter((feature) => !isFirst.has(feature));
  const others =
    size <= maxFeatures
      ? left
      : pickFeatures(matrix, sample, heads, left).slice(0, maxFeatures - first.length);
  const kept = [...first.sort((a, b) => a - b), ...others.sort((a, b) => a - b)];
  return {
    ...candidates,
    buckets: Int32Array.from(kept, (feature) => intAt(candidates.buckets, feature)),
    idf: Float32Array.from(kept, (feature) => at(candidates.idf, feature)),
  };
}

function sampleRows({ rows, seed }: SelectionInput): Int32Array {
  if (rows.length <= maxRows) return rows;
  return Int32Array.from(shuffle(rows, createRandom(seed)).slice(0, maxRows));
}

/** These features in descending order of their influence on a short fit. */
function pickFeatures(
  matrix: FeatureMatrix,
  rows: Int32Array,
  { targets, options }: LinearFit,
  features: readonly number[],
): number[] {
  const map = fitSparse(matrix, rows, targets, { ...options, ...firstPass });
  const influence = computeInfluence(matrix, rows, map, targets.kind === 'classes');
  return features.toSorted((a, b) => at(influence, b) - at(influence, a) || a - b);
}

/**
 * How much each column of a matrix moves the outputs of a linear map over some rows: the squares of
 * its values there, times those of its weights. (The saliency of LeCun, Denker and Solla, "Optimal
 * Brain Damage", 1989, with all outputs equally curved.)
 *
 * @param isSoftmax leaves out what all outputs of a column share, because it changes no share
 */
export function computeInfluence(
  { rowStarts, columns, values, columnCount }: FeatureMatrix,
  rows: Int32Array,
  { weights, outputCount }: LinearMap,
  isSoftmax: boolean,
): Float64Array {
  const squares = new Float64Array(columnCount);
  for (const row of rows) {
    const end = intAt(rowStarts, row + 1);
    for (let entry = intAt(rowStarts, row); entry < end; entry++) {
      addAt(squares, intAt(columns, entry), at(values, entry) ** 2);
    }
  }
  return squares.map((square, column) => {
    let sum = 0;
    let length = 0;
    for (const weight of rowOf(weights, column, outputCount)) {
      sum += weight;
      length += weight * weight;
    }
    const shared = isSoftmax ? (sum * sum) / outputCount : 0;
    return square * Math.max(0, length - shared);
  });
}
