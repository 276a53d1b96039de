import { describe, expect, it } from 'vitest';
import { foldAnswer } from '../../../src/llm/answer-fold.js';
import type { StreamEvent } from '../../../src/llm/types.js';
import { createRouter } from '../../../src/serve/router/router.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import {
  answer,
  buildAnswer,
  errorOf,
  question,
  readEvents,
  replyJson,
  startRouter,
} from '../../support/router.js';
import {
  buildConstantPolicy,
  buildPolicyModel,
  writePolicyFile,
} from '../../support/routing-policy.js';
import {
  delta,
  event,
  done,
  failWith,
  roleOnly,
  stream,
  usageEvent,
} from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 10, date: '2025-01-01' };

describe('complete', () => {
  it('asks the model of the decision, and gives back what it says and what it cost', async () => {
    const { router, servers } = await start(
      { large: answer('4'), small: answer('five') },
      { endpoint: { apiKey: 'key-of-the-pool', price, headers: { 'x-title': 'test' } } },
    );
    const result = await router.complete({ ...question, temperature: 0 });
    expect(result).toMatchObject({
      model: 'large',
      text: '4',
      response: buildAnswer('4'),
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 5 },
      decision: { model: 'large', reason: 'baseline_holds' },
      attempts: [{ model: 'large', outcome: 'answered', isProbe: false }],
    });
    expect(result.costUsd).toBeCloseTo(60e-6, 12);
    const [request] = servers['large']?.requests ?? [];
    expect(request?.path).toBe('/v1/chat/completions');
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer key-of-the-pool',
      'x-title': 'test',
    });
    expect(request?.body).toEqual({
      ...question,
      temperature: 0,
      model: 'large-1',
      stream: false,
    });
    expect(servers['small']?.requests).toHaveLength(0);
  });

  it('follows the objective and the constraints of the call', async () => {
    const { router } = await start({ large: answer('4'), small: answer('5') });
    expect((await router.complete(question, { objective: 'cost' })).model).toBe('small');
    const constraints = { maxCostUsd: 0.005 };
    expect((await router.complete(question, { constraints })).model).toBe('small');
  });

  it('prefers the charge that the provider reports to its own arithmetic', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, cost: 0.25 };
    const { router } = await start(
      { large: replyJson(buildAnswer('4', { usage })) },
      { endpoint: { price } },
    );
    expect((await router.complete(question)).costUsd).toBe(0.25);
  });

  it('knows no cost without usage, and none without a price', async () => {
    const without = await start(
      { large: replyJson(buildAnswer('4', { usage: undefined })) },
      { endpoint: { price } },
    );
    expect(await without.router.complete(question)).toMatchObject({ usage: null, costUsd: null });
    const unpriced = await start({ large: answer('4') });
    expect((await unpriced.router.complete(question)).costUsd).toBeNull();
  });

  it('takes keys and headers from functions, called for every request', async () => {
    let turn = 0;
    const { router, servers } = await start(
      { large: answer('4') },
      {
        endpoint: { apiKey: async () => `key-${++turn}`, headers: () => ({ 'x-turn': `${turn}` }) },
      },
    );
    await router.complete(question);
    await router.complete(question);
    const headers = servers['large']?.requests.map((request) => request.headers);
    expect(headers?.map(({ authorization }) => authorization)).toEqual([
      'Bearer key-1',
      'Bearer key-2',
    ]);
  });

  it('takes a tool call, a refusal and parts of text for answers', async () => {
    const toolCall = { id: 'c', type: 'function', function: { name: 'add', arguments: '{}' } };
    for (const message of [
      { role: 'assistant', content: null, tool_calls: [toolCall] },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'assistant', content: [{ type: 'text', text: '4' }] },
    ]) {
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      const { router } = await start({ large: replyJson(buildAnswer('', { choices })) });
      expect((await router.complete(question)).response).toMatchObject({ choices });
    }
  });

  it('speaks Anthropic Messages where the endpoint does', async () => {
    const body = {
      type: 'message',
      content: [{ type: 'text', text: 'Four' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 4, cache_read_input_tokens: 6, output_tokens: 2 },
    };
    const { router, servers } = await start(
      { large: replyJson(body) },
      { endpoint: { kind: 'anthropic', maxTokens: 100, apiKey: 'key-of-the-pool' } },
    );
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '2 + 2?' },
    ] as const;
    const result = await router.complete({ messages, stop: '.' });
    expect(result).toMatchObject({
      text: 'Four',
      response: body,
      finishReason: 'end_turn',
      usage: { inputTokens: 10, cachedInputTokens: 6, outputTokens: 2 },
    });
    const [request] = servers['large']?.requests ?? [];
    expect(request?.path).toBe('/v1/messages');
    expect(request?.headers).toMatchObject({
      'x-api-key': 'key-of-the-pool',
      'anthropic-version': '2023-06-01',
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body).toEqual({
      model: 'large-1',
      system: 'Be brief.',
      messages: [{ role: 'user', content: [{ type: 'text', text: '2 + 2?' }] }],
      max_tokens: 100,
      stop_sequences: ['.'],
      stream: false,
    });
  });

  it('keeps the query of a base URL', async () => {
    const { router, servers } = await start({ large: answer('4') });
    const baseUrl = `${servers['large']?.baseUrl}/?version=3`;
    const other = await start({ small: answer('4') }, { endpoint: { baseUrl } });
    await other.router.complete(question);
    expect(servers['large']?.requests[0]?.path).toBe('/v1/chat/completions?version=3');
    expect(router.health()['large']?.succeeded).toBe(0);
  });
});

