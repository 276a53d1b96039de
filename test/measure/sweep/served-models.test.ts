import { describe, expect, it } from 'vitest';
import {
  createServedTally,
  findServedDifferences,
} from '../../../src/measure/sweep/served-models.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { done, event, inTurn, stream } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

type Served = readonly [model: string | null, provider?: string | null, fingerprint?: string];

function find(model: Parameters<typeof buildPoolModel>[0], served: readonly Served[]) {
  const tally = createServedTally();
  for (const [servedModel, servedProvider = null, fingerprint = null] of served) {
    tally.note('small', { servedModel, servedProvider, fingerprint });
  }
  return findServedDifferences([buildPoolModel(model)], tally).map(({ kind, detail }) => ({
    kind,
    detail,
  }));
}

describe('who answered', () => {
  it.each([
    ['gpt-4o', 'gpt-4o-2024-08-06'],
    ['openai/gpt-4o', 'gpt-4o-2024-08-06'],
    ['meta-llama/llama-3.3-70b-instruct:free', 'meta-llama/llama-3.3-70b-instruct'],
    ['practice/clerk', 'practice/clerk (simulated)'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5-20250929'],
    ['anthropic.claude-sonnet-4', 'us.anthropic.claude-sonnet-4-20250514-v1:0'],
    ['mistral-large-latest', 'mistral-large-2411'],
    ['llama3.2', 'llama3.2:latest'],
    ['gemini-2.0-flash', 'models/gemini-2.0-flash-001'],
    ['gemini-2.5-pro-preview', 'google/gemini-2.5-pro-preview-05-06'],
    ['gemini-2.5-pro-exp', 'gemini-2.5-pro-exp-03-25'],
    ['gpt-4-1106-preview', 'gpt-4-1106-preview'],
    ['gemini-2.5-flash-latest', 'gemini-2.5-flash-preview-09-2025'],
    ['Llama-3.1-8B', 'meta-llama/Meta-Llama-3.1-8B-Instruct-FP8'],
    ['qwen2.5:14b', 'qwen2.5:14b'],
    ['claude-3.7-sonnet:thinking', 'anthropic/claude-3.7-sonnet:thinking'],
    ['deepseek-r1', 'deepseek-r1-0528'],
    ['grok-4', 'grok-4-07-09'],
    ['grok-4', 'grok-4-0709'],
    ['grok-4', 'grok-4-07-2025'],
    ['llama-3.2-3b-instruct', 'Llama-3.2-3B-Instruct-F16.gguf'],
    ['llama-3.2-3b-instruct', 'Llama-3.2-3B-Instruct-IQ4_XS.gguf'],
    ['llama-3.2-3b-instruct', 'Llama-3.2-3B-Instruct-Q4_K_M.gguf'],
  ])('is who was asked where %s is served as %s', (model, served) => {
    expect(find({ model }, [[served], [served], [null]])).toEqual([]);
  });

  it.each([
    ['gpt-4o', 'gpt-4o-mini-2024-07-18'],
    ['gpt-4', 'gpt-4o-2024-08-06'],
    ['gpt-4', 'gpt-4.1'],
    ['gpt-4o', 'chatgpt-4o-latest'],
    ['gpt-5', 'gpt-5-chat-latest'],
    ['o3', 'o3-pro'],
    ['openai/gpt-5', 'openai/gpt-5-nano'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-lite-preview-06-17'],
    ['claude-sonnet-4', 'claude-sonnet-4-5-20250929'],
    ['deepseek-v3', 'deepseek-v3.1'],
    ['qwen-32b', 'deepseek-r1-distill-qwen-32b'],
    ['claude-3.7-sonnet', 'claude-3.7-sonnet:thinking'],
    ['llama-3.1', 'llama-3.1-8b'],
    ['claude-opus-4', 'claude-opus-4-10-20260105'],
    ['claude-opus-4', 'claude-opus-4-1-2'],
    ['gpt-4', 'gpt-4-32-15'],
    ['gpt2', 'gpt2-xl'],
    ['o1', 'o1-preview'],
    ['o1', 'o1-preview-2024-09-12'],
    ['gpt-4', 'gpt-4-1106-preview'],
    ['openai/gpt-4', 'gpt-4-0125-preview'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-preview-04-17'],
    ['gemini-2.5-pro', 'gemini-2.5-pro-exp-03-25'],
    ['mistral-large-latest', 'mistral-large-mini-preview'],
  ])('is another model where %s is served as %s', (model, served) => {
    expect(find({ model }, [[served]]).map(({ kind }) => kind)).toEqual(['other_model']);
  });

  it('is another model than was asked for', () => {
    expect(find({ model: 'gpt-4o-2024-08-06' }, [['gpt-4o-mini']])).toEqual([
      { kind: 'other_model', detail: 'requested gpt-4o-2024-08-06, answered by gpt-4o-mini (1)' },
    ]);
  });

  it('is not always the same', () => {
    const served: Served[] = [['gpt-4o-2024-08-06'], ['gpt-4o-2024-08-06'], ['gpt-4o-2024-11-20']];
    expect(find({ model: 'gpt-4o' }, served)).toEqual([
      {
        kind: 'model_changed',
        detail: 'answered by gpt-4o-2024-08-06 (2), gpt-4o-2024-11-20 (1)',
      },
    ]);
  });

  it('is a provider that the pool did not name', () => {
    const pin = { order: ['deepinfra/fp8', 'google-vertex'] };
    const served: Served[] = [
      ['x', 'DeepInfra'],
      ['x', 'Google Vertex'],
    ];
    expect(find({ model: 'x', pin }, served).map(({ kind }) => kind)).toEqual([
      'several_providers',
    ]);
    expect(find({ model: 'x', pin }, [...served, ['x', 'Novita']])).toEqual([
      {
        kind: 'pin_not_honoured',
        detail: 'pinned to deepinfra/fp8, google-vertex, served by Novita (1)',
      },
    ]);
  });

  it('is one of several providers where none was named, or another configuration', () => {
    const served: Served[] = [
      ['x', 'A', 'f1'],
      ['x', 'B', 'f2'],
    ];
    expect(find({ model: 'x' }, served).map(({ kind }) => kind)).toEqual([
      'several_providers',
      'fingerprint_changed',
    ]);
  });

  it('fills no memory where a server makes up a fingerprint for each answer', () => {
    const tally = createServedTally();
    for (let call = 0; call < 10_000; call++) {
      const fingerprint = `fp-${call}`;
      tally.note('small', { servedModel: 'x', servedProvider: null, fingerprint });
    }
    expect(tally.read('small').length).toBeLessThan(200);
    expect(tally.read('small').reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  });
});

describe('a sweep', () => {
  const bench = setUpSweepBench();

  it('records who answered, and reports over all of its parts what changed', async () => {
    const answer = (model: string, provider: string) =>
      stream(
        event({
          model,
          provider,
          system_fingerprint: 'fp_1',
          choices: [{ index: 0, delta: { content: '4' }, finish_reason: 'stop' }],
        }),
        done,
      );
    const server = await bench.serve(
      inTurn(answer('a-1', 'Novita'), answer('a-1', 'DeepInfra'), answer('a-2', 'DeepInfra')),
    );
    const models = bench.buildModels(server, ['a'], { pin: { only: ['deepinfra'] } });
    const first = await bench.sweep(models, { limit: 2, concurrency: 1 });
    expect(first.served).toEqual([
      {
        model: 'a',
        kind: 'pin_not_honoured',
        detail: 'pinned to deepinfra, served by Novita (1)',
      },
    ]);
    const second = await bench.sweep(models, { limit: 3 });
    expect(second.served.map(({ kind }) => kind)).toEqual([
      'other_model',
      'model_changed',
      'pin_not_honoured',
    ]);
    expect((await bench.readEntries())[0]).toMatchObject({
      servedModel: 'a-1',
      servedProvider: 'Novita',
      fingerprint: 'fp_1',
    });
  });
});
