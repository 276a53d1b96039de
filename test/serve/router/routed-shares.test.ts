import { describe, expect, it } from 'vitest';
import { createRouter, type Router } from '../../../src/serve/router/router.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { JsonObject } from '../../../src/util/json.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { answer, errorOf, question, startRouter } from '../../support/router.js';
import { failWith } from '../../support/scripted-server.js';
import {
  buildConstantPolicy,
  buildPolicyModel,
  writePolicyFile,
} from '../../support/routing-policy.js';

const start = closeAfterEach(startRouter);

async function askOften(router: Router, count: number): Promise<string[]> {
  const models: string[] = [];
  for (let index = 0; index < count; index++) models.push((await router.complete(question)).model);
  return models;
}

const both = { large: answer('4'), small: answer('5') };

describe('a router with a cap on the share of a model', () => {
  it('sends the rest to the next best model, and says why', async () => {
    const { router, events } = await start(both, { maxShare: { large: 0.4 } });
    const models = await askOften(router, 50);
    expect(models.filter((model) => model === 'large')).toHaveLength(20);
    expect(models.filter((model) => model === 'small')).toHaveLength(30);
    const reasons = events.flatMap((event) =>
      event.type === 'decision' ? event.decision.excluded.map(({ reason }) => reason) : [],
    );
    const why = 'it had its share of 40 % of the latest decisions';
    expect(reasons.filter((reason) => reason === why)).toHaveLength(30);
    expect(events.some(({ type }) => type === 'share_exceeded')).toBe(false);
  });

  it('serves a request that no other model can take, and reports it', async () => {
    const { router, events } = await start({ large: answer('4') }, { maxShare: { large: 0.1 } });
    expect(await askOften(router, 5)).toEqual(['large', 'large', 'large', 'large', 'large']);
    const exceeded = events.filter(({ type }) => type === 'share_exceeded');
    expect(exceeded).toHaveLength(3);
    expect(exceeded[0]).toMatchObject({ model: 'large', requestId: 3 });
  });

  it('honors a model that the caller names, and does not count it', async () => {
    const { router } = await start(both, { maxShare: { large: 0.1 } });
    for (let index = 0; index < 10; index++) await router.complete(question, { model: 'large' });
    expect(await askOften(router, 3)).toEqual(['large', 'large', 'small']);
  });

  it('asks a model beyond its share after the others where a named one fails', async () => {
    const { router, servers } = await start(
      { large: answer('4'), small: answer('5'), local: failWith(500) },
      { maxShare: { large: 0.1 }, breaker: { failureThreshold: 100 } },
    );
    await askOften(router, 2);
    const { model, decision } = await router.complete(question, { model: 'local' });
    expect(decision).toMatchObject({ model: 'local', reason: 'named_model' });
    expect(decision.ranked.map((one) => one.model)).toEqual(['local', 'large', 'small']);
    expect(model).toBe('small');
    expect(servers['large']?.requests).toHaveLength(2);
  });

  it('counts the choice of the policy where the named model cannot take the request', async () => {
    const { router } = await start({ ...both, local: answer('6') }, { maxShare: { large: 0.1 } });
    const options = { model: 'local', constraints: { deny: ['local'] } };
    const models: string[] = [];
    for (let index = 0; index < 50; index++) {
      models.push((await router.complete(question, options)).model);
    }
    expect(models.filter((model) => model === 'large')).toHaveLength(5);
    expect(models.filter((model) => model === 'small')).toHaveLength(45);
  });

  it('asks a model beyond its share where all others fail, and does not count it', async () => {
    const { router, servers, events } = await start(
      { large: answer('4'), small: failWith(500) },
      { maxShare: { large: 0.1 }, breaker: { failureThreshold: 100 } },
    );
    expect(await askOften(router, 5)).toEqual(['large', 'large', 'large', 'large', 'large']);
    expect(servers['small']?.requests).toHaveLength(3);
    const { decision } = await router.complete(question);
    expect(decision).toMatchObject({
      model: 'small',
      excluded: [expect.objectContaining({ model: 'large' }), expect.anything()],
    });
    expect(events.some(({ type }) => type === 'share_exceeded')).toBe(false);
  });

  it('asks no model beyond its share where a call may ask one model only', async () => {
    const { router } = await start(
      { large: answer('4'), small: failWith(500) },
      { maxShare: { large: 0.1 } },
    );
    await askOften(router, 2);
    const { code } = await errorOf(router.complete(question, { failover: false }));
    expect(code).toBe('all_attempts_failed');
  });

  it('goes on counting where a router replaces another', async () => {
    const { router } = await start(both, { maxShare: { large: 0.1 } });
    await askOften(router, 3);
    const { router: next } = await start(both, { maxShare: { large: 0.1 }, continues: router });
    expect(await askOften(next, 2)).toEqual(['small', 'small']);
  });

  it('is refused for a model that the policy does not have', async () => {
    const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
    const pool = { large: { kind: 'openai', baseUrl: 'http://127.0.0.1:1', model: 'm' } } as const;
    expect(() => createRouter({ policy, pool, maxShare: { lrge: 0.5 } })).toThrow('maxShare, lrge');
  });
});

