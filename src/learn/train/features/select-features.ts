import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import { createRandom, shuffle } from '../../../util/random.js';
import { computeInfluence } from './compute-influence.js';
import { computeFeatureMatrix } from './feature-matrix.js';
import { fitFeatures } from './fit-features.js';
import type { LinearTargets } from '../solver/linear-map.js';
import { fitSparse, type SparseSolverOptions } from '../solver/sparse-solver.js';
import type { CountMatrix } from './count-matrix.js';

/** A linear map that is to be fitted, and how. */
export interface LinearFit {
  readonly targets: LinearTargets;
  readonly options: SparseSolverOptions;
}

export interface SelectionInput {
  readonly counts: CountMatrix;
  readonly rows: Int32Array;
  /** None where there is but one task. */
  readonly tasks: LinearFit | undefined;
  readonly heads: LinearFit;
  /** Most features kept. */
  readonly maxFeatures: number;
  /** Of these, how many are chosen for the task classifier; they come first. */
  readonly firstFeatures: number;
  readonly seed: number;
}

/** Features that are looked at: of more, those that vary most from prompt to prompt. */
const candidateCount = 32_768;

/** Rows that are looked at: what matters shows in so many. */
const maxRows = 20_000;

/**
 * Learns which features to keep: of many candidates, those that a first, short fit makes use of. First
 * come those that tell tasks apart, then those that tell how good the answers of models will be, each
 * part in ascending order of bucket. Labels are looked at, so rows that are to be predicted must not
 * be among the rows.
 */
export function selectFeatures(input: SelectionInput): FittedFeatures {
  const { counts, rows, tasks, heads, maxFeatures, firstFeatures, seed } = input;
  const candidates = fitFeatures(counts, rows, { maxFeatures: candidateCount });
  const size = candidates.buckets.length;
  const needsFirst = tasks !== undefined && firstFeatures < size;
  if (!needsFirst && size <= maxFeatures) return candidates;
  const sample =
    rows.length <= maxRows
      ? rows
      : Int32Array.from(shuffle([...rows], createRandom(seed)).slice(0, maxRows));
  const matrix = computeFeatureMatrix(counts, candidates, sample);
  const isKept = new Uint8Array(size);
  const pick = ({ targets, options }: LinearFit, count: number): number[] => {
    const map = fitSparse(matrix, sample, targets, { ...options, ...firstPass });
    const influence = computeInfluence(matrix, sample, map, targets.kind === 'classes');
    const order = [...isKept.keys()]
      .filter((feature) => isKept[feature] === 0)
      .sort((a, b) => (influence[b] as number) - (influence[a] as number) || a - b);
    const picked = order.slice(0, count).sort((a, b) => a - b);
    for (const feature of picked) isKept[feature] = 1;
    return picked;
  };
  const first = needsFirst ? pick(tasks, firstFeatures) : [];
  const others =
    size <= maxFeatures
      ? [...isKept.keys()].filter((feature) => isKept[feature] === 0)
      : pick(heads, maxFeatures - first.length);
  const kept = [...first, ...others];
  return {
    ...candidates,
    buckets: Int32Array.from(kept, (feature) => candidates.buckets[feature] as number),
    idf: Float32Array.from(kept, (feature) => candidates.idf[feature] as number),
  };
}

/** One pass tells what is of use, and steps that are small do not matter to it. */
const firstPass = { epochs: 1, minStep: 0.01 } as const satisfies Partial<SparseSolverOptions>;
