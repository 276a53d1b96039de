import { describe, expect, it } from 'vitest';
import { decideRound } from '../../../src/learn/adaptive/decide-round.js';
import { splitPrompts } from '../../../src/learn/adaptive/split-prompts.js';
import { buildAdaptiveWorld } from '../../support/adaptive-world.js';

/** Three models of which none is better than another. */
const tied = [
  [0.5, 0.5, 0.5],
  [0.5, 0.5, 0.5],
];
const startPrompts = 20;

/** The cells that a round buys of each model after a few answers of all, with these costs of a call. */
function countRound(
  costs: readonly [number, number, number],
  isBudgeted: boolean,
): [number, number, number] {
  const world = buildAdaptiveWorld(tied, { promptCount: 1200, seed: 5 });
  const problem = { ...world.problem, expectedUsd: Float64Array.from(costs), isBudgeted };
  const { orderOfTask } = splitPrompts(problem);
  const known = {
    quality: new Float32Array(3 * 1200).fill(Number.NaN),
    costUsd: new Float32Array(3 * 1200).fill(Number.NaN),
  };
  for (const prompt of orderOfTask.flatMap((order) => [...order.subarray(0, startPrompts)])) {
    for (const [model, costUsd] of costs.entries()) {
      known.quality[3 * prompt + model] = world.outcomeOf(prompt, 0).quality;
      known.costUsd[3 * prompt + model] = costUsd;
    }
  }
  const { round } = decideRound(problem, known, orderOfTask, {
    bought: new Int32Array(6).fill(startPrompts),
    cells: 300,
    stopped: new Set(),
  });
  const countOf = (model: number): number => (round[model] ?? 0) + (round[3 + model] ?? 0);
  return [countOf(0), countOf(1), countOf(2)];
}

describe('decideRound', () => {
  it('buys alike of models that are alike, whatever they cost, where calls are short', () => {
    expect(countRound([0, 0.0025, 0.01], false)).toEqual([100, 100, 100]);
  });

  it('buys by the root of the cost where money is short', () => {
    const [cheap, ...others] = countRound([0.0025, 0.01, 0.01], true);
    expect(cheap).toBe(150);
    expect(others).toEqual([75, 75]);
  });

  it('prefers a free model where money is short, and still asks the others', () => {
    const [free, ...others] = countRound([0, 0.01, 0.01], true);
    const [cheap] = countRound([0.0025, 0.01, 0.01], true);
    expect(free).toBeGreaterThan(cheap);
    expect(Math.min(...others)).toBeGreaterThan(0);
  });

  it('needs no price: with free models only, a budget changes nothing', () => {
    expect(countRound([0, 0, 0], true)).toEqual([100, 100, 100]);
  });
});
