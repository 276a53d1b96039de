import { OutputParserException } from '@langchain/core/output_parsers';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemoryCache } from '@langchain/core/caches';
import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  AIMessage,
  AIMessageChunk,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { ChatOpenAI } from '@langchain/openai';
import { tool } from '@langchain/core/tools';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { RoutingMetadata } from '../../../src/adapters/calls/routing-metadata.js';
import {
  ChatRoutesmith,
  type ChatRoutesmithSettings,
} from '../../../src/adapters/langchain/chat-routesmith.js';
import { createRouter } from '../../../src/serve/router/router.js';
import type { RouterError } from '../../../src/serve/router/router-error.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { startLangChain } from '../../support/langchain.js';
import { answer, buildAnswer, createManualClock, replyJson } from '../../support/router.js';
import { buildMixturePolicy, buildPolicyModel } from '../../support/routing-policy.js';
import {
  delta,
  done,
  event,
  failWith,
  inTurn,
  reset,
  resetWithin,
  roleOnly,
  stream,
  usageEvent,
  writeStream,
  type Reply,
} from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const start = closeAfterEach(startLangChain);

/** A server that takes traces. */
const startTracing = closeAfterEach(async () => {
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});

function routingOf({ response_metadata: metadata }: AIMessage | AIMessageChunk): RoutingMetadata {
  return metadata['routesmith'] as RoutingMetadata;
}

