import { describe, expect, it } from 'vitest';
import { computeFigures } from '../../../src/review/audit/compute-figures.js';

/** Models: cheap, served, dear. */
const costUsd = [1, 2, 4];
const compute = (quality: readonly number[], noise = 0, costs: readonly number[] = costUsd) =>
  computeFigures({ quality, costUsd: costs, served: 1, reference: 2 }, noise);

describe('the figures of a decision', () => {
  it('call it wrong where a model for the same money is better, and say by how much', () => {
    expect(compute([0.75, 0.5, 1])).toMatchObject({
      served: 0.5,
      reference: 1,
      better: 1,
      regret: 0.25,
    });
  });

  it('do not call it wrong within the noise, nor for a more expensive model', () => {
    expect(compute([0.75, 0.5, 0.5], 0.25)).toMatchObject({ better: 0, regret: 0, underkill: 0 });
    expect(compute([0.5, 0.5, 1])).toMatchObject({ better: 0, regret: 0, underkill: 1 });
  });

  it('do not know which answers are better where any difference may be chance', () => {
    const answered = { quality: [1, 0, 1], costUsd: [1, 2, 3], served: 1, reference: 2 };
    expect(computeFigures(answered, 1)).toMatchObject({
      better: Number.NaN,
      regret: Number.NaN,
      underkill: Number.NaN,
      overkill: 0,
    });
    expect(computeFigures(answered, 0.99)).toMatchObject({ better: 1, regret: 1, underkill: 1 });
  });

  it('call it overkill where a less expensive model is as good', () => {
    expect(compute([1, 1, 1])).toMatchObject({ overkill: 1, overspentUsd: 1, underkill: 0 });
    expect(compute([0.5, 1, 1])).toMatchObject({ overkill: 0, overspentUsd: 0 });
  });

  it('see no overkill where all answers are wrong', () => {
    expect(compute([0, 0, 0])).toMatchObject({ overkill: 0, overspentUsd: 0 });
  });

  it('are unknown where they rest on an unknown cost', () => {
    const { served, better, regret, overkill } = compute([1, 0.5, 1], 0, [1, 2, Number.NaN]);
    expect(served).toBe(0.5);
    expect([better, regret, overkill]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('are known where an answer of unknown cost is worth nothing', () => {
    const refused = compute([1, 0.5, 0], 0, [1, 2, Number.NaN]);
    expect(refused).toMatchObject({ better: 1, regret: 0.5, overkill: 1, underkill: 0 });
    const served = compute([1, 0, 1], 0, [1, Number.NaN, 4]);
    expect(served).toMatchObject({ served: 0, better: Number.NaN, regret: Number.NaN });
  });
});
