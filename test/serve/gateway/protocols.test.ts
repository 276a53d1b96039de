import { afterEach, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import { protocols } from '../../../src/llm/protocol.js';
import { createGate } from '../../support/gate.js';
import { readStreamText, summarize } from '../../support/answer-events.js';
import {
  answerAs,
  ask,
  buildMessage,
  errorIn,
  messageEvents,
  pathOf,
  startGateway,
  typed,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import {
  delta,
  done,
  event,
  failWith,
  roleOnly,
  say,
  stream,
  type Reply,
} from '../../support/scripted-server.js';

const names: readonly ProtocolName[] = ['openai', 'anthropic'];
const pairs = names.flatMap((caller) => names.map((model) => [caller, model] as const));
const context = { secrets: [], now: () => new Date(0) };
let test: TestGateway;

async function start(served: Readonly<Record<string, Served>>): Promise<TestGateway> {
  test = await startGateway(served);
  return test;
}

afterEach(() => test.close());

describe.each(pairs)('a caller of %s with a model of %s', (caller, kind) => {
  it('gets a whole answer with its usage and its headers', async () => {
    await start({ large: { kind, reply: answerAs(kind, 'It is 4.') } });
    const response = await test.post(pathOf[caller], ask(caller));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-routesmith-id': 'id-2',
      'x-routesmith-model': 'large',
      'x-routesmith-served-model': kind === 'openai' ? 'served-model' : 'served-claude',
      'x-routesmith-reason': 'baseline_holds',
      'x-routesmith-policy': test.settings.policy.digest,
      'x-routesmith-attempts': '1',
      'x-routesmith-cost-usd': '0.00002',
    });
    const { events, conclusion } = protocols[caller].readAnswer(await response.json(), context);
    const read = summarize(caller, events, conclusion);
    expect(read.text).toBe('It is 4.');
    expect(read.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(read.conclusion).toMatchObject({ kind: 'answered', ending: 'complete' });
  });

  it('gets a stream with its usage at the end', async () => {
    await start({ large: { kind, reply: answerAs(kind, 'It is 4.') } });
    const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-routesmith-attempts')).toBe('1');
    const text = await response.text();
    const read = readStreamText(caller, text);
    expect(read.text).toBe('It is 4.');
    expect(read.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(read.conclusion).toMatchObject({ kind: 'answered', ending: 'complete' });
    expect(test.log.map(({ outcome, outputTokens }) => [outcome, outputTokens])).toEqual([
      ['answered', 5],
    ]);
  });

  it('gets the answer of another model if one fails before the first content', async () => {
    await start({
      large: { kind, reply: failWith(500) },
      small: { kind, reply: answerAs(kind, 'Four.') },
    });
    for (const isStream of [false, true]) {
      const response = await test.post(pathOf[caller], ask(caller, { stream: isStream }));
      expect(response.headers.get('x-routesmith-model')).toBe('small');
      expect(response.headers.get('x-routesmith-attempts')).toBe('2');
      expect(await response.text()).toContain('Four.');
    }
  });

  it('never sees a clean end of a stream that broke', async () => {
    const pieces =
      kind === 'openai' ? [roleOnly, delta({ content: 'It' })] : messageEvents('It').slice(0, 2);
    await start({ large: { kind, reply: stream(...pieces) }, small: { reply: say('no') } });
    const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
    const text = await response.text();
    const { conclusion, text: said } = readStreamText(caller, text);
    expect(said).toBe('It');
    expect(conclusion.kind).toBe('failed');
    expect(text).toContain('stream_truncated');
    expect(text).not.toMatch(/\[DONE\]|message_stop|"stop"|end_turn/);
    expect(test.servers['small']?.requests).toEqual([]);
    expect(test.log[0]).toMatchObject({ outcome: 'broken', error: 'stream_truncated' });
  });

  it('gets the tool calls of a model, and the model the results', async () => {
    const call = {
      openai: replyJson(
        buildAnswer(
          null,
          {
            choices: [
              {
                index: 0,
                message: {
                  role: 'assistant',
                  content: null,
                  tool_calls: [
                    { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":2}' } },
                  ],
                },
                finish_reason: 'tool_calls',
              },
            ],
          },
          'tool_calls',
        ),
      ),
      anthropic: replyJson(
        buildMessage([{ type: 'tool_use', id: 'c1', name: 'add', input: { a: 2 } }], 'tool_use'),
      ),
    };
    await start({ large: { kind, reply: call[kind] } });
    const tools = {
      openai: [{ type: 'function', function: { name: 'add', parameters: { type: 'object' } } }],
      anthropic: [{ name: 'add', input_schema: { type: 'object' } }],
    };
    const image = {
      openai: { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      anthropic: {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
      },
    };
    const turns = {
      openai: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c0', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c0', content: '1' },
      ],
      anthropic: [
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'c0', name: 'add', input: { a: 1 } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c0', content: '1' }] },
      ],
    };
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'See' }, image[caller]] },
      ...turns[caller],
    ];
    const body = ask(caller, { messages, tools: tools[caller] });
    const response = await test.post(pathOf[caller], body);
    const { events, conclusion } = protocols[caller].readAnswer(await response.json(), context);
    const read = summarize(caller, events, conclusion);
    expect(read.toolCalls).toEqual([{ id: 'c1', name: 'add', argumentText: '{"a":2}' }]);
    expect(read.conclusion).toMatchObject({ ending: 'tool_calls' });
    const sent = JSON.stringify(test.servers['large']?.requests[0]?.body);
    expect(sent).toContain('AAAA');
    expect(sent).toContain(kind === 'openai' ? '"tool_call_id":"c0"' : '"tool_use_id":"c0"');
  });
});

