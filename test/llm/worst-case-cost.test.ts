import { describe, expect, it } from 'vitest';
import {
  asksForLongCache,
  boundCostUsd,
  boundInputTokens,
  boundOutputTokens,
  hasFiles,
} from '../../src/llm/worst-case-cost.js';
import type { JsonValue } from '../../src/util/json.js';

const perImage = 50_000;
const long = 'A'.repeat(800_000);
const inline = { type: 'image_url', image_url: { url: `data:image/png;base64,${long}` } };
const source = { type: 'base64', media_type: 'image/png', data: long };
const block = { type: 'image', source };

function boundContent(content: JsonValue): number {
  return boundInputTokens({ messages: [{ role: 'user', content }] });
}

describe('the bound of the input', () => {
  it.each<[string, JsonValue]>([
    ['a chat completion', [inline]],
    ['Messages', [block]],
    ['the result of a tool', [{ type: 'tool_result', tool_use_id: 't', content: [block] }]],
    ['a document', [{ type: 'document', source: { type: 'content', content: [block] } }]],
  ])('counts an image in the content of %s by number', (_, content) => {
    expect(boundContent(content)).toBeGreaterThan(perImage);
    expect(boundContent(content)).toBeLessThan(perImage + 1000);
  });

  it('counts each of several images', () => {
    const linked = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    expect(boundContent([inline, linked, block])).toBeGreaterThan(3 * perImage);
  });

  it('counts the images of an earlier answer in a member of their own', () => {
    const answer = { role: 'assistant', content: 'A cat:', images: [inline, inline] };
    expect(boundInputTokens({ messages: [answer] })).toBeGreaterThan(2 * perImage);
    expect(boundInputTokens({ messages: [answer] })).toBeLessThan(2 * perImage + 1000);
  });

  it.each([
    ['image_url', { image_url: long }],
    ['source', { source }],
    ['source of a URL', { source: { type: 'url', url: long } }],
  ])(
    'counts a member named %s as text in the input of a tool, and in its definition',
    (_, input) => {
      const call = { type: 'tool_use', id: 't', name: 'draw', input };
      expect(boundContent([call])).toBeGreaterThan(long.length);
      const schema = { type: 'object', properties: input };
      const tools = [{ name: 'draw', input_schema: schema }];
      const messages = [{ role: 'user', content: 'Draw.' }];
      expect(boundInputTokens({ messages, tools })).toBeGreaterThan(long.length);
      expect(boundInputTokens({ messages: [{ role: 'user', ...input }] })).toBeGreaterThan(
        long.length,
      );
    },
  );

  it('counts an image in a part of another type as text, too', () => {
    const both = boundContent([{ type: 'text', text: 'Hi', image_url: { url: long } }]);
    expect(both).toBeGreaterThan(perImage + long.length);
  });
});

