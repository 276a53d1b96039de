import { afterEach, describe, expect, it } from 'vitest';
import type { PoolModel } from '../../../../src/measure/models/model.js';
import { findUnsendableSetting } from '../../../../src/measure/sweep/calls/build-pool-request.js';
import { createProviderClient } from '../../../../src/measure/sweep/calls/provider-client.js';
import type { Prompt } from '../../../../src/llm/chat.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import {
  startScriptedServer,
  stream,
  type Reply,
  type ScriptedServer,
} from '../../../support/scripted-server.js';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const say = (text: string): Reply =>
  stream(
    ...[
      { type: 'message_start', message: { model: 'claude-1', usage: { input_tokens: 12 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  );

const parameters = { temperature: 0.5, maxTokens: 64 };

async function call(reply: Reply, prompt: Prompt = 'What is 2 + 2?') {
  const server = await startScriptedServer(reply);
  servers.push(server);
  const client = createProviderClient();
  const { baseUrl } = server;
  const model = buildPoolModel({ baseUrl, protocol: 'anthropic', parameters });
  const result = await client.complete({ model, prompt, apiKey: 'planted-key-0123456789' });
  await client.close();
  return { result, request: server.requests[0] };
}

describe('a call in Anthropic’s protocol', () => {
  it('asks Messages for a stream, with the key in its own header', async () => {
    const { request, result } = await call(say('4'));
    expect(request?.path).toBe('/v1/messages');
    expect(request?.headers).toMatchObject({
      'x-api-key': 'planted-key-0123456789',
      'anthropic-version': '2023-06-01',
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body).toEqual({
      model: 'small-1',
      max_tokens: 64,
      temperature: 0.5,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is 2 + 2?' }] }],
      stream: true,
    });
    expect(result).toMatchObject({
      kind: 'completed',
      answer: '4',
      finishReason: 'stop',
      tokens: { usage: { inputTokens: 12, outputTokens: 3 } },
      servedModel: 'claude-1',
    });
  });

  it('puts system messages and tools where they belong', async () => {
    const { request } = await call(say('4'), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }],
    });
    expect(request?.body).toMatchObject({
      system: 'Be brief.',
      tools: [{ name: 'look_up', input_schema: { type: 'object' } }],
    });
  });

  it.each([
    [529, { type: 'overloaded_error', message: 'Overloaded' }, 'server_error', true],
    [429, { type: 'rate_limit_error', message: 'Slow down' }, 'rate_limited', true],
    [401, { type: 'authentication_error', message: 'bad key' }, 'authentication', false],
    [
      400,
      { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8' },
      'context_overflow',
      false,
    ],
    [
      400,
      { type: 'invalid_request_error', message: 'Your credit balance is too low' },
      'quota_exhausted',
      false,
    ],
  ])('understands %i with %j as %s', async (status, error, failureClass, retryable) => {
    const { result } = await call((response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'error', error }));
    });
    expect(result).toMatchObject({ kind: 'failed', failure: { class: failureClass, retryable } });
  });

  it('waits as long as the headers of the limit say that is used up', async () => {
    const { result } = await call((response) => {
      response.writeHead(429, {
        'content-type': 'application/json',
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': new Date(Date.now() + 20_000).toISOString(),
      });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}');
    });
    const asked = result.kind === 'failed' ? (result.failure.retryAfterMs ?? 0) : 0;
    expect(asked).toBeGreaterThan(10_000);
    // It is read against the `date` of the response, which counts whole seconds.
    expect(asked).toBeLessThanOrEqual(21_000);
  });
});

describe('settings that the Anthropic protocol does not support', () => {
  it.each<[string, Partial<PoolModel>]>([
    ['requires parameters.maxTokens', { parameters: {} }],
    ['does not support seed', { parameters: { maxTokens: 1, seed: 1 } }],
    ['does not support reasoningEffort', { parameters: { maxTokens: 1, reasoningEffort: 'low' } }],
    ['does not support a temperature above 1', { parameters: { maxTokens: 1, temperature: 1.5 } }],
    ['does not support pin', { parameters: { maxTokens: 1 }, pin: { only: ['x'] } }],
  ])('are reported before the first call: it %s', (problem, changes) => {
    expect(findUnsendableSetting(buildPoolModel({ protocol: 'anthropic', ...changes }))).toContain(
      problem,
    );
  });

  it('is nothing for an ordinary model', () => {
    expect(
      findUnsendableSetting(buildPoolModel({ protocol: 'anthropic', parameters })),
    ).toBeUndefined();
  });
});
