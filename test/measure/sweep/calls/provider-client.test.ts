import { afterEach, describe, expect, it } from 'vitest';
import type { PoolModel } from '../../../../src/measure/models/model.js';
import type { CallFailure } from '../../../../src/measure/sweep/calls/call-failure.js';
import type { CallResult, CompletedCall } from '../../../../src/measure/sweep/calls/call-result.js';
import type { CallTimeouts } from '../../../../src/measure/sweep/calls/call-timeouts.js';
import { systemClock, type Clock } from '../../../../src/measure/sweep/calls/clock.js';
import { createProviderClient } from '../../../../src/measure/sweep/calls/provider-client.js';
import type { Prompt } from '../../../../src/llm/chat.js';
import type { RequestForm } from '../../../../src/llm/request-form.js';
import {
  endlessStreams,
  excessiveJson,
  keepAlive,
  keepAlives,
} from '../../../support/hostile-replies.js';
import { scaleTime } from '../../../support/test-run.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import {
  delta,
  done,
  event,
  failWith,
  findClosedBaseUrl,
  inTurn,
  roleOnly,
  say,
  startScriptedServer,
  stream,
  usageEvent,
  writeStream,
  type Reply,
  type ScriptedServer,
} from '../../../support/scripted-server.js';

const plantedKey = 'planted-key-0123456789';
const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Options {
  readonly model?: Partial<PoolModel>;
  readonly prompt?: Prompt;
  readonly timeouts?: Partial<CallTimeouts>;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

async function call(reply: Reply, options: Options = {}) {
  const server = await startScriptedServer(reply);
  servers.push(server);
  const client = createProviderClient({
    timeouts: options.timeouts ?? {},
    ...(options.clock && { clock: options.clock }),
  });
  const result = await client.complete({
    model: buildPoolModel({ baseUrl: server.baseUrl, ...options.model }),
    prompt: options.prompt ?? 'What is 2 + 2?',
    apiKey: plantedKey,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  await client.close();
  return { result, requests: server.requests };
}

function completed(result: CallResult): CompletedCall {
  if (result.kind === 'completed') return result;
  throw new Error(`failed: ${JSON.stringify(result.failure)}`);
}

function failed(result: CallResult): CallFailure {
  if (result.kind === 'failed') return result.failure;
  throw new Error(`completed: ${JSON.stringify(result)}`);
}

describe('a request', () => {
  it('asks for a stream with usage, and sends the key and nothing the pool does not name', async () => {
    const { requests } = await call(say('4'));
    expect(requests[0]?.path).toBe('/v1/chat/completions');
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${plantedKey}`);
    expect(requests[0]?.body).toEqual({
      model: 'small-1',
      messages: [{ role: 'user', content: 'What is 2 + 2?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('sends generation parameters, tools and provider preferences as they are', async () => {
    const tools = [{ type: 'function', function: { name: 'look_up' } }];
    const { requests } = await call(say('4'), {
      model: {
        parameters: { temperature: 0, maxTokens: 9, reasoningEffort: 'low', seed: 3 },
        pin: { order: ['somewhere'] },
      },
      prompt: { messages: [{ role: 'system', content: 'Be brief.' }], tools },
    });
    expect(requests[0]?.body).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }],
      tools,
      temperature: 0,
      max_tokens: 9,
      reasoning_effort: 'low',
      seed: 3,
      provider: { order: ['somewhere'] },
    });
  });
});

describe('a stream', () => {
  it('gives the answer, the usage of the last event and who served it', async () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 4 },
      cost: 0.0125,
    };
    const { result } = await call(
      stream(
        roleOnly,
        delta({ content: 'Four' }),
        delta({ content: '.' }),
        delta({}, 'stop'),
        usageEvent(usage),
        done,
      ),
    );
    expect(completed(result)).toMatchObject({
      answer: 'Four.',
      ending: 'complete',
      finishReason: 'stop',
      tokens: {
        usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5 },
        reportedCostUsd: 0.0125,
      },
      rawUsage: usage,
      servedModel: 'served-model',
    });
  });

  it('does not take the event with the role alone for the first token', async () => {
    const { result } = await call(stream(roleOnly, delta({}, 'stop'), done));
    expect(completed(result)).toMatchObject({ ttftMs: null, firstContentMs: null, answer: '' });
  });

  it.each(['reasoning', 'reasoning_content'])(
    'starts one clock at %s and another at content, and keeps the former out of the answer',
    async (member) => {
      // Every reading is later than the one before, also of events that arrive in one packet.
      let readings = 0;
      const { result } = await call(
        stream(
          roleOnly,
          delta({ content: null, [member]: 'Hmm' }),
          delta({ content: '4' }, 'stop'),
          done,
        ),
        { clock: { ...systemClock, now: () => (readings += 1) } },
      );
      const { answer, ttftMs, firstContentMs, latencyMs } = completed(result);
      expect(answer).toBe('4');
      expect(ttftMs).toBeLessThan(firstContentMs as number);
      expect(firstContentMs).toBeLessThanOrEqual(latencyMs as number);
    },
  );

  it('is read the same however it is cut into packets', async () => {
    const bytes = Buffer.from(
      [roleOnly, delta({ content: 'Zürich 東京 👩‍🔬' }), delta({}, 'stop'), done].join(''),
    );
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const { result } = await call(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of single) {
        response.write(byte);
        await new Promise(setImmediate);
      }
      response.end();
    });
    expect(completed(result).answer).toBe('Zürich 東京 👩‍🔬');
  });

  it('may hold keep-alive comments, other fields and CRLF', async () => {
    const pieces = [': OPENROUTER PROCESSING\n\n', 'retry: 10\n', roleOnly, ': again\n\n'];
    const { result } = await call(
      stream(...[...pieces, delta({ content: '4' }, 'stop'), done].map(toCrlf)),
    );
    expect(completed(result).answer).toBe('4');
  });

  it('is complete without [DONE] once it has a finish reason', async () => {
    const { result } = await call(stream(delta({ content: '4' }, 'stop')));
    expect(completed(result)).toMatchObject({
      answer: '4',
      finishReason: 'stop',
      tokens: { usage: null },
    });
  });

  it('is complete at [DONE], even where the server keeps the connection open', async () => {
    const { result } = await call((response) =>
      writeStream(response, [delta({ content: '4' }, 'stop'), done]),
    );
    expect(completed(result).answer).toBe('4');
  });

  it('keeps an answer cut off by the token limit apart from a whole one', async () => {
    const { result } = await call(stream(delta({ content: 'The ans' }, 'length'), done));
    expect(completed(result)).toMatchObject({ answer: 'The ans', finishReason: 'length' });
  });

  it('may hold a refusal instead of content', async () => {
    const { result } = await call(
      stream(
        delta({ content: null, refusal: 'I cannot ' }),
        delta({ refusal: 'help.' }, 'stop'),
        done,
      ),
    );
    expect(completed(result)).toMatchObject({ answer: 'I cannot help.', ending: 'refused' });
  });

  it('puts tool calls together, arguments that are not JSON included', async () => {
    const toolDelta = (index: number, call: Record<string, unknown>) =>
      delta({ tool_calls: [{ index, function: call }] });
    const { result } = await call(
      stream(
        roleOnly,
        toolDelta(0, { name: 'weather', arguments: '' }),
        toolDelta(0, { arguments: '{"city":' }),
        toolDelta(0, { arguments: '"Bern"}' }),
        toolDelta(1, { name: 'broken', arguments: '{"a":' }),
        delta({}, 'tool_calls'),
        done,
      ),
    );
    expect(JSON.parse(completed(result).answer)).toEqual({
      tool_calls: [
        { name: 'weather', arguments: { city: 'Bern' } },
        { name: 'broken', arguments: '{"a":' },
      ],
    });
    expect(completed(result).firstContentMs).not.toBeNull();
  });
});

describe('a failure', () => {
  it('is a stream that ends before the completion does', async () => {
    const { result } = await call(stream(roleOnly, delta({ content: 'The answer is' })));
    expect(failed(result)).toMatchObject({ class: 'network', retryable: true });
  });

  it('is none where the connection breaks after the finish reason: the answer is whole', async () => {
    const { result } = await call(async (response) => {
      await writeStream(response, [delta({ content: 'It is 4.' }), delta({}, 'stop')]);
      response.socket?.resetAndDestroy();
    });
    expect(completed(result)).toMatchObject({
      answer: 'It is 4.',
      finishReason: 'stop',
      tokens: { usage: null },
    });
  });

  it('is none where the last event lacks the empty line after it', async () => {
    const last = delta({ content: ' 4.' }, 'stop').trimEnd();
    for (const end of ['', '\n']) {
      const { result } = await call(stream(delta({ content: 'It is' }), `${last}${end}`));
      expect(completed(result).answer).toBe('It is 4.');
    }
  });

  it('is a stream cut in the middle of an event', async () => {
    const { result } = await call(stream(roleOnly, delta({ content: 'The' }).slice(0, 25)));
    expect(failed(result)).toMatchObject({ class: 'network', retryable: true });
  });

  it('is a connection that is reset in the middle of the stream', async () => {
    const { result } = await call(async (response) => {
      await writeStream(response, [roleOnly, delta({ content: 'The' })]);
      response.socket?.resetAndDestroy();
    });
    expect(failed(result)).toMatchObject({ class: 'network', status: null, retryable: true });
  });

  it('is a connection that is reset before any response', async () => {
    const { result } = await call((response) => {
      response.socket?.resetAndDestroy();
    });
    expect(failed(result)).toMatchObject({ class: 'network', retryable: true });
  });

  it('is an error inside a stream that began with 200', async () => {
    const { result } = await call(
      stream(delta({ content: 'The' }), event({ error: { code: 502, message: 'upstream' } })),
    );
    expect(failed(result)).toMatchObject({ class: 'server_error', status: 502, retryable: true });
  });

  it('is an error object in a 200 that is no stream', async () => {
    const { result } = await call(failWith(200, { code: 429, message: 'slow down' }));
    expect(failed(result)).toMatchObject({ class: 'rate_limited', status: 429 });
  });

  it('is a page where a stream was asked for', async () => {
    const { result } = await call((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<h1>Welcome</h1>');
    });
    expect(failed(result)).toMatchObject({ class: 'malformed', retryable: true });
    expect(failed(result).message).toContain('text/html');
  });

  it('is an event that is not JSON', async () => {
    const { result } = await call(stream(roleOnly, 'data: <oops>\n\n', done));
    expect(failed(result)).toMatchObject({ class: 'malformed', retryable: true });
  });

  it('carries how long the provider asks to wait', async () => {
    const { result } = await call(failWith(429, { message: 'wait' }, { 'retry-after': '7' }));
    expect(failed(result)).toMatchObject({ class: 'rate_limited', retryAfterMs: 7000 });
  });

  it('is a redirect: the key must not follow it', async () => {
    const { result, requests } = await call((response) => {
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    expect(failed(result)).toMatchObject({ class: 'bad_request', status: 302 });
    expect(requests).toHaveLength(1);
  });

  it('is a server that nobody runs', async () => {
    const { result } = await call(say('4'), { model: { baseUrl: await findClosedBaseUrl() } });
    expect(failed(result)).toMatchObject({ class: 'network', retryable: true });
    expect(failed(result).message).toContain('ECONNREFUSED');
  });

  it('is a response that does not begin, or a stream that falls silent', async () => {
    const silent = await call(() => {}, { timeouts: { firstByteMs: 40 } });
    expect(failed(silent.result)).toMatchObject({ class: 'timeout', retryable: true });
    expect(failed(silent.result).message).toContain('first-byte');
    const pieces = [roleOnly, delta({ content: 'a' })];
    const stalled = await call((response) => writeStream(response, pieces), {
      timeouts: { idleMs: 40 },
    });
    expect(failed(stalled.result).message).toContain('idle');
  });

  it('is no timeout where the whole answer has arrived before the server falls silent', async () => {
    const pieces = [roleOnly, delta({ content: 'a' }), delta({}, 'stop')];
    const { result } = await call((response) => writeStream(response, pieces), {
      timeouts: { idleMs: scaleTime(1000) },
    });
    expect(result).toMatchObject({ kind: 'completed', answer: 'a', finishReason: 'stop' });
  });

  it.each(Object.entries(keepAlives))(
    'is a stream of nothing but keep-alives: %s',
    async (_, piece) => {
      const mute = await call(keepAlive(piece), { timeouts: { firstContentMs: scaleTime(1000) } });
      expect(failed(mute.result)).toMatchObject({ class: 'timeout', mayBeCharged: true });
      expect(failed(mute.result).message).toContain('first-content');
      const stalled = await call(keepAlive(piece, delta({ content: 'a' })), {
        timeouts: { idleMs: scaleTime(1000) },
      });
      expect(failed(stalled.result).message).toContain('no content within the idle timeout');
    },
  );

  it('is no silence of a model that reasons before its first content', async () => {
    const reply: Reply = async (response) => {
      await writeStream(response, [roleOnly]);
      await new Promise((resolve) => {
        setTimeout(resolve, 120);
      });
      response.end(delta({ content: '4' }) + delta({}, 'stop') + done);
    };
    const { result } = await call(reply, {
      timeouts: { idleMs: 40, firstContentMs: scaleTime(5000) },
    });
    expect(completed(result).answer).toBe('4');
  });

  it('is one that takes longer than the pool allows this model, with what to write there', async () => {
    const { result } = await call(() => {}, {
      model: { timeouts: { totalMs: 60 } },
      timeouts: { totalMs: 60_000 },
    });
    expect(failed(result).message).toContain('total timeout of 0.06 s');
    expect(failed(result).message).toContain('timeouts in the pool');
  });

  it.each(Object.entries(endlessStreams))('is a stream without an end: %s', async (_, reply) => {
    const { result } = await call(reply);
    expect(failed(result)).toMatchObject({ class: 'malformed', mayBeCharged: true });
  });

  it.each(Object.entries(excessiveJson))(
    'is a response whose JSON is more than a reader may take: %s',
    async (_, reply) => {
      const { result } = await call(reply);
      expect(failed(result).class).toBe('malformed');
    },
  );

  it('is no stream that goes on as long as its pieces keep coming', async () => {
    const pieces = Array.from({ length: 10 }, () => delta({ content: 'a' }));
    const reply = stream(...pieces, delta({}, 'stop'), done);
    const { result } = await call(reply, { timeouts: { firstContentMs: scaleTime(5000) } });
    expect(completed(result).answer).toBe('a'.repeat(10));
  });

  it('is a stream that trickles for longer than the total timeout', async () => {
    const { result } = await call(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => response.write(': still here\n\n'), 5);
        response.on('close', () => clearInterval(timer));
      },
      { timeouts: { totalMs: 60 } },
    );
    expect(failed(result)).toMatchObject({ class: 'timeout', retryable: true });
    expect(failed(result).message).toContain('total');
  });

  it('is a call that the caller cut off', async () => {
    const controller = new AbortController();
    const { result } = await call(() => controller.abort(), { signal: controller.signal });
    expect(failed(result)).toMatchObject({ class: 'cancelled', retryable: false });
  });

  it.each([
    ['in a body', failWith(401, { message: `wrong key ${plantedKey}` })],
    ['in a header it repeats', failWith(500, { message: `got: Bearer ${plantedKey}` })],
    ['in a stream', stream(event({ error: { message: `key ${plantedKey} is bad` } }))],
  ])('never repeats the key that the provider sent back %s', async (_, reply) => {
    const { result } = await call(reply);
    expect(failed(result).message).toContain('[redacted]');
    expect(JSON.stringify(result)).not.toContain(plantedKey);
  });

  it('does not spoil the next call on the same client', async () => {
    const server = await startScriptedServer(inTurn(failWith(500), say('4')));
    servers.push(server);
    const client = createProviderClient();
    const request = {
      model: buildPoolModel({ baseUrl: server.baseUrl }),
      prompt: 'Hi',
      apiKey: undefined,
    };
    expect(failed(await client.complete(request)).status).toBe(500);
    expect(completed(await client.complete(request)).answer).toBe('4');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    await client.close();
  });
});

describe('a member that the server refuses', () => {
  const refuse =
    (member: string, message: string): Reply =>
    (response, request) =>
      (member in request.body ? failWith(400, { message, param: member }) : say('4'))(
        response,
        request,
      );

  async function callTwice(reply: Reply, model: Partial<PoolModel>) {
    const server = await startScriptedServer(reply);
    servers.push(server);
    const client = createProviderClient();
    const request = {
      model: buildPoolModel({ baseUrl: server.baseUrl, ...model }),
      prompt: 'Hi',
      apiKey: undefined,
    };
    const results = [await client.complete(request), await client.complete(request)];
    await client.close();
    return { results, bodies: server.requests.map(({ body }) => body) };
  }

  it.each([
    ['max_tokens', 'tokenLimit: max_completion_tokens', 'max_completion_tokens'],
    ['stream_options', 'omit: [stream_options]', undefined],
  ])('is not sent again: %s', async (member, advice, other) => {
    const reply = refuse(member, `Unsupported parameter: '${member}'`);
    const { results, bodies } = await callTwice(reply, { parameters: { maxTokens: 9 } });
    expect(failed(results[0] as CallResult)).toMatchObject({
      class: 'unsupported',
      retryable: true,
      retryAfterMs: 0,
    });
    expect(failed(results[0] as CallResult).message).toContain(advice);
    expect(completed(results[1] as CallResult).answer).toBe('4');
    expect(bodies[1]).not.toHaveProperty(member);
    if (other !== undefined) expect(bodies[1]).toHaveProperty(other, 9);
  });

  it('is told once to whom it concerns, with all that the pool has to say then', async () => {
    const told: [id: string, request: RequestForm][] = [];
    const reply: Reply = (response, request) => {
      const refused = ['max_tokens', 'stream_options', 'seed'].find((name) => name in request.body);
      const answer =
        refused === undefined
          ? say('4')
          : failWith(400, { message: `Unsupported parameter: '${refused}'`, param: refused });
      answer(response, request);
    };
    const server = await startScriptedServer(reply);
    servers.push(server);
    const client = createProviderClient({
      onNewForm: ({ id }, request) => told.push([id, request]),
    });
    const model = buildPoolModel({
      id: 'large',
      baseUrl: server.baseUrl,
      parameters: { maxTokens: 9, temperature: 0, seed: 1 },
      request: { omit: ['temperature'], betas: false },
    });
    const call = async () => client.complete({ model, prompt: 'Hi', apiKey: undefined });
    await Promise.all([call(), call()]);
    await call();
    expect(failed(await call()).message).toContain(
      'to avoid it: request: { tokenLimit: max_completion_tokens, omit: [temperature, stream_options, seed], betas: false }',
    );
    await client.close();
    const first = {
      tokenLimit: 'max_completion_tokens',
      omit: ['temperature'],
      betas: false,
    };
    expect(told).toEqual([
      ['large', first],
      ['large', { ...first, omit: ['temperature', 'stream_options'] }],
    ]);
  });

  it('is left to the user where it shapes the answer', async () => {
    const reply = refuse('temperature', "Unsupported value: 'temperature' does not support 0");
    const { results, bodies } = await callTwice(reply, { parameters: { temperature: 0 } });
    for (const result of results) {
      expect(failed(result)).toMatchObject({ class: 'unsupported', retryable: false });
      expect(failed(result).message).toContain('request: { omit: [temperature] }');
    }
    expect(bodies[1]).toHaveProperty('temperature', 0);
  });

  it('is not sent at all where the pool says so', async () => {
    const { bodies } = await callTwice(say('4'), {
      parameters: { maxTokens: 9 },
      request: { tokenLimit: 'max_completion_tokens', omit: ['stream_options'] },
    });
    expect(bodies[0]).toMatchObject({ max_completion_tokens: 9 });
    expect(bodies[0]).not.toHaveProperty('max_tokens');
    expect(bodies[0]).not.toHaveProperty('stream_options');
  });
});

function toCrlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
