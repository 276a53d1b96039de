import { trace, type Span, type Tracer } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGate } from '../../support/gate.js';
import { answerAs, ask, pathOf, startGateway, type TestGateway } from '../../support/gateway.js';
import type { Reply } from '../../support/scripted-server.js';

/** A span that keeps what it is told. */
interface KeptSpan {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  isEnded: boolean;
}

let spans: KeptSpan[] = [];
let test: TestGateway;

function startSpan(name: string): Span {
  const kept: KeptSpan = { name, attributes: {}, isEnded: false };
  spans.push(kept);
  const span: Partial<Span> = {
    isRecording: () => true,
    spanContext: () => ({ traceId: '0', spanId: '0', traceFlags: 0 }),
    setAttribute(attribute, value) {
      kept.attributes[attribute] = value;
      return span as Span;
    },
    setStatus: () => span as Span,
    end: () => void (kept.isEnded = true),
  };
  return span as Span;
}

beforeAll(() => {
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
});

afterAll(() => trace.disable());

afterEach(async () => {
  spans = [];
  await test.close();
});

describe('the spans of a request', () => {
  it('are its own, and one for each call of a model', async () => {
    test = await startGateway({ large: { reply: answerAs('openai', 'fine') } });
    await test.post(pathOf.openai, ask('openai'));
    expect(spans.map(({ name }) => name)).toEqual(['POST /v1/chat/completions', 'chat large-1']);
    expect(spans[0]?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'routesmith.model': 'large',
    });
    expect(spans.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it('begin with it, also if it is refused', async () => {
    const access = { kind: 'keys', callers: [] } as const;
    test = await startGateway({ large: { reply: answerAs('openai', 'fine') } }, { access });
    await test.post(pathOf.openai, ask('openai'));
    expect(spans).toMatchObject([
      { attributes: { 'http.response.status_code': 401, 'error.type': 'missing_key' } },
    ]);
    await test.get('/health');
    expect(spans).toHaveLength(1);
  });

  it('begin before it waits for a place', async () => {
    const { opened: released, open: release } = createGate();
    const reply: Reply = async (response, request) => {
      await released;
      await answerAs('openai', 'fine')(response, request);
    };
    test = await startGateway({ large: { reply } }, { limits: { maxConcurrent: 1 } });
    const answers = [1, 2].map(() => test.post(pathOf.openai, ask('openai')));
    const requests = (): KeptSpan[] => spans.filter(({ name }) => name.startsWith('POST'));
    while (requests().length < 2) await new Promise((next) => setImmediate(next));
    expect(test.servers['large']?.requests.length).toBeLessThan(2);
    release();
    for (const answer of answers) expect((await answer).status).toBe(200);
  });
});
