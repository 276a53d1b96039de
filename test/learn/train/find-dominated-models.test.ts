import { describe, expect, it } from 'vitest';
import { findDominatedModels } from '../../../src/learn/train/find-dominated-models.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

/** Qualities and costs of models on two tasks, the same on every prompt. */
function find(
  models: Readonly<Record<string, { readonly quality: number[]; readonly costUsd: number[] }>>,
) {
  const values = Object.values(models);
  const table = buildOutcomeTable(
    Object.keys(models),
    Array.from({ length: 40 }, (_, row) => ({
      task: ['sums', 'prose'][row % 2] as string,
      quality: values.map(({ quality }) => quality[row % 2] ?? null),
      costUsd: values.map(({ costUsd }) => costUsd[row % 2] ?? null),
    })),
  );
  return findDominatedModels(computeTrainingData(table));
}

describe('a dominated model', () => {
  it('is no better and no cheaper than another on any task', () => {
    const good = { quality: [0.9, 0.5], costUsd: [1, 1] };
    const poor = { quality: [0.8, 0.5], costUsd: [1, 2] };
    expect(find({ good, poor })).toEqual([{ model: 'poor', by: 'good' }]);
  });

  it('is not one that is better on some task', () => {
    const one = { quality: [0.9, 0.1], costUsd: [1, 1] };
    expect(find({ one, other: { quality: [0.1, 0.2], costUsd: [1, 1] } })).toEqual([]);
  });

  it('is not one that is cheaper on some task', () => {
    const one = { quality: [0.9, 0.9], costUsd: [1, 2] };
    expect(find({ one, other: { quality: [0.1, 0.1], costUsd: [2, 1] } })).toEqual([]);
  });

  it('is neither of two that are alike, but for less than the margin', () => {
    const one = { quality: [0.9, 0.9], costUsd: [1, 1] };
    expect(find({ one, other: { quality: [0.899, 0.9], costUsd: [1, 1.01] } })).toEqual([]);
  });

  it('is neither of two free models that are alike', () => {
    const one = { quality: [0.9, 0.9], costUsd: [0, 0] };
    expect(find({ one, other: one })).toEqual([]);
    expect(find({ one, other: { quality: [0.899, 0.9], costUsd: [0, 0] } })).toEqual([]);
  });

  it('is as good as a free one, and costs something', () => {
    const free = { quality: [0.9, 0.9], costUsd: [0, 0] };
    expect(find({ free, paid: { quality: [0.9, 0.9], costUsd: [1, 1] } })).toEqual([
      { model: 'paid', by: 'free' },
    ]);
  });

  it('is nowhere to be found where costs are not known', () => {
    const one = { quality: [0.9, 0.9], costUsd: [] };
    expect(find({ one, other: { quality: [0.1, 0.1], costUsd: [] } })).toEqual([]);
  });
});
