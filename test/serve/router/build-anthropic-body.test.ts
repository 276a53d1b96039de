import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildAnthropicBody,
  findInexpressible,
} from '../../../src/serve/router/build-anthropic-body.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';

const endpoint: Endpoint = {
  kind: 'anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  model: 'claude',
  maxTokens: 1024,
};
const ask = [{ role: 'user', content: 'Hi' }] as const;

function build(request: RouterRequest): Record<string, unknown> {
  expect(findInexpressible(request)).toBeUndefined();
  return buildAnthropicBody(request, endpoint, false);
}

describe('a request for Anthropic Messages', () => {
  it('has the system messages apart, in their order', () => {
    const body = build({
      messages: [
        { role: 'system', content: 'Be brief.' },
        ...ask,
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

  it('has tools, their calls, and their results in one turn', () => {
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'add', arguments: '{"a":1}' },
    });
    const parameters = { type: 'object', properties: { a: { type: 'number' } } };
    const body = build({
      messages: [
        ...ask,
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
    expect(build({ messages: ask, ...members })).toMatchObject(expected);
  });

  it('has the parameters of its endpoint, where it does not name its own', () => {
    const own = { ...endpoint, parameters: { temperature: 0.5, top_k: 3 } };
    expect(buildAnthropicBody({ messages: ask }, own, true)).toMatchObject({
      temperature: 0.5,
      top_k: 3,
      stream: true,
    });
    expect(buildAnthropicBody({ messages: ask, temperature: 0 }, own, true)).toMatchObject({
      temperature: 0,
    });
  });

  it.each<[string, object, string]>([
    ['a seed', { seed: 1 }, '"seed"'],
    ['a hot temperature', { temperature: 1.5 }, 'temperature above 1'],
    ['names of speakers', { messages: [{ ...ask[0], name: 'A' }] }, 'names of speakers'],
    ['sound', { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'part'],
    ['tools of another type', { tools: [{ type: 'web_search' }] }, 'type function'],
    ['another choice', { tool_choice: 'sometimes' }, 'choice'],
    [
      'arguments that are not JSON',
      {
        messages: [
          { role: 'assistant', content: '', tool_calls: [{ function: { arguments: '{"a"' } }] },
        ],
      },
      'JSON objects',
    ],
  ])('cannot have %s, and that is said', (_, members, expected) => {
    const request = { messages: ask, ...members } as unknown as RouterRequest;
    expect(findInexpressible(request)).toContain(expected);
  });

  it('has every text of the conversation, whatever is in it', () => {
    const message = fc.record({
      role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
      content: fc.string({ minLength: 1, unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
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
