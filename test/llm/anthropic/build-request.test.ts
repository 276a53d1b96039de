import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildAnthropicRequest,
  findInexpressible,
} from '../../../src/llm/anthropic/build-request.js';
import { readAnthropicRequest } from '../../../src/llm/anthropic/read-request.js';
import { stripReasoning } from '../../../src/llm/strip-reasoning.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import {
  buildEndpointRequest,
  readRouterRequest,
  splitRequest,
  type RouterRequest,
} from '../../../src/serve/router/router-request.js';
import type { JsonObject } from '../../../src/util/json.js';

const endpoint: Endpoint = {
  kind: 'anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  model: 'claude',
  maxTokens: 1024,
};
const tool = { type: 'function', function: { name: 'f' } };
const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
const blank = { type: 'text', text: '\n' };
const say = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const after = (message: object) => ({
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', ...message },
  ],
});
const hello = [{ role: 'user', content: 'Hi' }] as const;

function findProblem(request: RouterRequest): string | undefined {
  return findInexpressible(splitRequest(request));
}

function build(request: RouterRequest, own = endpoint, stream = false): Record<string, unknown> {
  expect(findProblem(request)).toBeUndefined();
  return buildAnthropicRequest(buildEndpointRequest(readRouterRequest(request), own, stream));
}

