import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/file/policy.js';
import { createDecide } from '../../../src/policy/decide/decide.js';
import type { DecideOptions, Decision } from '../../../src/policy/decide/decision.js';
import type { ChatRequest } from '../../../src/llm/chat.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  buildPolicyModel,
} from '../../support/routing-policy.js';
import { isLongRun } from '../../support/test-run.js';

const question = 'Add 2 and 3.';

function decide(
  options: DecideOptions = {},
  changes: Partial<Policy> = {},
  prompt: unknown = question,
) {
  return createDecide(buildConstantPolicy(changes), 'sha256:test')(prompt as string, options);
}

/** The models of the constant policy, one of them changed. */
function changeModel(id: string, changes: Partial<Policy['models'][number]>): Policy['models'] {
  return buildConstantPolicy().models.map((model) =>
    model.id === id ? { ...model, ...changes } : model,
  );
}

describe('weights in place of an objective', () => {
  it('are followed, and stand in the decision', () => {
    const weights = { costWeightPerUsd: 50, latencyWeightPerSecond: 0 };
    expect(decide({ objective: weights })).toMatchObject({
      model: 'small',
      objective: 'custom',
      weights: { ...weights, margin: 0 },
      notes: [],
    });
  });

  it('leave the baseline only for more than their margin', () => {
    const weights = { costWeightPerUsd: 50, latencyWeightPerSecond: 0 };
    expect(decide({ objective: { ...weights, margin: 0.26 } }).model).toBe('large');
    expect(decide({ objective: { ...weights, margin: 0.24 } }).model).toBe('small');
  });

  it.each([
    { costWeightPerUsd: -1, latencyWeightPerSecond: 0 },
    { costWeightPerUsd: Number.NaN, latencyWeightPerSecond: 0 },
    { costWeightPerUsd: 1 },
    { costWeightPerUsd: 1, latencyWeightPerSecond: 0, cost: 1 },
    7,
    null,
  ])('give way to the default objective, with a note, where they are %j', (objective) => {
    const decision = decide({ objective: objective as never });
    expect(decision).toMatchObject({ objective: 'quality', notes: ['unknown_objective'] });
  });
});

describe('what a request needs', () => {
  const blind = changeModel('large', {
    capabilities: { vision: false, tools: false, json: false, reasoning: true },
  });
  const message = { role: 'user', content: question } as const;
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const;

  it.each<[string, ChatRequest & { response_format?: unknown }, string]>([
    ['an image', { messages: [{ role: 'user', content: [image] }] }, 'vision'],
    ['a tool', { messages: [message], tools: [{ type: 'function' }] }, 'tools'],
    ['JSON', { messages: [message], response_format: { type: 'json_schema' } }, 'json'],
  ])('such as %s rules out the models that are known not to have it', (_, request, need) => {
    const decision = decide({}, { models: blind }, request);
    expect(decision.model).toBe('small');
    expect(decision.excluded).toEqual([
      { model: 'large', reason: `the request needs ${need}, which it cannot do` },
    ]);
  });

  it('may be named: then it has to be known', () => {
    const decision = decide({ constraints: { capabilities: ['reasoning'] } }, { models: blind });
    expect(decision.ranked.map(({ model }) => model)).toEqual(['large']);
    expect(decision.excluded[0]?.reason).toBe('not known to be capable of reasoning');
    const wrong = decide({ constraints: { capabilities: ['smell' as never] } });
    expect(wrong.kind).toBe('no_feasible_model');
  });

  it('is looked up in what is known at the moment first', () => {
    const models = {
      large: { capabilities: { tools: true } },
      small: { unavailable: 'in repair' },
    };
    const request = { messages: [message], tools: [{ type: 'function' }] };
    const decision = decide({ models }, { models: blind }, request);
    expect(decision.model).toBe('large');
    expect(decision.excluded).toEqual([{ model: 'small', reason: 'in repair' }]);
  });
});

