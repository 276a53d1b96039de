import type { ServerResponse } from 'node:http';
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Middleware,
  LanguageModelV3StreamPart,
  ProviderV3,
} from '@ai-sdk/provider';
import {
  createProviderRegistry,
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamText,
  tool,
  wrapLanguageModel,
} from 'ai';
import { describe, expect, it } from 'vitest';
import { createRoutesmith } from '../../../src/adapters/ai-sdk/create-routesmith.js';
import { createRoutesmithMiddleware } from '../../../src/adapters/ai-sdk/middleware.js';
import type { RoutingMetadata } from '../../../src/adapters/calls/routing-metadata.js';
import { createRouter } from '../../../src/serve/router/router.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { startAiSdk } from '../../support/ai-sdk.js';
import { readAll } from '../../support/decision-log.js';
import { answer, buildAnswer, replyJson } from '../../support/router.js';
import { buildMixturePolicy } from '../../support/routing-policy.js';
import {
  delta,
  event,
  failWith,
  inTurn,
  roleOnly,
  stream,
  writeStream,
} from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const start = closeAfterEach(startAiSdk);

/** What an answer's metadata says of its routing. */
function routingOf({ providerMetadata }: { providerMetadata?: unknown }): RoutingMetadata {
  return (providerMetadata as { routesmith: RoutingMetadata }).routesmith;
}

async function errorOf(promise: PromiseLike<unknown>): Promise<Error & Partial<RouterError>> {
  return promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
}

/** A model that does what it is told, and notes what it was asked. */
function createModel(
  changes: Partial<LanguageModelV3> = {},
): LanguageModelV3 & { readonly asked: LanguageModelV3CallOptions[] } {
  const asked: LanguageModelV3CallOptions[] = [];
  const usage = {
    inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 5, text: 5, reasoning: 0 },
  };
  return {
    specificationVersion: 'v3',
    provider: 'openai.chat',
    modelId: 'm',
    supportedUrls: {},
    asked,
    doGenerate(options) {
      asked.push(options);
      return Promise.resolve({
        content: [{ type: 'text', text: 'hello' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage,
        warnings: [],
      });
    },
    doStream: () => Promise.reject(new Error('not asked for')),
    ...changes,
  };
}

const prompt: LanguageModelV3CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'What is 2 + 2?' }] },
];

