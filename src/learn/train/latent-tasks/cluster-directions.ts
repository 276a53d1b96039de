import type { Random } from '../../../util/random.js';

export interface ClusterOptions {
  readonly dimensionCount: number;
  readonly clusterCount: number;
  readonly random: Random;
  /** @default 25 */
  readonly iterations?: number;
}

/**
 * Spherical k-means: clusters vectors by their direction (Dhillon and Modha, 2001), from centres
 * drawn far from one another (k-means++; Arthur and Vassilvitskii, 2007).
 *
 * @param vectors row-major
 * @returns the cluster of each vector; a cluster can be empty
 */
export function clusterDirections(vectors: Float32Array, options: ClusterOptions): Int32Array {
  const { dimensionCount, clusterCount, iterations = 25 } = options;
  const rowCount = vectors.length / dimensionCount;
  const units = vectors.slice();
  normaliseRows(units, dimensionCount);
  const centres = drawCentres(units, rowCount, options);
  const clusterOf = new Int32Array(rowCount);
  for (let iteration = 0; iteration < iterations; iteration++) {
    let moved = 0;
    for (let row = 0; row < rowCount; row++) {
      let nearest = 0;
      let highest = -Infinity;
      for (let cluster = 0; cluster < clusterCount; cluster++) {
        const product = multiply(units, row, centres, cluster, dimensionCount);
        if (product > highest) {
          highest = product;
          nearest = cluster;
        }
      }
      if (clusterOf[row] !== nearest) moved += 1;
      clusterOf[row] = nearest;
    }
    if (moved === 0 && iteration > 0) break;
    centres.fill(0);
    for (let row = 0; row < rowCount; row++) {
      const start = (clusterOf[row] as number) * dimensionCount;
      for (let column = 0; column < dimensionCount; column++) {
        centres[start + column] =
          (centres[start + column] as number) + (units[row * dimensionCount + column] as number);
      }
    }
    normaliseRows(centres, dimensionCount);
  }
  return clusterOf;
}

function drawCentres(
  units: Float32Array,
  rowCount: number,
  { dimensionCount, clusterCount, random }: ClusterOptions,
): Float32Array {
  const centres = new Float32Array(clusterCount * dimensionCount);
  const distances = new Float64Array(rowCount).fill(Infinity);
  let drawn = Math.floor(random() * rowCount);
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    const start = drawn * dimensionCount;
    centres.set(units.subarray(start, start + dimensionCount), cluster * dimensionCount);
    let total = 0;
    for (let row = 0; row < rowCount; row++) {
      const distance = 1 - multiply(units, row, centres, cluster, dimensionCount);
      distances[row] = Math.max(0, Math.min(distances[row] as number, distance));
      total += distances[row] as number;
    }
    let left = random() * total;
    for (drawn = 0; drawn < rowCount - 1; drawn++) {
      left -= distances[drawn] as number;
      if (left <= 0) break;
    }
  }
  return centres;
}

function multiply(
  left: Float32Array,
  leftRow: number,
  right: Float32Array,
  rightRow: number,
  width: number,
): number {
  let sum = 0;
  for (let column = 0; column < width; column++) {
    sum +=
      (left[leftRow * width + column] as number) * (right[rightRow * width + column] as number);
  }
  return sum;
}

function normaliseRows(matrix: Float32Array, width: number): void {
  for (let start = 0; start < matrix.length; start += width) {
    const row = matrix.subarray(start, start + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) row.forEach((value, column) => (row[column] = value / length));
  }
}