describe('the context window', () => {
  const models = changeModel('large', { contextWindow: 1000 });
  const prompt = 'word '.repeat(760); // 3,800 characters, 950 tokens

  it('rules out a model that the prompt does not fit into with the margin', () => {
    const decision = decide({}, { models }, prompt);
    expect(decision.model).toBe('small');
    expect(decision.excluded[0]?.reason).toMatch(/^may need 1045 tokens, and .* holds 1000$/);
    expect(decide({ constraints: { contextMargin: 0 } }, { models }, prompt).model).toBe('large');
  });

  it('leaves room for the answer that the request allows', () => {
    const constraints = { contextMargin: 0, maxOutputTokens: 51 };
    expect(decide({ constraints }, { models }, prompt).model).toBe('small');
    const messages = [{ role: 'user', content: prompt }];
    const ask = (tokens: number) =>
      decide({ constraints: { contextMargin: 0 } }, { models }, { messages, max_tokens: tokens });
    expect(ask(10).model).toBe('large');
    expect(ask(100).model).toBe('small');
  });

  it('counts every turn and the tools, and of an image no characters', () => {
    const fits = (request: unknown) => decide({}, { models }, request).model === 'large';
    const ask = { role: 'user', content: 'Go on.' };
    expect(fits({ messages: [ask] })).toBe(true);
    expect(fits({ messages: [{ role: 'assistant', content: prompt }, ask] })).toBe(false);
    expect(fits([{ role: 'assistant', content: prompt }, ask])).toBe(false);
    const tools = [{ type: 'function', function: { name: 'f', parameters: { note: prompt } } }];
    expect(fits({ messages: [ask], tools })).toBe(false);
    const url = `data:image/png;base64,${'A'.repeat(9000)}`;
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
    expect(fits({ messages: [ask, image] })).toBe(false); // 1,000 tokens by itself
    const wide = changeModel('large', { contextWindow: 1200 });
    expect(decide({}, { models: wide }, { messages: [ask, image] }).model).toBe('large');
  });

  it('that holds the prompt in no model gives no model', () => {
    const all = buildConstantPolicy().models.map((model) => ({ ...model, contextWindow: 10 }));
    const decision = decide({}, { models: all }, prompt);
    expect(decision.kind).toBe('no_feasible_model');
    expect(decision.excluded).toHaveLength(3);
  });
});

