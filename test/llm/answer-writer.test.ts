import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswer } from '../../src/llm/answer-fold.js';
import { writeAnthropicAnswer } from '../../src/llm/anthropic/write-answer.js';
import {
  createAnthropicRelay,
  createAnthropicStreamWriter,
} from '../../src/llm/anthropic/write-stream.js';
import {
  formatEvents,
  UnwritableAnswerError,
  type StreamWriter,
} from '../../src/llm/answer-writer.js';
import { writeOpenAiAnswer } from '../../src/llm/openai/write-answer.js';
import { createOpenAiRelay, createOpenAiStreamWriter } from '../../src/llm/openai/write-stream.js';
import { protocols } from '../../src/llm/protocol.js';
import type { StreamEvent } from '../../src/llm/types.js';
import {
  anyAnswer,
  anyUsage,
  head,
  readStreamText,
  summarize,
  writeAll,
  type ReadBack,
} from '../support/answer-events.js';

const context = { secrets: [], now: () => new Date(0) };
const text = (value: string): StreamEvent => ({ kind: 'text', text: value, choice: 0 });
const call = (
  index: number,
  argumentText: string,
  [id, name]: readonly [string, string] = ['', ''],
): StreamEvent => ({ kind: 'tool_call', choice: 0, call: index, id, name, argumentText });

/** Arguments as values, because a protocol may write the same JSON in other characters. */
function withValues({ toolCalls, ...rest }: ReadBack): unknown {
  const parsed = toolCalls.map(({ argumentText, ...others }) => ({
    ...others,
    input: JSON.parse(argumentText || '{}') as unknown,
  }));
  return { ...rest, toolCalls: parsed };
}

function expectSame(actual: ReadBack, events: readonly StreamEvent[], usage: unknown): void {
  const expected = { ...actual, ...foldAnswer(events), usage } as ReadBack;
  expect(withValues(actual)).toEqual(withValues(expected));
  expect(actual.conclusion.kind).toBe('answered');
}

