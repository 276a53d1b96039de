import { describe, expect, it } from 'vitest';
import { estimateAdded } from '../../../../src/learn/adaptive/added/estimate-added.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildAddedWorld } from '../../../support/added-world.js';

const means = [
  [0.7, 0.5, 0.6],
  [0.5, 0.7, 0.3],
  [0.6, 0.4, 0.75],
  [0.4, 0.6, 0.5],
];

/** Asks the added model a share of the prompts, whichever the seed says. */
function estimate(seed: number, share: number) {
  const { problem, grades } = buildAddedWorld(means, { promptCount: 2000, share, seed });
  const random = createRandom(seed + 100);
  const added = grades.map((grade) => (random() < share ? grade : Number.NaN));
  const truth = means.map((_, task) => {
    const own = grades.filter((_, row) => problem.taskOf[row] === task);
    return own.reduce((sum, grade) => sum + grade, 0) / own.length;
  });
  const naive = means.map((_, task) => {
    const own = added.filter((grade, row) => problem.taskOf[row] === task && !Number.isNaN(grade));
    return own.reduce((sum, grade) => sum + grade, 0) / own.length;
  });
  return { result: estimateAdded({ ...problem, added }), truth, naive, added, problem };
}

const seeds = Array.from({ length: 20 }, (_, index) => index);
const errorOf = (values: ArrayLike<number>, truth: readonly number[]): number =>
  truth.reduce((sum, value, task) => sum + (values[task]! - value) ** 2, 0);

describe('estimateAdded', () => {
  it('comes closer to the mean of all prompts than the mean of those that were asked', () => {
    const errors = seeds.map((seed) => {
      const { result, truth, naive } = estimate(seed, 0.05);
      return [errorOf(result.quality, truth), errorOf(naive, truth)] as const;
    });
    const sum = (index: 0 | 1): number => errors.reduce((total, one) => total + one[index], 0);
    expect(sum(0)).toBeLessThan(0.95 * sum(1));
  });

  it('states an error of the size that it makes', () => {
    const squares = seeds.flatMap((seed) => {
      const { result, truth } = estimate(seed, 0.1);
      return truth.map((value, task) => {
        return ((result.quality[task]! - value) / result.deviations[task]!) ** 2;
      });
    });
    const scale = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
    expect(scale).toBeGreaterThan(0.5);
    expect(scale).toBeLessThan(1.5);
  });

  it('counts the prompts of a task by their weight', () => {
    const { problem, added } = estimate(1, 0.1);
    // Of each task, the prompts that the first model got right stand for all traffic.
    const weights = Float64Array.from(added, (_, row) => (problem.known[2 * row] === 1 ? 1 : 1e-9));
    const result = estimateAdded({ ...problem, added, weights });
    expect([...result.leaders]).toEqual([0, 0, 0, 0]);
    expect(result.best[0]).toBeCloseTo(1, 6);
    const plain = estimateAdded({ ...problem, added });
    expect(result.expected).toEqual(plain.expected);
    expect(result.quality[0]).toBeGreaterThan(plain.quality[0]!);
  });

  it('expects of the prompts of a task what it says of the task', () => {
    const { result, problem } = estimate(1, 0.1);
    means.forEach((_, task) => {
      const own = result.expected.filter((_, row) => problem.taskOf[row] === task);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      expect(mean).toBeCloseTo(result.quality[task]!, 9);
    });
  });

  it('names the best known model of each task', () => {
    expect([...estimate(2, 0.1).result.leaders]).toEqual([0, 1, 0, 1]);
  });

  it('estimates something of a model of which nothing is known', () => {
    const { problem } = estimate(1, 0.1);
    const added = new Float32Array(problem.taskOf.length).fill(Number.NaN);
    const { quality, deviations } = estimateAdded({ ...problem, added });
    for (const value of quality) expect(value).toBeCloseTo(0.5, 9);
    for (const value of deviations) expect(value).toBeGreaterThan(0);
  });
});