describe('a stream', () => {
  it.each(names)('has once what its model repeats as a message, for %s', async (caller) => {
    const message = { role: 'assistant', content: 'It is 4.' };
    const repeated = event({
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      object: 'chat.completion',
      usage: { prompt_tokens: 10, completion_tokens: 5 },
    });
    const pieces = [delta({ content: 'It is ' }), delta({ content: '4.' }, 'stop'), repeated, done];
    await start({ large: { reply: stream(...pieces) } });
    const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
    const text = await response.text();
    expect(readStreamText(caller, text)).toMatchObject({
      text: 'It is 4.',
      usage: { inputTokens: 10, outputTokens: 5 },
      conclusion: { kind: 'answered', ending: 'complete' },
    });
    // A client may read messages, too.
    expect(text).not.toContain('It is 4.');
  });

  /** Sends the first piece, and the others when the caller has read something. @returns what it read */
  async function readInTwo(caller: ProtocolName, pieces: readonly string[]): Promise<string[]> {
    const { opened: hasRead, open: release } = createGate();
    await start({
      large: {
        async reply(response) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(pieces[0]);
          await hasRead;
          response.end(pieces.slice(1).join(''));
        },
      },
    });
    const { body } = await test.post(pathOf[caller], ask(caller, { stream: true }));
    const read: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
      read.push(decoder.decode(bytes, { stream: true }));
      release();
    }
    return read;
  }

  it('is not held back by servers whose every chunk has an empty finish reason', async () => {
    const pieces = [delta({ content: 'It ' }, ''), delta({ content: 'is 4.' }, 'stop') + done];
    const [first, ...others] = await readInTwo('openai', pieces);
    expect(first).toContain('"content":"It "');
    expect(readStreamText('openai', [first, ...others].join(''))).toMatchObject({
      text: 'It is 4.',
      conclusion: { kind: 'answered', ending: 'complete', finishReason: 'stop' },
    });
  });

  it('of messages begins when its model reasons, without the reasoning', async () => {
    const pieces = [
      delta({ reasoning_content: 'Hm' }),
      delta({ reasoning_content: 'So' }) + delta({ content: 'It is 4.' }, 'stop') + done,
    ];
    const read = await readInTwo('anthropic', pieces);
    expect(read[0]).toMatch(/^event: message_start\n.+\n\nevent: ping\ndata: {"type":"ping"}\n\n$/);
    const text = read.join('');
    expect(text.match(/event: message_start/g)).toHaveLength(1);
    expect(text).not.toMatch(/Hm|So/);
    expect(readStreamText('anthropic', text)).toMatchObject({
      text: 'It is 4.',
      reasoning: '',
      conclusion: { kind: 'answered', ending: 'complete' },
    });
  });

  it('has its usage in a chunk of its own only if that was asked for', async () => {
    await start({ large: { reply: say('4') } });
    const read = async (members: object): Promise<string[]> => {
      const body = ask('openai', { stream: true, ...members });
      const text = await (await test.post(pathOf.openai, body)).text();
      return text.split('\n').filter((line) => line.includes('"usage"'));
    };
    const [merged, ...none] = await read({});
    expect(none).toEqual([]);
    expect(merged).toContain('"finish_reason":"stop"');
    const [own] = await read({ stream_options: { include_usage: true } });
    expect(own).toContain('"choices":[]');
  });

  it('holds the whole answer of a server that does not stream', async () => {
    await start({ large: { reply: replyJson(buildAnswer('Whole.')) } });
    for (const caller of names) {
      const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
      const read = readStreamText(caller, await response.text());
      expect(read.text).toBe('Whole.');
      expect(read.conclusion).toMatchObject({ kind: 'answered', ending: 'complete' });
    }
  });

  it('has what only its protocol can say of a whole answer, such as signatures and choices', async () => {
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 'signed' };
    const message = buildMessage([thinking, { type: 'text', text: 'Four.' }]);
    await start({ large: { kind: 'anthropic', reply: replyJson(message) } });
    const streamed = { stream: true };
    const signed = await test.post(pathOf.anthropic, ask('anthropic', streamed));
    expect(await signed.text()).toContain('"signature":"signed"');
    await test.close();
    const choices = ['Four.', 'It is 4.'].map((content, index) => ({
      index,
      message: { role: 'assistant', content },
      finish_reason: 'stop',
    }));
    await start({ large: { reply: replyJson(buildAnswer('', { choices })) } });
    const several = await test.post(pathOf.openai, ask('openai', { ...streamed, n: 2 }));
    expect(await several.text()).toMatch(/"index":0.+Four\..+\n\n.+"index":1.+It is 4\./);
  });

  it('explains its decision in its last event', async () => {
    await start({ large: { reply: say('4') } });
    for (const caller of names) {
      const body = ask(caller, { stream: true, routesmith: { explain: true } });
      const text = await (await test.post(pathOf[caller], body)).text();
      expect(text).toContain('"routesmith":{"id":');
      expect(text).toContain('"costUsd":0.00002');
    }
  });
});