describe('whether bytes bound the tokens of messages', () => {
  const url = 'https://example.com/a';
  const files: readonly [string, JsonValue][] = [
    ['a file', { type: 'file', file: { file_id: 'f' } }],
    ['a document of Anthropic’s', { type: 'document', source: { type: 'url', url } }],
    ['a document of Mistral’s', { type: 'document_url', document_url: url }],
    ['a video of Qwen’s', { type: 'video', video: [url, url] }],
    ['a video by URL', { type: 'video_url', video_url: { url } }],
    ['audio by URL', { type: 'input_audio', input_audio: url }],
    ['inline audio', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }],
    ['a part of a type to come', { type: 'hologram', hologram: url }],
    ['a part without a type', { video: url }],
    ['an image of the provider’s store', { type: 'image', source: { type: 'file', file_id: 'f' } }],
    ['an image by another name', { type: 'image', image: url }],
    ['a document by the name of an image', { type: 'image_url', image_url: 'data:a/pdf;base64,A' }],
  ];

  it.each(files)('is not so for %s, wherever it is', (_, part) => {
    const result = { type: 'tool_result', tool_use_id: 't', content: [part] };
    const fetched = {
      type: 'web_fetch_tool_result',
      tool_use_id: 't',
      content: { type: 'web_fetch_result', url, content: part },
    };
    const nested = { type: 'document', source: { type: 'content', content: [part] } };
    for (const one of [part, result, fetched, nested]) {
      const content = [{ type: 'text', text: 'See' }, one];
      expect(hasFiles([{ role: 'user', content }])).toBe(true);
    }
  });

  it('is not so for the audio of an earlier answer', () => {
    expect(hasFiles([{ role: 'assistant', content: null, audio: { id: 'audio_1' } }])).toBe(true);
    expect(hasFiles([{ role: 'assistant', content: 'Hi', audio: null }])).toBe(false);
  });

  it.each<[string, JsonValue]>([
    ['a text', 'Hi'],
    ['no content', null],
    ['texts', [{ type: 'text', text: 'Hi' }, { text: 'Hi' }, 'Hi']],
    ['a refusal', [{ type: 'refusal', refusal: 'No' }]],
    ['images', [inline, { type: 'image_url', image_url: url }, block]],
    [
      'thoughts',
      [
        { type: 'thinking', thinking: 'Hm' },
        { type: 'redacted_thinking', data: 'x' },
      ],
    ],
    ['a document of text', [{ type: 'document', source: { type: 'text', data: 'Hi' } }]],
    [
      'the use of tools',
      [
        { type: 'tool_use', id: 't', name: 'draw', input: { type: 'video', video: url } },
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: '7' }, block] },
        { type: 'tool_result', tool_use_id: 't', content: '7' },
        { type: 'search_result', source: url, title: 'A', content: [{ type: 'text', text: 'a' }] },
      ],
    ],
    [
      'the use of tools that run at the provider',
      [
        { type: 'server_tool_use', id: 't', name: 'web_search', input: {} },
        {
          type: 'web_search_tool_result',
          content: [{ type: 'web_search_result', url, encrypted_content: 'x' }],
        },
        {
          type: 'bash_code_execution_tool_result',
          content: { type: 'bash_code_execution_result', stdout: '7', content: [] },
        },
        {
          type: 'web_fetch_tool_result',
          content: { type: 'web_fetch_tool_result_error', error_code: 'unavailable' },
        },
      ],
    ],
  ])('is so for %s', (_, content) => {
    expect(hasFiles([{ role: 'user', content }])).toBe(false);
  });
});

describe('the bound of the answers', () => {
  it.each([
    ['a limit', { max_tokens: 50 }, 50],
    ['the larger of two limits', { max_tokens: 50, max_completion_tokens: 60 }, 60],
    ['the context window', {}, 1000],
    ['a limit of null as none', { max_tokens: null, max_completion_tokens: 60 }, 60],
    ['a limit beyond the context window', { max_tokens: 5000 }, 1000],
    ['-1 as no limit', { max_tokens: -1 }, 1000],
    ['0 as no limit', { max_tokens: 0 }, 1000],
    ['a fraction as no limit', { max_tokens: 0.5 }, 1000],
    ['a text as no limit', { max_tokens: '100' }, 1000],
    ['a text beside a limit as no limit', { max_tokens: '100', max_completion_tokens: 60 }, 1000],
    ['several answers', { max_tokens: 50, n: 3 }, 150],
    ['the best of several answers', { max_tokens: 50, best_of: 4, n: 2 }, 200],
    ['any number of answers', { max_tokens: 50, n: '3' }, Infinity],
  ])('reads %s', (_, body, tokens) => {
    expect(boundOutputTokens(body, 1000)).toBe(tokens);
  });
});

describe('writing to a cache for longer than five minutes', () => {
  const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };

  it.each<[string, boolean, JsonValue]>([
    ['a body', true, mark],
    ['a part', true, { messages: [{ role: 'user', content: [{ type: 'text', ...mark }] }] }],
    ['a tool', true, { tools: [{ name: 'f', ...mark }] }],
    ['five minutes', false, { cache_control: { type: 'ephemeral', ttl: '5m' } }],
    ['no time', false, { cache_control: { type: 'ephemeral' } }],
    ['no mark', false, { messages: [{ role: 'user', content: 'ttl: 1h' }] }],
  ])('is read of %s', (_, expected, body) => {
    expect(asksForLongCache(body)).toBe(expected);
  });

  it('costs twice the price of input, where that is more than the price list says', () => {
    const tokens = { inputTokens: 1e6, outputTokens: 0 };
    const price = { inputPerMillionUsd: 4, outputPerMillionUsd: 9, date: '2026-01-01' };
    const listed = { ...price, cacheWritePerMillionUsd: 5 };
    expect(boundCostUsd(tokens, listed)).toBe(5);
    expect(boundCostUsd({ ...tokens, writesLongCache: true }, listed)).toBe(8);
    const dear = { ...price, cacheWritePerMillionUsd: 10 };
    expect(boundCostUsd({ ...tokens, writesLongCache: true }, dear)).toBe(10);
  });
});
