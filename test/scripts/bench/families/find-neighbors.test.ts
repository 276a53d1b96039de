import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNeighbors } from '../../../../scripts/bench/families/find-neighbors.js';
import { sharedTensorFlowEngine } from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

describe('findNeighbors', () => {
  it('finds what comparing and sorting all pairs finds', async () => {
    const engine = await sharedTensorFlowEngine();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer(),
        (candidateCount, limit, seed) => {
          const normal = createNormal(seed);
          const rowCount = candidateCount + 3;
          const vectors = Float32Array.from({ length: rowCount * 4 }, normal);
          const candidates = listRows(rowCount).subarray(3);
          const isAllowed = (query: number, candidate: number): boolean =>
            (query + candidate) % 5 !== 0;
          const { positions, similarities } = findNeighbors(engine, {
            vectors,
            dimensionCount: 4,
            queries: listRows(3),
            candidates,
            limit,
            isAllowed,
          });
          for (const query of [0, 1, 2]) {
            const expected = [...candidates.keys()]
              .filter((position) => isAllowed(query, candidates[position] as number))
              .map((position) => computeCosine(vectors, query, candidates[position] as number))
              .sort((a, b) => b - a)
              .slice(0, limit);
            const found = positions.subarray(query * limit, (query + 1) * limit);
            expect([...found].filter((position) => position >= 0)).toHaveLength(expected.length);
            expected.forEach((similarity, place) => {
              expect(similarities[query * limit + place]).toBeCloseTo(similarity, 4);
              const candidate = candidates[found[place] as number] as number;
              expect(computeCosine(vectors, query, candidate)).toBeCloseTo(similarity, 4);
            });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes the first of equals, and finds a zero vector like nothing', async () => {
    const vectors = Float32Array.of(1, 0, 2, 0, 2, 0, 0, 0);
    const { positions, similarities } = findNeighbors(await sharedTensorFlowEngine(), {
      vectors,
      dimensionCount: 2,
      queries: Int32Array.of(0),
      candidates: Int32Array.of(3, 1, 2),
      limit: 4,
      isAllowed: () => true,
    });
    expect([...positions]).toEqual([1, 2, 0, -1]);
    expect([...similarities]).toEqual([1, 1, 0, 0]);
  });

  it('finds nothing among no candidates', async () => {
    const { positions } = findNeighbors(await sharedTensorFlowEngine(), {
      vectors: Float32Array.of(1, 0),
      dimensionCount: 2,
      queries: Int32Array.of(0),
      candidates: new Int32Array(0),
      limit: 2,
      isAllowed: () => true,
    });
    expect([...positions]).toEqual([-1, -1]);
  });
});

function computeCosine(vectors: Float32Array, left: number, right: number): number {
  const a = [...vectors.subarray(4 * left, 4 * left + 4)];
  const b = [...vectors.subarray(4 * right, 4 * right + 4)];
  const dot = a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
