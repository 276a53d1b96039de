import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toOpenRouter } from '../../src/adapters/to-open-router.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy, PolicyModel } from '../../src/policy/file/policy.js';
import {
  buildConstantPolicy,
  buildPolicyModel,
  writePolicyFile,
} from '../support/routing-policy.js';

function buildModel(id: string, priceUsd: number, changes: Partial<PolicyModel> = {}): PolicyModel {
  const price = { inputPerMillionUsd: priceUsd, outputPerMillionUsd: 4 * priceUsd, date: '' };
  return { ...buildPolicyModel(id, { costUsd: priceUsd / 1000 }), price, ...changes };
}

const models = [
  buildModel('openai/small', 0.1),
  buildModel('openai/large', 2.5),
  buildModel('vendor/other', 3),
  buildModel('vendor/last', 9),
];
const ids = models.map(({ id }) => id);

async function load(changes: Partial<Policy> = {}) {
  const policy = buildConstantPolicy({
    models,
    scorer: { kind: 'constant', quality: Float32Array.of(0.7, 0.9, 0.8, 0.6) },
    baseline: 'openai/large',
    fallbackOrder: ids,
    ...changes,
  });
  return loadPolicy((await writePolicyFile(policy)).text);
}

const question = 'What is 17 percent of 240?';

describe('toOpenRouter', () => {
  it('names the chosen model and the next ones, at most three, as OpenRouter takes', async () => {
    const { decide } = await load();
    expect(toOpenRouter(decide(question))).toEqual({
      models: ['openai/large', 'vendor/other', 'openai/small'],
      provider: { require_parameters: true },
    });
    expect(toOpenRouter(decide(question), { maxModels: 1 }).models).toEqual(['openai/large']);
    expect(() => toOpenRouter(decide(question), { maxModels: 4 })).toThrow('from 1 to 3');
  });

  it('names no model that the constraints exclude', async () => {
    const { decide } = await load();
    const decision = decide(question, { constraints: { deny: ['openai/large'] } });
    expect(toOpenRouter(decision).models).not.toContain('openai/large');
    const none = decide(question, { constraints: { allow: [] } });
    expect(() => toOpenRouter(none)).toThrow('No model meets the constraints');
  });

  it('accepts no price above that of the most expensive model that it names', async () => {
    const policy = await load();
    const decision = policy.decide(question);
    expect(toOpenRouter(decision, { policy }).provider.max_price).toEqual({
      prompt: 3,
      completion: 12,
    });
    const margin = { policy, maxModels: 1, priceMargin: 0.1 };
    expect(toOpenRouter(decision, margin).provider.max_price).toEqual({
      prompt: 2.75,
      completion: 11,
    });
  });

  it.each([Number.NaN, Infinity, -0.1])('refuses a margin of %s', async (priceMargin) => {
    const policy = await load();
    const decision = policy.decide('hello');
    expect(() => toOpenRouter(decision, { policy, priceMargin })).toThrow('at least 0');
  });

  it('says which price it lacks rather than accept any', async () => {
    const policy = await load({
      models: models.map((model) =>
        model.id === 'vendor/other' ? { ...model, price: undefined } : model,
      ),
    });
    expect(() => toOpenRouter(policy.decide(question), { policy })).toThrow(
      'no price of vendor/other',
    );
  });

  it('passes preferences on, which may replace its own', async () => {
    const { decide } = await load();
    const provider = { data_collection: 'deny', require_parameters: false };
    expect(toOpenRouter(decide(question), { provider }).provider).toEqual(provider);
  });

  it("takes the caller's names of models, and refuses what is none", async () => {
    const [first, ...others] = models as [PolicyModel, ...PolicyModel[]];
    const policy = await load({
      models: [{ ...first, id: 'small' }, ...others],
      fallbackOrder: ['small', ...ids.slice(1)],
    });
    const decision = policy.decide(question);
    expect(() => toOpenRouter(decision)).toThrow(`slugs: { "small": 'vendor/name' }`);
    expect(toOpenRouter(decision, { slugs: { small: 'openai/small-2' } }).models[2]).toBe(
      'openai/small-2',
    );
  });

  it('asks for the effort of the chosen model, and names only models with the same one', async () => {
    const efforts = models.map((model, index) => ({
      ...model,
      effort: { of: model.id, level: index < 2 ? 'low' : 'high' },
    }));
    const policy = await load({ models: efforts });
    expect(toOpenRouter(policy.decide(question), { policy })).toMatchObject({
      models: ['openai/large', 'openai/small'],
      reasoning: { effort: 'low' },
    });
  });

  it.each([
    [{ maxModel: 1 }, 'did you mean "maxModels"?'],
    [{ maxModels: '2' }, 'maxModels must be of type number'],
    [{ policy: { models: [] } }, 'options, policy: must be loaded'],
  ])('refuses the options %j', (options, message) => {
    const decision = { kind: 'chosen', model: 'a/b', ranked: [] };
    expect(() => toOpenRouter(decision as never, options as never)).toThrow(message);
  });

  it('refuses what is no decision', () => {
    expect(() => toOpenRouter(null as never)).toThrow('decision: must be a decision');
  });

  it('works with the example policy of the package', async () => {
    const file = resolve(import.meta.dirname, '../../policies/practice-everyday.policy.json');
    const policy = await loadPolicy(readFileSync(file));
    expect(toOpenRouter(policy.decide(question), { policy }).models).toHaveLength(3);
  });

  it('knows no model by the name that a policy gives it with an effort', async () => {
    const efforts = ['low', 'high'].map((level) =>
      buildModel(`openai/gpt-5@${level}`, 1, { effort: { of: 'openai/gpt-5', level } }),
    );
    const policy = await load({
      models: efforts,
      scorer: { kind: 'constant', quality: Float32Array.of(0.7, 0.9) },
      baseline: 'openai/gpt-5@high',
      fallbackOrder: efforts.map(({ id }) => id),
    });
    const decision = policy.decide(question);
    expect(() => toOpenRouter(decision)).toThrow(/"openai\/gpt-5@high" is not .* \{ policy \}/s);
    expect(toOpenRouter(decision, { policy }).models).toEqual(['openai/gpt-5']);
    const slugs = Object.fromEntries(efforts.map(({ id }) => [id, 'openai/gpt-5@beta']));
    expect(toOpenRouter(decision, { slugs }).models[0]).toBe('openai/gpt-5@beta');
  });
});
