import { computeDot } from '../../../util/kernels.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { addAt, at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import { createRandom, shuffle, type Random } from '../../../util/random.js';
import { applyLinearMap } from '../solver/linear-map.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';

export interface EmbeddingOptions {
  /** Fewer where the rows do not span that many. @default 128 */
  readonly dimensions?: number;
  /** Rows sampled to find the directions, which bounds the time. @default 1500 */
  readonly sampleRows?: number;
  readonly seed: number;
}

/** Passes over the sample; each brings the directions closer to those of most variance. */
const iterations = 2;

/**
 * Finds the directions along which centered prompt vectors vary most (latent semantic analysis), by
 * randomized subspace iteration (Halko, Martinsson and Tropp, 2011). Labels are not read, and the
 * matrix is never made dense.
 *
 * @returns the orthogonal projection onto the directions, which keeps lengths and angles along them
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
    const gathered = gatherCentered(scores, sample, outputCount);
    makeOrthonormal(gathered, sample.length, outputCount);
    weights = multiplyTransposed(matrix, sample, gathered, outputCount);
  }
  makeOrthonormal(weights, columnCount, outputCount);
  const scores = applyLinearMap({ outputCount, weights, bias }, matrix, sample);
  for (const row of sample) {
    for (let output = 0; output < outputCount; output++) {
      addAt(bias, output, -at(scores, row * outputCount + output) / sample.length);
    }
  }
  return { outputCount, weights, bias };
}

function drawSign(random: Random): number {
  return random() < 0.5 ? -1 : 1;
}

/** The sampled rows one after the other, with the mean of each column subtracted. */
function gatherCentered(scores: Float32Array, sample: Int32Array, width: number): Float32Array {
  const means = new Float64Array(width);
  const result = new Float32Array(sample.length * width);
  sample.forEach((row, index) => {
    const own = rowOf(scores, row, width);
    result.set(own, index * width);
    own.forEach((value, column) => addAt(means, column, value / sample.length));
  });
  return result.map((value, cell) => value - at(means, cell % width));
}

/** The transposed matrix times a dense, centered one; columns x width. */
function multiplyTransposed(
  matrix: FeatureMatrix,
  sample: Int32Array,
  dense: Float32Array,
  width: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(matrix.columnCount * width);
  sample.forEach((row, index) => {
    const end = intAt(matrix.rowStarts, row + 1);
    for (let entry = intAt(matrix.rowStarts, row); entry < end; entry++) {
      const value = at(matrix.values, entry);
      const start = intAt(matrix.columns, entry) * width;
      for (let column = 0; column < width; column++) {
        addAt(result, start + column, value * at(dense, index * width + column));
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
    Float64Array.from({ length: rowCount }, (_row, row) => at(matrix, row * columnCount + column)),
  );
  columns.forEach((own, column) => {
    const before = Math.sqrt(computeDot(own, own));
    for (const other of columns.slice(0, column)) {
      const share = computeDot(own, other);
      for (let row = 0; row < rowCount; row++) addAt(own, row, -share * at(other, row));
    }
    const length = Math.sqrt(computeDot(own, own));
    const scale = length > 1e-5 * before ? 1 / length : 0;
    for (let row = 0; row < rowCount; row++) {
      own[row] = scale * at(own, row);
      matrix[row * columnCount + column] = at(own, row);
    }
  });
}
