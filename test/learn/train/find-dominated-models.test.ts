import { describe, expect, it } from 'vitest';
import { findDominatedModels } from '../../../src/learn/train/find-dominated-models.js';
import type { Prompt } from '../../../src/llm/chat.js';
import type { ModelLimits } from '../../../src/learn/train/model-limits.js';
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

  it('is compared on the tasks that it has outcomes for, and says which it has none for', () => {
    const table = buildOutcomeTable(
      ['good', 'poor'],
      Array.from({ length: 101 }, (_, row) => ({
        task: row === 0 ? 'rare' : 'prose',
        quality: [0.9, row === 0 ? null : 0.5],
        costUsd: [1, row === 0 ? null : 2],
      })),
    );
    expect(findDominatedModels(computeTrainingData(table))).toEqual([
      { model: 'poor', by: 'good', unmeasuredTasks: ['rare'] },
    ]);
  });

  it('is nowhere to be found where costs are not known', () => {
    const one = { quality: [0.9, 0.9], costUsd: [] };
    expect(find({ one, other: { quality: [0.1, 0.1], costUsd: [] } })).toEqual([]);
  });
});

describe('a model that takes more than the other', () => {
  const good = [0.9, 1] as const;
  const poor = [0.5, 2] as const;
  const unanswered = [null, null] as const;

  /** What "good" and "poor" have of each prompt, as quality and cost, and how the prompt is asked. */
  interface Row {
    readonly good: readonly [number, number] | readonly [null, null];
    readonly prompt?: Prompt;
    readonly task?: string;
  }

  function findIn(rows: readonly Row[], limits?: ReadonlyMap<string, ModelLimits>) {
    const table = buildOutcomeTable(
      ['good', 'poor'],
      rows.map(({ good: [quality, costUsd], prompt, task = 'prose' }, row) => ({
        prompt: prompt ?? `prompt number ${1000 + row}`,
        task,
        quality: [quality, poor[0]],
        costUsd: [costUsd, poor[1]],
      })),
    );
    return findDominatedModels(computeTrainingData(table), limits);
  }

  const repeat = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);
  const dominated = [{ model: 'poor', by: 'good' }];

  it('is dominated although calls to the other failed now and then', () => {
    expect(findIn([...repeat(98, { good }), ...repeat(2, { good: unanswered })])).toEqual(
      dominated,
    );
  });

  it('is not dominated where the other has no outcome for many of its prompts', () => {
    const rows = [...repeat(90, { good }), ...repeat(10, { good: unanswered })];
    expect(findIn(rows)).toEqual([]);
  });

  it('is not dominated where the other has no outcome for a task', () => {
    const rows = [...repeat(99, { good }), { good: unanswered, task: 'seldom' }];
    expect(findIn(rows)).toEqual([]);
  });

  it('is not dominated where the other answered no prompt with an image', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const;
    const text = { type: 'text', text: 'What is it?' } as const;
    const prompt: Prompt = { messages: [{ role: 'user', content: [text, image] }] };
    expect(findIn([...repeat(99, { good }), { good: unanswered, prompt }])).toEqual([]);
    expect(findIn([...repeat(99, { good }), { good, prompt }])).toEqual(dominated);
  });

  it('is not dominated where the other has no outcome for the longest prompts', () => {
    const prompt = 'word '.repeat(1000);
    expect(findIn([...repeat(99, { good }), { good: unanswered, prompt }])).toEqual([]);
  });

  it('is not dominated by one with narrower limits', () => {
    const capabilities = { vision: true, tools: false, json: false, reasoning: false };
    const blind = { ...capabilities, vision: false };
    const rows = repeat(40, { good });
    const findWith = (own: ModelLimits, other: ModelLimits) =>
      findIn(
        rows,
        new Map([
          ['good', own],
          ['poor', other],
        ]),
      );
    expect(findWith({ contextWindow: 8000 }, { contextWindow: 16_000 })).toEqual([]);
    expect(findWith({ contextWindow: 8000 }, {})).toEqual([]);
    expect(findWith({ capabilities: blind }, { capabilities })).toEqual([]);
    expect(findWith({}, { capabilities })).toEqual([]);
    expect(
      findWith(
        { capabilities, contextWindow: 16_000 },
        { capabilities: blind, contextWindow: 8000 },
      ),
    ).toEqual(dominated);
  });
});