describe('a conversation', () => {
  const cachedPrice = {
    inputPerMillionUsd: 3,
    cachedInputPerMillionUsd: 0.3,
    outputPerMillionUsd: 15,
    date: '2026-01-01',
  };
  const cost = {
    kind: 'tokens',
    price: cachedPrice,
    fixedInputTokens: 0,
    inputTokensPerCharacter: 0.25,
    outputTokens: [100],
  } as const;
  const models = changeModel('small', { cost, price: cachedPrice });
  const objectives = [buildObjective({ costWeightPerUsd: 10, margin: 0 })];
  /** A request of this many input tokens. */
  const hold = (tokens: number): string => 'word'.repeat(tokens);

  it('stays with its model while no other gains more than its cache is worth', () => {
    const ask = (cachedTokens: number) =>
      decide({ current: { model: 'small', cachedTokens } }, { models, objectives }, hold(1000));
    // large: .9 - 10 * .01 = .8; small: .7 - 10 * (.0015 + input), less the cache.
    const leaves = ask(1000);
    expect(leaves).toMatchObject({ model: 'large', reason: 'baseline_holds' });
    expect(leaves.session?.cacheValueUsd).toBeCloseTo(0.0027, 9);
    expect(leaves.session?.gain).toBeGreaterThan(0);
  });

  it('is kept by a large cache', () => {
    const answering = { ...cost, outputTokens: [10_000] }; // $.15 for the answer
    const both = models.map((model) => ({ ...model, cost: answering }));
    const scorer = { kind: 'constant', quality: Float32Array.of(0.9, 0.95, 0.6) } as const;
    const weights = { costWeightPerUsd: 1, latencyWeightPerSecond: 0 };
    const ask = (cachedTokens: number) =>
      decide(
        { objective: weights, current: { model: 'small', cachedTokens } },
        { models: both, scorer },
        hold(60_000),
      );
    expect(ask(0).model).toBe('large');
    expect(ask(60_000)).toMatchObject({
      model: 'small',
      reason: 'best_utility',
      session: { currentModel: 'small', gain: 0 },
    });
    expect(ask(60_000).session?.cacheValueUsd).toBeCloseTo(0.162, 9);
  });

  const recorded = { kind: 'recorded', costUsd: [0.001] } as const;
  const costOf = (name: string, { ranked }: Decision) =>
    ranked.find(({ model }) => model === name)?.costUsd ?? Number.NaN;

  it.each<[string, Partial<Policy['models'][number]>, number]>([
    ['the whole input at the price of cached input', { cost }, 0.3 * 1000 + 15 * 100],
    [
      'the same at less than .15 tokens per character',
      { cost: { ...cost, inputTokensPerCharacter: 0.1 } },
      0.3 * 400 + 15 * 100,
    ],
    ['a recorded charge less the same share', { cost: recorded }, 0.1 * 1000],
    [
      'a recorded charge less the saving, where that is smaller',
      { cost: { ...recorded, costUsd: [0.01] } },
      10_000 - 2.7 * 1000,
    ],
  ])('of which more is cached than the request holds costs %s', (_, changes, microUsd) => {
    const current = { model: 'small', cachedTokens: 17_500 };
    const changed = changeModel('small', { ...changes, price: cachedPrice });
    const ask = (options: DecideOptions) =>
      decide({ current, ...options }, { models: changed }, hold(1000));
    const decision = ask({});
    expect(costOf('small', decision)).toBeCloseTo(microUsd / 1e6, 12);
    expect(decision.session?.cacheValueUsd).toBeGreaterThan(0);
    const limited = ask({ constraints: { maxCostUsd: microUsd / 1e6 - 1e-6 } });
    expect(limited.excluded.map(({ model }) => model)).toContain('small');
  });

  it('that its caller has shortened is as long and as cheap as its request', () => {
    const current = { model: 'small', cachedTokens: 30_000 };
    const narrow = [{ cost }, { cost: recorded }].flatMap((changes) => {
      const changed = changeModel('small', { ...changes, price: cachedPrice });
      return [changed.map((model) => ({ ...model, contextWindow: 9000 }))];
    });
    for (const changed of narrow) {
      const ask = (options: DecideOptions) =>
        decide({ constraints: { maxCostUsd: 0.005 }, ...options }, { models: changed });
      expect(ask({ current }).excluded).toEqual(ask({}).excluded);
      expect(costOf('small', ask({ current }))).toBeLessThanOrEqual(costOf('small', ask({})));
    }
  });

  it.each([27_000, 31_000])('of %i known tokens fits as its estimate does', (cachedTokens) => {
    const window = changeModel('small', { cost, price: cachedPrice, contextWindow: 32_000 });
    const decision = decide(
      { current: { model: 'small', cachedTokens } },
      { models: window },
      hold(27_000),
    );
    expect(decision.excluded).toEqual([]);
  });

  it.each<[string, Partial<Policy['models'][number]>]>([
    ['no price', {}],
    [
      'a price without one of cached input',
      { price: { ...cachedPrice, cachedInputPerMillionUsd: 3 } },
    ],
  ])('costs what was charged for others, as without it, where there is %s', (_, changes) => {
    const models = changeModel('small', { cost: recorded, price: undefined, ...changes });
    const messages = [
      { role: 'assistant', content: 'x'.repeat(20_000) },
      { role: 'user', content: question },
    ] as const;
    const ask = (options: DecideOptions) =>
      costOf('small', decide(options, { models }, { messages }));
    expect(ask({})).toBe(0.001);
    expect(ask({ current: { model: 'small' } })).toBe(0.001);
    expect(ask({ current: { model: 'small', cachedTokens: 90_000 } })).toBe(0.001);
  });

  it('counts what it costs to fill the cache of another model', () => {
    const price = { ...cachedPrice, cacheWritePerMillionUsd: 3.75 };
    const quality = Float32Array.of(0.7, 0.71, 0.6);
    const scorer = { kind: 'constant', quality } as const;
    const long = { ...cost, price, outputTokens: [10_000] };
    const writing = models.map((model) => ({ ...model, cost: long, price }));
    const ask = (options: DecideOptions) =>
      decide(
        { objective: { costWeightPerUsd: 1, latencyWeightPerSecond: 0 }, ...options },
        { models: writing, scorer },
        hold(10_000),
      );
    // .01 of quality is worth $.01; 10,000 tokens save $.027, and cost $.0075 more to write again.
    const kept = ask({ current: { model: 'small', cachedTokens: 10_000 } });
    expect(kept.model).toBe('small');
    expect(costOf('large', kept)).toBeCloseTo((10_000 * 3.75) / 1e6 + 0.15, 9);
    const left = ask({ current: { model: 'small', cachedTokens: 10_000 }, model: 'large' });
    expect(left.session?.cacheWriteUsd).toBeCloseTo(0.0075, 9);
    const empty = ask({ current: { model: 'small', cachedTokens: 0 } });
    expect(empty).toMatchObject({ model: 'large', session: { cacheWriteUsd: 0 } });
  });

  it('estimates the cache from all but the last message', () => {
    const earlier = { role: 'assistant', content: 'x'.repeat(40_000) } as const;
    const last = { role: 'user', content: question } as const;
    const { session } = decide(
      { current: { model: 'small' } },
      { models, objectives },
      { messages: [earlier, last] },
    );
    expect(session?.cacheValueUsd).toBeCloseTo((10_000 * 2.7) / 1e6, 3);
  });

  it('stays within the margin of the objective', () => {
    const current = { model: 'small' };
    const ask = (margin: number) =>
      decide({ current }, { objectives: [buildObjective({ margin })] });
    expect(ask(0.21)).toMatchObject({ model: 'small', reason: 'session_kept' });
    expect(ask(0.21).explanation).toContain('the gain of large is too small to switch');
    expect(ask(0.21).session?.gain).toBeCloseTo(0.2, 6);
    expect(ask(0.19).model).toBe('large');
  });

  it('does not hold against a name or an exclusion', () => {
    const current = { model: 'local' };
    const stays = [buildObjective({ margin: 1 })];
    expect(decide({ current }, { objectives: stays }).model).toBe('local');
    expect(decide({ current, model: 'small' }, { objectives: stays }).model).toBe('small');
    const constraints = { deny: ['local'] };
    expect(decide({ current, constraints }, { objectives: stays }).model).toBe('large');
  });

  it('is kept for an unfamiliar prompt as for any other, whether the baseline is excluded or not', () => {
    const prompt = 'zyxwv qponm lkjih gfedc';
    const ask = (margin: number, options: DecideOptions = {}) => {
      const policy = buildMixturePolicy({ objectives: [buildObjective({ margin })] });
      return createDecide(policy, 'sha256:test')(prompt, options);
    };
    const current = { model: 'local' };
    expect(ask(1).reason).toBe('novel_prompt');
    expect(ask(1, { current })).toMatchObject({ model: 'local', reason: 'session_kept' });
    const constraints = { deny: ['large'] };
    expect(ask(1, { current, constraints }).model).toBe('local');
    expect(ask(-1, { current })).toMatchObject({ model: 'large', reason: 'novel_prompt' });
  });

  it('with a model that the policy does not know is noted', () => {
    const decision = decide({ current: { model: 'huge' } });
    expect(decision).toMatchObject({
      model: 'large',
      notes: ['unknown_current_model'],
      session: null,
    });
    expect(decide({ current: null as never }).notes).toEqual(['unknown_current_model']);
  });
});