async function errorOf(promise: PromiseLike<unknown>): Promise<Error & Partial<RouterError>> {
  return promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** A chat model that does what it is told, and notes what it was asked. */
class TestModel extends BaseChatModel {
  readonly asked: BaseMessage[][] = [];
  /** LangSmith's tracers of each call. */
  readonly tracers: object[][] = [];

  constructor(readonly act: () => unknown = () => new AIMessage('hello')) {
    super({});
  }

  override _llmType(): string {
    return 'test';
  }

  override async _generate(
    messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    this.asked.push(messages);
    const handlers = runManager?.handlers ?? [];
    this.tracers.push(handlers.filter((handler) => handler instanceof LangChainTracer));
    const message = (await this.act()) as AIMessage;
    return { generations: [{ text: '', message }] };
  }
}

async function route(models: Readonly<Record<string, BaseChatModel>>, settings: object = {}) {
  const { policy } = await start({ large: answer('not asked') });
  return new ChatRoutesmith({ policy, models, ...settings });
}

const add = tool(({ a, b }) => String(a + b), {
  name: 'add',
  description: 'Adds two numbers',
  schema: z.object({ a: z.number(), b: z.number() }),
});

const invoice = z.object({
  total: z.number(),
  currency: z.string().default('EUR'),
  day: z.string().transform((text) => new Date(text)),
});

/** An answer that calls the function of a structured output. */
function callExtract(written: string) {
  const call = { id: 'c', type: 'function', function: { name: 'extract', arguments: written } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  return buildAnswer(null, { choices: [{ index: 0, message, finish_reason: 'tool_calls' }] });
}

describe('a chat model of LangChain', () => {
  it('answers with the model of the decision and says how it was routed', async () => {
    const { policy, models, servers } = await start({
      large: answer('It is 4.'),
      small: answer('4'),
    });
    const ask = (model: string) => new ChatRoutesmith({ policy, models, model }).invoke('2 + 2?');
    const answers = [await ask('auto'), await ask('auto:cost'), await ask('small')];
    expect(answers.map(({ text }) => text)).toEqual(['It is 4.', '4', '4']);
    expect(answers.map(routingOf)).toMatchObject([
      { model: 'large', reason: 'baseline_holds' },
      { model: 'small', decision: { objective: 'cost' } },
      { model: 'small', reason: 'named_model' },
    ]);
    expect(answers[0]).toMatchObject({
      response_metadata: { finish_reason: 'stop' },
      usage_metadata: { input_tokens: 10, output_tokens: 5 },
    });
    expect(servers['large']?.requests[0]).toMatchObject({
      headers: { authorization: 'Bearer sk-large-key' },
      body: { model: 'large-1', messages: [{ role: 'user', content: '2 + 2?' }] },
    });
  });

  it('says where a slow reader hid how long the model took, and only there', async () => {
    const { policy, models } = await start({ large: answer('It is 4.') });
    for (const pauseMs of [0, 20_000]) {
      const clock = createManualClock();
      const chat = new ChatRoutesmith({ policy, models, clock });
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await chat.stream('2 + 2?')) {
        whole = whole === undefined ? chunk : whole.concat(chunk);
        clock.advance(pauseMs);
      }
      const { latencyIsGuess } = routingOf(whole as AIMessageChunk);
      expect(latencyIsGuess).toBe(pauseMs === 0 ? undefined : true);
    }
  });

  it('streams as one run, with the metadata at the end', async () => {
    const { chat } = await start({ large: failWith(503), small: answer('It is 4.') });
    const tokens: string[] = [];
    let runs = 0;
    const callbacks = [
      {
        handleLLMNewToken: (token: string) => void tokens.push(token),
        handleChatModelStart: () => {
          runs += 1;
        },
      },
    ];
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await chat.stream('2 + 2?', { callbacks })) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    expect(whole?.text).toBe('It is 4.');
    expect(whole?.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect(tokens.join('')).toBe('It is 4.');
    expect(runs).toBe(1);
    expect(routingOf(whole as AIMessageChunk)).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', outcome: 'failed', failure: { class: 'server_error', status: 503 } },
        { model: 'small', outcome: 'answered' },
      ],
    });
  });

  it('keeps history, tools and tool calls when another model takes over', async () => {
    const call = {
      id: 'call-1',
      type: 'function',
      function: { name: 'add', arguments: '{"a":2,"b":2}' },
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
    const { chat, servers } = await start({
      large: inTurn(callsTool, failWith(500)),
      small: answer('It is 4.'),
    });
    const agent = chat.bindTools([add], { tool_choice: 'auto' });
    const history: BaseMessage[] = [new SystemMessage('Be brief.'), new HumanMessage('2 + 2?')];
    const first = await agent.invoke(history);
    expect(first.tool_calls).toMatchObject([{ id: 'call-1', name: 'add', args: { a: 2, b: 2 } }]);
    const result = new ToolMessage({ tool_call_id: 'call-1', content: '4' });
    const second = await agent.invoke([...history, first, result]);
    expect(second.text).toBe('It is 4.');
    const seen = servers['small']?.requests[0]?.body;
    expect(seen).toEqual({ ...servers['large']?.requests[1]?.body, model: 'small-1' });
    expect(seen).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '2 + 2?' },
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call-1', content: '4' },
      ],
      tools: [{ type: 'function', function: { name: 'add', description: 'Adds two numbers' } }],
      tool_choice: 'auto',
    });
  });

  it('gives structured output', async () => {
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'extract', arguments: '{"sum":4}' },
    };
    const { chat, servers } = await start({
      large: replyJson(
        buildAnswer(null, {
          choices: [
            {
              index: 0,
              message: { role: 'assistant', content: null, tool_calls: [call] },
              finish_reason: 'tool_calls',
            },
          ],
        }),
      ),
    });
    const schema = z.object({ sum: z.number() });
    const structured = chat.withStructuredOutput(schema, { name: 'extract' });
    const { sum }: { sum: number } = await structured.invoke('2 + 2?');
    expect(sum).toBe(4);
    expect(servers['large']?.requests[0]?.body).toMatchObject({ tool_choice: 'required' });
    const raw = chat.withStructuredOutput(schema, { name: 'extract', includeRaw: true });
    expect(await raw.invoke('2 + 2?')).toMatchObject({ parsed: { sum: 4 } });
    for (const method of ['jsonSchema', 'jsonMode'] as const) {
      expect(() => chat.withStructuredOutput(schema, { method })).toThrow('not supported');
    }
  });

  it.each([
    ['a default', '{"total":1,"day":"2026"}', { total: 1, currency: 'EUR', day: new Date('2026') }],
    [
      'a transform',
      '{"total":2,"currency":"USD","day":"2027"}',
      { total: 2, currency: 'USD', day: new Date('2027') },
    ],
  ])('gives structured output as its schema reads it, with %s', async (_, written, parsed) => {
    const { chat } = await start({ large: replyJson(callExtract(written)) });
    const raw = chat.withStructuredOutput(invoice, { includeRaw: true });
    expect(await chat.withStructuredOutput(invoice).invoke('How much?')).toEqual(parsed);
    expect(await raw.invoke('How much?')).toMatchObject({ parsed, raw: { tool_calls: [{}] } });
  });

  it('refuses structured output that its schema does, and takes any for a JSON schema', async () => {
    const { chat } = await start({ large: replyJson(callExtract('{"total":"12 EUR"}')) });
    const wrong = await errorOf(chat.withStructuredOutput(invoice).invoke('How much?'));
    expect(wrong).toBeInstanceOf(OutputParserException);
    expect(wrong.message).toMatch(/^Failed to parse: .*expected number/);
    const raw = chat.withStructuredOutput(invoice, { includeRaw: true });
    expect(await raw.invoke('How much?')).toMatchObject({
      parsed: null,
      raw: { tool_calls: [{}] },
    });
    const described = chat.withStructuredOutput({
      type: 'object',
      properties: { total: { type: 'number' } },
    });
    expect(await described.invoke('How much?')).toEqual({ total: '12 EUR' });
  });

  it('takes an answer from a cache only for the same models and controls, at no cost', async () => {
    const { policy, models } = await start({ large: answer('large'), small: answer('small') });
    const cache = new InMemoryCache();
    const ask = (settings: object) =>
      new ChatRoutesmith({ policy, models, cache, ...settings }).invoke('hi');
    const first = await ask({});
    expect(routingOf(first)).toMatchObject({ model: 'large', attempts: [{ model: 'large' }] });
    expect(routingOf(first)).not.toHaveProperty('isRepeated');
    const repeated = { model: 'large', costUsd: 0, logId: null, isRepeated: true, attempts: [] };
    expect(routingOf(await ask({}))).toMatchObject(repeated);
    expect(routingOf(await ask({ controls: {}, timeouts: { idleMs: 1000 } }))).toEqual({
      ...routingOf(first),
      ...repeated,
    });
    const others = [
      { controls: { constraints: { deny: ['large'] } } },
      { models: { small: models['small'] } },
      { capabilities: { large: { tools: true } } },
    ];
    for (const settings of others) {
      expect(routingOf(await ask(settings))).not.toHaveProperty('isRepeated');
    }
  });

  it('decides as the router does on the same conversation', async () => {
    const { chat, servers, policy } = await start(
      { large: answer('a'), small: answer('a'), local: answer('a') },
      { policy: buildMixturePolicy(), model: 'auto:cost' },
    );
    const endpointOf = (id: string) =>
      ({ kind: 'openai', baseUrl: servers[id]?.baseUrl ?? '', model: `${id}-1` }) as const;
    const ids = ['large', 'small', 'local'];
    const pool = Object.fromEntries(ids.map((id) => [id, endpointOf(id)]));
    const router = createRouter({ policy, pool });
    const image = { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } };
    const calls = [
      () => chat.invoke('Write a function that sorts a list.'),
      () => chat.invoke([new SystemMessage('You are a poet.'), new HumanMessage('Rain')]),
      () => chat.bindTools([add]).invoke('Use the tool'),
      () => chat.invoke([new HumanMessage({ content: [{ type: 'text', text: 'What?' }, image] })]),
    ];
    for (const ask of calls) {
      const metadata = routingOf(await ask());
      const {
        model: _,
        stream: _stream,
        ...sent
      } = servers[metadata.model]?.requests.at(-1)?.body ?? {};
      const options = { objective: 'cost' };
      const { decision } = await router.complete(sent as unknown as RouterRequest, options);
      expect(metadata.decision).toEqual(decision);
    }
  });

  it('takes controls of a call, and refuses those it does not know', async () => {
    const { chat } = await start({ large: answer('large'), small: answer('small') });
    const ask = (routesmith: object) => chat.invoke('hi', { routesmith });
    expect((await ask({ constraints: { deny: ['large'] } })).text).toBe('small');
    expect((await ask({ objective: 'cost' })).text).toBe('small');
    expect((await errorOf(ask({ objectiv: 'cost' }))).message).toMatch(/did you mean "objective"/);
  });

  it('takes null for a setting that is not given, and refuses what is no name of a setting', async () => {
    const { policy, models } = await start({ large: answer('hello') });
    const create = (whenAllUnavailable: unknown) => () =>
      new ChatRoutesmith({ policy, models, whenAllUnavailable: whenAllUnavailable as never });
    expect(create(null)).not.toThrow();
    expect(create(true)).toThrow('settings: whenAllUnavailable must be of type string');
  });

  it.each(['model', 'capabilities', 'controls', 'maxShare', 'log', 'callbacks', 'cache'])(
    'answers where %s is null, as where it is not given',
    async (name) => {
      const { policy, models } = await start({ large: answer('hello') });
      const chat = new ChatRoutesmith({ policy, models, [name]: null as never });
      expect((await chat.invoke('hi')).text).toBe('hello');
    },
  );

  it('passes the fields of a subclass, but checks the types of its own settings', async () => {
    const { policy, models } = await start({ large: answer('hello') });
    class Team extends ChatRoutesmith {
      readonly team: string;

      constructor(fields: ChatRoutesmithSettings & { team: string; streaming: boolean }) {
        super(fields);
        this.team = fields.team;
      }
    }
    const fields = { policy, models, team: 'red', streaming: true };
    const chat = new Team(fields);
    expect([(await chat.invoke('hi')).text, chat.team]).toEqual(['hello', 'red']);
    const create = () => new Team({ ...fields, maxShare: 0.4 as never });
    expect(create).toThrow('maxShare must be of type object');
  });

  it.each([
    [{ maxShares: { large: 0.4 } }, 'did you mean "maxShare"'],
    [{ maxShare: 0.4 }, 'maxShare must be of type object'],
    [{ timeout: { totalMs: 1000 } }, 'did you mean "timeouts"'],
    [{ model: 7 }, 'model must be of type string'],
    [{ temperature: 0 }, 'unknown name "temperature"'],
  ])(
    'refuses settings that it does not know, or of another type: %j',
    async (settings, problem) => {
      const { policy, models } = await start({ large: answer('hello') });
      const create = () => new ChatRoutesmith({ policy, models, ...(settings as object) });
      expect(create).toThrow(problem);
    },
  );

  it("takes LangChain's own settings", async () => {
    const { policy, models } = await start({ large: answer('hello') });
    const create = () =>
      new ChatRoutesmith({
        policy,
        models,
        cache: false,
        callbacks: [],
        tags: ['a'],
        metadata: { a: 1 },
        verbose: false,
        maxRetries: 1,
        maxConcurrency: 2,
        onFailedAttempt: () => undefined,
        disableStreaming: false,
        outputVersion: 'v0',
      });
    expect(create).not.toThrow();
  });

  it('refuses models and names that it cannot use', async () => {
    const { policy, models } = await start({ large: answer('hello') });
    expect(() => new ChatRoutesmith({ policy, models: {} })).toThrow('there is no model');
    expect(() => new ChatRoutesmith({ policy, models, model: 'auto:costs' })).toThrow('auto:cost');
    const controls = { loggedAs: { id: 'one-for-all' } };
    expect(() => new ChatRoutesmith({ policy, models, controls })).toThrow(
      'belongs to one call only',
    );
    const wrong = { lage: models['large'] as BaseChatModel };
    expect(() => new ChatRoutesmith({ policy, models: wrong })).toThrow(
      'policy, models: unknown name "lage"',
    );
  });
});