/** A provider over models that are objects. */
async function route(models: Readonly<Record<string, LanguageModelV3>>, settings: object = {}) {
  const { policy } = await start({ large: answer('not asked') });
  return createRoutesmith({ policy, models, ...settings });
}

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
    const denied = await ask({ constraints: { deny: ['large'] } });
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

  it('refuses models and names that it cannot use', async () => {
    const { routesmith, policy, models } = await start({ large: answer('hello') });
    expect(() => routesmith('auto:costs')).toThrow('did you mean "auto:cost"');
    expect(() => routesmith('nope')).toThrow('unknown name "nope"');
    expect(() => createRoutesmith({ policy, models: {} })).toThrow('there is no model');
    const large = models['large'] as LanguageModelV3;
    expect(() => createRoutesmith({ policy, models: { lage: large } })).toThrow('no such model');
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

describe('a middleware of the AI SDK', () => {
  it('routes calls of the wrapped model, and asks others if it fails', async () => {
    const { models, policy, servers } = await start({
      large: failWith(500),
      small: answer('hello'),
    });
    const { large, small } = models as { large: LanguageModelV3; small: LanguageModelV3 };
    const middleware = createRoutesmithMiddleware({ policy, wraps: 'large', models: { small } });
    const model = wrapLanguageModel({ model: large, middleware });
    const result = await generateText({ model, prompt: 'hi' });
    expect(result.text).toBe('hello');
    expect(routingOf(result).attempts).toMatchObject([
      { model: 'large', outcome: 'failed' },
      { model: 'small', outcome: 'answered' },
    ]);
    expect(servers['large']?.requests).toHaveLength(1);
    const streamed = streamText({ model, prompt: 'hi' });
    expect(await streamed.text).toBe('hello');
  });
});

describe('a routed call', () => {
  it('shows each model the options of its own provider only', async () => {
    const options = { openai: { a: 1 }, anthropic: { b: 2 }, routesmith: {} };
    const large = createModel({
      doGenerate: (asked) => (large.asked.push(asked), Promise.reject(new Error('no'))),
    });
    const small = createModel({ provider: 'anthropic.messages' });
    const routesmith = await route({ large, small });
    await routesmith('auto').doGenerate({
      prompt: [
        { role: 'system', content: 'Be brief.', providerOptions: options },
        { role: 'user', content: [{ type: 'text', text: 'hi', providerOptions: options }] },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm', providerOptions: { anthropic: { signature: 's' } } },
            { type: 'reasoning', text: 'unsigned' },
            { type: 'text', text: 'hello' },
          ],
        },
        ...prompt,
      ],
      providerOptions: options,
    });
    const [first, second] = [large.asked[0], small.asked[0]];
    expect(first?.providerOptions).toEqual({ openai: { a: 1 } });
    expect(second?.providerOptions).toEqual({ anthropic: { b: 2 } });
    expect(first?.prompt[0]?.providerOptions).toEqual({ openai: { a: 1 } });
    expect(JSON.stringify(first)).not.toMatch(/anthropic|routesmith|signature/);
    expect(JSON.stringify(second)).not.toMatch(/openai|routesmith/);
    expect(first?.prompt[2]?.content).toMatchObject([{ text: 'unsigned' }, { text: 'hello' }]);
    expect(second?.prompt[2]?.content).toMatchObject([{ text: 'hm' }, {}, {}]);
  });

  it('leaves URLs to models that read them, and excludes the others', async () => {
    const large = createModel();
    const small = createModel({ supportedUrls: { 'image/*': [/^https:/] } });
    const local = createModel({ supportedUrls: Promise.resolve({ '*/*': [/^gs:/] }) });
    const routesmith = await route({ large, small, local });
    expect(await routesmith('auto').supportedUrls).toEqual({
      'image/*': [/^https:/],
      '*/*': [/^gs:/],
    });
    const ask = (url: string) =>
      routesmith('auto').doGenerate({
        prompt: [
          { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: new URL(url) }] },
        ],
      });
    const web = routingOf(await ask('https://example.com/cat.png'));
    expect(web.model).toBe('small');
    expect(web.decision.excluded.map(({ model }) => model)).toEqual(['large', 'local']);
    expect(routingOf(await ask('gs://bucket/cat.png')).model).toBe('local');
    expect((await errorOf(ask('ftp://example.com/cat.png'))).code).toBe('no_feasible_model');
  });

  it('is answered by a model that cannot say which URLs it reads, if there are none', async () => {
    const large = createModel();
    Object.defineProperty(large, 'supportedUrls', { get: () => Promise.reject(new Error('no')) });
    const routesmith = await route({ large });
    expect(await routesmith('auto').supportedUrls).toEqual({});
    expect(routingOf(await routesmith('auto').doGenerate({ prompt })).model).toBe('large');
  });

  it('goes to models that can do what it needs, by the settings first', async () => {
    const models = { large: createModel(), small: createModel() };
    const capabilities = { large: { vision: false } };
    const routesmith = await route(models, { capabilities });
    const file = { type: 'file', mediaType: 'image/png', data: Uint8Array.of(1) } as const;
    const result = await routesmith('auto').doGenerate({
      prompt: [{ role: 'user', content: [file] }],
    });
    expect(routingOf(result)).toMatchObject({
      model: 'small',
      decision: {
        excluded: [{ reason: 'the request needs vision, which it cannot do' }, { model: 'local' }],
      },
    });
    const wrong = { lage: { vision: false } };
    await expect(route(models, { capabilities: wrong })).rejects.toThrow('did you mean "large"');
  });

  it('goes to no model whose provider does not have the tools', async () => {
    const routesmith = await route({
      large: createModel(),
      small: createModel({ provider: 'google.vertex.chat' }),
    });
    const search = { type: 'provider', id: 'google.search', name: 'search', args: {} } as const;
    const result = await routesmith('auto').doGenerate({ prompt, tools: [search] });
    expect(routingOf(result)).toMatchObject({
      model: 'small',
      decision: {
        excluded: [
          { model: 'large', reason: 'its provider has no tool google.search' },
          { model: 'local' },
        ],
      },
    });
  });

  it('fails over from a model that throws at once, or returns nothing that is an answer', async () => {
    const odd = [
      () => {
        throw new TypeError('at once');
      },
      () => Promise.reject(undefined as unknown as Error),
      () => undefined as never,
      () => Promise.resolve({} as never),
    ];
    for (const doGenerate of odd) {
      const routesmith = await route({ large: createModel({ doGenerate }), small: createModel() });
      const { model, attempts } = routingOf(await routesmith('auto').doGenerate({ prompt }));
      expect([model, attempts[0]?.outcome]).toEqual(['small', 'failed']);
    }
    const broken = createModel({ doStream: () => Promise.resolve({ stream: 7 } as never) });
    const routesmith = await route({ large: broken });
    const error = await errorOf(routesmith('auto').doStream({ prompt }));
    expect(error.failure?.class).toBe('malformed');
  });

  it('fails over from a model that never answers, and tells it to stop', async () => {
    let signal: AbortSignal | undefined;
    const large = createModel({
      doGenerate: (options) => {
        signal = options.abortSignal;
        return new Promise(() => undefined);
      },
    });
    const routesmith = await route(
      { large, small: createModel() },
      { timeouts: { attemptMs: 30 } },
    );
    const { model, attempts } = routingOf(await routesmith('auto').doGenerate({ prompt }));
    expect(model).toBe('small');
    expect(attempts[0]).toMatchObject({ failure: { class: 'attempt_timeout' } });
    expect(signal?.aborted).toBe(true);
  });

  it('that its caller aborts ends with the reason, and asks no other model', async () => {
    const { routesmith, servers } = await start({ large: () => undefined, small: answer('hello') });
    const controller = new AbortController();
    const error = errorOf(
      generateText({ model: routesmith('auto'), prompt: 'hi', abortSignal: controller.signal }),
    );
    await expect.poll(() => servers['large']?.requests.length).toBe(1);
    controller.abort();
    expect((await error).name).toBe('AbortError');
    expect(servers['small']?.requests).toHaveLength(0);
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('does not repeat what was tried, whatever retries its caller asks for', async () => {
    const { routesmith, servers } = await start({ large: failWith(500), small: failWith(429) });
    const error = await errorOf(
      generateText({ model: routesmith('auto'), prompt: 'hi', maxRetries: 5 }),
    );
    expect(error).toBeInstanceOf(RouterError);
    expect(error.code).toBe('all_attempts_failed');
    expect(servers['large']?.requests).toHaveLength(1);
    expect(servers['small']?.requests).toHaveLength(1);
  });

  it('with a history of megabytes is answered', async () => {
    const routesmith = await route({ large: createModel() });
    const turns = Array.from({ length: 2000 }, (_, turn): LanguageModelV3CallOptions['prompt'] => [
      {
        role: 'user',
        content: [{ type: 'text', text: `${turn} ${'long '.repeat(200)}` }],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'yes '.repeat(100) }] },
    ]).flat();
    const result = await routesmith('auto').doGenerate({ prompt: [...turns, ...prompt] });
    expect(routingOf(result).model).toBe('large');
  });
});

