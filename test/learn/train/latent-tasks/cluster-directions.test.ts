import { describe, expect, it } from 'vitest';
import { clusterDirections } from '../../../../src/learn/train/latent-tasks/cluster-directions.js';
import { createRandom } from '../../../../src/util/random.js';

const options = { dimensionCount: 2, clusterCount: 3, random: createRandom(1) };

/** Directions around three, at any length. */
function draw(count: number): Float32Array {
  const random = createRandom(7);
  return Float32Array.from(
    Array.from({ length: count }, (_, row) => {
      const angle = (row % 3) * 2 + 0.3 * random();
      const length = 0.1 + 10 * random();
      return [length * Math.cos(angle), length * Math.sin(angle)];
    }).flat(),
  );
}

describe('clustering directions', () => {
  it('finds directions that lie far apart, whatever the lengths', () => {
    const clusters = clusterDirections(draw(90), options);
    const ofRest = [0, 1, 2].map((rest) => new Set(clusters.filter((_, row) => row % 3 === rest)));
    for (const set of ofRest) expect(set.size).toBe(1);
    expect(new Set(clusters).size).toBe(3);
  });

  it('takes equal vectors, zeros, and fewer vectors than clusters', () => {
    const random = createRandom(1);
    for (const vectors of [new Float32Array(20).fill(1), new Float32Array(8), draw(2)]) {
      const clusters = clusterDirections(vectors, { ...options, random });
      expect(clusters).toHaveLength(vectors.length / 2);
      for (const cluster of clusters) expect(cluster).toBeLessThan(3);
    }
  });
});
