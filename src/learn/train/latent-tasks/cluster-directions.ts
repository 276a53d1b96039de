import { addAt, at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import type { Random } from '../../../util/random.js';

export interface ClusterOptions {
  readonly dimensionCount: number;
  readonly clusterCount: number;
  readonly random: Random;
  /** @default 25 */
  readonly iterations?: number;
}

/**
 * Spherical k-means: clusters vectors by their direction (Dhillon and Modha, 2001), from centers
 * drawn far from one another (k-means++; Arthur and Vassilvitskii, 2007).
 *
 * @param vectors row-major
 * @returns the cluster of each vector; a cluster can be empty
 */
export function clusterDirections(vectors: Float32Array, options: ClusterOptions): Int32Array {
  const { dimensionCount, iterations = 25 } = options;
  const units = splitRows(vectors.slice(), dimensionCount);
  units.forEach(normalize);
  const centers = drawCenters(units, options);
  const clusterOf = new Int32Array(units.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    let moved = 0;
    units.forEach((unit, row) => {
      const nearest = findNearest(unit, centers);
      if (clusterOf[row] !== nearest) moved += 1;
      clusterOf[row] = nearest;
    });
    if (moved === 0 && iteration > 0) break;
    for (const center of centers) center.fill(0);
    units.forEach((unit, row) => {
      const center = centers[intAt(clusterOf, row)] as Float32Array;
      unit.forEach((value, column) => addAt(center, column, value));
    });
    centers.forEach(normalize);
  }
  return clusterOf;
}

function findNearest(unit: Float32Array, centers: readonly Float32Array[]): number {
  let nearest = 0;
  let highest = -Infinity;
  centers.forEach((center, cluster) => {
    const product = computeDot(unit, center);
    if (product <= highest) return;
    highest = product;
    nearest = cluster;
  });
  return nearest;
}

function drawCenters(
  units: readonly Float32Array[],
  { clusterCount, random }: ClusterOptions,
): Float32Array[] {
  const distances = new Float64Array(units.length).fill(Infinity);
  let drawn = Math.floor(random() * units.length);
  return Array.from({ length: clusterCount }, () => {
    const center = (units[drawn] as Float32Array).slice();
    let total = 0;
    units.forEach((unit, row) => {
      const distance = 1 - computeDot(unit, center);
      distances[row] = Math.max(0, Math.min(at(distances, row), distance));
      total += at(distances, row);
    });
    let left = random() * total;
    for (drawn = 0; drawn < units.length - 1; drawn++) {
      left -= at(distances, drawn);
      if (left <= 0) break;
    }
    return center;
  });
}

/** Views of the rows of a row-major matrix. */
function splitRows(matrix: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: matrix.length / width }, (_, row) => rowOf(matrix, row, width));
}

function computeDot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let column = 0; column < left.length; column++) sum += at(left, column) * at(right, column);
  return sum;
}

/** Scales a vector to length 1, unless it is zero. */
function normalize(vector: Float32Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (length === 0) return;
  vector.forEach((value, column) => (vector[column] = value / length));
}