describe('a router over several efforts of a model', () => {
  const models = (['low', 'high'] as const).map((level, index) => ({
    ...buildPolicyModel(`big@${level}`, { costUsd: 0.01 * (index + 1), latencyMs: 500 }),
    effort: { of: 'big', level },
  }));
  const policy = {
    models: [...models, buildPolicyModel('local', { costUsd: 0.1, latencyMs: 500 })],
    baseline: 'big@high',
    fallbackOrder: ['big@high', 'big@low', 'local'],
  };
  const replies = { 'big@low': answer('low'), 'big@high': answer('high'), local: answer('local') };

  it('asks for the effort that the request names, or for a model without efforts', async () => {
    const { router } = await start(replies, { policy });
    const low = await router.complete({ ...question, reasoning_effort: 'low' });
    expect(low.model).toBe('big@low');
    expect(low.decision.excluded).toEqual([
      expect.objectContaining({ model: 'big@high', reason: 'the request asks for another effort' }),
    ]);
    const other = await router.complete({ ...question, reasoning_effort: 'minimal' });
    expect(other.model).toBe('local');
    expect(['big@low', 'big@high']).toContain((await router.complete(question)).model);
  });

  it('sends the effort that a model was measured with', async () => {
    const { router, servers } = await start(replies, { policy });
    for (const model of ['big@low', 'big@high', 'local'])
      await router.complete(question, { model });
    const sent = Object.values(servers).map(({ requests }) => requests[0]?.body);
    expect(sent.map((body) => body?.['reasoning_effort'])).toEqual(['low', 'high', undefined]);
  });

  it('asks for the effort that the request names in the words of OpenRouter', async () => {
    const { router } = await start(replies, { policy });
    const { model } = await router.complete({ ...question, reasoning: { effort: 'high' } });
    expect(model).toBe('big@high');
    const other = await router.complete({ ...question, reasoning: { effort: 'minimal' } });
    expect(other.model).toBe('local');
  });

  const budget = { google: { thinking_config: { thinking_budget: 0 } } };
  it.each<[string, object, object, object]>([
    ['that of parameters', { reasoning_effort: 'minimal' }, {}, { reasoning_effort: 'minimal' }],
    ['none, by parameters', { reasoning_effort: null }, {}, {}],
    ['that of `reasoning`', { reasoning: { effort: 'x' } }, {}, { reasoning: { effort: 'x' } }],
    ['that of the request', {}, { reasoning: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
    ['a budget', {}, { reasoning: { max_tokens: 9 } }, { reasoning: { max_tokens: 9 } }],
    ["Gemini's budget", { extra_body: budget }, {}, { extra_body: budget }],
    ["Qwen's switch", { enable_thinking: false }, {}, { enable_thinking: false }],
    ["Qwen's budget", {}, { thinking_budget: 9 }, { thinking_budget: 9 }],
    ['a switch', { thinking: { type: 'enabled' } }, {}, { thinking: { type: 'enabled' } }],
    ['its own beside null', {}, { reasoning_effort: null }, { reasoning_effort: 'low' }],
    [
      'a `reasoning` of the request that is a text',
      {},
      { reasoning: 'high' },
      { reasoning: 'high' },
    ],
    [
      'a `reasoning` of the request that is a switch, in place of parameters',
      { reasoning_effort: 'minimal', reasoning: { effort: 'x' } },
      { reasoning: true },
      { reasoning: true },
    ],
    [
      'a `reasoning` of parameters that is a switch',
      { reasoning: true },
      { reasoning: null },
      { reasoning: true },
    ],
    [
      'a `reasoning` of parameters that is a list, beside the effort of the request',
      { reasoning_effort: 'minimal', reasoning: ['x'] },
      { reasoning_effort: 'low' },
      { reasoning: ['x'], reasoning_effort: 'low' },
    ],
    [
      'that of parameters beside null',
      { reasoning: { effort: 'x' } },
      { reasoning: null },
      { reasoning: { effort: 'x' } },
    ],
    [
      'its own in a `reasoning` of the request that says none',
      {},
      { reasoning: { exclude: true } },
      { reasoning: { exclude: true, effort: 'low' } },
    ],
    [
      'its own in a `reasoning` of parameters that says none',
      { reasoning: { exclude: true } },
      {},
      { reasoning: { exclude: true, effort: 'low' } },
    ],
    [
      'that of parameters by its name, beside a `reasoning` of the request that says none',
      { reasoning_effort: 'minimal' },
      { reasoning: { exclude: true } },
      { reasoning: { exclude: true, effort: 'minimal' } },
    ],
    [
      'that of parameters beside a switch and a `reasoning` of the request that says none',
      { reasoning_effort: 'minimal', thinking: { type: 'enabled' } },
      { reasoning: { exclude: true } },
      {
        thinking: { type: 'enabled' },
        reasoning: { exclude: true, effort: 'minimal' },
      },
    ],
    [
      'that of parameters beside a `reasoning` of the request that says none',
      { reasoning: { effort: 'x', exclude: false } },
      { reasoning: { exclude: true } },
      { reasoning: { effort: 'x', exclude: true } },
    ],
    [
      'that of the request in place of parameters',
      { reasoning_effort: 'minimal' },
      { reasoning: { effort: 'low' } },
      { reasoning: { effort: 'low' } },
    ],
    [
      'that of the request, and what else the `reasoning` of parameters says',
      { reasoning: { effort: 'x', exclude: true } },
      { reasoning_effort: 'low' },
      { reasoning: { exclude: true, effort: 'low' } },
    ],
    [
      'that of `reasoning` in the request, and what else that of parameters says',
      { reasoning: { exclude: true } },
      { reasoning: { effort: 'low' } },
      { reasoning: { exclude: true, effort: 'low' } },
    ],
    [
      'that of parameters by its name, without a `reasoning` of the request that is empty',
      { reasoning_effort: 'minimal' },
      { reasoning: { effort: null } },
      { reasoning_effort: 'minimal' },
    ],
    [
      'that of parameters in place of null in a `reasoning` of the request',
      { reasoning: { effort: 'x' } },
      { reasoning: { effort: null } },
      { reasoning: { effort: 'x' } },
    ],
    [
      'that of the request in place of their `reasoning`',
      { reasoning: { effort: 'x' } },
      { reasoning_effort: 'low' },
      { reasoning_effort: 'low' },
    ],
  ])('sends one effort: %s', async (_, parameters, members, expected) => {
    const endpoint = { parameters: parameters as JsonObject };
    const { router, servers } = await start(replies, { policy, endpoint });
    await router.complete({ ...question, ...members }, { model: 'big@low' });
    const body = servers['big@low']?.requests[0]?.body ?? {};
    const sent = Object.entries(body).filter(([name]) => /reason|think|extra/.test(name));
    expect(Object.fromEntries(sent)).toEqual(expected);
  });
});
