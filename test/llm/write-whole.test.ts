import { describe, expect, it } from 'vitest';
import { createWholeMessageWriter } from '../../src/llm/anthropic/write-whole.js';
import { formatEvents, type StreamWriter } from '../../src/llm/answer-writer.js';
import { createWholeCompletionWriter } from '../../src/llm/openai/write-whole.js';
import { protocols, type ProtocolName } from '../../src/llm/protocol.js';
import type { JsonObject } from '../../src/util/json.js';
import { head, readStreamText } from '../support/answer-events.js';

const context = { secrets: [], now: () => new Date(0) };
const createWriter = {
  openai: () => createWholeCompletionWriter(head, false),
  anthropic: createWholeMessageWriter,
};

/** The data of the events, and their text. */
function write(protocol: ProtocolName, data: JsonObject, extra: JsonObject = {}) {
  const writer: StreamWriter = createWriter[protocol]();
  const { events } = protocols[protocol].readAnswer(data, context, JSON.stringify(data));
  const written = [
    ...writer.write({ data, events }),
    ...writer.end({ finishReason: null, usage: null, extra }),
  ];
  return { data: written.map((one) => one.data as JsonObject), text: formatEvents(written) };
}

const usage = { prompt_tokens: 8, completion_tokens: 5 };

describe('a whole chat completion as a stream', () => {
  it('has all of its choices with their members, then their ends and the usage', () => {
    const logprobs = { content: [{ token: 'A', logprob: -0.1 }] };
    const choices = ['A', 'B'].map((content, index) => ({
      index,
      message: { role: 'assistant', content, annotations: [{ type: 'url_citation', index }] },
      logprobs,
      finish_reason: 'stop',
    }));
    const { data, text } = write('openai', { id: 'x', model: 'm', choices, usage }, { more: 1 });
    const shared = { id: 'x', model: 'm', object: 'chat.completion.chunk' };
    const chunk = (choice: object) => ({ ...shared, choices: [choice] });
    const end = (index: number) => chunk({ index, delta: {}, finish_reason: 'stop' });
    expect(data).toEqual([
      ...choices.map(({ message, ...choice }) =>
        chunk({ ...choice, delta: message, finish_reason: null }),
      ),
      end(0),
      { ...end(1), usage, more: 1 },
      '[DONE]',
    ]);
    expect(readStreamText('openai', text)).toMatchObject({
      text: 'A',
      usage: { inputTokens: 8, outputTokens: 5 },
      conclusion: { kind: 'answered', ending: 'complete' },
    });
  });

  it('has tool calls in their places, with what signs them, and reasoning once', () => {
    const called = { name: 'f', arguments: '{"a":1}' };
    const signature = { google: { thought_signature: 's' } };
    const calls = [
      { id: 'c0', type: 'function', function: called, extra_content: signature },
      { id: 'c1', type: 'function', function: { name: 'g', arguments: { b: 2 } } },
    ];
    const message = { role: 'assistant', content: null, reasoning: 'Hm', tool_calls: calls };
    const choice = { index: 0, message, finish_reason: 'tool_calls' };
    const { data, text } = write('openai', { id: 'x', choices: [choice] });
    expect(data[0]?.['choices']).toEqual([
      {
        index: 0,
        delta: {
          ...message,
          tool_calls: [
            { ...calls[0], index: 0 },
            { ...calls[1], index: 1, function: { name: 'g', arguments: '{"b":2}' } },
          ],
        },
        finish_reason: null,
      },
    ]);
    const { toolCalls, reasoning } = readStreamText('openai', text);
    expect(toolCalls.map(({ argumentText }) => argumentText)).toEqual(['{"a":1}', '{"b":2}']);
    expect(reasoning).toBe('Hm');
  });

  it('has custom calls as they came, beside those of functions', () => {
    const custom = { id: 'c0', type: 'custom', custom: { name: 'run', input: 'print(1)' } };
    const called = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const message = { role: 'assistant', content: null, tool_calls: [custom, called] };
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
    const { data } = write('openai', { id: 'x', choices });
    const calls = [
      { ...custom, index: 0 },
      { ...called, index: 1 },
    ];
    expect(data[0]?.['choices']).toEqual([
      { index: 0, delta: { ...message, tool_calls: calls }, finish_reason: null },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['a list of parts', { message: { content: [{ type: 'text', text: 'Hi' }] } }],
    ['another index', { index: 3, message: { content: 'Hi' } }],
    ['a delta', { delta: { content: 'Hi' } }],
    ['a text', { text: 'Hi' }],
  ])('has the text of a choice with %s', (_, choice) => {
    const { text } = write('openai', { choices: [{ ...choice, finish_reason: 'stop' }], usage });
    expect(readStreamText('openai', text)).toMatchObject({
      text: 'Hi',
      conclusion: { kind: 'answered', ending: 'complete' },
    });
  });
});

describe('a whole message as a stream', () => {
  const citation = { type: 'char_location', cited_text: 'x' };
  const result = { type: 'web_search_tool_result', tool_use_id: 's1', content: [] };
  const message = {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 'signed' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'q' } },
      result,
      { type: 'text', text: 'It is 4.', citations: [citation] },
      { type: 'tool_use', id: 't1', name: 'add', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    container: { id: 'c' },
    usage: { input_tokens: 8, output_tokens: 5 },
  };

  it('has all of its blocks, in the pieces that clients put together', () => {
    const { data } = write('anthropic', message, { more: 1 });
    const of = (type: string) => data.filter((one) => one['type'] === type);
    expect(of('message_start')).toEqual([
      {
        type: 'message_start',
        message: {
          ...message,
          content: [],
          stop_reason: null,
          usage: { input_tokens: 8, output_tokens: 0 },
        },
      },
    ]);
    expect(of('content_block_start').map((one) => one['content_block'])).toEqual([
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
      result,
      { type: 'text', text: '', citations: [] },
      { type: 'tool_use', id: 't1', name: 'add', input: {} },
    ]);
    expect(of('content_block_delta').map(({ index, delta }) => [index, delta])).toEqual([
      [0, { type: 'thinking_delta', thinking: 'Hm' }],
      [0, { type: 'signature_delta', signature: 'signed' }],
      [2, { type: 'input_json_delta', partial_json: '{"query":"q"}' }],
      [4, { type: 'citations_delta', citation }],
      [4, { type: 'text_delta', text: 'It is 4.' }],
      [5, { type: 'input_json_delta', partial_json: '{"a":1}' }],
    ]);
    expect(data.slice(-2)).toEqual([
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null, container: { id: 'c' } },
        usage: message.usage,
        more: 1,
      },
      { type: 'message_stop' },
    ]);
  });

  it('reads as the message does', () => {
    const read = readStreamText('anthropic', write('anthropic', message).text);
    expect(read).toMatchObject({
      text: 'It is 4.',
      reasoning: 'Hm',
      toolCalls: [{ id: 't1', name: 'add', argumentText: '{"a":1}' }],
      usage: { inputTokens: 8, outputTokens: 5 },
      conclusion: { kind: 'answered', ending: 'tool_calls' },
    });
  });
});
