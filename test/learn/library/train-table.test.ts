import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainedPolicy } from '../../../src/learn/train/train-policy.js';
import { computeReport } from '../../../src/learn/library/compute-report.js';
import { trainTable } from '../../../src/learn/library/train-table.js';
import type { TrainingEvent } from '../../../src/learn/library/training-event.js';
import { renderReport } from '../../../src/learn/report/render-report.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

const table = buildPlantedOutcomes(100, { seed: 3 });
const createdAt = new Date('2026-01-02T03:04:05Z');
const events: TrainingEvent[] = [];
let trained: TrainedPolicy;

beforeAll(async () => {
  trained = await trainTable(table, {
    family: 'task_table',
    models: [{ id: 'north', contextWindow: 32_000 }],
    onEvent: (event) => events.push(event),
  });
});

describe('trainTable', () => {
  it('makes a policy file that loads, and knows what was said about a model', async () => {
    const { policy, digest } = await loadPolicy(trained.text);
    expect(digest).toBe(trained.digest);
    expect(policy.models.map(({ id, contextWindow }) => [id, contextWindow])).toEqual([
      ['north', 32_000],
      ['south', undefined],
      ['west', undefined],
    ]);
  });

  it('reports each step as an event', () => {
    const fits = events.filter((event) => event.kind === 'fit_done');
    expect(events[0]).toMatchObject({ kind: 'started', prompts: 100, models: table.models });
    expect(fits.map(({ done }) => done)).toEqual(fits.map((_, index) => index + 1));
    expect(fits.at(-1)?.total).toBe(fits.length);
    expect(events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))).toEqual(
      trained.warnings,
    );
    expect(events.at(-1)).toEqual({
      kind: 'finished',
      decision: trained.policy.verdict.decision,
      digest: trained.digest,
      bytes: Buffer.byteLength(trained.text),
    });
  });

  it('refuses to be told of a model that the table does not have', async () => {
    await expect(trainTable(table, { models: [{ id: 'nort' }] })).rejects.toThrow(
      'did you mean "north"?',
    );
  });

  it.each([
    [{ price: { inputPerMillionUsd: 1, outputPerMillionUsd: 2 } }, 'price.date'],
    [{ price: { input: 1, output: 2, date: '2026-01-01' } }, 'price.inputPerMillionUsd'],
    [{ capabilities: { vision: false, tools: true } }, 'capabilities.json'],
    [{ contextWindow: 0 }, 'contextWindow'],
  ])('refuses a wrong description of a model before it trains: %j', async (wrong, member) => {
    const events: string[] = [];
    const trained = trainTable(table, {
      models: [{ id: 'north', ...wrong } as never],
      onEvent: ({ kind }) => events.push(kind),
    });
    await expect(trained).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`models, north: ${member}`) as string,
    });
    expect(events).toEqual([]);
  });

  it('takes hyperparameters: fewer features make a smaller file', async () => {
    const hyperparameters = { maxFeatures: 50, steps: 20 };
    const small = await trainTable(table, { family: 'task_table', hyperparameters });
    expect(small.text.length).toBeLessThan(trained.text.length);
    expect(small.digest).not.toBe(trained.digest);
  });

  it.each([{ maxFeatures: 0 }, { steps: 1.5 }, { learningRate: Number.NaN }])(
    'refuses the hyperparameter %o',
    async (hyperparameters) => {
      const [name = ''] = Object.keys(hyperparameters);
      await expect(trainTable(table, { hyperparameters })).rejects.toThrow(
        `hyperparameters.${name}: `,
      );
    },
  );

  it.each([
    [{ baselin: 'north' }, 'did you mean "baseline"?'],
    [{ seed: '1' }, 'seed must be of type number'],
    [{ seed: Number.NaN }, 'options, seed: must be a finite number'],
    [{ threads: 0 }, 'options, threads: must be a whole number of at least 1'],
    [{ family: 'task-table' }, 'family: unknown name "task-table" (did you mean "task_table"?'],
    [{ hyperparameters: { maxFeature: 3 } }, 'did you mean "maxFeatures"?'],
    [{ models: { north: {} } }, 'models must be of type list'],
    [{ models: [null] }, 'models: must be objects with an id'],
  ])('refuses the options %j before it trains', async (wrong, message) => {
    const events: string[] = [];
    const options = { ...wrong, onEvent: ({ kind }: TrainingEvent) => events.push(kind) };
    const error = { code: 'usage', message: expect.stringContaining(message) as string };
    await expect(trainTable(table, options as never)).rejects.toMatchObject(error);
    expect(events).toEqual([]);
  });

  it('refuses an unknown baseline', async () => {
    await expect(trainTable(table, { baseline: 'east' })).rejects.toThrow(
      'unknown baseline model "east"',
    );
  });
});

describe('computeReport', () => {
  it('makes a page of a table and its evaluation', () => {
    const report = computeReport(table, trained.evaluation, {
      createdAt,
      name: 'my prompts',
      monthlyRequests: 50_000,
    });
    expect(report).toMatchObject({
      name: 'my prompts',
      prompts: 100,
      money: { volume: { kind: 'monthly', requests: 50_000 } },
      provenance: { createdAt: createdAt.toISOString() },
    });
    const page = renderReport(report);
    expect(page).toContain('<title>my prompts: does routing pay?</title>');
    expect(page).toContain('north');
  });

  it('has no prompt where none may be shown', () => {
    const options = { createdAt, showPrompts: false };
    const page = renderReport(computeReport(table, trained.evaluation, options));
    const texts = table.prompts.map(({ prompt }) => String(prompt).slice(0, 30));
    expect(texts.filter((text) => page.includes(text))).toEqual([]);
  });

  it('includes a policy, and knows whether it was learned from these outcomes', async () => {
    const policy = await loadPolicy(trained.text);
    const own = computeReport(table, trained.evaluation, { createdAt, policy });
    expect(own.policy).toMatchObject({ isTrainingData: true, isPolicyOfRun: true, applied: null });
    const warnings = [...own.warnings].sort();
    expect(warnings).toEqual([...trained.warnings].sort());
  });

  it('refuses the evaluation of another table, and an objective that is not there', () => {
    const other = buildPlantedOutcomes(20, { seed: 3 });
    expect(() => computeReport(other, trained.evaluation, { createdAt })).toThrow(
      'this evaluation belongs to other outcomes',
    );
    const misspelled = { createdAt, objective: 'qualty' };
    expect(() => computeReport(table, trained.evaluation, misspelled)).toThrow(
      'did you mean "quality"?',
    );
    expect(() => computeReport(table, null as never, { createdAt })).toThrow(
      'evaluation: must be an evaluation',
    );
    const nothing = { createdAt, monthlyRequests: 0 };
    expect(() => computeReport(table, trained.evaluation, nothing)).toThrow('monthlyRequests');
  });

  it.each([
    [{ createdAt: '2026-11-30' }, 'createdAt must be of type object'],
    [{ createdAt: new Date('never') }, 'options, createdAt: must be a valid date: new Date()'],
    [{}, 'options, createdAt: '],
    [{ createdAt, margin: 5 }, 'margin: must be above 0 and at most 1'],
    [{ createdAt, nam: 'my prompts' }, 'did you mean "name"?'],
  ])('refuses the options %j', (wrong, message) => {
    expect(() => computeReport(table, trained.evaluation, wrong as never)).toThrow(message);
  });
});
