import type { LinearMap } from '../../../policy/file/routing-model.js';
import { addAt, at, intAt } from '../../../util/numeric-arrays.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';
import { addRowProduct } from './row-kernels.js';

/** What a linear solver fits, besides the vectors. */
export type LinearTargets = {
  /** How many rows each row of the matrix counts as. @default all 1 */
  readonly weights?: Float64Array;
} & (
  | {
      readonly kind: 'classes';
      /** Class of each row of the matrix; a row of unknown class, -1, is left out. */
      readonly classes: Int32Array;
      readonly classCount: number;
    }
  | {
      readonly kind: 'probabilities';
      /** Row-major rows x outputs, in [0, 1]; NaN where unknown. */
      readonly probabilities: Float32Array;
      readonly outputCount: number;
    }
);

/** Number of outputs of the linear map that fits these targets. */
export function computeOutputCount(targets: LinearTargets): number {
  return targets.kind === 'classes' ? targets.classCount : targets.outputCount;
}

/** How many rows a row counts as. */
export function computeRowWeight({ weights }: LinearTargets, row: number): number {
  return weights?.[row] ?? 1;
}

/**
 * Log-odds (probabilities) or log-shares (classes) of each output in the training rows: where
 * every solver starts its bias. One pseudo-observation keeps them finite.
 */
export function computeBaseRates(targets: LinearTargets, rows: Int32Array): Float32Array {
  const outputCount = computeOutputCount(targets);
  const bias = new Float32Array(outputCount);
  if (targets.kind === 'classes') {
    const counts = new Float64Array(outputCount).fill(1);
    let known = outputCount;
    for (const row of rows) {
      const observed = intAt(targets.classes, row);
      if (observed < 0) continue;
      const weight = computeRowWeight(targets, row);
      addAt(counts, observed, weight);
      known += weight;
    }
    counts.forEach((count, output) => (bias[output] = Math.log(count / known)));
    return bias;
  }
  for (let output = 0; output < outputCount; output++) {
    let sum = 0.5;
    let known = 1;
    for (const row of rows) {
      const value = at(targets.probabilities, row * outputCount + output);
      if (Number.isNaN(value)) continue;
      const weight = computeRowWeight(targets, row);
      sum += weight * value;
      known += weight;
    }
    bias[output] = Math.log(sum / (known - sum));
  }
  return bias;
}

/**
 * Applies a linear map to rows of a matrix.
 *
 * @returns row-major rows x outputs for all rows of the matrix; zero in the other rows
 */
export function applyLinearMap(
  map: LinearMap,
  matrix: FeatureMatrix,
  rows: Int32Array,
): Float32Array {
  const { outputCount, weights, bias } = map;
  const result = new Float32Array(matrix.rowCount * outputCount);
  const sums = new Float32Array(outputCount);
  for (const row of rows) {
    sums.set(bias);
    addRowProduct(matrix, row, weights, sums);
    result.set(sums, row * outputCount);
  }
  return result;
}
