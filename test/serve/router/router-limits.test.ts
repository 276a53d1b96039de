import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { RouterError } from '../../../src/serve/router/router-error.js';
import type { AttemptFailureClass } from '../../../src/serve/router/failure.js';
import type { RouterTimeouts } from '../../../src/serve/router/timeouts.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import {
  answer,
  errorOf,
  question,
  readEvents,
  replyJson,
  startRouter,
} from '../../support/router.js';
import { delta, done, inTurn, writeStream, type Reply } from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const start = closeAfterEach(startRouter);

function createAbort(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

const silent: Reply = () => {};
const headersOnly =
  (contentType: string): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': contentType });
    response.flushHeaders();
  };
const halfBody: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"choices":');
};
/** Begins to answer and falls silent. */
const halfStream: Reply = (response) => writeStream(response, [delta({ content: 'The ans' })]);
const trickle =
  (contentType: string, piece: string): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': contentType });
    const timer = setInterval(() => response.write(piece), 5);
    response.on('close', () => clearInterval(timer));
  };

/** Resolves when the connection of a request ends. */
function watchClose(reply: Reply): { reply: Reply; closed: Promise<void> } {
  let note = (): void => {};
  const closed = new Promise<void>((resolve) => (note = resolve));
  const watched: Reply = (response, request) => {
    response.on('close', () => {
      if (!response.writableFinished) note();
    });
    return reply(response, request);
  };
  return { reply: watched, closed };
}

/** A call may fail before its stream begins: that is what is looked for here. */
function errorOfRouter(error: unknown): void {
  expect(error).toBeInstanceOf(RouterError);
}

const limits: [string, Reply, 'complete' | 'stream', keyof RouterTimeouts, AttemptFailureClass][] =
  [
    ['no headers', silent, 'complete', 'connectMs', 'connect_timeout'],
    ['no headers', silent, 'stream', 'connectMs', 'connect_timeout'],
    ['no headers', silent, 'complete', 'firstByteMs', 'first_byte_timeout'],
    [
      'headers only',
      headersOnly('application/json'),
      'complete',
      'firstByteMs',
      'first_byte_timeout',
    ],
    [
      'headers only',
      headersOnly('text/event-stream'),
      'stream',
      'firstByteMs',
      'first_byte_timeout',
    ],
    ['half of a body', halfBody, 'complete', 'idleMs', 'idle_timeout'],
    [
      'a comment',
      (response) => writeStream(response, [': hi\n\n']),
      'stream',
      'idleMs',
      'idle_timeout',
    ],
    [
      'an endless body',
      trickle('application/json', ' '),
      'complete',
      'attemptMs',
      'attempt_timeout',
    ],
    [
      'endless comments',
      trickle('text/event-stream', ': hi\n\n'),
      'stream',
      'attemptMs',
      'attempt_timeout',
    ],
  ];

