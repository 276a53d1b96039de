import { describe, expect, it } from 'vitest';
import { computeUnitImprovement } from '../../../src/learn/adaptive/expected-improvement.js';
import { findCostWeight } from '../../../src/learn/adaptive/task-policy.js';
import type { KnownOutcomes } from '../../../src/learn/adaptive/known-outcomes.js';
import { estimateValues } from '../../../src/learn/adaptive/value-table.js';
import { buildAdaptiveWorld } from '../../support/adaptive-world.js';

const world = buildAdaptiveWorld(
  [
    [0.9, 0.8],
    [0.3, 0.2],
  ],
  { promptCount: 2000, seed: 2 },
);
const orderOfTask = [0, 1].map((task) =>
  Int32Array.from({ length: 1000 }, (_, index) => 2 * index + task),
);

function reveal(isKnown: (prompt: number, model: number) => boolean): KnownOutcomes {
  const read = (name: 'quality' | 'costUsd'): Float32Array =>
    Float32Array.from({ length: 4000 }, (_, cell) => {
      const [prompt, model] = [Math.floor(cell / 2), cell % 2];
      return isKnown(prompt, model) ? world.outcomeOf(prompt, model)[name] : Number.NaN;
    });
  return { quality: read('quality'), costUsd: read('costUsd') };
}

describe('estimateValues', () => {
  it('finds the mean of each model on each task where much is known', () => {
    const { quality, shares } = estimateValues(
      world.problem,
      reveal(() => true),
      orderOfTask,
    );
    [0.9, 0.8, 0.3, 0.2].forEach((mean, cell) => {
      expect(Math.abs(quality[cell]! - mean)).toBeLessThan(0.05);
    });
    expect([...shares]).toEqual([0.5, 0.5]);
  });

  it.each([100, 1, 0.0001])('has shares of 1 in all, whatever the unit of weights: %s', (unit) => {
    const weights = Float64Array.from(world.problem.taskOf, (task) => unit * (task === 0 ? 3 : 1));
    const problem = { ...world.problem, weights };
    const { shares } = estimateValues(
      problem,
      reveal(() => false),
      orderOfTask,
    );
    expect([...shares]).toEqual([expect.closeTo(0.75, 9), expect.closeTo(0.25, 9)]);
  });

  it('does not take a model for poor because it was asked on the hard task only', () => {
    // The second model answered five easy prompts and hundreds of hard ones.
    const known = reveal((prompt, model) => model === 0 || prompt % 2 === 1 || prompt < 10);
    const { quality } = estimateValues(world.problem, known, orderOfTask);
    expect(quality[1]).toBeGreaterThan(0.65);
  });

  it('estimates something for every cell without any outcome', () => {
    const table = estimateValues(
      world.problem,
      reveal(() => false),
      orderOfTask,
    );
    expect([...table.quality].every(Number.isFinite)).toBe(true);
    expect(table.costUsd[1]).toBeCloseTo(0.002, 6);
  });

  it('expects the price of a model of which only refused requests have a cost', () => {
    const { quality, costUsd } = reveal((prompt) => prompt < 10);
    const refused = { quality, costUsd: costUsd.map((usd) => (Number.isNaN(usd) ? usd : 0)) };
    const table = estimateValues(world.problem, refused, orderOfTask);
    expect(table.costUsd[1]).toBeGreaterThan(0);
    expect(table.costUsd[1]).toBeLessThan(0.002);
  });

  it.each([0, 1])(
    'does not count refused requests of a model whose other costs are unknown: %s known',
    (knownCosts) => {
      const { quality, costUsd } = reveal((prompt) => prompt < 80);
      const costs = costUsd.map((usd, cell) => {
        const [prompt, model] = [Math.floor(cell / 2), cell % 2];
        if (model === 0 || Number.isNaN(usd)) return usd;
        if (prompt < 20) return 0;
        return prompt < 20 + knownCosts ? 0.002 : Number.NaN;
      });
      const table = estimateValues(world.problem, { quality, costUsd: costs }, orderOfTask);
      expect(table.costUsd[1]).toBeCloseTo(0.002, 6);
    },
  );

  it('counts refused requests where the costs of the other answers are known', () => {
    const { quality, costUsd } = reveal((prompt) => prompt < 80);
    const costs = costUsd.map((usd, cell) => (cell % 2 === 1 && cell < 80 ? 0 : usd));
    const table = estimateValues(world.problem, { quality, costUsd: costs }, orderOfTask);
    expect(table.costUsd[1]).toBeCloseTo(0.001, 6);
  });
});

describe('computeUnitImprovement', () => {
  it('is the mean of what exceeds the gap', () => {
    expect(computeUnitImprovement(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 6);
    expect(computeUnitImprovement(1)).toBeCloseTo(0.083315, 5);
    expect(computeUnitImprovement(-2)).toBeCloseTo(2.00849, 4);
  });

  it('is never negative, however large the gap', () => {
    for (let gap = 0; gap < 60; gap += 0.5)
      expect(computeUnitImprovement(gap)).toBeGreaterThanOrEqual(0);
  });
});

describe('findCostWeight', () => {
  it('saves as much as 99 % of the best quality allows', () => {
    const shares = Float64Array.of(0.5, 0.5);
    const counts = new Float64Array(4).fill(100);
    const costUsd = Float64Array.of(1, 0.1, 1, 0.1);
    // On the first task the cheap model is as good; on the second it is not.
    const quality = Float64Array.of(0.8, 0.8, 0.8, 0.4);
    const weight = findCostWeight(world.problem, { shares, counts, costUsd, quality });
    expect(weight).toBeGreaterThan(0);
    expect(0.8 - weight).toBeGreaterThan(0.4 - 0.1 * weight);
  });

  it('is 0 without costs', () => {
    const none = new Float64Array(4);
    const shares = Float64Array.of(0.5, 0.5);
    const table = { shares, counts: none, costUsd: none, quality: none };
    expect(findCostWeight(world.problem, table)).toBe(0);
  });
});
