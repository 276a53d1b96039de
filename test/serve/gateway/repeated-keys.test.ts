import { trace, type Span, type Tracer } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { readTexts } from '../../support/decision-log.js';
import { ask, buildMessage, pathOf, startGateway, typed } from '../../support/gateway.js';
import { listForms } from '../../support/key-forms.js';
import { event, stream, type Reply } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const key = 'Zx9qT7vLm2Kd8wRb5YpQ';
const folder = createTemporaryFolder();
let attributes: unknown[] = [];

beforeAll(() => {
  const span: Partial<Span> = {
    isRecording: () => true,
    spanContext: () => ({ traceId: '0', spanId: '0', traceFlags: 0 }),
    setAttribute: (...attribute) => (attributes.push(attribute), span as Span),
    setStatus: (status) => (attributes.push(status), span as Span),
    end: () => {},
  };
  const startSpan = (...begun: unknown[]) => (attributes.push(begun), span);
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
});

afterAll(() => trace.disable());

/** Has a text in every member that a server may fill with words. */
function repeat(protocol: ProtocolName, text: string): Reply {
  const named = { id: text, model: text, provider: text, system_fingerprint: text, [text]: text };
  const usage = { prompt_tokens: 10, completion_tokens: 5, note: text };
  const message = { ...buildMessage([{ type: 'text', text }]), ...named };
  const choice = (member: string) => ({
    index: 0,
    finish_reason: 'stop',
    [member]: { content: text },
  });
  return (response, request) => {
    const isStream = request.body['stream'] === true;
    if (isStream && protocol === 'openai') {
      const chunks = [
        { ...named, choices: [choice('delta')] },
        { ...named, choices: [], usage },
      ];
      return stream(...chunks.map(event), 'data: [DONE]\n\n')(response, request);
    }
    if (isStream) {
      return stream(
        typed('message_start', { message: { ...message, content: [] } }),
        typed('content_block_start', { index: 0, content_block: { type: 'text', text } }),
        typed('content_block_stop', { index: 0 }),
        typed('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }),
        typed('message_stop'),
      )(response, request);
    }
    const whole =
      protocol === 'openai' ? { ...named, choices: [choice('message')], usage } : message;
    response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': key });
    response.end(JSON.stringify(whole));
    return undefined;
  };
}

const protocols = ['openai', 'anthropic'] as const;
const cases = protocols.flatMap((kind) =>
  protocols.flatMap((asked) =>
    [false, true].flatMap((isStream) =>
      listForms(key).map((form, place) => ({ kind, asked, isStream, form, place })),
    ),
  ),
);

it.each(cases)(
  'no header, log, metric or span has a key that an answer repeats: $kind asked as $asked, streamed: $isStream, $form',
  async ({ kind, asked, isStream, form, place }) => {
    attributes = [];
    const directory = folder.file(`log-${kind}-${asked}-${isStream}-${place}`);
    const decisionLog = await createDecisionLog({ directory });
    const endpoint = { apiKey: key };
    const test = await startGateway(
      { large: { kind, reply: repeat(kind, `of ${form}`), endpoint } },
      { decisionLog },
    );
    const response = await test.post(pathOf[asked], { ...ask(asked), stream: isStream });
    expect(response.status).toBe(200);
    const body = await response.text();
    // An answer is the caller's as the provider gave it.
    expect(body).toContain(form);
    await decisionLog.close();
    const seen = [
      JSON.stringify([...response.headers]),
      JSON.stringify(test.log),
      JSON.stringify(attributes),
      await (await test.get('/metrics')).text(),
      readTexts(directory),
    ];
    for (const text of seen) {
      expect(text).not.toBe('');
      for (const one of listForms(key)) expect(text).not.toContain(one);
    }
    await test.close();
  },
);