describe('a request in the words of one protocol', () => {
  it('goes only to models whose protocol can say all of it', async () => {
    await start({
      large: { reply: say('no') },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'Yes.') },
    });
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const body = ask('anthropic', { max_tokens: 2000, thinking, top_k: 5 });
    const response = await test.post('/v1/messages', body, { 'x-routesmith-explain': '1' });
    expect(await response.json()).toMatchObject({
      content: [{ type: 'text', text: 'Yes.' }],
      routesmith: {
        decision: {
          excluded: expect.arrayContaining([
            { model: 'large', reason: 'OpenAI chat completions have no "thinking"' },
          ]) as unknown,
        },
      },
    });
    expect(test.servers['small']?.requests[0]?.body).toMatchObject({ thinking, top_k: 5 });
  });

  it('is refused by name if no model can take it', async () => {
    await start({ large: { reply: say('no') } });
    const response = await test.post('/v1/messages', ask('anthropic', { top_k: 5 }));
    expect(response.status).toBe(400);
    const { code, message } = await errorIn(response);
    expect(code).toBe('no_feasible_model');
    expect(message).toContain('OpenAI chat completions have no "top_k"');
    expect(test.servers['large']?.requests).toEqual([]);
  });

  it('is refused where the model that it names cannot take it, and no other is said to be chosen', async () => {
    await start({
      large: { reply: say('no') },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'no') },
    });
    const body = ask('openai', { model: 'small', logprobs: true });
    const response = await test.post('/v1/chat/completions', body);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-routesmith-reason')).toBe('no_feasible_model');
    const { code, message } = await errorIn(response);
    expect(code).toBe('no_feasible_model');
    expect(message).toBe(
      'The named model small cannot take this request: Anthropic Messages have no "logprobs"',
    );
    expect(test.log.at(-1)).toMatchObject({
      requested: 'small',
      chosenModel: null,
      model: null,
      reason: 'no_feasible_model',
    });
    const metrics = await (await test.get('/metrics')).text();
    expect(metrics).toContain('routesmith_decisions_total{model="",reason="no_feasible_model"} 1');
    const routed = await test.post('/v1/route', body);
    expect(await routed.json()).toMatchObject({ decision: { model: null } });
  });

  it('gets no answer that its protocol cannot hold', async () => {
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '[1]' } }],
    };
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
    await start({ large: { reply: replyJson(buildAnswer(null, { choices })) } });
    const response = await test.post('/v1/messages', ask('anthropic'));
    expect(response.status).toBe(502);
    expect((await errorIn(response)).code).toBe('unwritable_answer');
  });

  it('takes its betas only to models of its protocol that take them, beside those of the endpoint', async () => {
    const request = { betas: true };
    const endpoint = { headers: { 'anthropic-beta': 'house-beta' }, request };
    const reply = answerAs('anthropic', 'Yes.');
    await start({
      large: { kind: 'anthropic', reply, endpoint },
      small: { reply: say('Yes.'), endpoint: { request } },
      local: { kind: 'anthropic', reply },
    });
    const betas = { 'anthropic-beta': 'context-management-2025-06-27,files-api-2025-04-14' };
    await test.post('/v1/messages', ask('anthropic'), betas);
    await test.post('/v1/messages', ask('anthropic'));
    await test.post('/v1/messages', ask('anthropic', { model: 'small' }), betas);
    await test.post('/v1/messages', ask('anthropic', { model: 'local' }), betas);
    const sent = (model: string) =>
      test.servers[model]?.requests.map(({ headers }) => headers['anthropic-beta']);
    expect(sent('large')).toEqual([`house-beta, ${betas['anthropic-beta']}`, 'house-beta']);
    expect([...(sent('small') ?? []), ...(sent('local') ?? [])]).toEqual([undefined, undefined]);
    const odd = await test.post('/v1/messages', ask('anthropic'), { 'anthropic-beta': 'a"b' });
    expect([odd.status, (await errorIn(odd)).message]).toEqual([
      400,
      'anthropic-beta: must be names, separated by commas.',
    ]);
  });

  it('has a conversation stay with its model, to which translated reasoning is not sent back', async () => {
    const thinking = { type: 'thinking', thinking: 'Two and two.', signature: 's' };
    const content = [thinking, { type: 'text', text: '4' }];
    await start({
      large: { kind: 'anthropic', reply: replyJson(buildMessage(content)) },
      small: { reply: say('no') },
    });
    const messages: unknown[] = [{ role: 'user', content: 'What is 2 + 2?' }];
    for (let turn = 0; turn < 3; turn++) {
      const response = await test.post('/v1/chat/completions', ask('openai', { messages }));
      const { choices } = (await response.json()) as { choices: { message: object }[] };
      expect(choices[0]?.message).toMatchObject({ reasoning_content: 'Two and two.' });
      messages.push(choices[0]?.message, { role: 'user', content: 'And 3 + 3?' });
    }
    expect(test.log.map(({ model }) => model)).toEqual(['large', 'large', 'large']);
    expect(JSON.stringify(test.servers['large']?.requests.at(-1)?.body)).not.toContain('Two and');
  });

  it('is decided without an answer as it is with one, though it has earlier reasoning', async () => {
    const content = [
      { type: 'thinking', thinking: 'Two and two.', signature: 's' },
      { type: 'text', text: '4' },
    ];
    await start({ large: { kind: 'anthropic', reply: replyJson(buildMessage(content)) } });
    const hello = { role: 'user', content: 'What is 2 + 2?' };
    const first = await test.post('/v1/chat/completions', ask('openai', { messages: [hello] }));
    const { choices } = (await first.json()) as { choices: { message: object }[] };
    expect(choices[0]?.message).toHaveProperty('reasoning_content');
    const messages = [hello, choices[0]?.message, { role: 'user', content: 'And 3 + 3?' }];
    const routed = await test.post('/v1/route', ask('openai', { messages }));
    const { decision } = (await routed.json()) as { decision: { model: string | null } };
    expect(decision).toMatchObject({ model: 'large' });
    const answered = await test.post(
      '/v1/chat/completions',
      ask('openai', { messages, routesmith: { explain: true } }),
    );
    expect(await answered.json()).toMatchObject({ routesmith: { decision } });
  });

  it('is answered where its only message has nothing but thinking', async () => {
    await start({ large: { kind: 'anthropic', reply: answerAs('anthropic', '4') } });
    const thought = { type: 'thinking', thinking: 'Two and two.', signature: 's' };
    const messages = [{ role: 'assistant', content: [thought] }];
    const response = await test.post('/v1/messages', ask('anthropic', { messages }));
    expect(response.status).toBe(200);
  });

  it('is recognized by its conversation, though the client’s own line changes in each of them', async () => {
    const thought = { type: 'thinking', thinking: 'Two and two.', signature: 's' };
    const content = [thought, { type: 'text', text: '4' }];
    await start({
      large: { kind: 'anthropic', reply: replyJson(buildMessage(content)) },
      small: { reply: answerAs('openai', '4') },
    });
    let nonce = 0;
    const askOn = (model: string, ...messages: readonly object[]): Promise<Response> => {
      const line = `x-anthropic-billing-header: cc_version=2.1.177; cch=${++nonce};`;
      const system = [line, 'Be brief.'].map((text) => ({ type: 'text', text }));
      return test.post('/v1/messages', ask('anthropic', { model, system, messages }));
    };
    const hello = { role: 'user', content: 'What is 2 + 2?' };
    await (await askOn('auto', hello)).text();
    const later = [hello, { role: 'assistant', content }, { role: 'user', content: 'And 3 + 3?' }];
    await (await askOn('auto', ...later)).text();
    expect(test.log.map(({ isKnownConversation }) => isKnownConversation)).toEqual([false, true]);
    const sent = test.servers['large']?.requests.map(({ body }) => JSON.stringify(body));
    expect(sent?.[1]).toContain('"signature":"s"');
    expect(sent?.every((body, index) => body.includes(`cch=${index + 1};`))).toBe(true);
    await (await askOn('small', hello)).text();
    const [translated] = test.servers['small']?.requests ?? [];
    expect(translated?.body).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }, hello],
    });
  });

  it('gets a conversation that is compacted as it is, and is charged all iterations', async () => {
    const summary = { type: 'compaction', content: 'Sums were asked for.' };
    const none = { input_tokens: 0, output_tokens: 0 };
    const counts = { input_tokens: 100_000, output_tokens: 2000 };
    const usage = { ...none, iterations: [{ type: 'compaction', ...counts }] };
    const compacted: Reply = (response, request) => {
      const message = { ...buildMessage([summary], 'compaction'), usage };
      if (request.body['stream'] !== true) return replyJson(message)(response, request);
      return stream(
        typed('message_start', { message: { ...message, content: [], usage: none } }),
        typed('content_block_start', { index: 0, content_block: summary }),
        typed('content_block_stop', { index: 0 }),
        typed('message_delta', { delta: { stop_reason: 'compaction' }, usage }),
        typed('message_stop'),
      )(response, request);
    };
    await start({
      large: { kind: 'anthropic', reply: compacted },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'no') },
    });
    const body = ask('anthropic', { compaction: { type: 'summarize' } });
    const whole = await test.post('/v1/messages', body);
    expect(await whole.json()).toMatchObject({ content: [summary], stop_reason: 'compaction' });
    const streamed = await test.post('/v1/messages', { ...body, stream: true });
    expect(await streamed.text()).toContain('"stop_reason":"compaction"');
    expect(test.servers['small']?.requests).toEqual([]);
    const tokens = { inputTokens: 100_000, outputTokens: 2000, costUsd: 0.104, costIsGuess: false };
    expect(test.log).toMatchObject([tokens, tokens]);
  });

  it('gets a turn that is paused as it is, whole and streamed, to send it back', async () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: '4' } };
    const paused: Reply = (response, request) => {
      if (request.body['stream'] !== true) {
        return replyJson(buildMessage([search], 'pause_turn'))(response, request);
      }
      const usage = { input_tokens: 10, output_tokens: 5 };
      const message = { id: 'm', type: 'message', role: 'assistant', content: [], usage };
      return stream(
        typed('message_start', { message }),
        typed('content_block_start', { index: 0, content_block: search }),
        typed('content_block_stop', { index: 0 }),
        typed('message_delta', { delta: { stop_reason: 'pause_turn' }, usage }),
        typed('message_stop'),
      )(response, request);
    };
    await start({
      large: { kind: 'anthropic', reply: paused },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'no') },
    });
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    const whole = await test.post('/v1/messages', ask('anthropic', { tools }));
    expect(await whole.json()).toMatchObject({ content: [search], stop_reason: 'pause_turn' });
    const streamed = await test.post('/v1/messages', ask('anthropic', { tools, stream: true }));
    const text = await streamed.text();
    expect(text).toContain('"stop_reason":"pause_turn"');
    expect(text).toContain('event: message_stop');
    expect(test.servers['small']?.requests).toEqual([]);
    expect(test.log.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  });

  it('keeps signed thinking for the model that wrote it, and from all others', async () => {
    const signed = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const reply = replyJson(buildMessage([signed, { type: 'text', text: 'Four.' }]));
    await start({
      large: { kind: 'anthropic', reply },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'Yes.') },
    });
    const first = await test.post('/v1/messages', ask('anthropic'));
    const { content } = (await first.json()) as { content: unknown };
    const [question] = ask('anthropic')['messages'] as object[];
    const messages = [question, { role: 'assistant', content }, { role: 'user', content: 'Sure?' }];
    await test.post('/v1/messages', ask('anthropic', { messages }));
    await test.post('/v1/messages', ask('anthropic', { messages, model: 'small' }));
    const sent = Object.values(test.servers).map(({ requests }) =>
      JSON.stringify(requests.at(-1)?.body),
    );
    expect(sent[0]).toContain('"signature"');
    expect(sent[1]).not.toContain('"signature"');
    expect(test.log.map(({ isKnownConversation }) => isKnownConversation)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is answered by thinking that is passed on as it was signed', async () => {
    const [start_, text, end] = messageEvents('Four.');
    const thinking = typed('content_block_delta', {
      index: 0,
      delta: { type: 'signature_delta', signature: 'sig' },
    });
    await start({ large: { kind: 'anthropic', reply: stream(start_, text, thinking, end) } });
    const response = await test.post('/v1/messages', ask('anthropic', { stream: true }));
    expect(await response.text()).toContain('"signature":"sig"');
  });
});