describe('a limit of time', () => {
  it.each(limits)('is kept: %s', async (_, reply, method, limit, failureClass) => {
    const watched = watchClose(reply);
    const { router } = await start(
      { large: watched.reply, small: answer('4') },
      { timeouts: { [limit]: scaleTime(1000) } },
    );
    const result = await router[method](question);
    expect(result).toMatchObject({
      model: 'small',
      attempts: [{ model: 'large', outcome: 'failed', failure: { class: failureClass } }, {}],
    });
    await watched.closed;
    expect(router.health()['large']).toMatchObject({ failed: 1, inFlight: 0 });
    if ('events' in result) expect((await readEvents(result.events)).text).toBe('4');
  });

  it('ends the call where all of it took too long, without another model', async () => {
    const { router, servers } = await start(
      { large: silent, small: answer('4') },
      { timeouts: { totalMs: scaleTime(500) } },
    );
    const error = await errorOf(router.complete(question));
    expect(error).toMatchObject({
      code: 'deadline_exceeded',
      failure: { class: 'total_timeout', status: null },
    });
    expect(servers['small']?.requests).toHaveLength(0);
  });

  it('of the whole call opens the breaker of an endpoint that had all of the time', async () => {
    const { router } = await start(
      { large: silent, small: answer('4') },
      { timeouts: { totalMs: scaleTime(1000) }, breaker: { failureThreshold: 2 } },
    );
    await errorOf(router.complete(question));
    await errorOf(router.complete(question));
    expect(router.health()['large']?.state).toBe('open');
    expect((await router.complete(question)).model).toBe('small');
  });

  it('of the whole call blames nobody who had only the rest of it', async () => {
    const { router } = await start(
      { large: silent, small: silent },
      { timeouts: { connectMs: scaleTime(600), totalMs: scaleTime(1200) } },
    );
    await errorOf(router.complete(question));
    expect(router.health()).toMatchObject({ large: { failed: 1 }, small: { failed: 0 } });
  });

  it.each<[keyof RouterTimeouts, AttemptFailureClass]>([
    ['idleMs', 'idle_timeout'],
    ['attemptMs', 'attempt_timeout'],
    ['totalMs', 'total_timeout'],
  ])('breaks off a stream that has begun: %s', async (limit, failureClass) => {
    const watched = watchClose(halfStream);
    const { router } = await start(
      { large: watched.reply, small: answer('4') },
      { timeouts: { [limit]: scaleTime(1000) } },
    );
    const { text, end, error } = await readEvents((await router.stream(question)).events);
    expect([text, end]).toEqual(['The ans', undefined]);
    expect(error).toMatchObject({ code: 'stream_truncated', failure: { class: failureClass } });
    await watched.closed;
  });

  it('can be set for one call', async () => {
    const { router } = await start({ large: silent, small: answer('4') });
    const result = await router.complete(question, { timeouts: { connectMs: scaleTime(1000) } });
    expect(result.model).toBe('small');
  });

  it('does not count the time that a reader takes between two chunks', async () => {
    const { router } = await start(
      { large: answer('4') },
      { timeouts: { idleMs: scaleTime(1000) } },
    );
    const { events } = await router.stream(question);
    await events.next();
    await new Promise((resolve) => setTimeout(resolve, scaleTime(2000)));
    expect((await readEvents(events)).error).toBeUndefined();
  });
});

describe('giving a call up', () => {
  it.each(['complete', 'stream'] as const)(
    'ends %s at once, frees the connection, and blames nobody',
    async (method) => {
      const watched = watchClose(silent);
      const controller = new AbortController();
      const { router, servers } = await start({
        large: (response, request) => {
          setTimeout(() => controller.abort(), 10);
          return watched.reply(response, request);
        },
        small: answer('4'),
      });
      const error = await errorOf(router[method](question, { signal: controller.signal }));
      expect(error).toMatchObject({ code: 'aborted', failure: { class: 'aborted' } });
      await watched.closed;
      expect(servers['small']?.requests).toHaveLength(0);
      expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0, inFlight: 0 });
    },
  );

  it.each(['complete', 'stream'] as const)(
    'ends all calls of one signal, to which they add one listener together: %s',
    async (method) => {
      const { signal, abort } = createAbort();
      const { router, servers } = await start({ large: silent });
      const calls = Array.from({ length: 12 }, () => errorOf(router[method](question, { signal })));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await expect.poll(() => servers['large']?.requests.length).toBe(12);
      abort();
      for (const { code } of await Promise.all(calls)) expect(code).toBe('aborted');
      expect(router.health()['large']).toMatchObject({ failed: 0, inFlight: 0 });
    },
  );

  it('is not listened for after the calls have ended', async () => {
    const { signal } = createAbort();
    const { router } = await start({ large: answer('4') });
    for (let round = 0; round < 2; round++) {
      await Promise.all([1, 2].map(() => router.complete(question, { signal })));
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }
    const { events } = await router.stream(question, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await readEvents(events);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('before it begins asks nobody', async () => {
    const { router, servers } = await start({ large: answer('4') });
    const error = await errorOf(router.complete(question, { signal: AbortSignal.abort() }));
    expect([error.code, error.attempts]).toEqual(['aborted', []]);
    expect(servers['large']?.requests).toHaveLength(0);
  });

  it('in the middle of a stream ends the stream, whether or not somebody reads', async () => {
    const watched = watchClose(halfStream);
    const controller = new AbortController();
    const { router } = await start({ large: watched.reply });
    const { events } = await router.stream(question, { signal: controller.signal });
    controller.abort();
    await watched.closed;
    expect(router.health()['large']).toMatchObject({ failed: 0, inFlight: 0 });
    const { text, error } = await readEvents(events);
    expect([text, error?.code]).toEqual(['', 'aborted']);
  });

  it('by leaving the loop frees the connection', async () => {
    const watched = watchClose(halfStream);
    const { router } = await start({ large: watched.reply });
    const { events } = await router.stream(question);
    for await (const event of events) {
      expect(event.kind).toBe('chunk');
      break;
    }
    await watched.closed;
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0, inFlight: 0 });
  });

  it('leaves the place of a probe to the next request', async () => {
    const controller = new AbortController();
    const { router, clock } = await start(
      {
        large: inTurn(
          (response) => void response.writeHead(500).end('{}'),
          () => controller.abort(),
          answer('4'),
        ),
      },
      { breaker: { failureThreshold: 1, openMs: 1000 } },
    );
    await errorOf(router.complete(question));
    clock.advance(1000);
    await errorOf(router.complete(question, { signal: controller.signal }));
    expect(router.health()['large']?.state).toBe('half_open');
    expect((await router.complete(question)).attempts).toMatchObject([{ isProbe: true }]);
  });

  it('ends immediately even if fetch ignores its signal', async () => {
    const controller = new AbortController();
    let cancel = (): void => {};
    const cancelled = new Promise<void>((resolve) => (cancel = resolve));
    let answerLate = (): void => {};
    const aborted = new Promise<void>((resolve) => (answerLate = resolve));
    const { router } = await start(
      { large: answer('4') },
      {
        fetch: async () => {
          controller.abort();
          await aborted;
          return new Response(new ReadableStream({ cancel }));
        },
      },
    );
    const error = await errorOf(router.complete(question, { signal: controller.signal }));
    expect(error.code).toBe('aborted');
    answerLate();
    await cancelled;
  });
});

