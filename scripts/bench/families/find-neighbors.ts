import type { Tensor2D } from '@tensorflow/tfjs-core';
import { at, intAt } from '../../../src/util/numeric-arrays.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';

export interface NeighborSearch {
  /** Row-major; queries and candidates are rows of it. */
  readonly vectors: Float32Array;
  readonly dimensionCount: number;
  readonly queries: Int32Array;
  readonly candidates: Int32Array;
  /** Most neighbors of a query. */
  readonly limit: number;
  /** Whether a candidate row may be a neighbor of a query row. */
  readonly isAllowed: (query: number, candidate: number) => boolean;
}

/** The nearest candidates of each query, nearest first. */
export interface Neighbors extends Pick<NeighborSearch, 'queries' | 'candidates' | 'limit'> {
  /** Positions in the list of candidates, row-major queries x limit; -1 where there are no more. */
  readonly positions: Int32Array;
  /** Cosine similarity, row-major queries x limit. */
  readonly similarities: Float32Array;
}

/** Number of queries compared at a time, which bounds the memory. */
const blockSize = 256;

/**
 * Finds the candidates with the greatest cosine similarity to each query; the first of equals.
 * All are compared: TensorFlow.js multiplies, so that tens of thousands of each take seconds.
 */
export function findNeighbors({ tf }: TensorFlowEngine, search: NeighborSearch): Neighbors {
  const { vectors, dimensionCount, queries, candidates, limit, isAllowed } = search;
  const positions = new Int32Array(queries.length * limit).fill(-1);
  const similarities = new Float32Array(queries.length * limit);
  const gather = (rows: Int32Array): Tensor2D =>
    tf.tensor2d(gatherUnitRows(vectors, dimensionCount, rows), [rows.length, dimensionCount]);
  const found = { queries, candidates, limit, positions, similarities };
  if (candidates.length === 0) return found;
  const candidateVectors = tf.tidy(() => tf.transpose(gather(candidates)) as Tensor2D);
  for (let first = 0; first < queries.length; first += blockSize) {
    const block = queries.subarray(first, first + blockSize);
    const productTensor = tf.tidy(() => tf.matMul(gather(block), candidateVectors));
    const products = productTensor.dataSync<'float32'>();
    productTensor.dispose();
    block.forEach((query, index) => {
      const start = (first + index) * limit;
      keepNearest(
        products.subarray(index * candidates.length, (index + 1) * candidates.length),
        (position) => isAllowed(query, intAt(candidates, position)),
        positions.subarray(start, start + limit),
        similarities.subarray(start, start + limit),
      );
    });
  }
  candidateVectors.dispose();
  return found;
}

/** Inserts each similarity that is greater than the lowest kept one, in descending order. */
function keepNearest(
  candidates: Float32Array,
  isAllowed: (position: number) => boolean,
  positions: Int32Array,
  similarities: Float32Array,
): void {
  const limit = positions.length;
  let size = 0;
  for (let position = 0; position < candidates.length; position++) {
    const similarity = at(candidates, position);
    if (size === limit && similarity <= at(similarities, limit - 1)) continue;
    if (!isAllowed(position)) continue;
    let place = Math.min(size, limit - 1);
    while (place > 0 && at(similarities, place - 1) < similarity) {
      similarities[place] = at(similarities, place - 1);
      positions[place] = intAt(positions, place - 1);
      place -= 1;
    }
    similarities[place] = similarity;
    positions[place] = position;
    size = Math.min(limit, size + 1);
  }
}

/** These rows one after the other, each scaled to length 1 unless it is zero. */
function gatherUnitRows(vectors: Float32Array, width: number, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    let squares = 0;
    for (let cell = row * width; cell < (row + 1) * width; cell++) {
      squares += at(vectors, cell) ** 2;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let column = 0; column < width; column++) {
      result[index * width + column] = scale * at(vectors, row * width + column);
    }
  });
  return result;
}