describe('an answer that is written in a protocol', () => {
  it('reads the same as a stream of chat completions', () => {
    fc.assert(
      fc.property(anyAnswer, anyUsage, fc.boolean(), (events, usage, hasUsageChunk) => {
        const writer = createOpenAiStreamWriter(head, hasUsageChunk);
        const stream = writeAll(writer, events, { finishReason: 'end_turn', usage });
        expectSame(readStreamText('openai', stream), events, usage);
      }),
    );
  });

  it('reads the same as a stream of messages', () => {
    fc.assert(
      fc.property(anyAnswer, anyUsage, (events, usage) => {
        const writer = createAnthropicStreamWriter(head);
        const stream = writeAll(writer, events, { finishReason: 'stop', usage });
        expectSame(readStreamText('anthropic', stream), events, usage);
      }),
    );
  });

  it('reads the same as a whole answer of either protocol', () => {
    fc.assert(
      fc.property(anyAnswer, anyUsage, (events, usage) => {
        const end = { finishReason: 'stop', usage };
        const written = {
          openai: writeOpenAiAnswer(foldAnswer(events), head, end),
          anthropic: writeAnthropicAnswer(foldAnswer(events), head, end),
        };
        for (const name of ['openai', 'anthropic'] as const) {
          const read = protocols[name].readAnswer(written[name], context);
          expectSame(summarize(name, read.events, read.conclusion), events, usage);
        }
      }),
    );
  });

  it('keeps its audio and images in chat completions, and is no message', () => {
    const members = { images: [{ type: 'image_url', image_url: { url: 'data:,' } }] };
    const events: StreamEvent[] = [{ kind: 'media', members, choice: 0 }];
    const end = { finishReason: 'stop', usage: null };
    const stream = writeAll(createOpenAiStreamWriter(head, false), events, end);
    expect(stream).toContain(JSON.stringify({ ...members }).slice(1, -1));
    expect(() => writeAnthropicAnswer(foldAnswer(events), head, end)).toThrow('no audio or images');
    expect(() => writeAll(createAnthropicStreamWriter(head), events, end)).toThrow('no audio');
  });

  describe('of text and media in the parts of its content', () => {
    const image = { type: 'image_url', image_url: { url: 'data:,' } };
    const file = { type: 'file', file: { file_id: 'f' } };
    const audio = { id: 'a', data: 'UklGRg==', transcript: 'Four.' };
    const spoken = { type: 'audio', audio };
    const content = [{ type: 'text', text: 'Here.' }, image, spoken, file];
    const message = { role: 'assistant', content };
    const body = { choices: [{ index: 0, message, finish_reason: 'stop' }] };
    const end = { finishReason: 'stop', usage: null };

    interface Chunk {
      readonly choices: readonly { readonly delta: Readonly<Record<string, unknown>> }[];
    }
    function listDeltas(stream: string): Record<string, unknown>[] {
      const chunks = stream.split('\n').filter((line) => line.startsWith('data: {'));
      return chunks.flatMap((line) =>
        (JSON.parse(line.slice('data: '.length)) as Chunk).choices.map(({ delta }) => delta),
      );
    }

    it('has only text as the content of deltas', () => {
      const { events } = protocols.openai.readAnswer(body, context);
      const writer = createOpenAiStreamWriter(head, false);
      const deltas = listDeltas(writeAll(writer, events, end));
      expect(deltas.map((delta) => delta['content'] ?? '').join('')).toBe('Here.');
      expect(Object.assign({}, ...deltas)).toMatchObject({ audio, images: [image, file] });
    });

    it('has only text as the content of the delta of a whole message in a stream', () => {
      const { events } = protocols.openai.readAnswer(body, context);
      const relay = createOpenAiRelay(head, false);
      const written = [...relay.write({ data: body, events }), ...relay.end(end)];
      const [delta] = listDeltas(formatEvents(written));
      expect(delta).toEqual({ role: 'assistant', content: 'Here.', audio, images: [image, file] });
    });

    it('keeps audio that no delta has a form for', () => {
      const linked = { type: 'audio_url', audio_url: { url: 'https://a/b' } };
      const members = { audio, images: [image], content: [spoken, linked] };
      const events: StreamEvent[] = [{ kind: 'media', members, choice: 0 }];
      const stream = writeAll(createOpenAiStreamWriter(head, false), events, end);
      const media = { audio, images: [image, spoken, linked] };
      expect(Object.assign({}, ...listDeltas(stream))).toMatchObject(media);
    });
  });

  it.each([
    ['end_turn', 'stop', 'end_turn'],
    ['stop_sequence', 'stop', 'stop_sequence'],
    ['max_tokens', 'length', 'max_tokens'],
    ['length', 'length', 'max_tokens'],
    ['tool_use', 'tool_calls', 'tool_use'],
    ['refusal', 'content_filter', 'refusal'],
    ['content_filter', 'content_filter', 'refusal'],
    [null, null, null],
  ])('that ended with %s ends with %s and %s', (finishReason, openai, anthropic) => {
    const end = { finishReason, usage: null };
    const answer = foldAnswer([text('Hi')]);
    const [choice] = writeOpenAiAnswer(answer, head, end)['choices'] as {
      finish_reason: unknown;
    }[];
    expect(choice?.finish_reason).toBe(openai);
    expect(writeAnthropicAnswer(answer, head, end)['stop_reason']).toBe(anthropic);
  });

  it('ends with tool_use where a server says "stop" after a tool call', () => {
    const events = [call(0, '{}', ['c', 'f'])];
    const end = { finishReason: 'stop', usage: null };
    expect(writeAnthropicAnswer(foldAnswer(events), head, end)['stop_reason']).toBe('tool_use');
    const stream = writeAll(createAnthropicStreamWriter(head), events, end);
    expect(stream).toContain('"stop_reason":"tool_use"');
  });

  describe.each([
    ['length', 'max_tokens'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['content_filter', 'refusal'],
  ])('as a message, that was cut off by %s', (finishReason, stopReason) => {
    const end = { finishReason, usage: null };

    it('has the input of its calls as far as it came', () => {
      const events = [call(0, '{"a":1}', ['a', 'f']), call(1, '{"path":"a', ['b', 'g'])];
      expect(writeAnthropicAnswer(foldAnswer(events), head, end)).toMatchObject({
        content: [{ input: { a: 1 } }, { type: 'tool_use', id: 'b', name: 'g', input: {} }],
        stop_reason: stopReason,
      });
      const stream = writeAll(createAnthropicStreamWriter(head), events, end);
      const { toolCalls, conclusion } = readStreamText('anthropic', stream);
      const texts = toolCalls.map(({ argumentText }) => argumentText);
      expect(texts).toEqual(['{"a":1}', '{"path":"a']);
      expect(conclusion).toMatchObject({ kind: 'answered', finishReason: stopReason });
      expect(stream.match(/content_block_stop/g)).toHaveLength(4);
    });

    it('has the pieces of several calls that none of ended', () => {
      const events = [call(0, '{"a":', ['a', 'f']), call(1, '{"b":', ['b', 'g']), text('Hm')];
      const stream = writeAll(createAnthropicStreamWriter(head), events, end);
      const { toolCalls, text: said } = readStreamText('anthropic', stream);
      expect(toolCalls.map(({ argumentText }) => argumentText)).toEqual(['{"a":', '{"b":']);
      expect(said).toBe('Hm');
    });
  });

  it('is no message where a call that is whole has no object', () => {
    const answer = foldAnswer([call(0, '{"path":"a', ['c', 'f'])]);
    for (const finishReason of ['stop', 'tool_calls', null]) {
      const end = { finishReason, usage: null };
      expect(() => writeAnthropicAnswer(answer, head, end)).toThrow(UnwritableAnswerError);
    }
  });

  it('says how much its model reasoned where that is known', () => {
    const usage = { inputTokens: 9, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7 };
    const write = (reasoningTokens: number) => {
      const end = { finishReason: 'stop', usage: { ...usage, reasoningTokens } };
      return [writeOpenAiAnswer, writeAnthropicAnswer].map(
        (writeAnswer) => writeAnswer(foldAnswer([text('Hi')]), head, end)['usage'] as object,
      );
    };
    const [openai, anthropic] = write(5);
    expect(openai).toMatchObject({ completion_tokens_details: { reasoning_tokens: 5 } });
    expect(anthropic).toMatchObject({ output_tokens_details: { thinking_tokens: 5 } });
    expect(JSON.stringify(write(0))).not.toMatch(/reasoning|thinking/);
  });

  it('holds an id for every tool call', () => {
    const answer = foldAnswer([call(0, '', ['', 'f'])]);
    const end = { finishReason: 'stop', usage: null };
    expect(JSON.stringify(writeOpenAiAnswer(answer, head, end))).toContain('"id":"call_a1_0"');
    expect(JSON.stringify(writeAnthropicAnswer(answer, head, end))).toContain('"id":"toolu_a1_0"');
  });

  it('holds ids of tool calls as the server gave them, which may need them back', () => {
    const events = [call(0, '{}', ['functions.f:0', 'f'])];
    const end = { finishReason: 'stop', usage: null };
    const ids = (writer: StreamWriter, protocol: 'openai' | 'anthropic') =>
      readStreamText(protocol, writeAll(writer, events, end)).toolCalls.map(({ id }) => id);
    expect(ids(createAnthropicStreamWriter(head), 'anthropic')).toEqual(['functions.f:0']);
    expect(ids(createOpenAiStreamWriter(head, false), 'openai')).toEqual(['functions.f:0']);
    const message = JSON.stringify(writeAnthropicAnswer(foldAnswer(events), head, end));
    expect(message).toContain('"id":"functions.f:0"');
    const completion = JSON.stringify(writeOpenAiAnswer(foldAnswer(events), head, end));
    expect(completion).toContain('"id":"functions.f:0"');
  });

  it('says nothing of its end before it is whole', () => {
    for (const writer of [createOpenAiStreamWriter(head, true), createOpenAiRelay(head, true)]) {
      const data = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
      const finish = { kind: 'finish', reason: 'stop', choice: 0 } as const;
      expect(formatEvents(writer.write({ data, events: [finish] }))).toBe('');
    }
  });
});

describe('a streamed message', () => {
  it.each([
    ['the next call', { tool_calls: [{ index: 1, id: 'b', function: { name: 'g' } }] }],
    ['a text', { content: 'Done.' }],
  ])('begins %s while the answer goes on after a call without arguments', (_, delta) => {
    const reader = protocols.openai.createStreamReader(context);
    const writer = createAnthropicStreamWriter(head);
    const called = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } };
    const [, last] = [{ tool_calls: [called] }, delta].map((one) => {
      const data = { choices: [{ index: 0, delta: one, finish_reason: null }] };
      const read = reader.accept({ type: 'message', data: JSON.stringify(data) });
      return writer.write({ data, events: read.events });
    });
    const written = last?.map(({ type }) => type);
    expect(written?.slice(0, 3)).toEqual([
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
    ]);
  });

  it('keeps pieces of two tool calls apart', () => {
    const events = [
      call(0, '{"a":', ['c0', 'f']),
      call(1, '{"b":2', ['c1', 'g']),
      text('Hm'),
      call(0, '1}'),
      call(1, '}'),
    ];
    const writer = createAnthropicStreamWriter(head);
    const stream = writeAll(writer, events, { finishReason: 'tool_calls', usage: null });
    const { toolCalls, text: said } = readStreamText('anthropic', stream);
    expect(said).toBe('Hm');
    expect(toolCalls).toEqual([
      { id: 'c0', name: 'f', argumentText: '{"a":1}' },
      { id: 'c1', name: 'g', argumentText: '{"b":2}' },
    ]);
  });

  it('waits for the name of a tool', () => {
    const events = [call(0, '', ['c0', '']), call(0, '{}', ['', 'f'])];
    const writer = createAnthropicStreamWriter(head);
    const stream = writeAll(writer, events, { finishReason: 'tool_calls', usage: null });
    expect(readStreamText('anthropic', stream).toolCalls[0]?.name).toBe('f');
  });

  it('is refused for arguments that are no object', () => {
    const writer = createAnthropicStreamWriter(head);
    writer.write({ data: {}, events: [call(0, '[1', ['c', 'f'])] });
    const end = { finishReason: 'stop', usage: null };
    expect(() => writer.end(end)).toThrow(UnwritableAnswerError);
  });
});

