import { describe, expect, it } from 'vitest';
import { findBestSingle } from '../../../../src/learn/evaluate/strategies/find-best-single.js';
import { computeModelMeans } from '../../../../src/learn/evaluate/strategies/model-means.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

/** "large" answers two of three prompts well; "new" was run on every `step`th prompt. */
function findBest(step: number, qualityOfNew: (row: number) => number): string | undefined {
  const table = buildOutcomeTable(
    ['small', 'large', 'new'],
    Array.from({ length: 300 }, (_, row) => ({
      quality: [row % 2, row % 3 === 0 ? 0 : 1, row % step === 0 ? qualityOfNew(row) : null],
    })),
  );
  const means = computeModelMeans(table, listRows(300));
  return table.models[findBestSingle(table, listRows(300), means, listRows(300))];
}

describe('the best single model', () => {
  it('is not one that was better on a few prompts by chance', () => {
    expect(findBest(50, () => 1)).toBe('large');
    expect(findBest(25, (row) => (row === 0 || row % 3 !== 0 ? 1 : 0))).toBe('large');
  });

  it('is one that the prompts it shares with the best of the others show to be better', () => {
    expect(findBest(2, () => 1)).toBe('new');
  });

  it('is not measured against the outcomes of models that are no candidates', () => {
    const table = buildOutcomeTable(
      ['out', 'first', 'second'],
      Array.from({ length: 300 }, (_, row) => ({
        quality: [1, row % 10 === 0 ? null : 0.4, row % 10 === 0 ? null : 0.6],
      })),
    );
    const means = computeModelMeans(table, listRows(300));
    const quality = [Number.NaN, ...means.quality.slice(1)];
    expect(findBestSingle(table, listRows(300), { ...means, quality }, listRows(300))).toBe(2);
  });

  it.each([
    [1000, 0.9, 'large'],
    [1000, 0.62, 'small'],
    [20, 0.9, 'small'],
  ])(
    'of %i prompts with one outcome each is the best one if it is clearly better: at %d it is %s',
    (prompts, qualityOfLarge, expected) => {
      // "small" has 60 % of the outcomes, and is right on 60 %.
      const table = buildOutcomeTable(
        ['small', 'large'],
        Array.from({ length: prompts }, (_, row) => {
          const turn = Math.floor(row / 5);
          return {
            quality:
              row % 5 < 3
                ? [turn % 5 < 3 ? 1 : 0, null]
                : [null, turn % 50 < 50 * qualityOfLarge ? 1 : 0],
          };
        }),
      );
      const all = listRows(prompts);
      const means = computeModelMeans(table, all);
      expect(table.models[findBestSingle(table, all, means, all)]).toBe(expected);
    },
  );

  it('is the one with the best mean where all have their outcomes', () => {
    expect(findBest(1, (row) => (row % 3 === 1 ? 0 : 1))).toBe('large');
    expect(findBest(1, (row) => (row % 4 === 0 ? 0 : 1))).toBe('new');
  });
});