describe('stream', () => {
  it('hands on text and chunks as they come, and ends with the figures', async () => {
    const { router, servers } = await start({ large: answer('4') }, { endpoint: { price } });
    const result = await router.stream(question);
    expect(result).toMatchObject({
      model: 'large',
      attempts: [{ model: 'large', outcome: 'answering' }],
    });
    const { text, end, error } = await readEvents(result.events);
    expect(error).toBeUndefined();
    expect(text).toBe('4');
    expect(end).toMatchObject({
      kind: 'end',
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 5 },
      costUsd: 60e-6,
    });
    expect(servers['large']?.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('hands on everything the provider sends, reasoning and tool calls included', async () => {
    const pieces = [
      roleOnly,
      delta({ reasoning_content: 'Hmm' }),
      delta({ tool_calls: [{ index: 0, function: { name: 'add', arguments: '{}' } }] }),
      delta({}, 'tool_calls'),
      usageEvent({ prompt_tokens: 1, completion_tokens: 2 }),
    ];
    const { router } = await start({ large: stream(...pieces, done) });
    const { events } = await router.stream(question);
    const seen: unknown[] = [];
    for await (const event of events) if (event.kind === 'chunk') seen.push(event.data);
    expect(seen).toEqual(pieces.map((piece) => JSON.parse(piece.slice(6))));
  });

  it('hands on arguments that are held back until [DONE], without a finish reason', async () => {
    const called = { index: 0, id: 'c', function: { name: 'now', arguments: '{}' } };
    const shared = { id: 'x', model: 'm' };
    const piece = event({ ...shared, choices: [{ index: 0, delta: { tool_calls: [called] } }] });
    const counts = event({ ...shared, choices: [], usage: { prompt_tokens: 1 } });
    const { router } = await start({ large: stream(piece, counts, done) });
    const { events } = await router.stream(question);
    const said: StreamEvent[] = [];
    const seen: unknown[] = [];
    for await (const one of events) {
      if (one.kind !== 'chunk') continue;
      seen.push(one.data);
      said.push(...one.events);
    }
    expect(foldAnswer(said).toolCalls).toEqual([{ id: 'c', name: 'now', argumentText: '{}' }]);
    expect(seen.slice(2)).toEqual([{ ...shared, choices: [] }]);
  });

  it.each([
    ['a finish reason, and no [DONE]', [delta({ content: '4' }, 'stop')]],
    [
      '[DONE], and no finish reason',
      [event({ choices: [{ index: 0, delta: { content: '4' } }] }), done],
    ],
  ])('is whole with %s', async (_, pieces) => {
    const { router } = await start({ large: stream(...pieces) });
    const { text, end } = await readEvents((await router.stream(question)).events);
    expect(text).toBe('4');
    expect(end).toMatchObject({ kind: 'end', usage: null, costUsd: null });
  });

  it('gives events in order to who asks for several at once', async () => {
    const { router } = await start({
      large: stream(delta({ content: 'a' }), delta({ content: 'b' }, 'stop'), done),
    });
    const { events } = await router.stream(question);
    const results = await Promise.all([events.next(), events.next(), events.next(), events.next()]);
    expect(results.map(({ value, done: isDone }) => (isDone ? 'over' : value.kind))).toEqual([
      'chunk',
      'chunk',
      'end',
      'over',
    ]);
  });

  it('speaks Anthropic Messages where the endpoint does', async () => {
    const pieces = [
      { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Fo' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ur' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ].map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
    const { router } = await start(
      { large: stream(...pieces) },
      { endpoint: { kind: 'anthropic', maxTokens: 100 } },
    );
    const { text, end } = await readEvents((await router.stream(question)).events);
    expect(text).toBe('Four');
    expect(end).toMatchObject({
      finishReason: 'end_turn',
      usage: { inputTokens: 9, outputTokens: 5 },
    });
  });
});

describe('what may be asked', () => {
  const vision = { vision: true, tools: false, json: false, reasoning: false };
  const blind = { ...vision, vision: false };
  const models = [
    { ...buildPolicyModel('small', { costUsd: 0.001 }), capabilities: vision },
    { ...buildPolicyModel('large', { costUsd: 0.01 }), capabilities: blind },
    buildPolicyModel('local'),
  ];
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const;

  it('is a model that can see, where there is something to see', async () => {
    const all = { large: answer('1'), small: answer('2') };
    const { router } = await start(all, { policy: { models } });
    const result = await router.complete({ messages: [{ role: 'user', content: [picture] }] });
    expect(result.model).toBe('small');
    expect(result.decision.excluded).toContainEqual({
      model: 'large',
      reason: 'the request needs vision, which it cannot do',
    });
    expect(result.decision.excluded).toContainEqual({
      model: 'local',
      reason: 'the pool has no endpoint for it',
    });
  });

  it('is nothing where no model can do it, and each reason is given', async () => {
    const { router, servers } = await start({ large: answer('1') }, { policy: { models } });
    const tools = [{ type: 'function', function: { name: 'add' } }];
    const error = await errorOf(router.complete({ ...question, tools }));
    expect(error.code).toBe('no_feasible_model');
    expect(error.decision.excluded.map(({ reason }) => reason)).toContain(
      'the request needs tools, which it cannot do',
    );
    expect(servers['large']?.requests).toHaveLength(0);
  });

  it('follows what the endpoint says of its model over what the policy says', async () => {
    const { router } = await start(
      { large: answer('1') },
      { policy: { models }, endpoint: { capabilities: { json: true } } },
    );
    const request = { ...question, response_format: { type: 'json_object' } };
    expect((await router.complete(request)).model).toBe('large');
  });

  it('is no endpoint whose protocol has no words for it', async () => {
    const { router } = await start(
      { large: answer('1') },
      { endpoint: { kind: 'anthropic', maxTokens: 5 } },
    );
    const error = await errorOf(router.complete({ ...question, logit_bias: { 7: 1 } }));
    expect(error.decision.excluded[1]?.reason).toBe('Anthropic Messages have no "logit_bias"');
  });

  it('is an endpoint of Anthropic at the effort that its model was measured with', async () => {
    const level = (name: string) => ({
      ...buildPolicyModel(`claude@${name}`, { costUsd: 0.1, latencyMs: 500 }),
      effort: { of: 'claude', level: name },
    });
    const replies = { 'claude@low': answer('1'), 'claude@high': answer('2') };
    const { router, servers } = await start(replies, {
      policy: {
        models: [level('low'), level('high')],
        scorer: { kind: 'constant', quality: Float32Array.of(0.7, 0.9) },
        baseline: 'claude@high',
        fallbackOrder: ['claude@high', 'claude@low'],
      },
      endpoint: { kind: 'anthropic', maxTokens: 5, parameters: { max_tokens: null } },
    });
    for (const asked of [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }]) {
      await errorOf(router.complete({ ...question, ...asked }));
    }
    const bodies = servers['claude@low']?.requests.map(({ body }) => body) ?? [];
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      expect(body).toMatchObject({ max_tokens: 5 });
      expect(body).not.toHaveProperty('reasoning_effort');
    }
    expect(servers['claude@high']?.requests).toHaveLength(0);
    for (const reasoning of [{ max_tokens: 9 }, 'low']) {
      const error = await errorOf(router.complete({ ...question, reasoning }));
      expect(error.decision.excluded[0]?.reason).toBe('Anthropic Messages have no "reasoning"');
    }
  });

  it('is nothing where the constraints cannot be read', async () => {
    const { router } = await start({ large: answer('1') });
    const constraints = { maxCost: 1 } as object;
    expect((await errorOf(router.complete(question, { constraints }))).code).toBe(
      'no_feasible_model',
    );
  });

  it('is a model by name, which is asked first', async () => {
    const { router } = await start({ large: answer('1'), small: answer('2') });
    const result = await router.complete(question, { model: 'small' });
    expect(result).toMatchObject({ model: 'small', decision: { reason: 'named_model' } });
  });

  it('is no other model, where only the named one may be asked and the constraints forbid it', async () => {
    const { router } = await start({ large: answer('1'), small: answer('2') });
    const constraints = { deny: ['small'] };
    const named = { model: 'small', constraints };
    expect((await router.complete(question, named)).model).toBe('large');
    const error = await errorOf(router.complete(question, { ...named, failover: false }));
    expect(error.code).toBe('no_feasible_model');
    expect(error.message).toContain('small cannot take this request: in the denied models');
    expect(error.decision).toMatchObject({ kind: 'no_feasible_model', model: null, ranked: [] });
  });

  it('is no other model either, where the constraints do not allow the named one', async () => {
    const { router } = await start({ large: answer('1'), small: answer('2') });
    const options = { model: 'small', failover: false, constraints: { allow: ['large'] } };
    const error = await errorOf(router.complete(question, options));
    expect(error.message).toContain('small cannot take this request: not in the allowed models');
    expect(error.decision.model).toBeNull();
  });

  it('is explained with all others that could take the request, where the named one can', async () => {
    const { router } = await start({ large: answer('1'), small: answer('2') });
    const result = await router.complete(question, { model: 'small', failover: false });
    expect(result.decision.ranked.map(({ model }) => model)).toEqual(['small', 'large']);
  });
});

describe('an answer that is no text', () => {
  const audio = { id: 'audio_1', data: 'UklGRg==', transcript: 'Four.', expires_at: 1 };
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } };
  const media: readonly [string, object][] = [
    ['audio', { content: null, audio }],
    ["OpenRouter's images", { content: '', images: [image] }],
    ['a part of its content', { content: [image] }],
  ];

  it.each(media)('is an answer if it is %s', async (_, members) => {
    const message = { role: 'assistant', ...members };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const { router, servers } = await start({
      large: replyJson(buildAnswer(null, { choices })),
      small: answer('no'),
    });
    const whole = await router.complete(question);
    expect(whole).toMatchObject({ model: 'large', text: '', response: { choices: [{ message }] } });
    const { model, events } = await router.stream(question);
    expect([model, (await readEvents(events)).end?.kind]).toEqual(['large', 'end']);
    expect(servers['small']?.requests).toEqual([]);
  });

  it.each(media)('is one in deltas, too, if they are %s', async (_, members) => {
    const chunk = event({ choices: [{ index: 0, delta: members, finish_reason: null }] });
    const { router, servers } = await start({
      large: stream(roleOnly, chunk, delta({}, 'stop'), done),
      small: answer('no'),
    });
    const { model, events } = await router.stream(question);
    expect([model, (await readEvents(events)).end?.kind]).toEqual(['large', 'end']);
    expect(servers['small']?.requests).toEqual([]);
  });

  it('is none where audio or images are named and empty', async () => {
    const message = { role: 'assistant', content: null, audio: { id: 'audio_1' }, images: [] };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const { router } = await start({
      large: replyJson(buildAnswer(null, { choices })),
      small: answer('4'),
    });
    expect((await router.complete(question)).model).toBe('small');
  });
});

