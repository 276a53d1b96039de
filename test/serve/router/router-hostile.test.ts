import { describe, expect, it } from 'vitest';
import type { RouterError } from '../../../src/serve/router/router-error.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';
import {
  endless,
  endlessStreams,
  excessiveErrors,
  excessiveJson,
  keepAlive,
  keepAlives,
} from '../../support/hostile-replies.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { answer, errorOf, question, readEvents, startRouter } from '../../support/router.js';
import { delta, failWith, inTurn, type Reply } from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const start = closeAfterEach(startRouter);

const systemClock = { now: () => performance.now(), date: () => new Date() };

function ask(content: string): RouterRequest {
  return { messages: [{ role: 'user', content }] };
}

/** Answers, except for requests that a firewall in front of it dislikes. */
function behindFirewall(refuse: Reply, isDisliked = (text: string) => text.includes('POISON')) {
  const accept = answer('ok');
  const reply: Reply = (response, request) =>
    (isDisliked(JSON.stringify(request.body['messages'])) ? refuse : accept)(response, request);
  return reply;
}

describe('a response whose JSON is more than a reader may take', () => {
  it.each(Object.entries(excessiveJson))('fails its attempt only: %s', async (_, reply) => {
    const { router } = await start({ large: reply, small: answer('4') });
    expect(await router.complete(question)).toMatchObject({ model: 'small', text: '4' });
    const { model, events } = await router.stream(question);
    const { text, error } = await readEvents(events);
    // What has begun with content cannot be taken over.
    if (model === 'large') expect(error?.failure?.class).toBe('malformed');
    else expect(text).toBe('4');
  });

  it.each(Object.entries(excessiveErrors))('is an error by its status: %s', async (_, reply) => {
    const { router } = await start({ large: reply, small: answer('4') });
    for (const kind of ['complete', 'stream'] as const) {
      const [attempt] = await router[kind](question).then(
        ({ attempts }) => attempts,
        ({ attempts }: RouterError) => attempts,
      );
      expect(attempt).toMatchObject({
        outcome: 'failed',
        failure: { class: expect.stringMatching(/^(?:server_error|bad_request)$/) },
      });
    }
  });

  it.each(['a deep usage in a whole answer', 'a body of too many members'])(
    'says what was wrong: %s',
    async (name) => {
      const { router } = await start({ large: excessiveJson[name] as Reply });
      const { failure } = await errorOf(router.complete(question));
      expect(failure).toMatchObject({ class: 'malformed' });
      expect(failure?.detail).toMatch(/nested more than 200 levels|more than 500000 members/);
    },
  );
});

describe('a stream without an end', () => {
  it.each(Object.entries(endlessStreams))(
    'is given up after a bounded number of bytes: %s',
    async (_, reply) => {
      const { router } = await start({ large: reply, small: answer('4') });
      const { model, attempts } = await router.stream(question);
      expect(model).toBe('small');
      expect(attempts[0]).toMatchObject({ outcome: 'failed', failure: { class: 'malformed' } });
    },
  );

  it('is given up after its first content, too', async () => {
    const { router } = await start({
      large: endless(delta({ content: 'a'.repeat(60_000) }), delta({ content: 'go' })),
    });
    const { events } = await router.stream(question);
    const { error } = await readEvents(events);
    expect(error).toMatchObject({ code: 'stream_truncated', failure: { class: 'malformed' } });
  });
});

describe('keep-alives', () => {
  it.each(Object.entries(keepAlives))(
    'are no content for the first-content timeout: %s',
    async (_, piece) => {
      const { router } = await start(
        { large: keepAlive(piece), small: answer('4') },
        { clock: systemClock, timeouts: { firstContentMs: scaleTime(1000) } },
      );
      const { model, attempts } = await router.stream(question, {
        timeouts: { totalMs: scaleTime(20_000) },
      });
      expect(model).toBe('small');
      expect(attempts[0]).toMatchObject({ failure: { class: 'first_content_timeout' } });
    },
  );

  it.each(Object.entries(keepAlives))(
    'are no content for the idle timeout: %s',
    async (_, piece) => {
      const { router } = await start(
        { large: keepAlive(piece, delta({ content: 'a' })) },
        { clock: systemClock, timeouts: { idleMs: scaleTime(1000) } },
      );
      const { events } = await router.stream(question);
      const { text, error } = await readEvents(events);
      expect(text).toBe('a');
      expect(error?.failure?.class).toBe('idle_timeout');
    },
  );

  it('of white space are no content of a whole answer', async () => {
    const { router } = await start(
      {
        large: (response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          const timer = setInterval(() => response.write(' \n'), 10);
          response.on('close', () => clearInterval(timer));
        },
        small: answer('4'),
      },
      { clock: systemClock, timeouts: { firstContentMs: scaleTime(1000) } },
    );
    const { attempts } = await router.complete(question);
    expect(attempts[0]).toMatchObject({ failure: { class: 'first_content_timeout' } });
  });
});