describe('a request for Anthropic Messages', () => {
  it('has the system messages apart, in their order', () => {
    const body = build({
      messages: [
        { role: 'system', content: 'Be brief.' },
        ...hello,
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
      ],
    });
    expect(body['system']).toBe('Be brief.\n\nBe kind.');
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]);
  });

  it('has images, inline and by URL', () => {
    const image = (url: string) => ({ type: 'image_url', image_url: { url } }) as const;
    const content = [image('data:image/png;base64,AAAA'), image('https://example.com/a.png')];
    expect(build({ messages: [{ role: 'user', content }] })['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        ],
      },
    ]);
  });

  it.each(['image/jpg', 'image/JPG', 'image/jpeg', 'image/jpg;name=a.jpg'])(
    'has an image of type %s by the name that Anthropic takes',
    (type) => {
      const url = `data:${type};base64,AAAA`;
      const body = build(say([{ type: 'image_url', image_url: { url } }]) as RouterRequest);
      const source = { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' };
      expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'image', source }] }]);
    },
  );

  it('has no blank texts beside anything else, because Anthropic refuses them', () => {
    const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } };
    const body = build({
      messages: [
        { role: 'system', content: [blank, { type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [blank, image] },
        { role: 'assistant', content: '\n\n', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'x', content: '\n' },
      ],
    } as RouterRequest);
    const source = { type: 'url', url: image.image_url.url };
    expect(body).toMatchObject({ system: 'Be brief.' });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'image', source }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] },
    ]);
    expect(build({ messages: [{ role: 'system', content: ' ' }, ...hello] })).not.toHaveProperty(
      'system',
    );
  });

  it.each([
    [true, { strict: true }],
    [false, {}],
    [null, {}],
  ])('has tools whose "strict" is %j', (strict, expected) => {
    const given = { type: 'function', function: { name: 'f', strict } };
    expect(build({ messages: hello, tools: [given] } as RouterRequest)['tools']).toEqual([
      { name: 'f', input_schema: { type: 'object' }, ...expected },
    ]);
  });

  it('has tools, their calls, and their results in one turn', () => {
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'add', arguments: '{"a":1}' },
    });
    const parameters = { type: 'object', properties: { a: { type: 'number' } } };
    const body = build({
      messages: [
        ...hello,
        { role: 'assistant', content: null, tool_calls: [call('x'), call('y')] },
        { role: 'tool', tool_call_id: 'x', content: '2' },
        { role: 'tool', tool_call_id: 'y', content: '3' },
        { role: 'user', content: 'And?' },
      ],
      tools: [{ type: 'function', function: { name: 'add', description: 'Adds.', parameters } }],
      tool_choice: 'required',
    });
    const use = (id: string) => ({ type: 'tool_use', id, name: 'add', input: { a: 1 } });
    const result = (id: string, text: string) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [{ type: 'text', text }],
    });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [use('x'), use('y')] },
      {
        role: 'user',
        content: [result('x', '2'), result('y', '3'), { type: 'text', text: 'And?' }],
      },
    ]);
    expect(body['tools']).toEqual([
      { name: 'add', description: 'Adds.', input_schema: parameters },
    ]);
    expect(body['tool_choice']).toEqual({ type: 'any' });
  });

  it.each([
    ['max_tokens', { max_tokens: 5 }, { max_tokens: 5 }],
    ['max_completion_tokens', { max_completion_tokens: 6 }, { max_tokens: 6 }],
    ['no limit', {}, { max_tokens: 1024 }],
    ['one stop', { stop: 'x' }, { stop_sequences: ['x'] }],
    ['several stops', { stop: ['x', 'y'] }, { stop_sequences: ['x', 'y'] }],
    ['a user', { user: 'u' }, { metadata: { user_id: 'u' } }],
    ['a temperature', { temperature: 0 }, { temperature: 0 }],
    [
      'a tool to use',
      { tool_choice: { type: 'function', function: { name: 'add' } } },
      { tool_choice: { type: 'tool', name: 'add' } },
    ],
  ])('translates %s', (_, members, expected) => {
    expect(build({ messages: hello, ...members })).toMatchObject(expected);
  });

  it('has the parameters of its endpoint, where it does not name its own', () => {
    const own = { ...endpoint, parameters: { temperature: 0.5, top_k: 3 } };
    expect(build({ messages: hello }, own, true)).toMatchObject({
      temperature: 0.5,
      top_k: 3,
      stream: true,
    });
    expect(build({ messages: hello, temperature: 0 }, own, true)).toMatchObject({
      temperature: 0,
    });
  });

  it.each<[string, object, string]>([
    ['a seed', { seed: 1 }, '"seed"'],
    ['a hot temperature', { temperature: 1.5 }, 'temperature above 1'],
    ['names of speakers', { messages: [{ ...hello[0], name: 'A' }] }, 'names of speakers'],
    ['sound', { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'part'],
    ['tools of another type', { tools: [{ type: 'web_search' }] }, 'type function'],
    ['another choice', { tool_choice: 'sometimes' }, 'choice'],
    [
      'the detail of an image',
      say([{ ...image, image_url: { url: 'u', detail: 'low' } }]),
      'detail',
    ],
    [
      'an inline image that is not in base64',
      say([{ ...image, image_url: { url: 'data:image/svg+xml,<svg/>' } }]),
      'base64 only',
    ],
    ['an image for the system', { messages: [{ role: 'system', content: [image] }] }, 'text only'],
    [
      'a call in the old form',
      after({ content: null, function_call: { name: 'f' } }),
      'function_call',
    ],
    ['another role', { messages: [...hello, { role: 'critic', content: 'x' }] }, 'role "critic"'],
    ['earlier reasoning', after({ content: 'x', reasoning_content: 'y' }), 'reasoning_content'],
    ['system messages only', { messages: [{ role: 'system', content: 'x' }] }, 'need a message'],
    ['an empty text', say(''), 'blank user message'],
    ['a blank text', say('  '), 'blank user message'],
    ['blank texts only', say([{ type: 'text', text: '' }, blank]), 'blank user message'],
    ['a blank stop', { stop: '\n' }, 'blank stop'],
    ['a blank stop among others', { stop: ['END', '\n\n'] }, 'blank stop'],
    [
      'an answer first',
      { messages: [{ role: 'assistant', content: 'x' }, ...hello] },
      'begin with',
    ],
    ['an empty answer', after({ content: null }), 'blank assistant message'],
    [
      'a result of no call',
      { messages: [...hello, { role: 'tool', content: 'x' }] },
      'tool_call_id',
    ],
    ['an effort', { reasoning_effort: 'low' }, '"reasoning_effort"'],
    [
      'arguments that are not JSON',
      {
        messages: [
          hello[0],
          { role: 'assistant', content: '', tool_calls: [{ function: { arguments: '{"a"' } }] },
        ],
      },
      'JSON objects',
    ],
  ])('cannot have %s, and that is said', (_, members, expected) => {
    const request = { messages: hello, ...members } as unknown as RouterRequest;
    expect(findProblem(request)).toContain(expected);
  });

  it.each([
    { n: 1 },
    { presence_penalty: 0 },
    { logprobs: false },
    { response_format: null },
    { response_format: { type: 'text' } },
    { parallel_tool_calls: true },
    { seed: null },
    { logit_bias: {} },
    { store: false },
    { temperature: null },
    { tools: [] },
  ])('is not prevented by %j, which says what is so anyway', (members) => {
    expect(build({ messages: hello, ...members })).toEqual({
      model: 'claude',
      max_tokens: 1024,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: false,
    });
  });

  it("has parts of Anthropic's own form as they are", () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const base64 = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };
    const asked = [
      { type: 'document', source: base64, title: 'Terms', citations: { enabled: true }, ...mark },
      { type: 'image', source: { type: 'url', url: 'https://images.example/a.png' } },
      { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'x' }] },
    ];
    const answered = [
      { type: 'thinking', thinking: 'Hmm', signature: 'abc' },
      { type: 'redacted_thinking', data: 'def' },
      { type: 'tool_use', id: 'call-1', name: 'look', input: { at: 1 } },
    ];
    const told = [
      { type: 'tool_result', tool_use_id: 'call-1', content: 'A cat', is_error: false },
    ];
    const messages = [
      { role: 'user', content: asked },
      { role: 'assistant', content: answered },
      { role: 'user', content: told },
    ];
    expect(build({ messages } as unknown as RouterRequest)['messages']).toEqual(messages);
  });

  it('has ids of calls in characters that Anthropic takes, however they were written', () => {
    const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: '7' });
    const turns = (id: string) => [
      ...hello,
      { role: 'assistant', content: [{ type: 'text', text: 'Wait' }, use(id)] },
      { role: 'user', content: [result(id)] },
    ];
    const body = { max_tokens: 9, messages: turns('functions.f:0') };
    const request = readAnthropicRequest(body);
    const native = buildAnthropicRequest(buildEndpointRequest(request, endpoint, false));
    expect(native['messages']).toEqual(turns('functions_f_0'));
    expect(body.messages).toEqual(turns('functions.f:0'));
    const { messages } = body as unknown as RouterRequest;
    expect(build({ messages })['messages']).toMatchObject([{}, ...turns('functions_f_0').slice(1)]);
  });

  it.each([
    ['https://api.moonshot.ai/anthropic/v1', 'functions.f:0'],
    ['https://api.anthropic.com/v1', 'functions_f_0'],
  ])('has ids of calls as its model needs them back, at %s', (baseUrl, expected) => {
    const id = 'functions.f:0';
    const own: Endpoint = { ...endpoint, baseUrl, model: 'kimi-k2' };
    const called = { id, type: 'function', function: { name: 'f', arguments: '{}' } };
    const translated = build(
      {
        messages: [
          ...hello,
          { role: 'assistant', content: null, tool_calls: [called] },
          { role: 'tool', tool_call_id: id, name: 'f', content: '7' },
        ],
      },
      own,
    );
    const use = { type: 'tool_use', id, name: 'f', input: {} };
    const turns = [
      ...hello,
      { role: 'assistant', content: [use] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: '7' }] },
    ];
    const request = readAnthropicRequest({ max_tokens: 9, messages: turns });
    const native = buildAnthropicRequest(buildEndpointRequest(request, own, false));
    for (const { messages } of [native, translated]) {
      expect(messages).toMatchObject([
        {},
        { content: [{ id: expected }] },
        { content: [{ tool_use_id: expected }] },
      ]);
    }
  });

  it('has calls that Gemini signed, without the signature', () => {
    const called = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const signed = { ...called, extra_content: { google: { thought_signature: 's' } } };
    const [, turn] = build(after({ content: null, tool_calls: [signed] }) as RouterRequest)[
      'messages'
    ] as object[];
    const content = [{ type: 'tool_use', id: 'c', name: 'f', input: {} }];
    expect(turn).toEqual({ role: 'assistant', content });
  });

  it('has texts that Gemini signed, without the signature', () => {
    const extra_content = { google: { thought_signature: 's' } };
    const [, turn] = build(after({ content: 'Yes', extra_content }) as RouterRequest)[
      'messages'
    ] as object[];
    expect(turn).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'Yes' }] });
  });

  it('has marks for the cache, wherever they are', () => {
    const cache_control = { type: 'ephemeral' };
    const text = { type: 'text', text: 'Long.', cache_control };
    const body = build({
      messages: [
        { role: 'system', content: [text] },
        { role: 'user', content: [text] },
      ],
      tools: [{ ...tool, cache_control }],
    } as unknown as RouterRequest);
    expect(body).toMatchObject({
      system: [text],
      messages: [{ role: 'user', content: [text] }],
      tools: [{ name: 'f', cache_control }],
    });
  });

  it('has a refusal as a text, and the name of a tool only where its call has it', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const result = { role: 'tool', tool_call_id: 'a', content: '42' };
    const turns = (name: string) =>
      ({
        messages: [
          ...hello,
          { role: 'assistant', content: null, refusal: 'No.', tool_calls: [call] },
          { ...result, name },
        ],
      }) as unknown as RouterRequest;
    expect(build(turns('f'))['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text', text: 'No.' }, { type: 'tool_use' }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] },
    ]);
    expect(findProblem(turns('g'))).toContain('names of tools');
  });

  it('has the images in the result of a tool, and refuses what else may be there by name', () => {
    const call = { id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } };
    const turns = (...content: readonly object[]) =>
      ({
        messages: [
          ...hello,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'a', content },
        ],
      }) as unknown as RouterRequest;
    const seen = turns(
      { type: 'text', text: 'A cat:' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    );
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
    expect((build(seen)['messages'] as object[]).at(-1)).toEqual({
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'a',
          content: [
            { type: 'text', text: 'A cat:' },
            { type: 'image', source },
          ],
        },
      ],
    });
    expect(findProblem(turns({ type: 'input_audio', input_audio: {} }))).toContain('"input_audio"');
  });

  it('calls one tool at a time where that is wanted', () => {
    expect(build({ messages: hello, parallel_tool_calls: false })['tool_choice']).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    });
  });

  it('has all parameters of its endpoint, and leaves out what the endpoint omits', () => {
    const parameters = {
      system: 'House rules.',
      stop_sequences: ['END'],
      tool_choice: { type: 'any' },
    };
    const own: Endpoint = { ...endpoint, parameters, request: { omit: ['temperature'] } };
    const body = build({ messages: hello, temperature: 0.5 }, own);
    expect(body).toMatchObject(parameters);
    expect(body).not.toHaveProperty('temperature');
  });

  it.each<[string, object, number | undefined]>([
    ['no thinking', {}, 0],
    ['thinking that is off', { thinking: { type: 'disabled' } }, 0],
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 1024 } }, undefined],
    ['adaptive thinking', { thinking: { type: 'adaptive' } }, undefined],
    ['a temperature of its own', { thinking: { type: 'enabled' }, temperature: 1 }, 1],
  ])("has the pool's temperature if Anthropic takes it with %s", (_, members, expected) => {
    const request = readAnthropicRequest({ max_tokens: 2000, messages: [...hello], ...members });
    const own: Endpoint = { ...endpoint, parameters: { temperature: 0, stop_sequences: ['END'] } };
    const body = buildAnthropicRequest(buildEndpointRequest(request, own, false));
    expect(body['temperature']).toBe(expected);
    expect(body).toMatchObject({ stop_sequences: ['END'], max_tokens: 2000 });
  });

  it('thinks and has no temperature where its endpoint says both, which Anthropic refuses', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const own: Endpoint = { ...endpoint, parameters: { thinking, temperature: 0 } };
    const request = readAnthropicRequest({ max_tokens: 2000, messages: [...hello] });
    const native = buildAnthropicRequest(buildEndpointRequest(request, own, false));
    for (const body of [native, build({ messages: hello }, own)]) {
      expect(body).toMatchObject({ thinking });
      expect(body).not.toHaveProperty('temperature');
    }
  });

  it('does not think where its thoughts were removed, though its endpoint says so', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const own: Endpoint = { ...endpoint, parameters: { thinking, temperature: 0.5 } };
    const thought = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const use = { type: 'tool_use', id: 'c', name: 'f', input: {} };
    const request = readAnthropicRequest({
      max_tokens: 2000,
      messages: [
        ...hello,
        { role: 'assistant', content: [thought, use] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '7' }] },
      ],
    });
    const given = buildEndpointRequest(stripReasoning(request), own, false);
    const body = buildAnthropicRequest(given);
    expect(body).not.toHaveProperty('thinking');
    expect(body).toMatchObject({ temperature: 0.5 });
  });

  describe('whose tool calls are answered', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const thought = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const use = { type: 'tool_use', id: 'c', name: 'f', input: {} };
    const turn = (...content: readonly object[]) => ({ role: 'assistant', content });
    const told = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] };
    const system = { role: 'system', content: 'Be brief.' };
    const send = (messages: readonly object[], members: object = { thinking }) => {
      const read = { max_tokens: 2000, messages: [...hello, ...messages], ...members };
      const request = readAnthropicRequest(read as unknown as JsonObject);
      return buildAnthropicRequest(buildEndpointRequest(request, endpoint, false));
    };

    it.each([
      ['in the first call', [turn(use), told]],
      ['before a text', [turn({ type: 'text', text: 'Well' }, use), told]],
      ['in the first of several calls', [turn(use), told, turn(thought, use), told]],
      ['where a text follows the results', [turn(use), told, ...hello]],
      ['where thoughts come later', [turn(use, thought), told]],
      ['where the system adds to the results', [system, turn(use), told, system]],
    ])('does not think where its turn began without: %s', (_, messages) => {
      const body = send(messages);
      expect(body).not.toHaveProperty('thinking');
      expect(JSON.stringify(body)).not.toContain('"thinking"');
    });

    it.each([
      ['with thoughts', [turn(thought, use), told]],
      ['with hidden thoughts', [turn({ type: 'redacted_thinking', data: 'x' }, use), told]],
      ['with thoughts before the first call', [turn(thought, use), told, turn(use), told]],
      ['in an earlier turn', [turn(use), told, turn({ type: 'text', text: 'Yes' }), ...hello]],
      ['with thoughts, and the system adds to it', [system, turn(thought, use), told, system]],
    ])('thinks on where its turn began %s', (_, messages) => {
      const body = send(messages);
      expect(body).toMatchObject({ thinking, messages: [...hello, ...messages] });
    });

    it('thinks as it likes where it may leave it', () => {
      const adaptive = { thinking: { type: 'adaptive' } };
      expect(send([turn(use), told], adaptive)).toMatchObject(adaptive);
    });

    it('does not clear thoughts either, which Anthropic refuses without thinking', () => {
      const edits = [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }];
      const body = send([turn(use), told], { thinking, context_management: { edits } });
      expect(body['context_management']).toEqual({ edits: [edits[1]] });
    });

    it('does not think in the words of chat completions, though its endpoint says so', () => {
      const own: Endpoint = { ...endpoint, parameters: { thinking, temperature: 0.5 } };
      const called = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
      const messages = [
        ...hello,
        { role: 'assistant', content: null, tool_calls: [called] },
        { role: 'tool', tool_call_id: 'c', content: '7' },
      ];
      const body = build({ messages: messages as never }, own);
      expect(body).not.toHaveProperty('thinking');
      expect(body).toMatchObject({ temperature: 0.5 });
      expect(build({ messages: hello }, own)).toMatchObject({ thinking });
    });
  });

  it.each<[string, object, object]>([
    ['temperature', { temperature: 0 }, { top_p: 0.9 }],
    ['top_p', { top_p: 0.5 }, { temperature: 0.7 }],
  ])("has no %s of the pool's beside the other one of the request", (name, pool, members) => {
    const own: Endpoint = { ...endpoint, parameters: { ...pool, top_k: 3 } };
    const native = (more: object): Record<string, unknown> => {
      const request = readAnthropicRequest({ max_tokens: 9, messages: [...hello], ...more });
      return buildAnthropicRequest(buildEndpointRequest(request, own, false));
    };
    const translated = (more: object) => build({ messages: hello, ...more }, own);
    const unset = Object.fromEntries(Object.keys(members).map((member) => [member, null]));
    for (const send of [native, translated]) {
      expect(send(members)).toMatchObject({ ...members, top_k: 3 });
      expect(send(members)).not.toHaveProperty(name);
      expect(send({ ...members, ...pool })).toMatchObject({ ...members, ...pool });
      expect(send({})).toMatchObject(pool);
      expect(send(unset)).toMatchObject(pool);
    }
  });

  it('has every text of the conversation, whatever is in it', () => {
    const message = fc.record({
      role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
      content: fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
    });
    fc.assert(
      fc.property(fc.array(message), (others) => {
        const messages = [hello[0], ...others];
        const body = build({ messages });
        const turns = body['messages'] as { role: string; content: { text: string }[] }[];
        const spoken = messages.filter(({ role }) => role !== 'system');
        expect(turns.flatMap(({ content }) => content.map(({ text }) => text))).toEqual(
          spoken.map(({ content }) => content),
        );
        expect(turns.every(({ role }, index) => role !== turns[index - 1]?.role)).toBe(true);
      }),
    );
  });
});
