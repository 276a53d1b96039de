import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';

/** The nearest candidates of each query, nearest first. */
export interface Neighbours {
  /** Places for neighbours of a query. */
  readonly limit: number;
  /** Positions in the list of candidates, row-major queries x limit; -1 where there are no more. */
  readonly positions: Int32Array;
  /** Cosine similarity, laid out alike. */
  readonly similarities: Float32Array;
}

/** Queries compared at a time, which bounds the memory. */
const blockSize = 256;

/**
 * Finds the candidates with the greatest cosine similarity to each query; of equals the first.
 * All are compared: TensorFlow.js multiplies, so that some ten thousand of each take seconds.
 *
 * @param vectors row-major; queries and candidates are rows of it
 * @param isAllowed whether a candidate row may be a neighbour of a query row
 */
export function findNeighbours(
  { tf }: TensorFlowEngine,
  vectors: Float32Array,
  dimensionCount: number,
  queries: Int32Array,
  candidates: Int32Array,
  limit: number,
  isAllowed: (query: number, candidate: number) => boolean,
): Neighbours {
  const positions = new Int32Array(queries.length * limit).fill(-1);
  const similarities = new Float32Array(queries.length * limit);
  const gather = (rows: Int32Array): Tensor2D =>
    tf.tensor2d(gatherUnitRows(vectors, dimensionCount, rows), [rows.length, dimensionCount]);
  if (candidates.length === 0) return { limit, positions, similarities };
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
        (position) => isAllowed(query, candidates[position] as number),
        positions.subarray(start, start + limit),
        similarities.subarray(start, start + limit),
      );
    });
  }
  candidateVectors.dispose();
  return { limit, positions, similarities };
}

/** Sorts each similarity in that is greater than the least kept one. */
function keepNearest(
  candidates: Float32Array,
  isAllowed: (position: number) => boolean,
  positions: Int32Array,
  similarities: Float32Array,
): void {
  const limit = positions.length;
  let size = 0;
  for (let position = 0; position < candidates.length; position++) {
    const similarity = candidates[position] as number;
    if (size === limit && similarity <= (similarities[limit - 1] as number)) continue;
    if (!isAllowed(position)) continue;
    let place = Math.min(size, limit - 1);
    while (place > 0 && (similarities[place - 1] as number) < similarity) {
      similarities[place] = similarities[place - 1] as number;
      positions[place] = positions[place - 1] as number;
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
      squares += (vectors[cell] as number) ** 2;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let column = 0; column < width; column++) {
      result[index * width + column] = scale * (vectors[row * width + column] as number);
    }
  });
  return result;
}