describe('an invalid request', () => {
  const assistant = { role: 'assistant', content: null };

  it.each<[string, object]>([
    [
      'calls that are no list',
      { messages: [...question.messages, { ...assistant, tool_calls: {} }] },
    ],
    [
      'a call that is null',
      { messages: [...question.messages, { ...assistant, tool_calls: [null] }] },
    ],
    ['content that is an object', { messages: [{ role: 'user', content: {} }] }],
    ['content that is a number', { messages: [{ role: 'user', content: 5 }] }],
    ['tools that are no list', { ...question, tools: {} }],
    ['a tool that is null', { ...question, tools: [null] }],
  ])('is for the servers to judge, and excludes those of Anthropic: %s', async (_, request) => {
    const { servers } = await start({ large: answer('1'), small: failWith(400) });
    const pool = {
      large: {
        kind: 'anthropic',
        baseUrl: servers['large']?.baseUrl ?? '',
        model: 'm',
        maxTokens: 9,
      },
      small: { kind: 'openai', baseUrl: servers['small']?.baseUrl ?? '', model: 'm' },
    } as const;
    const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
    const error = await errorOf(createRouter({ policy, pool }).complete(request as never));
    expect(error.code).toBe('request_refused');
    expect(error.decision.excluded.map(({ model }) => model)).toContain('large');
    expect(servers['large']?.requests).toEqual([]);
  });

  it.each([
    ['no messages', {}, 'messages are missing'],
    ['a message that is not an object', { messages: [null] }, 'a message is not an object'],
    ['a model in the request', { ...question, model: 'x' }, '"model" is set by the router'],
    ['a stream in the request', { ...question, stream: true }, 'router.stream'],
    [
      'the same beside members of other names',
      { ...question, stream: true, protocol: 'openai', words: {} },
      'router.stream',
    ],
    ['members apart, as in a data set', { ...question, members: { max_tokens: 5 } }, '"members"'],
    ['a value that JSON cannot represent', { ...question, seed: 1n }, 'cannot be written as JSON'],
  ])('is rejected: %s', async (_, request, expected) => {
    const { router } = await start({ large: answer('1') });
    const error: unknown = await router.complete(request as never).catch((cause: unknown) => cause);
    if (!RoutesmithError.isInstance(error)) throw error;
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain(expected);
    expect(router.health()['large']).toMatchObject({ failed: 0, inFlight: 0 });
  });

  it('is a model that the pool does not have', async () => {
    const { router } = await start({ large: answer('1') });
    await expect(router.complete(question, { model: 'lrge' })).rejects.toThrow(
      'did you mean "large"?',
    );
  });

  it.each([
    ['an unknown model', { larg: {} }, 'did you mean "large"'],
    ['nothing', {}, 'there is no endpoint'],
    ['a URL that is none', { large: { baseUrl: 'nowhere' } }, 'must be a URL'],
    ['another protocol', { large: { baseUrl: 'file:///etc' } }, 'https://'],
    ['credentials in the URL', { large: { baseUrl: 'https://u:secret@h' } }, 'use apiKey'],
    ['an unknown kind', { large: { kind: 'other' } }, 'kind must be'],
    ['no name of the model', { large: { model: '' } }, 'model must be'],
    ['a mistyped member', { large: { apikey: 'secret' } }, 'did you mean "apiKey"'],
    [
      'prices as a pool file has them',
      { large: { price: { input: 3, output: 15 } } },
      'pool, large, price: unknown name "input" (known: inputPerMillionUsd,',
    ],
    [
      'a price below 0',
      { large: { price: { ...price, outputPerMillionUsd: -1 } } },
      'price, outputPerMillionUsd: must be a number of at least 0',
    ],
    [
      'a price without a part',
      { large: { price: { inputPerMillionUsd: 1, date: '2025-01-01' } } },
      'price, outputPerMillionUsd: must be a number',
    ],
    [
      'a price that is a text',
      { large: { price: { ...price, cachedInputPerMillionUsd: '1' } } },
      'cachedInputPerMillionUsd must be of type number',
    ],
    [
      'a mistyped capability',
      { large: { capabilities: { visoin: false } } },
      'pool, large, capabilities: unknown name "visoin" (did you mean "vision"?',
    ],
    [
      'a capability that is a text',
      { large: { capabilities: { vision: 'no' } } },
      'vision must be of type boolean',
    ],
    [
      'parameters that are a list',
      { large: { parameters: [] } },
      'parameters must be of type object',
    ],
    [
      'a key that is a list',
      { large: { apiKey: ['secret'] } },
      'apiKey must be of type string or function',
    ],
    ['Anthropic without a limit', { large: { kind: 'anthropic' } }, 'maxTokens must be set'],
    [
      'a limit of Anthropic for a server of chat completions',
      { large: { maxTokens: 5 } },
      'maxTokens is only for Anthropic; set parameters: { max_tokens: … } instead',
    ],
  ])('is a pool with %s', async (_, pool, expected) => {
    const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
    const whole = { kind: 'openai', baseUrl: 'https://example.com/v1', model: 'm' };
    const endpoints = Object.fromEntries(
      Object.entries(pool).map(([id, endpoint]) => [id, { ...whole, ...(endpoint as object) }]),
    ) as unknown as Record<string, Endpoint>;
    const create = () => createRouter({ policy, pool: endpoints });
    expect(create).toThrow(expected);
    expect(create).not.toThrow('secret');
  });

  it.each([
    [{ constraint: { maxCostUsd: 0 } }, 'options: unknown name "constraint"'],
    [{ maxCostUsd: 0 }, 'options: unknown name "maxCostUsd"'],
    [{ objektive: 'cost' }, 'did you mean "objective"?'],
    [{ timeout: 100 }, 'did you mean "timeouts"?'],
    [{ failover: 'false' }, 'failover must be of type boolean'],
    [{ models: {} }, 'did you mean "model"?'],
  ])('is one with options that the router would not follow: %j', async (options, expected) => {
    const { router, servers } = await start({ large: answer('1') });
    await expect(router.complete(question, options as never)).rejects.toThrow(expected);
    await expect(router.stream(question, options as never)).rejects.toThrow(expected);
    expect(servers['large']?.requests).toHaveLength(0);
  });

  it.each([
    [{ whenAllUnavailable: 'try-soonest' }, 'did you mean "try_soonest"?'],
    [{ brekaer: {} }, 'did you mean "breaker"?'],
  ])('is a router with the settings %j', async (settings, expected) => {
    await expect(startRouter({ large: answer('') }, settings as object)).rejects.toThrow(expected);
  });

  // The last one is like a watcher.
  it.each([Promise.resolve(), () => Promise.resolve(), undefined, { decide: () => undefined }])(
    'is a router without a loaded policy: %s',
    (policy) => {
      const endpoint = { kind: 'openai', baseUrl: 'https://example.com/v1', model: 'm' } as const;
      expect(() => createRouter({ policy: policy as never, pool: { large: endpoint } })).toThrow(
        'policy: must be loaded: await loadPolicy',
      );
    },
  );

  it('is a router without a pool', async () => {
    await expect(startRouter({ large: answer('') }, { pool: undefined } as object)).rejects.toThrow(
      'pool: must be an object',
    );
  });

  it.each([undefined, null, []])(
    'is a router with %j in place of an endpoint',
    async (endpoint) => {
      const pool = { large: endpoint };
      await expect(startRouter({ large: answer('') }, { pool } as object)).rejects.toThrow(
        'pool, large: must be an object',
      );
    },
  );

  it('is a router with settings that mean nothing', async () => {
    await expect(startRouter({ large: answer('') }, { timeouts: { idleMs: -1 } })).rejects.toThrow(
      'timeouts, idleMs: must be a number above 0',
    );
    const breaker = { failureTreshold: 3 } as object;
    await expect(startRouter({ large: answer('') }, { breaker })).rejects.toThrow(
      'did you mean "failureThreshold"',
    );
  });
});
