import { describe, expect, it } from 'vitest';
import { findDominatedModels } from '../../../src/learn/train/find-dominated-models.js';
import type { ModelLimits } from '../../../src/learn/train/model-limits.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

/** Qualities and costs of models on two tasks, the same on every prompt. */
function find(
  models: Readonly<Record<string, { readonly quality: number[]; readonly costUsd: number[] }>>,
  limits?: ReadonlyMap<string, ModelLimits>,
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
  return findDominatedModels(computeTrainingData(table), limits);
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

  describe('takes nothing that the other one cannot take', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    /** "good" is better and cheaper, where it has an outcome. */
    const findWith = (isMissing: (row: number) => boolean, images = 0) =>
      findDominatedModels(
        computeTrainingData(
          buildOutcomeTable(
            ['good', 'poor'],
            Array.from({ length: 200 }, (_, row) => ({
              ...(row < images && {
                prompt: { messages: [{ role: 'user' as const, content: [image] }] } as never,
              }),
              quality: [isMissing(row) ? null : 1, 0.5],
              costUsd: [isMissing(row) ? null : 1, 2],
            })),
          ),
        ),
      );
    const dominated = [{ model: 'poor', by: 'good' }];

    it('but for a few calls that failed', () => {
      expect(findWith(() => false)).toEqual(dominated);
      expect(findWith((row) => row % 40 === 0)).toEqual(dominated);
      expect(findWith((row) => row % 10 === 0)).toEqual([]);
    });

    it('such as images, however few they are', () => {
      expect(findWith((row) => row < 6, 6)).toEqual([]);
      expect(findWith((row) => row >= 6 && row < 12, 6)).toEqual(dominated);
    });

    it('by the limits of both', () => {
      const good = { quality: [1, 1], costUsd: [1, 1] };
      const poor = { quality: [0, 0], costUsd: [2, 2] };
      const all = { vision: true, tools: true, json: true, reasoning: true };
      const findWithin = (ofGood: ModelLimits, ofPoor: ModelLimits) =>
        find({ good, poor }, new Map(Object.entries({ good: ofGood, poor: ofPoor })));
      expect(findWithin({ contextWindow: 8000 }, { contextWindow: 8000 })).toEqual(dominated);
      expect(findWithin({ contextWindow: 8000 }, { contextWindow: 32_000 })).toEqual([]);
      expect(findWithin({ contextWindow: 8000 }, {})).toEqual([]);
      expect(findWithin({}, { contextWindow: 8000 })).toEqual(dominated);
      const blind = { capabilities: { ...all, vision: false } };
      expect(findWithin(blind, { capabilities: all })).toEqual([]);
      expect(findWithin(blind, blind)).toEqual(dominated);
      expect(findWithin({ capabilities: all }, blind)).toEqual(dominated);
    });
  });
});
