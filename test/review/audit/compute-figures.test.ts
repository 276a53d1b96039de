import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { computeFigures } from '../../../src/review/audit/compute-figures.js';

/** Models: cheap, served, dear. */
const costUsd = [1, 2, 4];
const compute = (quality: readonly number[], costs: readonly number[] = costUsd) =>
  computeFigures({ quality, repeats: undefined, costUsd: costs, served: 1, reference: 2 });
const computeRepeated = (repeats: readonly (readonly number[])[]) =>
  computeFigures({ quality: repeats.map(mean), repeats, costUsd, served: 1, reference: 2 });

describe('the figures of a decision', () => {
  it('call it wrong where a model for the same money is better, and say by how much', () => {
    expect(compute([0.75, 0.5, 1])).toMatchObject({
      served: 0.5,
      reference: 1,
      better: 1,
      regret: 0.25,
    });
  });

  it('do not call it wrong for a more expensive model', () => {
    expect(compute([0.5, 0.5, 1])).toMatchObject({ better: 0, regret: 0, underkill: 1 });
  });

  it.each([
    [
      'is better in every answer',
      [
        [1, 1],
        [0, 0],
        [0, 0],
      ],
      { better: 1, regret: 1, underkill: 0 },
    ],
    [
      'is a little better',
      [
        [0.7, 0.7],
        [0.5, 0.5],
        [0, 0],
      ],
      { better: 1, regret: 0.2 },
    ],
    [
      'is better in one answer only',
      [
        [1, 0],
        [0, 0],
        [0, 0],
      ],
      { better: 0, regret: 0 },
    ],
    [
      'is now better, now worse',
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      { better: -0.5, regret: -0.5 },
    ],
    [
      'is more expensive',
      [
        [0, 0],
        [0, 0],
        [1, 1],
      ],
      { better: 0, underkill: 1 },
    ],
    [
      'is better in two of three',
      [
        [1, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      { better: 2 / 3 },
    ],
    ['has a single answer', [[1], [0, 0], [0, 0]], { better: Number.NaN, underkill: Number.NaN }],
  ])('choose by some repeats and count by others where another model %s', (_, repeats, found) => {
    expect(computeRepeated(repeats)).toMatchObject(
      Object.fromEntries(
        Object.entries(found).map(([name, value]) => [
          name,
          Number.isNaN(value) ? value : (expect.closeTo(value, 12) as number),
        ]),
      ),
    );
  });

  it('call it overkill where a less expensive model is as good', () => {
    expect(compute([1, 1, 1])).toMatchObject({ overkill: 1, overspentUsd: 1, underkill: 0 });
    expect(compute([0.5, 1, 1])).toMatchObject({ overkill: 0, overspentUsd: 0 });
  });

  it('see no overkill where all answers are wrong', () => {
    expect(compute([0, 0, 0])).toMatchObject({ overkill: 0, overspentUsd: 0 });
  });

  it('are unknown where they rest on an unknown cost', () => {
    const { served, better, regret, overkill } = compute([1, 0.5, 1], [1, 2, Number.NaN]);
    expect(served).toBe(0.5);
    expect([better, regret, overkill]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('are known where an answer of unknown cost is worth nothing', () => {
    const refused = compute([1, 0.5, 0], [1, 2, Number.NaN]);
    expect(refused).toMatchObject({ better: 1, regret: 0.5, overkill: 1, underkill: 0 });
    const served = compute([1, 0, 1], [1, Number.NaN, 4]);
    expect(served).toMatchObject({ served: 0, better: Number.NaN, regret: Number.NaN });
  });
});
