import { trace, type Span, type Tracer } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import {
  answerAs,
  ask,
  pathOf,
  sha256Of,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js';
import { replyJson } from '../../support/router.js';
import { delta, event, roleOnly, stream } from '../../support/scripted-server.js';
import { isLongRun } from '../../support/test-run.js';

const numRuns = isLongRun ? 5000 : 150;

describe('whatever is sent to a gateway', () => {
  let test: TestGateway;

  beforeAll(async () => {
    test = await startGateway({
      large: { kind: 'anthropic', reply: answerAs('anthropic', 'large') },
      small: { reply: answerAs('openai', 'small') },
    });
  });

  afterAll(() => test.close());

  const json = fc.jsonValue({ maxDepth: 3 });
  const block = fc.record(
    {
      type: fc.constantFrom('text', 'image', 'image_url', 'tool_use', 'tool_result', 'thinking', 7),
      text: fc.oneof(fc.string(), json),
      source: json,
      image_url: json,
      content: json,
      tool_use_id: json,
      input: json,
    },
    { requiredKeys: [] },
  );
  const message = fc.record(
    {
      role: fc.oneof(fc.constantFrom('system', 'user', 'assistant', 'tool', 'function'), json),
      content: fc.oneof(fc.string(), fc.array(fc.oneof(block, json), { maxLength: 3 }), json),
      tool_calls: fc.oneof(fc.array(json, { maxLength: 2 }), json),
      tool_call_id: json,
      reasoning_content: json,
    },
    { requiredKeys: [] },
  );
  const body = fc.record(
    {
      model: fc.oneof(fc.constantFrom('auto', 'auto:cost', 'small', 'large', 'auto:'), json),
      messages: fc.oneof(fc.array(fc.oneof(message, json), { maxLength: 4 }), json),
      max_tokens: fc.oneof(fc.integer({ min: -1, max: 100 }), json),
      system: json,
      tools: json,
      tool_choice: json,
      stop_sequences: json,
      metadata: json,
      thinking: json,
      stream: fc.oneof(fc.boolean(), json),
      stream_options: json,
      n: json,
      routesmith: fc.oneof(
        fc.record(
          { objective: json, allow: json, conversation: json, explain: json },
          { requiredKeys: [] },
        ),
        json,
      ),
    },
    { requiredKeys: [] },
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      'x-routesmith-objective',
      'x-routesmith-allow',
      'x-routesmith-max-cost-usd',
      'x-routesmith-explain',
      'x-routesmith-conversation',
      'x-routesmith-other',
      'anthropic-version',
      'authorization',
      'content-length',
      'traceparent',
    ),
    fc.stringMatching(/^[!-~]{1,20}$/),
    { maxKeys: 3 },
  );
  const path = fc.constantFrom(
    '/v1/chat/completions',
    '/v1/messages',
    '/v1/route',
    '/v1/feedback',
    '/v1/models',
    '/%00',
    '//',
  );

  it('is answered or refused, and never fails the gateway', async () => {
    const text = fc.oneof(
      body.map((value) => JSON.stringify(value)),
      json.map(String),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(path, text, headers, async (where, sent, given) => {
        const response = await test.post(where, sent, given);
        await response.text();
        expect([200, 202, 400, 404, 405, 413, 501, 502]).toContain(response.status);
      }),
      { numRuns },
    );
    // Everything that was begun has ended.
    const metrics = await (await test.get('/metrics')).text();
    expect(metrics).toContain('routesmith_requests_running 0');
  });
});

describe('what a gateway shows of its requests', () => {
  const prompt = 'the planted prompt text';
  const callerKey = 'planted-caller-key';
  const providerKey = 'sk-planted-provider-key';
  const shown: string[] = [];
  let test: TestGateway | undefined;

  /** A span that keeps what it is told. */
  const span = new Proxy({} as Span, {
    get: (_, name) => {
      if (name === 'spanContext') return () => ({ traceId: '0', spanId: '0', traceFlags: 0 });
      return (...given: unknown[]) => {
        shown.push(JSON.stringify(given));
        return span;
      };
    },
  });
  const startSpan = (...given: unknown[]): Span => {
    shown.push(JSON.stringify(given.slice(0, 2)));
    return span;
  };

  beforeAll(() => {
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
  });

  afterAll(() => trace.disable());

  afterEach(() => test?.close());

  it('is neither a key nor text of a prompt or an answer', async () => {
    const echo = `${prompt} and ${providerKey}`;
    const failing = replyJson(
      { error: { message: `bad: ${echo}`, type: 'invalid_request_error' } },
      400,
    );
    const cases = [
      answerAs('openai', `You said ${echo}`),
      failing,
      replyJson({ error: { message: echo } }, 500),
      stream(roleOnly, delta({ content: 'It' }), event({ error: { message: echo } })),
      replyJson({ choices: [{ index: 0, message: { content: echo }, finish_reason: echo }] }),
    ];
    const endpoint = { apiKey: providerKey };
    const access = {
      kind: 'keys',
      callers: [{ name: 'web', keySha256: sha256Of(callerKey), usdPerDay: 1 }],
    } as const;
    for (const reply of cases) {
      for (const protocol of ['openai', 'anthropic'] as ProtocolName[]) {
        await test?.close();
        test = await startGateway({ large: { reply, endpoint } }, { access });
        const messages = [{ role: 'user', content: prompt }];
        const given = { authorization: `Bearer ${callerKey}` };
        for (const members of [
          {},
          { stream: true },
          { model: prompt },
          { routesmith: { allow: [prompt] } },
          { [prompt]: 1 },
        ]) {
          const body = ask(protocol, { messages, max_tokens: 50, ...members });
          const response = await test.post(pathOf[protocol], body, given);
          const text = await response.text();
          if (response.status !== 200) shown.push(text);
          shown.push(...text.split('\n').filter((line) => line.includes('"error"')));
          shown.push(JSON.stringify([...response.headers]));
        }
        shown.push(await (await test.get('/metrics', given)).text());
        shown.push(await (await test.get('/ready')).text());
        shown.push(JSON.stringify(test.log));
      }
    }
    // The names of a request's own members are told to its caller, and to nobody else.
    const all = shown
      .join('\n')
      .replaceAll(`have no "${prompt}"`, '')
      .replaceAll(`have no \\"${prompt}\\"`, '');
    expect(shown.length).toBeGreaterThan(200);
    for (const secret of [prompt, callerKey, providerKey]) expect(all).not.toContain(secret);
  });
});