describe('exploration', () => {
  const explore = (share: number, seed: number | string = 1) => ({ explore: { share, seed } });

  it('draws models with the propensities that it states', () => {
    const policy = createDecide(buildConstantPolicy(), 'sha256:test');
    const counts = new Map<string, number>();
    const draws = 6000;
    for (let seed = 0; seed < draws; seed++) {
      const { model, reason, propensity } = policy(question, explore(0.3, seed));
      expect(propensity).toBeCloseTo(model === 'large' ? 0.8 : 0.1, 12);
      expect(reason).toBe(model === 'large' ? 'baseline_holds' : 'explored');
      counts.set(model as string, (counts.get(model as string) ?? 0) + 1);
    }
    // Six standard deviations.
    expect(Math.abs((counts.get('large') ?? 0) / draws - 0.8)).toBeLessThan(0.031);
    expect(Math.abs((counts.get('small') ?? 0) / draws - 0.1)).toBeLessThan(0.024);
    expect(Math.abs((counts.get('local') ?? 0) / draws - 0.1)).toBeLessThan(0.024);
  });

  it('toward a candidate tries only the candidate, and states what could have been drawn', () => {
    const policy = createDecide(buildConstantPolicy(), 'sha256:test');
    let tried = 0;
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) {
      const decision = policy(question, { explore: { share: 0.2, seed, candidate: 'small' } });
      expect(decision.exploration).toEqual({ share: 0.2, candidate: 'small', usual: 'large' });
      expect(decision.propensity).toBeCloseTo(decision.model === 'large' ? 0.8 : 0.2, 12);
      expect(['large', 'small']).toContain(decision.model);
      tried += decision.model === 'small' ? 1 : 0;
    }
    // Six standard deviations.
    expect(Math.abs(tried / draws - 0.2)).toBeLessThan(0.038);
  });

  it('leaves a request alone for which the candidate is the choice, or cannot be used', () => {
    const agreed = decide({ explore: { share: 1, seed: 1, candidate: 'large' } });
    expect(agreed).toMatchObject({ model: 'large', propensity: 1, exploration: null, notes: [] });
    for (const candidate of ['unknown', 'small']) {
      const refused = decide({
        explore: { share: 1, seed: 1, candidate },
        constraints: { deny: ['small'] },
      });
      expect(refused).toMatchObject({
        model: 'large',
        propensity: 1,
        exploration: null,
        notes: ['unusable_candidate'],
      });
    }
  });

  it('gives the same decision for the same seed and prompt, and others for other prompts', () => {
    const prompts = Array.from({ length: 300 }, (_, index) => `Question ${index}`);
    const choose = (prompt: string): string | null => decide(explore(0.5), {}, prompt).model;
    expect(prompts.map(choose)).toEqual(prompts.map(choose));
    expect(new Set(prompts.map(choose)).size).toBe(3);
  });

  it('never leaves the constraints, nor a model that was named', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const denied = decide({ ...explore(share, seed), constraints: { deny: ['local'] } });
        expect(denied.model).not.toBe('local');
        expect(denied.propensity).toBeCloseTo(
          denied.model === 'large' ? 1 - share / 2 : share / 2,
          12,
        );
        expect(decide({ ...explore(share, seed), model: 'small' })).toMatchObject({
          model: 'small',
          propensity: 1,
        });
        const single = decide({ ...explore(share, seed), constraints: { allow: ['small'] } });
        expect(single).toMatchObject({ model: 'small', propensity: expect.closeTo(1, 12) });
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    { share: 2, seed: 1 },
    { share: Number.NaN, seed: 1 },
    { share: 0.5 },
    { share: 0.5, seed: Number.NaN },
    null,
    'a little',
  ])('is left out, with a note, where it is %j', (wrong) => {
    const decision = decide({ explore: wrong as never });
    expect(decision).toMatchObject({
      model: 'large',
      propensity: 1,
      notes: ['unreadable_exploration'],
    });
  });
});

