import type { LanguageModelV3, LanguageModelV3Middleware, ProviderV3 } from '@ai-sdk/provider';
import {
  createProviderRegistry,
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { describe, expect, it } from 'vitest';
import { createRoutesmith } from '../../../src/adapters/ai-sdk/create-routesmith.js';
import type { RouteControls } from '../../../src/ai-sdk.js';
import { createRoutesmithMiddleware } from '../../../src/adapters/ai-sdk/middleware.js';
import { createRouter } from '../../../src/serve/router/router.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { createModel, errorOf, routingOf, startAiSdk } from '../../support/ai-sdk.js';
import { readAll } from '../../support/decision-log.js';
import { answer, buildAnswer, replyJson } from '../../support/router.js';
import { buildMixturePolicy } from '../../support/routing-policy.js';
import { failWith, inTurn } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const start = closeAfterEach(startAiSdk);

describe('a provider of the AI SDK', () => {
  it('answers with the model of the decision and says how it was routed', async () => {
    const { routesmith, servers } = await start({ large: answer('It is 4.'), small: answer('4') });
    const byQuality = await generateText({ model: routesmith(), prompt: '2 + 2?' });
    const byCost = await generateText({ model: routesmith('auto:cost'), prompt: '2 + 2?' });
    const named = await generateText({ model: routesmith('small'), prompt: '2 + 2?' });
    expect([byQuality.text, byCost.text, named.text]).toEqual(['It is 4.', '4', '4']);
    expect(routingOf(byQuality)).toMatchObject({ model: 'large', reason: 'baseline_holds' });
    expect(routingOf(byCost)).toMatchObject({ model: 'small', decision: { objective: 'cost' } });
    expect(routingOf(named)).toMatchObject({ model: 'small', reason: 'named_model' });
    expect(servers['large']?.requests[0]).toMatchObject({
      headers: { authorization: 'Bearer sk-large-key' },
      body: { model: 'large-1', messages: [{ role: 'user', content: '2 + 2?' }] },
    });
    // Nothing in it is lost as JSON.
    const metadata = routingOf(byQuality);
    expect(JSON.parse(JSON.stringify(metadata))).toEqual(metadata);
  });

  it('streams, with the metadata at the end', async () => {
    const { routesmith } = await start({ large: failWith(503), small: answer('It is 4.') });
    const result = streamText({ model: routesmith('auto'), prompt: '2 + 2?' });
    expect(await result.text).toBe('It is 4.');
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(routingOf({ providerMetadata: await result.providerMetadata })).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', outcome: 'failed', failure: { class: 'server_error', status: 503 } },
        { model: 'small', outcome: 'answered' },
      ],
    });
  });

  it('keeps history and tool calls when another model takes over between two steps', async () => {
    const call = {
      id: 'call-1',
      type: 'function',
      function: { name: 'add', arguments: '{"a":2}' },
    };
    const callsTool = replyJson(
      buildAnswer(null, {
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: null, tool_calls: [call] },
            finish_reason: 'tool_calls',
          },
        ],
      }),
    );
    const { routesmith, servers } = await start({
      large: inTurn(callsTool, failWith(500)),
      small: answer('It is 4.'),
    });
    const result = await generateText({
      model: routesmith('auto'),
      system: 'Be brief.',
      prompt: '2 + 2?',
      tools: {
        add: tool({
          description: 'Adds 2',
          inputSchema: jsonSchema<{ a: number }>({
            type: 'object',
            properties: { a: { type: 'number' } },
          }),
          execute: ({ a }) => a + 2,
        }),
      },
      stopWhen: stepCountIs(3),
    });
    expect(result.text).toBe('It is 4.');
    const seen = servers['small']?.requests[0]?.body;
    expect(seen).toEqual({ ...servers['large']?.requests[1]?.body, model: 'small-1' });
    expect(seen).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '2 + 2?' },
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call-1', content: '4' },
      ],
      tools: [{ type: 'function', function: { name: 'add', description: 'Adds 2' } }],
    });
  });

  it('decides as the router does on the same conversation', async () => {
    const changes = buildMixturePolicy();
    const { routesmith, servers, policy } = await start(
      { large: answer('{"a":1}'), small: answer('{"a":1}'), local: answer('{"a":1}') },
      { policy: changes },
    );
    const router = createRouter({
      policy,
      pool: { large: endpointOf('large'), small: endpointOf('small'), local: endpointOf('local') },
    });
    function endpointOf(id: string) {
      return { kind: 'openai', baseUrl: servers[id]?.baseUrl ?? '', model: `${id}-1` } as const;
    }
    const schema = jsonSchema<{ a: number }>({
      type: 'object',
      properties: { a: { type: 'number' } },
    });
    const model = routesmith('auto:cost');
    const tools = { look: tool({ description: 'Looks', inputSchema: schema, execute: () => '' }) };
    const output = Output.object({ schema });
    const calls = [
      () => generateText({ model, prompt: 'Write a function that sorts a list.' }),
      () => generateText({ model, system: 'You are a poet.', prompt: 'A poem about rain' }),
      () => generateText({ model, prompt: 'Give JSON', output, maxOutputTokens: 7 }),
      () => generateText({ model, prompt: 'Use the tool', tools }),
    ];
    for (const ask of calls) {
      const metadata = routingOf(await ask());
      const { model: _, ...sent } = servers[metadata.model]?.requests.at(-1)?.body ?? {};
      const options = { objective: 'cost' };
      const { decision } = await router.complete(sent as unknown as RouterRequest, options);
      expect(metadata.decision).toEqual(JSON.parse(JSON.stringify(decision)));
    }
  });

  it('takes controls of a call, and refuses those it does not know', async () => {
    const { routesmith } = await start({ large: answer('large'), small: answer('small') });
    const ask = (routesmithOptions: object) =>
      generateText({
        model: routesmith('auto'),
        prompt: 'hi',
        providerOptions: { routesmith: routesmithOptions as never },
      });
    // Of the exported type, which `providerOptions` takes as it is.
    const controls: RouteControls = { constraints: { deny: ['large'] } };
    const providerOptions = { routesmith: controls };
    const denied = await generateText({ model: routesmith(), prompt: 'hi', providerOptions });
    expect(denied.text).toBe('small');
    expect((await ask({ objective: 'cost' })).text).toBe('small');
    const error = await errorOf(ask({ objectiv: 'cost' }));
    expect(error.message).toMatch(/objectiv.*did you mean "objective"/);
    expect((await errorOf(ask({ objective: 7 }))).message).toMatch(/must be of type string/);
    expect((await errorOf(ask({ constraints: { allow: ['local'] } }))).code).toBe(
      'no_feasible_model',
    );
  });

  it('records decisions and what served them, for whole answers and streams', async () => {
    const directory = folder.file('log');
    const log = await createDecisionLog({ directory });
    const { routesmith } = await start({ large: failWith(500), small: answer('hello') }, { log });
    const whole = await generateText({ model: routesmith(), prompt: 'hi' });
    const streamed = streamText({ model: routesmith('auto:cost'), prompt: 'hi' });
    await streamed.consumeStream();
    await log.close();
    const { requests } = await readAll(directory);
    expect(requests).toMatchObject([
      { decision: { id: routingOf(whole).logId }, served: { model: 'small' } },
      {
        decision: { id: routingOf({ providerMetadata: await streamed.providerMetadata }).logId },
        served: { model: 'small' },
      },
    ]);
  });

  it('works in a registry of providers', async () => {
    const { routesmith } = await start({ large: answer('hello') });
    const registry = createProviderRegistry({ routesmith });
    const model = registry.languageModel('routesmith:auto:cost');
    expect((await generateText({ model, prompt: 'hi' })).text).toBe('hello');
  });

  it('has the types of the AI SDK', async () => {
    const { routesmith, models, policy } = await start({ large: answer('hello') });
    const model: LanguageModelV3 = routesmith('auto');
    const provider: ProviderV3 = routesmith;
    const middleware: LanguageModelV3Middleware = createRoutesmithMiddleware({
      policy,
      models,
      wraps: 'large',
    });
    expect([model.specificationVersion, provider.specificationVersion]).toEqual(['v3', 'v3']);
    expect(middleware.specificationVersion).toBe('v3');
    expect(() => provider.embeddingModel('x')).toThrow('language models only');
  });

  it('takes null for a setting that is not given, and refuses what is no name of a setting', async () => {
    const { policy, models } = await start({ large: answer('hello') });
    const create = (whenAllUnavailable: unknown) => () =>
      createRoutesmith({ policy, models, whenAllUnavailable: whenAllUnavailable as never });
    expect(create(null)).not.toThrow();
    expect(create(true)).toThrow('settings: whenAllUnavailable must be of type string');
    expect(create('fial')).toThrow('did you mean "fail"');
  });

  it.each([
    'optionKeys',
    'capabilities',
    'controls',
    'clock',
    'timeouts',
    'breaker',
    'maxShare',
    'onEvent',
    'log',
  ])('answers where %s is null, as where it is not given', async (name) => {
    const { policy, models } = await start({ large: answer('hello') });
    const routesmith = createRoutesmith({ policy, models, [name]: null as never });
    expect((await generateText({ model: routesmith(), prompt: 'hi' })).text).toBe('hello');
  });

  it.each([
    [{ maxShares: { large: 0.4 } }, 'did you mean "maxShare"'],
    [{ maxShare: 0.4 }, 'maxShare must be of type object'],
    [{ timeout: { totalMs: 1000 } }, 'did you mean "timeouts"'],
    [{ optionKeys: 'openai' }, 'optionKeys must be of type object'],
  ])(
    'refuses settings that it does not know, or of another type: %j',
    async (settings, problem) => {
      const { policy, models } = await start({ large: answer('hello') });
      const create = () => createRoutesmith({ policy, models, ...(settings as object) });
      expect(create).toThrow(problem);
    },
  );

  it('refuses models and names that it cannot use', async () => {
    const { routesmith, policy, models } = await start({ large: answer('hello') });
    expect(() => routesmith('auto:costs')).toThrow('did you mean "auto:cost"');
    expect(() => routesmith('nope')).toThrow('unknown name "nope"');
    for (const none of [{}, null as never, undefined as never]) {
      expect(() => createRoutesmith({ policy, models: none })).toThrow('there is no model');
    }
    const large = models['large'] as LanguageModelV3;
    for (const [capabilities, expected] of [
      [{ large: { visoin: false } }, 'capabilities, large: unknown name "visoin"'],
      [{ large: { vision: 'no' } }, 'vision must be of type boolean'],
    ] as const) {
      const create = () =>
        createRoutesmith({ policy, models, capabilities: capabilities as never });
      expect(create).toThrow(expected);
    }
    expect(() => createRoutesmith({ policy: Promise.resolve() as never, models })).toThrow(
      'policy: must be loaded: await loadPolicy',
    );
    expect(() => createRoutesmith({ policy, models: { lage: large } })).toThrow(
      'policy, models: unknown name "lage"',
    );
    const controls = { loggedAs: { id: 'one-for-all' } };
    expect(() => createRoutesmith({ policy, models: { large }, controls })).toThrow(
      'belongs to one call only',
    );
    const other = { ...large, specificationVersion: 'v2' as 'v3' };
    expect(() => createRoutesmith({ policy, models: { large: other } })).toThrow(
      'can be routed to',
    );
    const later = createModel({ specificationVersion: 'v4' as 'v3' });
    const mixed = { large, small: later };
    expect(() => createRoutesmith({ policy, models: mixed })).toThrow('of one version');
    expect(() => createRoutesmith({ policy, models: { large: 'gpt-5' as never } })).toThrow(
      'large',
    );
  });
});
