import { describe, expect, it } from 'vitest';
import { applyLinearMap } from '../../../../src/learn/train/solver/linear-map.js';
import { fitEmbedding } from '../../../../src/learn/train/latent-tasks/fit-embedding.js';
import { buildFeatureMatrix, createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const rowCount = 200;
const columnCount = 40;

/** Rows that vary much along two random directions, and a little along all, about a far mean. */
function plant(): number[][] {
  const normal = createNormal(3);
  const directions = [0, 1].map(() => Array.from({ length: columnCount }, normal));
  const mean = Array.from({ length: columnCount }, () => 5 * normal());
  return Array.from({ length: rowCount }, () => {
    const shares = directions.map(normal);
    return mean.map(
      (value, column) =>
        value +
        0.05 * normal() +
        directions.reduce((sum, own, index) => sum + (own[column] ?? 0) * (shares[index] ?? 0), 0),
    );
  });
}

const rows = plant();
const matrix = buildFeatureMatrix(rows, columnCount);

describe('fitEmbedding', () => {
  const map = fitEmbedding(matrix, listRows(rowCount), { dimensions: 2, seed: 1 });

  it('keeps the distances along the directions of most variance', () => {
    const vectors = applyLinearMap(map, matrix, listRows(rowCount));
    const distance = (left: ArrayLike<number>, right: ArrayLike<number>): number =>
      Math.hypot(...Array.from(left, (value, index) => value - (right[index] as number)));
    for (let row = 1; row < rowCount; row++) {
      const kept = distance(vectors.subarray(0, 2), vectors.subarray(2 * row, 2 * row + 2));
      const whole = distance(rows[0] as number[], rows[row] as number[]);
      expect(Math.abs(kept - whole)).toBeLessThan(0.1 + 0.05 * whole);
    }
  });

  it('is centered: the vectors of the sampled rows sum to zero', () => {
    const vectors = applyLinearMap(map, matrix, listRows(rowCount));
    for (const dimension of [0, 1]) {
      const own = vectors.filter((_, index) => index % 2 === dimension);
      expect(Math.abs(own.reduce((sum, value) => sum + value, 0) / rowCount)).toBeLessThan(1e-4);
    }
  });

  it('has orthonormal directions', () => {
    const column = (output: number): Float32Array =>
      map.weights.filter((_, index) => index % map.outputCount === output);
    const dot = (left: Float32Array, right: Float32Array): number =>
      left.reduce((sum, value, index) => sum + value * (right[index] as number), 0);
    expect(dot(column(0), column(0))).toBeCloseTo(1, 5);
    expect(dot(column(1), column(1))).toBeCloseTo(1, 5);
    expect(dot(column(0), column(1))).toBeCloseTo(0, 5);
  });

  it('has no more dimensions than the rows span, and stays finite where they span none', () => {
    const equal = buildFeatureMatrix(
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      3,
    );
    const embedding = fitEmbedding(equal, listRows(3), { seed: 1 });
    expect(embedding.outputCount).toBe(2);
    expect([...embedding.weights, ...embedding.bias].every(Number.isFinite)).toBe(true);
    expect(Math.max(...applyLinearMap(embedding, equal, listRows(3)).map(Math.abs))).toBeLessThan(
      1e-4,
    );
  });

  it('gives the same for the same seed', () => {
    expect(fitEmbedding(matrix, listRows(rowCount), { dimensions: 2, seed: 1 })).toEqual(map);
  });
});