describe('a baseline that cannot be used', () => {
  it('leaves an unfamiliar prompt to the best model by its mean', () => {
    const policy = buildMixturePolicy({ fallbackOrder: ['large', 'local', 'small'] });
    const unavailable = new Map([['large', 'not available']]);
    const decideWithout = createDecide(policy, 'sha256:test', { unavailable });
    expect(decideWithout('zyxwv qponm lkjih gfedc')).toMatchObject({
      model: 'local',
      reason: 'next_best',
      explanation:
        'local is the best eligible model by mean quality: the prompt is out of distribution.',
      excluded: [{ model: 'large', reason: 'not available' }],
    });
  });
});

describe('any options', () => {
  const policy = createDecide(buildMixturePolicy(), 'sha256:test');
  const anyOptions = fc.record(
    {
      objective: fc.oneof(fc.constantFrom('quality', 'cost'), fc.jsonValue()),
      constraints: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom('maxCostUsd', 'allow', 'capabilities'), fc.jsonValue()),
      ),
      model: fc.oneof(fc.constantFrom('small', 'x'), fc.jsonValue()),
      current: fc.oneof(
        fc.record({ model: fc.constantFrom('small', 'x'), cachedTokens: fc.jsonValue() }),
        fc.jsonValue(),
      ),
      explore: fc.oneof(
        fc.record({ share: fc.double(), seed: fc.jsonValue() }),
        fc.record({
          share: fc.double({ min: 0, max: 1 }),
          seed: fc.string(),
          candidate: fc.constantFrom('small', 'large', 'x'),
        }),
        fc.jsonValue(),
      ),
      models: fc.oneof(fc.dictionary(fc.constantFrom('small', '__proto__'), fc.jsonValue())),
    },
    { requiredKeys: [] },
  );

  it('give a decision that adds up, and never an error', () => {
    fc.assert(
      fc.property(fc.string(), anyOptions, (prompt, options) => {
        const decision: Decision = policy(prompt, options as DecideOptions);
        expect(decision.ranked.length + decision.excluded.length).toBe(3);
        expect(decision.propensity).toBeGreaterThan(0);
        expect(decision.propensity).toBeLessThanOrEqual(1);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      { numRuns: isLongRun ? 1000 : 250 },
    );
  });
});

describe('equal models', () => {
  it('are ranked in the order of the policy, the chosen one first', () => {
    const models = ['a', 'b', 'c', 'd'].map((id) => buildPolicyModel(id));
    const scorer = { kind: 'constant', quality: Float32Array.of(0.5, 0.6, 0.5, 0.6) } as const;
    const fallbackOrder = ['b', 'd', 'a', 'c'];
    const decision = decide({ model: 'c' }, { models, scorer, baseline: 'b', fallbackOrder });
    expect(decision.ranked.map(({ model }) => model)).toEqual(['c', 'b', 'd', 'a']);
  });
});
