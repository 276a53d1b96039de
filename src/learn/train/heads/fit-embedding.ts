import { computeDot } from '../../../util/kernels.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { createRandom, shuffle, type Random } from '../../../util/random.js';
import { applyLinearMap } from '../solver/apply-linear-map.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';

export interface EmbeddingOptions {
  /** Fewer where the rows do not span as many. @default 128 */
  readonly dimensions?: number;
  /** Rows drawn to find the directions, which bounds the time. @default 1500 */
  readonly sampleRows?: number;
  readonly seed: number;
}

/** Passes over the sample; each turns the directions further towards those of most variance. */
const iterations = 2;

/**
 * Finds the directions along which centred prompt vectors vary most (latent semantic analysis), by
 * randomised subspace iteration (Halko, Martinsson and Tropp, 2011). Labels are not looked at, and
 * at no time is the matrix dense.
 *
 * @returns the projection onto them: lengths and angles of what lies along them are kept
 */
export function fitEmbedding(
  matrix: FeatureMatrix,
  rows: Int32Array,
  options: EmbeddingOptions,
): LinearMap {
  const { dimensions = 128, sampleRows = 1500, seed } = options;
  const random = createRandom(seed);
  const sample = Int32Array.from(shuffle(rows, random).slice(0, sampleRows)).sort();
  const { columnCount } = matrix;
  const outputCount = Math.max(1, Math.min(dimensions, sample.length - 1, columnCount));
  let weights = Float32Array.from({ length: columnCount * outputCount }, () => drawSign(random));
  const bias = new Float32Array(outputCount);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const scores = applyLinearMap({ outputCount, weights, bias }, matrix, sample);
    const gathered = gatherCentred(scores, sample, outputCount);
    makeOrthonormal(gathered, sample.length, outputCount);
    weights = multiplyTransposed(matrix, sample, gathered, outputCount);
  }
  makeOrthonormal(weights, columnCount, outputCount);
  const scores = applyLinearMap({ outputCount, weights, bias }, matrix, sample);
  for (const row of sample) {
    for (let output = 0; output < outputCount; output++) {
      bias[output] =
        (bias[output] as number) - (scores[row * outputCount + output] as number) / sample.length;
    }
  }
  return { outputCount, weights, bias };
}

function drawSign(random: Random): number {
  return random() < 0.5 ? -1 : 1;
}

/** The sampled rows one after the other, each column less its mean. */
function gatherCentred(scores: Float32Array, sample: Int32Array, width: number): Float32Array {
  const means = new Float64Array(width);
  const result = new Float32Array(sample.length * width);
  sample.forEach((row, index) => {
    const own = scores.subarray(row * width, (row + 1) * width);
    result.set(own, index * width);
    own.forEach((value, column) => {
      means[column] = (means[column] as number) + value / sample.length;
    });
  });
  return result.map((value, cell) => value - (means[cell % width] as number));
}

/** Transposed matrix times a dense one; columns x width. Centring is in the dense one already. */
function multiplyTransposed(
  matrix: FeatureMatrix,
  sample: Int32Array,
  dense: Float32Array,
  width: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(matrix.columnCount * width);
  sample.forEach((row, index) => {
    const end = matrix.rowStarts[row + 1] as number;
    for (let entry = matrix.rowStarts[row] as number; entry < end; entry++) {
      const value = matrix.values[entry] as number;
      const start = (matrix.columns[entry] as number) * width;
      for (let column = 0; column < width; column++) {
        result[start + column] =
          (result[start + column] as number) + value * (dense[index * width + column] as number);
      }
    }
  });
  return result;
}

/**
 * Makes the columns of a row-major matrix orthonormal, in place (modified Gram-Schmidt). A column
 * that depends on those before it becomes zero.
 */
function makeOrthonormal(matrix: Float32Array, rowCount: number, columnCount: number): void {
  const columns = Array.from({ length: columnCount }, (_, column) =>
    Float64Array.from(
      { length: rowCount },
      (_, row) => matrix[row * columnCount + column] as number,
    ),
  );
  columns.forEach((own, column) => {
    const before = Math.sqrt(computeDot(own, own));
    for (const other of columns.slice(0, column)) {
      const share = computeDot(own, other);
      for (let row = 0; row < rowCount; row++) {
        own[row] = (own[row] as number) - share * (other[row] as number);
      }
    }
    const length = Math.sqrt(computeDot(own, own));
    const scale = length > 1e-5 * before ? 1 / length : 0;
    for (let row = 0; row < rowCount; row++) {
      own[row] = scale * (own[row] as number);
      matrix[row * columnCount + column] = own[row] as number;
    }
  });
}
