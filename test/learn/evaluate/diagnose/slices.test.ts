import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { guessLanguage } from '../../../../src/learn/evaluate/diagnose/slices.js';
import { computeMoney } from '../../../../src/learn/report/compute-money.js';
import { buildHeldOut } from '../../../support/held-out.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes, plantedTasks } from '../../../support/planted-outcomes.js';

const table = buildPlantedOutcomes(400, { seed: 1 });
const evaluation = computeEvaluation(buildHeldOut(table), 1);

describe('an evaluation broken down by task', () => {
  it('has every task with its prompts, the routed strategies and the models', () => {
    const { tasks } = evaluation.slices;
    expect(tasks.map(({ name }) => name)).toEqual(plantedTasks);
    for (const { prompts, strategies, models } of tasks) {
      expect(prompts).toBe(100);
      expect(strategies.map(({ name }) => name)).toEqual(['routed: quality', 'best single']);
      expect(models.map(({ name }) => name)).toEqual(table.models);
    }
  });

  it('adds up to the whole', () => {
    const compared: string[] = [];
    for (const { name, quality, costUsd } of evaluation.strategies) {
      const own = evaluation.slices.tasks.map(({ prompts, strategies }) => ({
        prompts,
        own: strategies.find((strategy) => strategy.name === name),
      }));
      if (own.some((slice) => slice.own === undefined)) continue;
      compared.push(name);
      const sum = (valueOf: (slice: (typeof own)[number]) => number | null | undefined): number =>
        own.reduce((total, slice) => total + (slice.prompts * (valueOf(slice) ?? 0)) / 400, 0);
      expect(sum((slice) => slice.own?.quality)).toBeCloseTo(quality, 9);
      expect(sum((slice) => slice.own?.costUsd)).toBeCloseTo(costUsd ?? 0, 12);
    }
    expect(compared).toEqual(['routed: quality', 'best single']);
  });

  it('puts prompts without a label last', () => {
    const rows = [undefined, 'b', undefined, 'a'].map((task) => ({
      ...(task !== undefined && { task }),
      quality: [1, 0],
    }));
    const { slices } = computeEvaluation(buildHeldOut(buildOutcomeTable(['x', 'y'], rows)), 1);
    expect(slices.tasks.map(({ name, prompts }) => [name, prompts])).toEqual([
      ['a', 1],
      ['b', 1],
      [null, 2],
    ]);
  });
});

describe('the costs of a slice', () => {
  // Routing sends every second prompt to "large", whose costs are unknown for most.
  const rows = Array.from({ length: 40 }, (_, row) => ({
    quality: row % 2 === 0 ? [1, 0] : [0, 1],
    costUsd: [0.001, row < 8 ? 0.01 : null],
    latencyMs: [100, row < 8 ? 900 : null],
  }));
  const held = buildHeldOut(buildOutcomeTable(['small', 'large'], rows));
  const [slice] = computeEvaluation(held, 1).slices.tasks;

  it('are unknown where too few of the outcomes have one, as in the other tables', () => {
    const unknown = { costUsd: null, latencyMs: null };
    const [routed, single] = slice?.strategies ?? [];
    expect(routed).toMatchObject({ ...unknown, costSavedUsd: null, quality: 1 });
    expect(single).toMatchObject({ costUsd: expect.closeTo(0.001, 6) as number });
    expect(slice?.models[1]).toMatchObject({ ...unknown, costSavedUsd: null, quality: 0.5 });
  });

  it('make a mix unknown', () => {
    const labeled = buildOutcomeTable(
      ['small', 'large'],
      rows.map((row) => ({ ...row, task: 'a' })),
    );
    const { headline, now } = computeMoney(computeEvaluation(buildHeldOut(labeled), 1), {
      volume: { kind: 'mix', requests: 100, requestsOfTask: { a: 100 } },
      baseline: 'small',
    });
    expect(now.costUsd).toBeCloseTo(0.1, 6);
    expect(headline).toMatchObject({ model: null, costUsd: null });
  });
});

describe('the single models of an evaluation', () => {
  it('have intervals around their means, and save against the baseline', () => {
    for (const { quality, costUsd, intervals, costSaved } of evaluation.models) {
      expect(intervals.quality?.mean).toBeCloseTo(quality, 9);
      expect(intervals.costUsd?.mean).toBeCloseTo(costUsd ?? 0, 9);
      const baseline = evaluation.strategies.find(({ name }) => name === 'best single');
      expect(costSaved?.mean).toBeCloseTo(1 - (costUsd ?? 0) / (baseline?.costUsd ?? 0), 9);
    }
  });
});

describe('the novelty of an evaluation', () => {
  it('counts every prompt once, by rising novelty', () => {
    const heldOut = buildHeldOut(table);
    const novelty = Float32Array.from(table.prompts, (_, row) => (row % 10) / 10);
    const { novelty: found } = computeEvaluation(
      { ...heldOut, estimates: { ...heldOut.estimates, novelty } },
      1,
    );
    expect(found.bins.reduce((sum, { prompts }) => sum + prompts, 0)).toBe(400);
    const means = found.bins.map(({ meanNovelty }) => meanNovelty);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(found).toMatchObject({ lowestLimit: 0.5, beyondLimit: 160 });
  });

  it('keeps equally novel prompts together', () => {
    expect(evaluation.novelty.bins).toHaveLength(1);
  });
});

describe('the language of a prompt', () => {
  it.each([
    ['Please summarise the following article in two sentences.', 'en'],
    ['Bitte fasse den folgenden Artikel in zwei Sätzen zusammen.', 'de'],
    ['请用两句话总结下面的文章，谢谢你的帮助。', 'zh'],
    ['1 + 1', undefined],
    ['', undefined],
  ])('of %j is %s', (prompt, language) => {
    expect(guessLanguage(prompt)).toBe(language);
  });
});