describe('one request that every endpoint refuses', () => {
  it.each([
    ['401', failWith(401)],
    ['402', failWith(402)],
    ['403 with a page', (response) => void response.writeHead(403).end('<html>blocked</html>')],
    ['404', failWith(404)],
    ['a redirect', (response) => void response.writeHead(302, { location: '/x' }).end()],
    ['403 with a wait', failWith(403, {}, { 'retry-after': '999999999' })],
    ['400 with a wait', failWith(400, {}, { 'retry-after': '999999999' })],
  ] satisfies [string, Reply][])('does not stop the next one: %s', async (_, refuse) => {
    const reply = behindFirewall(refuse);
    const { router } = await start({ large: reply, small: reply, local: reply });
    for (let count = 0; count < 5; count++) {
      await errorOf(router.complete(ask('POISON')));
      expect((await router.complete(ask('hello'))).text).toBe('ok');
    }
    expect(router.health()['large']?.state).toBe('closed');
  });

  it('stops nothing even if there are many of them in a row', async () => {
    const reply = behindFirewall(failWith(403));
    const { router } = await start({ large: reply, small: reply });
    for (let count = 0; count < 8; count++) {
      await errorOf(router.complete(ask(`POISON ${count}`)));
    }
    expect(router.health()['large']?.state).toBe('misconfigured');
    // Nothing else is left, so the endpoints are probed early.
    expect((await router.complete(ask('hello'))).text).toBe('ok');
    expect(router.health()).toMatchObject({ large: { state: 'closed' } });
  });

  it('does not stop requests that are made at the same time', async () => {
    const reply = behindFirewall(failWith(403));
    const { router } = await start({ large: reply });
    for (let count = 0; count < 4; count++) await errorOf(router.complete(ask(`POISON ${count}`)));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => router.complete(ask(`hello ${index}`))),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, () => 'ok'));
  });

  it('does not stop requests that wait behind many of them', async () => {
    const reply = behindFirewall(failWith(403));
    const { router } = await start({ large: reply, small: failWith(500) });
    for (let count = 0; count < 4; count++) await errorOf(router.complete(ask(`POISON ${count}`)));
    const waiting = Array.from({ length: 30 }, (_, index) =>
      router.complete(ask(index < 20 ? `POISON again ${index}` : `hello ${index}`)),
    );
    const ends = await Promise.allSettled(waiting);
    expect(ends.map(({ status }) => status)).toEqual(
      ends.map((_, index) => (index < 20 ? 'rejected' : 'fulfilled')),
    );
  });

  it('leaves models of the same window that its policy overstates for one endpoint', async () => {
    const tooLong = failWith(400, { code: 'context_length_exceeded' });
    const { router } = await start({ large: tooLong, small: answer('4') });
    for (let count = 0; count < 5; count++) {
      expect((await router.complete(question)).model).toBe('small');
    }
  });
});

describe('an endpoint that recovers while its breaker is open', () => {
  it('is probed early if the others fail', async () => {
    let isUp = false;
    const { router } = await start({
      large: (response, request) => (isUp ? answer('back') : failWith(500))(response, request),
      small: (response, request) => (isUp ? failWith(500) : answer('4'))(response, request),
    });
    for (let count = 0; count < 6; count++) await router.complete(question);
    expect(router.health()['large']?.state).toBe('open');
    isUp = true;
    expect((await router.complete(question)).text).toBe('back');
  });

  it('is found among several that are still down', async () => {
    let isUp = false;
    const down = failWith(500);
    const { router } = await start(
      {
        large: down,
        small: down,
        local: (response, request) => (isUp ? answer('back') : down)(response, request),
      },
      { breaker: { failureThreshold: 1 } },
    );
    await errorOf(router.complete(question));
    isUp = true;
    expect((await router.complete(question)).model).toBe('local');
  });
});

describe('a connection that is reset before any byte', () => {
  const reset: Reply = (response) => void response.socket?.resetAndDestroy();

  it.each(['complete', 'stream'] as const)(
    'is tried once more at the same endpoint: %s',
    async (kind) => {
      const { router, servers } = await start({
        large: inTurn(reset, answer('ok')),
        small: answer('other'),
      });
      expect(await router[kind](question)).toMatchObject({ model: 'large' });
      expect(servers['large']?.requests).toHaveLength(2);
      expect(router.health()['large']).toMatchObject({ failed: 0, consecutiveFailures: 0 });
    },
  );

  it('is not tried again where something has arrived', async () => {
    const { router, servers } = await start({
      large: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{', () => response.socket?.resetAndDestroy());
      },
      small: answer('4'),
    });
    expect(await router.complete(question)).toMatchObject({ model: 'small' });
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('is not tried again where the server may have worked on the request', async () => {
    const { router, servers, clock } = await start({
      large: (response) => {
        clock.advance(900);
        response.socket?.resetAndDestroy();
      },
      small: answer('4'),
    });
    const { model, attempts } = await router.complete(question);
    expect(model).toBe('small');
    expect(attempts[0]).toMatchObject({ model: 'large', failure: { class: 'network' } });
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('is not tried again at an endpoint that has just failed', async () => {
    const { router, servers } = await start({ large: reset, small: answer('4') });
    await router.complete(question);
    await router.complete(question);
    expect(servers['large']?.requests).toHaveLength(3);
  });
});