describe('a routed call', () => {
  it('is not retried by the models themselves', async () => {
    const { chat, servers } = await start({ large: failWith(500), small: failWith(429) });
    const error = await errorOf(chat.invoke('hi'));
    expect(error.code).toBe('all_attempts_failed');
    expect(servers['large']?.requests).toHaveLength(1);
    expect(servers['small']?.requests).toHaveLength(1);
  });

  it.each(['invoke', 'stream'] as const)(
    'is sent again where a connection ended before an answer: %s',
    async (kind) => {
      const { chat, servers } = await start({ large: inTurn(reset, answer('ok')) });
      await chat[kind]('hi');
      expect(servers['large']?.requests).toHaveLength(2);
    },
  );

  it('is not sent again to a model whose answer had begun', async () => {
    const { chat, servers } = await start({ large: resetWithin, small: answer('small') });
    expect((await chat.invoke('hi')).text).toBe('small');
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('fails over from a model that throws at once, or returns nothing that is an answer', async () => {
    const odd = [
      () => {
        throw new TypeError('at once');
      },
      () => Promise.reject(undefined as unknown as Error),
      () => undefined,
      () => new AIMessage(''),
      () => new HumanMessage('not an answer'),
    ];
    for (const act of odd) {
      const chat = await route({ large: new TestModel(act), small: new TestModel() });
      const { model, attempts } = routingOf(await chat.invoke('hi'));
      expect([model, attempts[0]?.outcome]).toEqual(['small', 'failed']);
    }
  });

  it('waits for a whole answer as long as for the first content, also in a stream', async () => {
    const slow = new TestModel(
      () => new Promise((resolve) => setTimeout(() => resolve(new AIMessage('hello')), 50)),
    );
    const chat = await route({ large: slow }, { timeouts: { connectMs: 1, firstByteMs: 1 } });
    const [chunk] = await collect(await chat.stream('hi'));
    expect(chunk?.text).toBe('hello');
  });

  it('is one run where the environment switches tracing on', async () => {
    const tracing = await startTracing();
    vi.stubEnv('LANGSMITH_TRACING', 'true');
    vi.stubEnv('LANGSMITH_ENDPOINT', tracing.url);
    vi.stubEnv('LANGSMITH_API_KEY', 'key-of-test');
    try {
      const large = new TestModel();
      const chat = await route({ large });
      await chat.invoke('hi');
      await collect(await chat.stream('hi'));
      await awaitAllCallbacks();
      expect(large.tracers).toEqual([[], []]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  describe('for which the code of a model fails', () => {
    const fail = () => Promise.reject(new Error('cannot convert this content'));
    const healthOf = (chat: ChatRoutesmith, model: string) => chat.health()[model];

    it('blames no model where all fail', async () => {
      const chat = await route({ large: new TestModel(fail), small: new TestModel(fail) });
      for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) {
        expect((await errorOf(chat.invoke(text))).code).toBe('all_attempts_failed');
      }
      for (const model of ['large', 'small']) {
        expect(healthOf(chat, model)).toMatchObject({
          state: 'closed',
          failed: 6,
          consecutiveFailures: 0,
        });
      }
    });

    it('blames one model for different conversations only', async () => {
      const chat = await route({ large: new TestModel(fail), small: new TestModel() });
      for (let turn = 0; turn < 6; turn++) await chat.invoke('the same');
      expect(healthOf(chat, 'large')).toMatchObject({ state: 'closed', consecutiveFailures: 1 });
      for (const text of ['two', 'three', 'four', 'five']) await chat.invoke(text);
      expect(healthOf(chat, 'large')).toMatchObject({ state: 'open' });
    });
  });

  it('fails over from a model that never answers', async () => {
    const silent = new TestModel(() => new Promise(() => undefined));
    const settings = { timeouts: { attemptMs: scaleTime(1000) } };
    const chat = await route({ large: silent, small: new TestModel() }, settings);
    const { model, attempts } = routingOf(await chat.invoke('hi'));
    expect(model).toBe('small');
    expect(attempts[0]).toMatchObject({ failure: { class: 'attempt_timeout' } });
  });

  it('with tools goes to no model that cannot call them', async () => {
    const { policy, models } = await start({ small: answer('hello') });
    const mixed = { ...models, large: new TestModel() };
    const chat = new ChatRoutesmith({ policy, models: mixed });
    const { model, decision } = routingOf(await chat.bindTools([add]).invoke('hi'));
    expect(model).toBe('small');
    expect(decision.excluded[0]?.reason).toBe('its chat model cannot call tools');
  });

  it('shows no model the reasoning that another one wrote', async () => {
    const [large, small] = [new TestModel(() => Promise.reject(new Error('no'))), new TestModel()];
    const chat = await route({ large, small });
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'hello' },
    ];
    const fields = { content, response_metadata: { routesmith: { model: 'small' } } };
    const unknown = new AIMessage({ content });
    await chat.invoke([
      new HumanMessage('hi'),
      new AIMessage(fields),
      unknown,
      new HumanMessage('?'),
    ]);
    const [toLarge, toSmall] = [large.asked[0], small.asked[0]];
    expect(toLarge?.[1]?.content).toEqual(content.slice(1));
    expect(toLarge?.[1]).toBeInstanceOf(AIMessage);
    expect(toLarge?.[2]?.content).toEqual(content);
    expect(toSmall?.[1]?.content).toEqual(content);
  });

  it('shows no model what the server of another one keeps of its calls', async () => {
    const [large, small] = [new TestModel(() => Promise.reject(new Error('no'))), new TestModel()];
    const chat = await route({ large, small });
    const kept = { tool_outputs: [{}], __openai_custom_tool_call_ids__: { c: 'ctc_1' } };
    const fields = { content: 'hello', response_metadata: { routesmith: { model: 'small' } } };
    const answered = new AIMessage({ ...fields, additional_kwargs: { ...kept, other: 1 } });
    await chat.invoke([new HumanMessage('hi'), answered, new HumanMessage('?')]);
    expect(large.asked[0]?.[1]?.additional_kwargs).toEqual({ other: 1 });
    expect(small.asked[0]?.[1]?.additional_kwargs).toEqual({ ...kept, other: 1 });
  });

  it.each([
    { reasoning: { effort: 'low' } },
    { reasoningEffort: 'low' },
    { reasoning_effort: 'low' },
  ])('goes to no model of another effort than it asks for: %j', async (options) => {
    const models = [
      { ...buildPolicyModel('large'), effort: { of: 'gpt', level: 'high' } },
      { ...buildPolicyModel('small'), effort: { of: 'gpt', level: 'low' } },
      buildPolicyModel('local'),
    ];
    const { chat } = await start(
      { large: answer('large'), small: answer('small') },
      { policy: { models } },
    );
    const asking = chat.withConfig(options as object);
    expect(routingOf(await asking.invoke('hi'))).toMatchObject({
      model: 'small',
      decision: {
        excluded: expect.arrayContaining([
          { model: 'large', reason: 'the request asks for another effort' },
        ]) as unknown,
      },
    });
  });

  it('gives the calls of tools whole, however they are streamed', async () => {
    const pieces = ['', '{"a":2', ',"b":2}'].map((text, index) => {
      const id = index === 0 ? { id: 'c', type: 'function' } : {};
      const name = index === 0 ? { name: 'add' } : {};
      const call = { index: 0, ...id, function: { ...name, arguments: text } };
      return delta({ tool_calls: [call] });
    });
    const reply = stream(roleOnly, ...pieces, delta({}, 'tool_calls'), done);
    const { chat } = await start({ large: reply });
    const chunks = await collect(await chat.bindTools([add]).stream('2 + 2?'));
    const { tool_calls } = chunks.reduce((one, next) => one.concat(next));
    expect(tool_calls).toMatchObject([{ id: 'c', name: 'add', args: { a: 2, b: 2 } }]);
  });

  it('gives calls whose arguments cannot be read as such, and changes no message of a model', async () => {
    const invalid = { id: 'c', name: 'add', args: '{"a":', type: 'invalid_tool_call' } as const;
    const given = new AIMessage({ content: '', invalid_tool_calls: [invalid] });
    const chunk = new AIMessageChunk('hello');
    for (const message of [given, chunk]) {
      const chat = await route({ large: new TestModel(() => message) });
      const answered = await chat.invoke('hi');
      expect(routingOf(answered).model).toBe('large');
      expect(message.response_metadata).not.toHaveProperty('routesmith');
      if (message === given) expect(answered.invalid_tool_calls).toMatchObject([invalid]);
    }
  });

  describe("with OpenAI's Responses API", () => {
    const text = { type: 'output_text', text: 'Let me see.', annotations: [] };
    const message = { type: 'message', id: 'msg_1', role: 'assistant', content: [text] };
    const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'add' };
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
      { ...message, status: 'completed' },
      { ...call, arguments: '{"a":2,"b":2}' },
    ];
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const response = { id: 'resp_1', object: 'response', model: 'large-1', output, usage };

    /** Answers whole or streamed, as it is asked. */
    function respond(members: object): Reply {
      const whole = { ...response, ...members };
      const events = [
        { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
        { type: 'response.output_item.added', output_index: 0, item: output[0] },
        { type: 'response.output_item.added', output_index: 1, item: { ...message, content: [] } },
        { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: text.text },
        { type: 'response.output_item.added', output_index: 2, item: { ...call, arguments: '' } },
        {
          type: 'response.function_call_arguments.delta',
          output_index: 2,
          delta: '{"a":2,"b":2}',
        },
        { type: 'response.completed', response: whole },
      ];
      return (reply, request) =>
        request.body['stream'] === true
          ? stream(...events.map((one) => `event: ${one.type}\n${event(one)}`))(reply, request)
          : replyJson(whole)(reply, request);
    }

    async function startResponses(large: Reply) {
      const { servers, policy } = await start({ large, small: failWith(500) });
      const speaking = Object.entries(servers).map(([id, { baseUrl }]) => {
        const fields = { model: `${id}-1`, apiKey: 'sk-key-of-test', useResponsesApi: true };
        return [id, new ChatOpenAI({ ...fields, configuration: { baseURL: baseUrl } })] as const;
      });
      const models = Object.fromEntries(speaking);
      return { servers, chat: new ChatRoutesmith({ policy, models }).bindTools([add]) };
    }

    it.each(['whole', 'streamed'])(
      'refers to nothing that another server keeps: %s',
      async (how) => {
        const reply = inTurn(respond({ status: 'completed' }), failWith(500));
        const { servers, chat } = await startResponses(reply);
        const pieces =
          how === 'whole'
            ? [await chat.invoke('2 + 2?')]
            : await collect(await chat.stream('2 + 2?'));
        const first = pieces.reduce((one, next) => one.concat(next));
        expect(first.tool_calls).toMatchObject([{ name: 'add', args: { a: 2, b: 2 } }]);
        const result = new ToolMessage({ content: '4', tool_call_id: 'call_1' });
        await errorOf(chat.invoke([new HumanMessage('2 + 2?'), first, result]));
        const sent = [servers['large']?.requests[1], servers['small']?.requests[0]];
        const [own, foreign] = sent.map((request) => JSON.stringify(request?.body['input']));
        for (const id of ['rs_1', 'msg_1', 'fc_1']) {
          expect(own).toContain(id);
          expect(foreign).not.toContain(id);
        }
        for (const kept of ['Let me see.', 'call_1']) expect(foreign).toContain(kept);
      },
    );

    it.each([
      [{ status: 'completed' }, 'answered'],
      [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'answered'],
      [{ status: 'failed' }, 'server_error'],
      [{}, 'truncated'],
    ])('knows how an answer ended that says %o: %s', async (members, expected) => {
      const { chat } = await startResponses(respond(members));
      const outcome = await chat.invoke('hi').then(
        () => 'answered',
        ({ message: said }: Error) => said,
      );
      expect(outcome).toContain(expected);
    });
  });

  it('that its caller aborts ends with the reason, and asks no other model', async () => {
    const { chat, servers } = await start({ large: () => undefined, small: answer('hello') });
    const controller = new AbortController();
    const error = errorOf(chat.invoke('hi', { signal: controller.signal }));
    await expect.poll(() => servers['large']?.requests.length).toBe(1);
    controller.abort();
    expect((await error).name).toBe('AbortError');
    expect(servers['small']?.requests).toHaveLength(0);
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('with a history of megabytes is answered', async () => {
    const chat = await route({ large: new TestModel() });
    const turns = Array.from({ length: 2000 }, (_, turn) => [
      new HumanMessage(`${turn} ${'long '.repeat(200)}`),
      new AIMessage('yes '.repeat(100)),
    ]).flat();
    expect(routingOf(await chat.invoke([...turns, new HumanMessage('?')])).model).toBe('large');
  });

  it('and another one at the same time do not disturb each other', async () => {
    const { chat } = await start({
      large: (response, request) =>
        answer(String((request.body['messages'] as { content: string }[])[0]?.content))(
          response,
          request,
        ),
    });
    const answers = await chat.batch(['one', 'two', 'three']);
    expect(answers.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
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
      const { chat, servers } = await start({ large: reply, small: answer('hello') });
      const texts: string[] = [];
      const error = await errorOf(
        (async () => {
          for await (const chunk of await chat.stream('hi')) texts.push(chunk.text);
        })(),
      );
      expect(texts.join('')).toBe('It');
      expect(error.code).toBe('stream_truncated');
      expect(servers['small']?.requests).toHaveLength(0);
      expect(chat.health()).toMatchObject({ large: { failed: 1, inFlight: 0 } });
    },
  );

  it('as events has the text, the calls of tools, the metadata and the reason why it ended', async () => {
    const call = (piece: object, args: string) =>
      delta({ tool_calls: [{ index: 0, ...piece, function: { ...piece, arguments: args } }] });
    const reply = stream(
      roleOnly,
      delta({ content: 'Let me ' }),
      delta({ content: 'see.' }),
      call({ id: 'c', type: 'function', name: 'add' }, '{"a":2,'),
      call({}, '"b":2}'),
      delta({}, 'length'),
      usageEvent({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }),
      done,
    );
    const { chat } = await start({ large: reply });
    const events = await collect(chat.streamEvents('2 + 2?', { tools: [add] }));
    const finished = events.filter((one) => one.event === 'content-block-finish');
    expect(finished).toMatchObject([
      { index: 0, content: { type: 'text', text: 'Let me see.' } },
      { index: 1, content: { type: 'tool_call', id: 'c', name: 'add', args: { a: 2, b: 2 } } },
    ]);
    expect(events.at(-1)).toMatchObject({
      event: 'message-finish',
      reason: 'length',
      usage: { input_tokens: 10, output_tokens: 5 },
      responseMetadata: { finish_reason: 'length', routesmith: { model: 'large' } },
    });
  });

  it('as events has each call of a tool once, where the content of chunks has it, too', async () => {
    const call = { index: 1, id: 'c', name: 'add' };
    const args = '{"a":2,"b":2}';
    const chunks = [
      { content: [{ index: 0, type: 'text', text: 'Let me see.' }] },
      {
        content: [{ ...call, type: 'tool_use', input: '' }],
        tool_call_chunks: [{ ...call, args: '' }],
      },
      {
        content: [{ index: 1, type: 'input_json_delta', input: args }],
        tool_call_chunks: [{ index: 1, args }],
      },
      { content: [], response_metadata: { stop_reason: 'tool_use' } },
    ].map((members) => new AIMessageChunk(members));
    class StreamingModel extends TestModel {
      override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
        for (const message of chunks) yield new ChatGenerationChunk({ message, text: '' });
      }
    }
    const chat = await route({ large: new StreamingModel() });
    const events = await collect(chat.streamEvents('2 + 2?'));
    const finished = events.filter((one) => one.event === 'content-block-finish');
    expect(finished).toMatchObject([
      { index: 0, content: { type: 'text', text: 'Let me see.' } },
      { index: 1, content: { type: 'tool_call', id: 'c', name: 'add', args: { a: 2, b: 2 } } },
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'message-finish', reason: 'tool_use' });
  });

  it('that its reader leaves closes the connection', async () => {
    let isClosed = false;
    const { chat } = await start({
      large: (response) => {
        response.on('close', () => {
          isClosed = true;
        });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + delta({ content: 'It' }));
      },
    });
    for await (const chunk of await chat.stream('hi')) if (chunk.text === 'It') break;
    await expect.poll(() => isClosed).toBe(true);
    expect(chat.health()).toMatchObject({ large: { inFlight: 0 } });
  });
});