describe('a stream that is passed on', () => {
  it('has the usage with the finish reason, or in a chunk of its own if it was asked for', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const chunks = [
      {
        data: { id: 'x', choices: [{ index: 0, delta: { content: 'Hi' } }] },
        events: [text('Hi')],
      },
      {
        data: { id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        events: [{ kind: 'finish', reason: 'stop', choice: 0 } as const],
      },
      {
        data: { id: 'x', choices: [], usage },
        events: [{ kind: 'usage', rawUsage: usage } as const],
      },
    ];
    const written = (hasUsageChunk: boolean) => {
      const relay = createOpenAiRelay(head, hasUsageChunk);
      const events = chunks.flatMap((chunk) => [...relay.write(chunk)]);
      events.push(...relay.end({ finishReason: 'stop', usage: null, extra: { more: 1 } }));
      return events.map(({ data }) => data);
    };
    const [first, finish, last] = chunks.map(({ data }) => data);
    expect(written(false)).toEqual([first, { ...finish, usage, more: 1 }, '[DONE]']);
    expect(written(true)).toEqual([first, finish, { ...last, more: 1 }, '[DONE]']);
  });

  describe('of a provider that sends usage beside its choices', () => {
    const choice = { index: 0, delta: { content: 'Hi' }, finish_reason: null };
    const finish = { index: 0, delta: {}, finish_reason: 'stop' };
    const empty = { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null };
    const [usage, sofar] = [2, 1].map((count) => ({ prompt_tokens: 1, completion_tokens: count }));
    const bare = { choices: [], usage };

    interface Chunk {
      readonly choices: readonly object[];
      readonly usage?: unknown;
    }
    /** What a client reads, from what a provider sends. */
    function relay(chunks: readonly object[], hasUsageChunk: boolean): Chunk[] {
      const reader = protocols.openai.createStreamReader(context);
      const writer = createOpenAiRelay(head, hasUsageChunk);
      const events = chunks.flatMap((chunk) => {
        const json = JSON.stringify({ id: 'x', ...chunk });
        const { data = {}, events } = reader.accept({ type: '', data: json });
        return [...writer.write({ data, json, events })];
      });
      events.push(...writer.end({ finishReason: 'stop', usage: null }));
      const texts = events.map(({ data }) =>
        typeof data === 'string' ? data : JSON.stringify(data),
      );
      return texts.slice(0, -1).map((text) => JSON.parse(text) as Chunk);
    }

    it.each([
      ['with the finish reason', [{ choices: [choice] }, { choices: [finish], usage }]],
      [
        'there and in a chunk of its own',
        [{ choices: [choice] }, { choices: [finish], usage }, bare],
      ],
      [
        'after the finish reason',
        [{ choices: [choice] }, { choices: [finish] }, { choices: [empty], usage }],
      ],
      ['in every chunk', [{ choices: [choice], usage: sofar }, { choices: [finish], usage }, bare]],
      ['in a choice', [{ choices: [choice] }, { choices: [{ ...finish, usage }] }]],
      ['in x_groq', [{ choices: [choice] }, { choices: [finish], x_groq: { id: 'g', usage } }]],
    ])('%s, has it once', (_, chunks) => {
      for (const hasUsageChunk of [false, true]) {
        const read = relay(chunks, hasUsageChunk);
        expect(JSON.stringify(read).split('"usage"')).toHaveLength(2);
        expect(read.at(-1)).toMatchObject({ choices: hasUsageChunk ? [] : [finish], usage });
        expect(read.map(({ choices }) => choices)).toContainEqual([choice]);
        expect(read.map(({ choices }) => choices)).toContainEqual([finish]);
      }
    });

    it.each([
      ['beside a piece of it', [{ choices: [choice], usage }]],
      ['in a chunk of its own', [{ choices: [choice] }, bare]],
    ])('%s, and names no finish reason, has it once, at the end', (_, chunks) => {
      for (const hasUsageChunk of [false, true]) {
        const [first, last, ...others] = relay(chunks, hasUsageChunk);
        expect(others).toEqual([]);
        expect(first).toEqual({ id: 'x', choices: [choice] });
        expect(last).toMatchObject({ id: 'x', usage });
        const empty = { index: 0, delta: {}, finish_reason: null };
        expect(last?.choices).toEqual(hasUsageChunk ? [] : [empty]);
      }
    });

    it('says that there is none where it sends none', () => {
      for (const hasUsageChunk of [false, true]) {
        const read = relay([{ choices: [choice] }, { choices: [finish] }], hasUsageChunk);
        expect(read.at(-1)).toMatchObject({ usage: null });
        const writer = createOpenAiStreamWriter(head, hasUsageChunk);
        const end = { finishReason: 'stop', usage: null };
        const written = writeAll(writer, [text('Hi')], end);
        expect(written.match(/"usage":null/g)).toHaveLength(1);
      }
    });

    it('leaves out nothing else', () => {
      const groq = { choices: [finish], x_groq: { id: 'g', usage }, system_fingerprint: 'f' };
      const [last] = relay([groq], false);
      expect(last).toEqual({ id: 'x', ...groq, x_groq: { id: 'g' }, usage });
    });

    it.each([
      ['before the answer', [{ id: '', model: '', choices: [], prompt_filter_results: ['p'] }], []],
      ['after it', [], [{ choices: [], prompt_filter_results: ['p'] }]],
    ])('passes on what is in a chunk without choices, %s', (_, before, after) => {
      const answer = [{ choices: [choice] }, { choices: [finish] }];
      for (const hasUsageChunk of [false, true]) {
        const read = relay([...before, ...answer, ...after, bare], hasUsageChunk);
        expect(read.at(-1)).toEqual({
          id: 'x',
          choices: hasUsageChunk ? [] : [finish],
          prompt_filter_results: ['p'],
          usage,
        });
        expect(read.slice(0, -1).filter(({ choices }) => choices.length === 0)).toEqual([]);
      }
    });

    it('keeps what the chunk with the finish reason says where one without choices says less', () => {
      const told = { choices: [finish], system_fingerprint: 'f', service_tier: 'default' };
      const empty = { ...bare, system_fingerprint: null, service_tier: null };
      const [last] = relay([told, { type: 'ping' }, empty], false);
      expect(last).toEqual({ id: 'x', ...told, usage });
    });

    it('passes on nothing of a ping beside the usage', () => {
      const last = relay([{ choices: [finish] }, { type: 'ping' }, bare], true).at(-1);
      expect(last).toEqual({ id: 'x', ...bare });
    });

    it('keeps a usage that says nothing, as OpenAI sends it', () => {
      const [first] = relay([{ choices: [choice], usage: null }, { choices: [finish] }], false);
      expect(first).toEqual({ id: 'x', choices: [choice], usage: null });
    });
  });

  it('has an answer once that its provider repeats as a message at the end', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const finish = { kind: 'finish', reason: 'stop', choice: 0 } as const;
    const message = { role: 'assistant', content: 'Hi' };
    const end = { id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
    const relay = createOpenAiRelay(head, false);
    relay.write({ data: { choices: [{ delta: { content: 'Hi' } }] }, events: [text('Hi')] });
    relay.write({ data: end, events: [finish, { kind: 'usage', rawUsage: usage }] });
    expect(relay.end({ finishReason: 'stop', usage: null })[0]?.data).toEqual({
      id: 'x',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: 'stop' }],
      usage,
    });
  });

  it('has deltas where its provider sends a message only', () => {
    const called = { id: 'c', function: { name: 'f', arguments: '{}' } };
    const message = { role: 'assistant', content: 'Hi', tool_calls: [called] };
    const data = { id: 'x', choices: [{ index: 0, message, finish_reason: null }] };
    const relay = createOpenAiRelay(head, false);
    const [written] = relay.write({ data, events: [text('Hi'), call(0, '{}', ['c', 'f'])] });
    expect(written?.data).toMatchObject({
      choices: [
        {
          delta: {
            role: 'assistant',
            content: 'Hi',
            tool_calls: [
              { index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } },
            ],
          },
        },
      ],
    });
    expect(written?.data).not.toHaveProperty('choices[0].message');
  });

  it('has a custom call of a message as it came', () => {
    const called = { id: 'c', type: 'custom', custom: { name: 'run', input: 'print(1)' } };
    const message = { role: 'assistant', content: null, tool_calls: [called] };
    const data = { id: 'x', choices: [{ index: 0, message, finish_reason: null }] };
    const relay = createOpenAiRelay(head, false);
    const [written] = relay.write({ data, events: [call(0, 'print(1)', ['c', 'run'])] });
    const delta = { role: 'assistant', tool_calls: [{ index: 0, ...called }] };
    expect(written?.data).toMatchObject({ choices: [{ delta }] });
    expect(JSON.stringify(written)).not.toContain('function');
  });

  it('keeps what only the provider knows, such as signatures', () => {
    const relay = createAnthropicRelay();
    const signed = {
      type: 'content_block_delta',
      delta: { type: 'signature_delta', signature: 's' },
    };
    expect(relay.write({ data: signed, events: [] })).toEqual([
      { type: 'content_block_delta', data: signed },
    ]);
    const stop = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
    expect(relay.write({ data: stop, events: [] })).toEqual([]);
    expect(relay.end({ finishReason: 'end_turn', usage: null }).map(({ data }) => data)).toEqual([
      stop,
      { type: 'message_stop' },
    ]);
  });
});
