import { describe, expect, it } from 'vitest';
import {
  AdaptiveSource,
  createBuyer,
  type AdaptiveSettings,
} from '../../../src/learn/adaptive/adaptive-source.js';
import { describeAdaptive } from '../../../src/learn/adaptive/adaptive-record.js';
import { estimateAdaptive } from '../../../src/learn/adaptive/estimate-adaptive.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { buildExample } from '../../support/task-set.js';

const examples = Array.from({ length: 60 }, (_, index) => ({
  ...buildExample(`task-${index}`),
  prompt: `${index} plus ${index * index + 3}`,
  task: index % 2 === 0 ? 'sums' : 'words',
}));
const models = ['a', 'b', 'c'].map((id) => buildPoolModel({ id, model: id }));
const plan = planSweep({ examples, models, repeats: 1, seed: 1 });
const settings: AdaptiveSettings = {
  objective: 'quality',
  worth: 0.02,
  isBudgeted: false,
  seed: 1,
};

describe('createBuyer', () => {
  // At least three prompts of two tasks, asked of three models.
  it('refuses a limit that the start alone exceeds, and names the calls that it needs', () => {
    expect(() => createBuyer(plan, { ...settings, maxLearningCells: 17 })).toThrow(/18 calls/u);
    expect(createBuyer(plan, { ...settings, maxLearningCells: 18 }).startCells).toBe(18);
  });
});

describe('estimateAdaptive', () => {
  type Full = Parameters<typeof estimateAdaptive>[1];
  const totals = { cells: 180, expectedUsd: 1.8 };
  const full = { totals, judge: null } as Full;

  it('counts the start among the likely calls', () => {
    const { startCalls, likelyCalls } = estimateAdaptive(plan, full, settings);
    expect(startCalls).toBe(18);
    expect(likelyCalls[0]).toBeGreaterThanOrEqual(18);
  });

  it('counts what judging costs', () => {
    const judged = { totals, judge: { expectedUsd: 3.6 } } as Full;
    const plain = estimateAdaptive(plan, full, settings).likelyUsd;
    const { likelyUsd } = estimateAdaptive(plan, judged, settings);
    expect(likelyUsd).toEqual(plain.map((usd) => expect.closeTo(3 * usd, 9)));
  });

  it('refuses the same limit as the sweep', () => {
    const short = { ...settings, maxLearningCells: 17 };
    expect(() => estimateAdaptive(plan, full, short)).toThrow(/18 calls/u);
  });
});

describe('AdaptiveSource', () => {
  it('prices neither answers nor calls of cells that the folder has, used or not', () => {
    const isSettled = (number: number): boolean => number % 3 === 0;
    const source = new AdaptiveSource(plan, settings, isSettled);
    const whole = new AdaptiveSource(plan, settings).leftUsd ?? 0;
    expect(source.keptCells).toBe(60);
    expect(source.leftUsd).toBeCloseTo((whole * 2) / 3, 9);
    const used = [...source.takeNext()].filter(({ number }) => isSettled(number));
    for (const { number } of used) source.noteEnd(number, { quality: 1, costUsd: 0.01 });
    const { cells } = describeAdaptive(source, settings);
    expect(cells).toEqual({ all: 180, learning: 0, heldOut: 0, kept: 60 });
    expect(source.leftUsd).toBeCloseTo((whole * 2) / 3, 9);
  });

  it('counts answers, graded or not, and neither failed calls nor cells that were never called', () => {
    const source = new AdaptiveSource(plan, settings);
    const answer = { quality: 1, costUsd: 0.01, isBought: true };
    const cells = [...source.takeNext()];
    const numbers = cells.map(({ number }) => number);
    const [first, second, third, fourth] = numbers as [number, number, number, number];
    source.noteEnd(first, answer);
    source.noteEnd(first, answer);
    source.noteEnd(second, null);
    source.noteNeverCalled(third);
    source.noteEnd(fourth, { ...answer, quality: Number.NaN });
    expect(describeAdaptive(source, settings)).toMatchObject({
      ending: null,
      cells: { all: 180, learning: 2, heldOut: 0 },
    });
  });
});