describe('a streamed answer', () => {
  const brokenStreams = {
    'an error': stream(
      roleOnly,
      delta({ content: 'It' }),
      event({ error: { code: 502, message: 'x' } }),
    ),
    'the end of the connection': async (response: ServerResponse) => {
      await writeStream(response, [roleOnly, delta({ content: 'It' })]);
      response.destroy();
    },
    'an end without a finish reason': stream(roleOnly, delta({ content: 'It' })),
  };

  it.each(Object.entries(brokenStreams))(
    'that breaks off with %s ends with an error, and no other model continues it',
    async (_, reply) => {
      const { routesmith, servers } = await start({ large: reply, small: answer('hello') });
      const errors: unknown[] = [];
      const result = streamText({
        model: routesmith('auto'),
        prompt: 'hi',
        onError: ({ error }) => void errors.push(error),
      });
      const types: string[] = [];
      for await (const { type } of result.fullStream) types.push(type);
      expect(types).toContain('error');
      expect(await result.finishReason).toBe('error');
      expect(await result.text).toBe('It');
      expect(errors).toMatchObject([{ code: 'stream_truncated' }]);
      expect(servers['small']?.requests).toHaveLength(0);
      expect(routesmith.health()).toMatchObject({ large: { failed: 1, inFlight: 0 } });
    },
  );

  it('that its reader leaves closes the connection', async () => {
    let isClosed = false;
    const { routesmith } = await start({
      large: (response) => {
        response.on('close', () => {
          isClosed = true;
        });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + delta({ content: 'It' }));
      },
    });
    const result = await routesmith('auto').doStream({ prompt });
    const reader = result.stream.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => isClosed).toBe(true);
    expect(routesmith.health()).toMatchObject({ large: { inFlight: 0 } });
  });

  it('that its caller aborts ends with the reason', async () => {
    const { routesmith } = await start({
      large: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + delta({ content: 'It' }));
      },
      small: answer('hello'),
    });
    const controller = new AbortController();
    const { stream: parts } = await routesmith('auto').doStream({
      prompt,
      abortSignal: controller.signal,
    });
    const seen: LanguageModelV3StreamPart['type'][] = [];
    const error = await errorOf(
      (async () => {
        for await (const part of parts) {
          seen.push(part.type);
          if (part.type === 'text-delta') controller.abort();
        }
      })(),
    );
    expect(seen).toContain('text-delta');
    expect(error.name).toBe('AbortError');
  });

  it('and another one at the same time do not disturb each other', async () => {
    const { routesmith } = await start({
      large: (response, request) =>
        answer(String((request.body['messages'] as { content: string }[])[0]?.content))(
          response,
          request,
        ),
    });
    const texts = await Promise.all(
      ['one', 'two', 'three'].map((text) => streamText({ model: routesmith(), prompt: text }).text),
    );
    expect(texts).toEqual(['one', 'two', 'three']);
  });
});
