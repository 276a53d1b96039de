import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';
import type { Prompt } from '../../../src/llm/chat.js';
import {
  buildConstantPolicy,
  buildPolicyModel,
  writePolicyFile,
} from '../../support/routing-policy.js';

const base64 = 'JVBERi0xLjQK'.repeat(2000);
const long = 'the quick brown fox jumps over the lazy dog '.repeat(2500);
const ask = { role: 'user', content: 'Shorten it.' };

/** The same document as clients attach it. */
const documents: Readonly<Record<string, object>> = {
  'file.file_data': {
    type: 'file',
    file: { filename: 'a.pdf', file_data: `data:a;base64,${base64}` },
  },
  'input_file.file_data': { type: 'input_file', file_data: `data:a;base64,${base64}` },
  'input_audio.data': { type: 'input_audio', input_audio: { data: base64, format: 'mp3' } },
  video_url: { type: 'video_url', video_url: { url: `data:video/mp4;base64,${base64}` } },
  document_url: { type: 'document_url', document_url: `data:a;base64,${base64}` },
  'document source': { type: 'document', source: { type: 'base64', data: base64 } },
  'document by URL': { type: 'document', source: { type: 'url', url: 'https://x.test/a.pdf' } },
};

/** Long requests, most of whose text is not what the user says. */
const longRequests: Readonly<Record<string, object>> = {
  'an earlier answer': { messages: [ask, { role: 'assistant', content: long }, ask] },
  'parts of an earlier answer': {
    messages: [ask, { role: 'assistant', content: [{ type: 'text', text: long }] }, ask],
  },
  'arguments of a tool call': {
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: long } }] },
      ask,
    ],
  },
  'a tool result of Anthropic': {
    messages: [{ role: 'user', content: [{ type: 'tool_result', content: long }] }],
  },
  'a system prompt of Anthropic': { system: long, messages: [ask] },
  'a document of text': {
    messages: [
      { role: 'user', content: [{ type: 'document', source: { type: 'text', data: long } }] },
    ],
  },
  'a schema of a tool': {
    messages: [ask],
    tools: [
      {
        type: 'function',
        function: { name: 'f', parameters: { properties: { a: { enum: long.split(' ') } } } },
      },
    ],
  },
  'a schema of the answer': {
    messages: [ask],
    response_format: { type: 'json_schema', json_schema: { schema: { enum: long.split(' ') } } },
  },
};

describe('what a request needs', () => {
  it.each(Object.entries(documents))('does not take base64 for text: %s', (_, part) => {
    const text = { type: 'text', text: 'Summarise this document.' };
    const needs = findNeeds({ messages: [{ role: 'user', content: [text, part] }] });
    expect(needs).toMatchObject({ characters: 24, attachmentTokens: 1000, hasFiles: true });
  });

  it.each(Object.entries(longRequests))('counts all that is sent: %s', (_, request) => {
    expect(findNeeds(request).characters).toBeGreaterThan(100_000);
  });

  it.each<[string, object]>([
    ['a user', { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }],
    ['a tool', { role: 'tool', content: [{ type: 'image_url', image_url: { url: 'x' } }] }],
    [
      'a tool result of Anthropic',
      {
        role: 'user',
        content: [{ type: 'tool_result', content: [{ type: 'image', source: { data: base64 } }] }],
      },
    ],
    ['an input image', { role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }],
  ])('is vision for an image of %s', (_, message) => {
    const needs = findNeeds({ messages: [message] });
    expect(needs).toMatchObject({ capabilities: ['vision'], characters: 0, hasFiles: false });
  });

  it('is the length of the texts alone for a plain conversation', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const messages = texts.map((content) => ({ role: 'user', content }));
        expect(findNeeds({ messages }).characters).toBe(texts.join('').length);
      }),
    );
  });

  it('is found whatever the request is', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(findNeeds(anything).characters).toBeGreaterThanOrEqual(0);
        expect(findNeeds({ messages: anything, tools: anything }).characters).not.toBeNaN();
      }),
    );
  });
});

describe('maxCostUsd', () => {
  const price = { inputPerMillionUsd: 5, outputPerMillionUsd: 5, date: '2025-01-01' };
  const tokens = {
    kind: 'tokens',
    price,
    fixedInputTokens: 0,
    inputTokensPerCharacter: 0.25,
    outputTokens: [10],
  } as const;
  const twentyImages = {
    messages: [
      {
        role: 'user',
        content: Array.from({ length: 20 }, () => ({ type: 'image_url', image_url: { url: 'x' } })),
      },
    ],
  };

  it.each([...Object.entries(longRequests), ['twenty images', twentyImages] as const])(
    'sees the whole request, priced by tokens or by recorded charges: %s',
    async (_, request) => {
      const priced = { ...buildPolicyModel('small'), cost: tokens };
      const recorded = {
        ...buildPolicyModel('large'),
        cost: { kind: 'recorded', costUsd: [0.0001] } as const,
      };
      const policy = buildConstantPolicy();
      const models = policy.models.map((model) =>
        model.id === 'small' ? priced : model.id === 'large' ? recorded : model,
      );
      const { text } = await writePolicyFile({ ...policy, models });
      const { decide } = await loadPolicy(text);
      const given = { constraints: { maxCostUsd: 0.01, allow: ['small', 'large'] } };
      const { excluded } = decide(request as unknown as Prompt, given);
      const reasonOf = (id: string) => excluded.find(({ model }) => model === id)?.reason;
      expect(reasonOf('small')).toContain('expected to cost $0.1');
      expect(reasonOf('large')).toContain('only charges of other requests are known');
      expect(decide('short', given).excluded.map(({ model }) => model)).not.toContain('large');
    },
  );
});

it('needs tools for functions of the older form, too', () => {
  const functions = [{ name: 'search', parameters: {} }];
  expect(findNeeds({ messages: [ask], functions }).capabilities).toEqual(['tools']);
  expect(findNeeds({ messages: [ask], functions: [] }).capabilities).toEqual([]);
});