describe('a connection', () => {
  it('is used again after a whole answer, streamed or not', async () => {
    const ports = new Set<number | undefined>();
    const noted =
      (reply: Reply): Reply =>
      (response, request) => {
        ports.add(response.socket?.remotePort);
        return reply(response, request);
      };
    const { router } = await start({ large: noted(answer('4')) });
    const rounds = 20;
    for (let round = 0; round < rounds; round++) {
      await router.complete(question);
      await readEvents((await router.stream(question)).events);
    }
    // Another one may be opened while the last is being given back, but not for every call.
    expect(ports.size).toBeLessThan(rounds);
  });

  it.each<[string, Reply]>([
    ['before its first content', (response) => writeStream(response, ['data: <oops>\n\n'])],
    [
      'after its first content',
      (response) => writeStream(response, [delta({ content: '4' }), 'data: <oops>\n\n']),
    ],
    ['with an error', trickle('text/event-stream', 'data: {"error":{"code":500}}\n\n')],
  ])('is ended where an answer breaks %s, while the server goes on', async (_, reply) => {
    const watched = watchClose(reply);
    const { router } = await start({ large: watched.reply });
    await router.stream(question).then(({ events }) => readEvents(events), errorOfRouter);
    await watched.closed;
    expect(router.health()['large']).toMatchObject({ failed: 1, inFlight: 0 });
  });

  it('is ended soon after [DONE], where the server keeps it open', async () => {
    const watched = watchClose((response) =>
      writeStream(response, [delta({ content: '4' }, 'stop'), done]),
    );
    const { router } = await start({ large: watched.reply });
    const { end } = await readEvents((await router.stream(question)).events);
    expect(end).toMatchObject({ kind: 'end' });
    await watched.closed;
  });
});

describe('many calls at once', () => {
  it('give every caller an answer of its own', async () => {
    const echo: Reply = (response, request) => {
      const [message] = request.body['messages'] as { content: string }[];
      return answer(`<${message?.content}>`)(response, request);
    };
    const flaky: Reply = (response, request) =>
      request.index % 3 === 0 ? replyJson({}, 500)(response, request) : echo(response, request);
    const { router } = await start(
      { large: flaky, small: echo },
      { breaker: { failureThreshold: 1000 } },
    );
    const texts = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const request = { messages: [{ role: 'user', content: `${index}` }] } as const;
        if (index % 2 === 0) return (await router.complete(request)).text;
        return (await readEvents((await router.stream(request)).events)).text;
      }),
    );
    expect(texts).toEqual(Array.from({ length: 60 }, (_, index) => `<${index}>`));
    expect(router.health()).toMatchObject({ large: { inFlight: 0 }, small: { inFlight: 0 } });
  });
});
