import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RouterEvent } from '../../../src/serve/router/router-event.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { answer, errorOf, question, readEvents, startRouter } from '../../support/router.js';
import { delta, event, failWith, stream, type Reply } from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);

afterEach(() => void vi.unstubAllGlobals());

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 10, date: '2025-01-01' };

describe('the events of a router', () => {
  it('report the decision, each attempt and its outcome', async () => {
    const { router, events } = await start(
      { large: failWith(429, {}, { 'retry-after': '7' }), small: answer('4') },
      { endpoint: { price } },
    );
    const { decision } = await router.complete(question);
    await router.complete(question);
    expect(events).toEqual([
      { type: 'decision', requestId: 1, decision, unavailable: [] },
      { type: 'attempt_started', requestId: 1, model: 'large', isProbe: false },
      {
        type: 'attempt_failed',
        requestId: 1,
        model: 'large',
        failure: { class: 'rate_limited', status: 429, retryAfterMs: 7000 },
        latencyMs: 0,
        isCommitted: false,
      },
      { type: 'attempt_started', requestId: 1, model: 'small', isProbe: false },
      expect.objectContaining({
        type: 'succeeded',
        requestId: 1,
        model: 'small',
        ttftMs: null,
        costUsd: 60e-6,
        finishReason: 'stop',
      }),
      expect.objectContaining({ type: 'decision', requestId: 2, unavailable: ['large'] }),
      {
        type: 'endpoint_skipped',
        requestId: 2,
        attempt: {
          model: 'large',
          outcome: 'skipped',
          reason: 'cooling_down',
          availableInMs: 7000,
        },
      },
      expect.objectContaining({ type: 'attempt_started', model: 'small' }),
      expect.objectContaining({ type: 'succeeded', model: 'small' }),
    ]);
  });

  it('tell the latency and the time to the first content of a stream', async () => {
    const system = { now: () => performance.now(), date: () => new Date() };
    const { router, events } = await start({ large: answer('4') }, { clock: system });
    const { ttftMs, events: chunks } = await router.stream(question);
    await readEvents(chunks);
    const success = events.find(({ type }) => type === 'succeeded');
    if (success?.type !== 'succeeded') throw new Error('no success');
    expect(ttftMs).toBeGreaterThan(0);
    expect(success.ttftMs).toBeGreaterThanOrEqual(ttftMs);
    expect(success.latencyMs).toBeGreaterThanOrEqual(success.ttftMs as number);
  });

  it('tell how a call failed', async () => {
    const { router, events } = await start({ large: failWith(500) });
    const { attempts } = await errorOf(router.complete(question));
    expect(events.at(-1)).toEqual({
      type: 'failed',
      requestId: 1,
      code: 'all_attempts_failed',
      attempts,
    });
  });

  it('cost no answer where who listens fails, and the failure is seen', async () => {
    const thrown: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (act: () => void) => {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    });
    const { router } = await start(
      { large: answer('4') },
      {
        onEvent: () => {
          throw new Error('listener');
        },
      },
    );
    expect((await router.complete(question)).text).toBe('4');
    expect(thrown).toContainEqual(new Error('listener'));
  });
});

describe('keys and prompts', () => {
  const planted = {
    key: 'planted-key-0123456789',
    header: 'planted-header-0123456789',
    query: 'planted-query-0123456789',
    prompt: 'planted-prompt-0123456789',
  };
  const repeats = `key ${planted.key} Bearer ${planted.key} ${planted.header} ${planted.query} ${planted.prompt}`;
  const error = {
    message: repeats,
    code: planted.key,
    type: planted.header,
    param: planted.prompt,
  };
  const request = { messages: [{ role: 'user', content: planted.prompt }] } as const;

  /** Everything that a router tells of calls that fail in some way, and the errors themselves. */
  async function listTold(
    reply: Reply,
    exposeProviderMessages = false,
  ): Promise<{ told: string; errors: unknown[]; events: RouterEvent[] }> {
    const endpoint = { apiKey: planted.key, headers: { 'x-key': planted.header } };
    const { router, servers, events, close } = await startRouter({ large: reply });
    const baseUrl = `${servers['large']?.baseUrl}?key=${planted.query}`;
    const running = await start(
      { large: reply },
      {
        endpoint: { ...endpoint, baseUrl },
        exposeProviderMessages,
        onEvent: (e) => void events.push(e),
      },
    );
    const errors: unknown[] = [];
    for (const method of ['complete', 'stream'] as const) {
      try {
        const result = await running.router[method](request);
        if ('events' in result) errors.push((await readEvents(result.events)).error);
      } catch (cause) {
        errors.push(cause);
      }
    }
    const states = [running.router.health(), router.health()];
    await close();
    const told = [...errors, ...events, ...states]
      .map((item) => `${inspect(item, { depth: 20, showHidden: true })} ${JSON.stringify(item)}`)
      .join('\n');
    return { told, errors, events };
  }

  it.each<[string, Reply]>([
    ['the error of a 401', failWith(401, error)],
    ['the error of a 400', failWith(400, error)],
    ['the error of a 500', failWith(500, error)],
    ['the header of a response', failWith(429, error, { 'retry-after': planted.key })],
    ['an error in a 200', failWith(200, error)],
    ['an error in a stream', stream(event({ error }))],
    ['an error after content', stream(delta({ content: 'a' }), `data: {"error":"${repeats}"}\n\n`)],
    ['a body that is not JSON', (response) => void response.writeHead(200).end(repeats)],
    ['a status line', (response) => void response.writeHead(500, repeats).end()],
    ['a redirect', failWith(302, error, { location: `https://${planted.key}.example` })],
    ['a connection that is reset', (response) => void response.socket?.resetAndDestroy()],
  ])('are in no event, error or state, where they come back in %s', async (_, reply) => {
    const { told, errors, events } = await listTold(reply);
    expect(errors).toHaveLength(2);
    expect(errors).not.toContain(undefined);
    expect(events.length).toBeGreaterThan(3);
    expect(told).toContain('large');
    expect(told).not.toMatch(/planted/);
  });

  it('are in none where a URL cannot be fetched', async () => {
    const { router, events } = await start(
      { large: answer('4') },
      {
        endpoint: { baseUrl: `http://127.0.0.1:1/?key=${planted.query}`, apiKey: planted.key },
        fetch: (url) => {
          throw new TypeError(`Failed to fetch ${url}`, { cause: { code: planted.key } });
        },
      },
    );
    const failed = await errorOf(router.complete(request));
    expect(failed.failure).toEqual({ class: 'network', status: null });
    expect(inspect([failed, events], { depth: 20, showHidden: true })).not.toMatch(/planted/);
  });

  it('are taken out of what the provider says, where the router is told to expose that', async () => {
    const { told, errors } = await listTold(failWith(400, error), true);
    expect(told).not.toMatch(/planted-(key|header|query)/);
    expect(errors[0]).toMatchObject({
      failure: { providerMessage: expect.stringContaining('[redacted]') },
    });
    expect(told).toContain(planted.prompt);
  });
});
