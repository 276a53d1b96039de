import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import type { AttemptFailureClass } from '../../../src/serve/router/failure.js';
import { createGate } from '../../support/gate.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import {
  answer,
  buildAnswer,
  createManualClock,
  errorOf,
  question,
  readEvents,
  replyJson,
  startRouter,
} from '../../support/router.js';
import { buildPolicyModel } from '../../support/routing-policy.js';
import {
  delta,
  done,
  event,
  failWith,
  findClosedBaseUrl,
  inTurn,
  roleOnly,
  stream,
  writeStream,
  type Reply,
} from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);

const cut: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"choices":[', () => response.destroy());
};
const reset: Reply = (response) => void response.socket?.resetAndDestroy();

it('says that the token limit left JSON incomplete, where the server says so as an error', async () => {
  const reply = failWith(400, {
    code: 'json_validate_failed',
    failed_generation: 'max completion tokens reached before generating a valid document',
  });
  const { router } = await start({ large: reply, small: answer('4') });
  const { attempts } = await router.complete(question);
  expect(attempts.map(({ failure }) => failure)).toEqual([
    {
      class: 'malformed',
      status: 400,
      isTokenLimit: true,
      detail: 'the token limit was reached before the answer was complete',
    },
    undefined,
  ]);
});

describe('a failure that another model can make good', () => {
  it.each<[string, Reply, AttemptFailureClass, number | null]>([
    ['a 429', failWith(429), 'rate_limited', 429],
    ['a 408', failWith(408), 'timeout', 408],
    ['a 409', failWith(409), 'server_error', 409],
    ['a 500', failWith(500), 'server_error', 500],
    ['a 503 that is no JSON', html(503), 'server_error', 503],
    ['a 529', failWith(529), 'server_error', 529],
    ['a reset connection', reset, 'network', null],
    ['a body that is cut short', cut, 'truncated', null],
    ['JSON that ends too soon', text('{"choices":[{'), 'truncated', null],
    ['a page', html(200), 'malformed', null],
    ['an empty body', text(''), 'malformed', null],
    ['an answer without choices', replyJson({ choices: [] }), 'malformed', null],
    ['an error in a 200', failWith(200, { message: 'x' }), 'server_error', null],
    ['a 429 in a 200', failWith(200, { code: 429 }), 'rate_limited', 429],
    ['an error that is a text', replyJson({ error: 'broken' }), 'server_error', null],
    ['an empty answer', replyJson(buildAnswer('')), 'empty_answer', null],
    ['no content at all', replyJson(buildAnswer(null)), 'empty_answer', null],
    ['a finish for an error', replyJson(buildAnswer('4', {}, 'error')), 'server_error', null],
    ['a key that is wrong', failWith(401), 'authentication', 401],
    ['a key that may not', failWith(403), 'authentication', 403],
    ['an account without money', failWith(402), 'quota_exhausted', 402],
    [
      'a quota that is used up',
      failWith(429, { code: 'insufficient_quota' }),
      'quota_exhausted',
      429,
    ],
    ['a model that is not there', failWith(404), 'model_not_found', 404],
    [
      'a prompt that is too long',
      failWith(400, { code: 'context_length_exceeded' }),
      'context_overflow',
      400,
    ],
    [
      'a prompt that is too long for Anthropic',
      failWith(400, { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' }),
      'context_overflow',
      400,
    ],
    ['a request that is too large', failWith(413), 'context_overflow', 413],
    [
      'a prompt that leaves nothing of the window',
      failWith(400, { message: 'max_tokens must be at least 1, got -186.' }),
      'context_overflow',
      400,
    ],
    [
      'a model that is not there, with another status',
      failWith(400, { message: 'No such model @cf/x or task' }),
      'model_not_found',
      400,
    ],
    [
      'a budget that is spent',
      failWith(400, { type: 'budget_exceeded', message: 'Budget has been exceeded!' }),
      'quota_exhausted',
      400,
    ],
    [
      'terms that nobody has accepted',
      failWith(400, { code: 'model_terms_required' }),
      'authentication',
      400,
    ],
    [
      'a parameter that the model does not know',
      failWith(400, { code: 'unsupported_parameter' }),
      'unsupported',
      400,
    ],
    [
      'tools that the server does not know',
      failWith(400, { message: 'this model does not support tools' }),
      'unsupported',
      400,
    ],
  ])('%s', async (_, reply, failureClass, status) => {
    const { router, servers } = await start({ large: reply, small: answer('4') });
    const result = await router.complete(question);
    expect(result).toMatchObject({ text: '4', model: 'small' });
    expect(result.decision.model).toBe('large');
    expect(result.attempts).toMatchObject([
      { model: 'large', outcome: 'failed', failure: { class: failureClass, status } },
      { model: 'small', outcome: 'answered' },
    ]);
    // A connection that is reset before any byte may have been stale, so that is tried again.
    expect(servers['large']?.requests).toHaveLength(reply === reset ? 2 : 1);
  });

  it.each<[string, number, number, boolean]>([
    ['after a wait for the key, is sent again', 5000, 499, true],
    ['half a second after it was sent, is not', 0, 500, false],
  ])('is a connection that is reset and, %s', async (_, keyMs, resetMs, isResent) => {
    const clock = createManualClock();
    const apiKey = (): string => {
      clock.advance(keyMs);
      return 'key';
    };
    const late: Reply = (response, request) => {
      clock.advance(resetMs);
      return reset(response, request);
    };
    const large = inTurn(late, answer('4'));
    const { router } = await start(
      { large, small: answer('5') },
      { clock, endpoint: { apiKey }, timeouts: { connectMs: 60_000 } },
    );
    expect((await router.complete(question)).model).toBe(isResent ? 'large' : 'small');
  });

  it('is a server that nobody runs', async () => {
    const { router } = await start(
      { large: answer('4') },
      { endpoint: { baseUrl: await findClosedBaseUrl() } },
    );
    const { failure } = await errorOf(router.complete(question));
    expect(failure).toMatchObject({ class: 'network', detail: 'ECONNREFUSED' });
  });

  it('is a redirect, and the key does not follow it', async () => {
    const target = await start({ local: answer('5') });
    const { router } = await start({
      large: (response) => {
        response.writeHead(307, { location: `${target.servers['local']?.baseUrl}/x` });
        response.end();
      },
      small: answer('4'),
    });
    const result = await router.complete(question);
    expect(result.attempts).toMatchObject([{ failure: { class: 'redirected' } }, {}]);
    expect(target.servers['local']?.requests).toHaveLength(0);
    expect(router.health()['large']?.lastFailure?.class).toBe('redirected');
  });

  it.each<[string, Partial<Endpoint>]>([
    [
      'a key that cannot be had',
      {
        apiKey: () => {
          throw new Error('vault: planted-secret');
        },
      },
    ],
    ['a key that a function does not have', { apiKey: () => undefined }],
    ['a key that is empty', { apiKey: '' }],
    ['a header that cannot be sent', { headers: { 'x-key': 'planted\n-secret' } }],
  ])('is %s, and nothing of it is told', async (_, endpoint) => {
    const { router, servers, events } = await start({ large: answer('4') }, { endpoint });
    const error = await errorOf(router.complete(question));
    expect(error.failure).toMatchObject({ class: 'invalid_credentials', status: null });
    expect(servers['large']?.requests).toHaveLength(0);
    expect(router.health()['large']?.state).toBe('misconfigured');
    expect(JSON.stringify([error, error.message, error.stack, events])).not.toContain('secret');
  });

  it('goes on to the third model, and asks each once', async () => {
    const { router, servers } = await start({
      large: failWith(500),
      small: failWith(503),
      local: answer('4'),
    });
    expect((await router.complete(question)).model).toBe('local');
    for (const server of Object.values(servers)) expect(server.requests).toHaveLength(1);
  });

  it('ends in one error with each reason, where no model answers', async () => {
    const { router } = await start({ large: failWith(500), small: reset, local: failWith(429) });
    const error = await errorOf(router.complete(question));
    expect(error.code).toBe('all_attempts_failed');
    expect(error.message).toBe(
      'no model answered (large: server_error (500); small: network; local: rate_limited (429))',
    );
    expect(error.attempts).toHaveLength(3);
    expect(error.decision.model).toBe('large');
    expect(error.failure).toMatchObject({ class: 'rate_limited' });
  });
});

describe('a failure that is the caller’s', () => {
  it.each<[string, Reply, AttemptFailureClass]>([
    [
      'a request that moderation refuses',
      failWith(403, { metadata: { reasons: ['violence'] } }),
      'content_filtered',
    ],
    [
      'an answer that a filter took away',
      replyJson(buildAnswer('', {}, 'content_filter')),
      'content_filtered',
    ],
  ])('is %s: it is told at once, and harms no endpoint', async (_, reply, failureClass) => {
    const { router, servers } = await start({ large: reply, small: answer('4') });
    for (let count = 0; count < 6; count++) {
      const error = await errorOf(router.complete(question));
      expect(error).toMatchObject({ code: 'request_refused', retryAfterMs: null });
      expect(error.failure?.class).toBe(failureClass);
    }
    expect(servers['small']?.requests).toHaveLength(0);
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0 });
  });

  it.each<[string, Reply]>([
    ['a 400', failWith(400)],
    ['a 422', failWith(422)],
    ['a 451', failWith(451)],
    ['a 400 in a 200', failWith(200, { code: 400 })],
  ])('is %s of two servers: no third one is asked, and none is harmed', async (_, reply) => {
    const { router, servers } = await start({ large: reply, small: reply, local: answer('4') });
    for (let count = 0; count < 6; count++) {
      const error = await errorOf(router.complete(question));
      expect(error).toMatchObject({ code: 'request_refused', retryAfterMs: null });
      expect(error.failure?.class).toBe('bad_request');
    }
    expect(servers['local']?.requests).toHaveLength(0);
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0 });
    expect(router.health()['small']).toMatchObject({ state: 'closed', failed: 0 });
  });

  it('is not a 400 of one server, where another one answers', async () => {
    const { router } = await start({ large: failWith(400), small: answer('4') });
    for (const kind of ['complete', 'stream'] as const) {
      expect((await router[kind](question)).model).toBe('small');
    }
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0 });
  });

  it('is no id of a call that two servers refuse for its length, while a third one is busy', async () => {
    const tooLong = failWith(400, {
      code: 'string_above_max_length',
      message: "Invalid 'messages[1].tool_calls[0].id': string too long.",
      param: 'messages[1].tool_calls[0].id',
    });
    const { router } = await start({ large: failWith(429), small: tooLong, local: tooLong });
    const error = await errorOf(router.complete(question));
    expect(error.code).toBe('all_attempts_failed');
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });

  it('is no limit of the answer that two models have, where a third one has a higher one', async () => {
    const openai = failWith(400, {
      code: 'invalid_value',
      message:
        'max_tokens is too large: 20000. This model supports at most 16384 completion tokens',
      param: 'max_tokens',
    });
    const anthropic = failWith(400, {
      message:
        'max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for x',
      type: 'invalid_request_error',
    });
    const { router } = await start({ large: openai, small: anthropic, local: answer('4') });
    expect((await router.complete({ ...question, max_tokens: 20000 })).model).toBe('local');
  });

  it('is no account that is suspended, of which the endpoint is told to be misconfigured', async () => {
    const suspended = failWith(412, { message: 'Account acme is suspended, possibly due to ...' });
    const disabled = failWith(400, { message: 'This organization has been disabled.' });
    const { router } = await start({ large: suspended, small: disabled, local: answer('4') });
    for (let count = 0; count < 3; count++) {
      const asked = { messages: [{ role: 'user' as const, content: `${count}?` }] };
      expect((await router.complete(asked)).model).toBe('local');
    }
    const { large, small } = router.health();
    expect([large?.state, small?.state]).toEqual(['misconfigured', 'misconfigured']);
  });

  it('is no schema of a tool that two servers refuse, where a third one takes it', async () => {
    const openai = failWith(400, {
      code: 'invalid_function_parameters',
      message: "Invalid schema for function 'f': 'required' must include every key in properties.",
      param: 'tools[0].function.parameters',
    });
    const anthropic = failWith(400, {
      message: "tools.0.custom: For 'integer' type, properties maximum, minimum are not supported",
    });
    const { router } = await start({ large: openai, small: anthropic, local: answer('4') });
    for (let count = 0; count < 6; count++) {
      expect((await router.complete(question)).model).toBe('local');
    }
    for (const model of ['large', 'small']) {
      expect(router.health()[model]).toMatchObject({ state: 'closed', failed: 0 });
    }
  });

  it('is a schema of a tool that every server refuses', async () => {
    const refused = failWith(400, { code: 'invalid_function_parameters' });
    const { router, servers } = await start({ large: refused, small: refused, local: refused });
    const error = await errorOf(router.complete(question));
    expect(error).toMatchObject({ code: 'request_refused', retryAfterMs: null });
    expect(servers['local']?.requests).toHaveLength(1);
  });

  it('is a 400 of the only server', async () => {
    const { router } = await start({ large: failWith(400) });
    const error = await errorOf(router.complete(question));
    expect(error).toMatchObject({ code: 'request_refused', retryAfterMs: null });
  });

  it('is a prompt that is too long for every model', async () => {
    const tooLong = failWith(400, { code: 'context_length_exceeded' });
    const { router } = await start({ large: tooLong, small: tooLong });
    const error = await errorOf(router.complete(question));
    expect(error).toMatchObject({ code: 'request_refused', retryAfterMs: null });
    expect(error.failure?.class).toBe('context_overflow');
  });

  it('is a token limit that leaves no room: others are asked, and nobody is blamed', async () => {
    const cutOff = replyJson(buildAnswer('', {}, 'length'));
    const { router } = await start({ large: cutOff, small: answer('4') });
    for (let count = 0; count < 6; count++) await router.complete(question);
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0 });
  });
});

describe('the order of failover', () => {
  it('never leads to a model that the constraints exclude', async () => {
    const { router, servers } = await start({
      large: failWith(500),
      small: answer('4'),
      local: answer('5'),
    });
    const denied = await errorOf(
      router.complete(question, { constraints: { deny: ['small', 'local'] } }),
    );
    expect(denied.code).toBe('all_attempts_failed');
    const cheap = await errorOf(
      router.complete(question, { constraints: { maxCostUsd: 0.02, deny: ['small'] } }),
    );
    expect(cheap.attempts.map(({ model }) => model)).toEqual(['large']);
    expect(servers['small']?.requests).toHaveLength(0);
    expect(servers['local']?.requests).toHaveLength(0);
  });

  it('begins with the model that is named, and ends with it where failover is off', async () => {
    const { router, servers } = await start({ large: answer('4'), small: failWith(500) });
    const named = { model: 'small' };
    const result = await router.complete(question, named);
    expect(result.attempts.map(({ model }) => model)).toEqual(['small', 'large']);
    const error = await errorOf(router.complete(question, { ...named, failover: false }));
    expect(error.attempts.map(({ model }) => model)).toEqual(['small']);
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('passes over models whose window is smaller than one that was too small', async () => {
    const window = (id: string, contextWindow: number) => ({
      ...buildPolicyModel(id),
      contextWindow,
    });
    const models = [window('small', 7999), window('large', 8000), window('local', 8000)];
    const { router, servers } = await start(
      {
        large: failWith(400, { code: 'context_length_exceeded' }),
        small: answer('4'),
        local: answer('5'),
      },
      { policy: { models } },
    );
    const result = await router.complete(question);
    expect(result.model).toBe('local');
    expect(result.attempts[1]).toEqual({
      model: 'small',
      outcome: 'skipped',
      reason: 'context_too_small',
      availableInMs: null,
    });
    expect(servers['small']?.requests).toHaveLength(0);
  });
});

describe('the health of endpoints', () => {
  const busyFor = (headers: Record<string, string>): Reply => failWith(429, {}, headers);

  it('leaves an endpoint alone for as long as it asks, in seconds', async () => {
    const { router, servers, clock } = await start({
      large: inTurn(busyFor({ 'retry-after': '120' }), answer('4')),
      small: answer('5'),
    });
    const first = await router.complete(question);
    expect(first.attempts[0]).toMatchObject({ failure: { retryAfterMs: 120_000 } });
    clock.advance(119_999);
    const second = await router.complete(question);
    expect(second).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', outcome: 'skipped', reason: 'cooling_down', availableInMs: 1 },
        {},
      ],
    });
    expect(servers['large']?.requests).toHaveLength(1);
    clock.advance(1);
    expect((await router.complete(question)).model).toBe('large');
  });

  it('reads a date against the clock of the provider', async () => {
    const { router } = await start({
      large: busyFor({
        date: 'Mon, 30 Jun 2003 12:00:00 GMT',
        'retry-after': 'Mon, 30 Jun 2003 12:01:30 GMT',
      }),
      small: answer('5'),
    });
    await router.complete(question);
    expect(router.health()['large']?.unavailable).toEqual({
      reason: 'cooling_down',
      availableInMs: 90_000,
    });
  });

  it('stops asking an endpoint that keeps failing, and takes it back when it answers', async () => {
    const { router, servers, clock } = await start(
      { large: inTurn(failWith(500), failWith(500), answer('4')), small: answer('5') },
      { breaker: { failureThreshold: 2, openMs: 1000 } },
    );
    for (let count = 0; count < 5; count++) await router.complete(question);
    expect(servers['large']?.requests).toHaveLength(2);
    expect(router.health()['large']).toMatchObject({ state: 'open', consecutiveFailures: 2 });
    clock.advance(1000);
    const result = await router.complete(question);
    expect(result).toMatchObject({
      model: 'large',
      attempts: [{ model: 'large', outcome: 'answered', isProbe: true }],
    });
    expect(router.health()['large']?.state).toBe('closed');
  });

  it('sends exactly one probe, however many requests come at once', async () => {
    const { opened: held, open: release } = createGate();
    const { router, servers, clock } = await start(
      {
        large: inTurn(failWith(500), async (response, request) => {
          await held;
          return answer('4')(response, request);
        }),
        small: answer('5'),
      },
      { breaker: { failureThreshold: 1, openMs: 1000 } },
    );
    await router.complete(question);
    clock.advance(1000);
    const results = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? router.complete(question) : router.stream(question),
    );
    const others = await Promise.all(results.slice(1));
    expect(others.every(({ model }) => model === 'small')).toBe(true);
    expect(router.health()['large']).toMatchObject({ state: 'half_open', inFlight: 1 });
    release();
    expect((await results[0])?.model).toBe('large');
    expect(servers['large']?.requests).toHaveLength(2);
    expect(router.health()['large']?.state).toBe('closed');
    await Promise.all(others.map((other) => 'events' in other && readEvents(other.events)));
  });

  it('shows an endpoint with a wrong key, and asks it again only later', async () => {
    const refuse = failWith(401);
    const { router, servers, clock } = await start({
      large: inTurn(refuse, refuse, refuse, answer('4')),
      small: answer('5'),
    });
    for (const content of ['a', 'b', 'c', 'd', 'e']) {
      await router.complete({ messages: [{ role: 'user', content }] });
    }
    expect(servers['large']?.requests).toHaveLength(3);
    expect(router.health()['large']).toMatchObject({
      state: 'misconfigured',
      lastFailure: { class: 'authentication', status: 401 },
    });
    clock.advance(300_000);
    expect((await router.complete(question)).model).toBe('large');
  });
});

describe('where every endpoint is held back', () => {
  const breaker = { failureThreshold: 1, openMs: 60_000 };

  it('the one whose time is over soonest is asked', async () => {
    const { router, servers, clock } = await start(
      {
        large: inTurn(failWith(500), answer('4')),
        small: inTurn(failWith(500), answer('5')),
      },
      { breaker },
    );
    await errorOf(router.complete(question, { constraints: { allow: ['small'] } }));
    clock.advance(1000);
    await errorOf(router.complete(question, { constraints: { allow: ['large'] } }));
    const result = await router.complete(question);
    expect(result).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', outcome: 'skipped', reason: 'open', availableInMs: 60_000 },
        { model: 'small', outcome: 'skipped', reason: 'open', availableInMs: 59_000 },
        { model: 'small', outcome: 'answered', isProbe: true },
      ],
    });
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('none is asked that asked to be left alone, and the error says how long', async () => {
    const { router, servers } = await start(
      {
        large: failWith(429, {}, { 'retry-after': '30' }),
        small: failWith(503, {}, { 'retry-after': '20' }),
        local: failWith(429, {}, { 'retry-after': '40' }),
      },
      { breaker },
    );
    await errorOf(router.complete(question));
    const error = await errorOf(router.complete(question));
    expect(error.code).toBe('all_endpoints_unavailable');
    expect(error.message).toContain(
      '(large: skipped, cooling_down; small: skipped, open; local: skipped, cooling_down)',
    );
    expect(error.failure).toBeNull();
    expect(error.retryAfterMs).toBe(30_000);
    for (const server of Object.values(servers)) expect(server.requests).toHaveLength(1);
  });

  it('none is asked at all, where the router is told so', async () => {
    const { router, servers } = await start(
      { large: failWith(500) },
      { breaker, whenAllUnavailable: 'fail' },
    );
    await errorOf(router.complete(question));
    const error = await errorOf(router.complete(question));
    expect(error).toMatchObject({ code: 'all_endpoints_unavailable', retryAfterMs: 60_000 });
    expect(servers['large']?.requests).toHaveLength(1);
  });
});

describe('a stream that fails before its first content', () => {
  it.each<[string, Reply, AttemptFailureClass]>([
    ['a 503', failWith(503), 'server_error'],
    ['a role and then nothing', stream(roleOnly), 'truncated'],
    ['a role and a cut', cutAfter(roleOnly), 'truncated'],
    ['an error for its first event', stream(event({ error: { code: 502 } })), 'server_error'],
    [
      'an error in the packet of its first content',
      stream(delta({ content: 'a' }) + event({ error: { type: 'overloaded_error' } })),
      'server_error',
    ],
    ['an event that is not JSON', stream(roleOnly, 'data: <oops>\n\n'), 'malformed'],
    ['an end without content', stream(roleOnly, delta({}, 'stop'), done), 'empty_answer'],
    ['nothing but [DONE]', stream(done), 'malformed'],
    ['a page', html(200), 'malformed'],
    ['an error that is no stream', failWith(200, { code: 429 }), 'rate_limited'],
  ])('is made good by another model: %s', async (_, reply, failureClass) => {
    const { router } = await start({ large: reply, small: answer('4') });
    const result = await router.stream(question);
    expect(result).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', outcome: 'failed', failure: { class: failureClass } },
        { model: 'small', outcome: 'answering' },
      ],
    });
    const { text, error } = await readEvents(result.events);
    expect([text, error]).toEqual(['4', undefined]);
  });
});

describe('a stream that fails after its first content', () => {
  it.each<[string, Rest, AttemptFailureClass]>([
    ['an end without a finish', [], 'truncated'],
    ['a cut', 'cut', 'truncated'],
    ['half of an event', [delta({ content: 'wer' }, 'stop').slice(0, 30)], 'truncated'],
    ['an error', [event({ error: { code: 503, message: 'x' } })], 'server_error'],
    ['an event that is not JSON', ['data: {"choi\n\n'], 'malformed'],
    ['a finish for an error', [delta({}, 'error'), done], 'server_error'],
  ])('ends in an error, and nobody else takes over: %s', async (_, rest, failureClass) => {
    const large = streamInTwo([roleOnly, delta({ content: 'The ans' })], rest);
    const { router, servers, events } = await start({ large: large.reply, small: answer('4') });
    const result = await router.stream(question);
    large.goOn();
    expect(result.model).toBe('large');
    const { text, end, error } = await readEvents(result.events);
    expect(text).toBe('The ans');
    expect(end).toBeUndefined();
    expect(error).toMatchObject({
      code: 'stream_truncated',
      failure: { class: failureClass },
      attempts: [{ model: 'large', outcome: 'failed' }],
    });
    await expect(result.events.next()).rejects.toBe(error);
    expect(servers['small']?.requests).toHaveLength(0);
    expect(router.health()['large']).toMatchObject({ failed: 1, inFlight: 0 });
    expect(events.map(({ type }) => type)).toEqual([
      'decision',
      'attempt_started',
      'attempt_failed',
      'failed',
    ]);
    expect(events[2]).toMatchObject({ isCommitted: true });
  });

  it('ends in an error where only reasoning came', async () => {
    const large = streamInTwo([delta({ reasoning: 'Hmm' })], [delta({}, 'stop'), done]);
    const { router } = await start({ large: large.reply });
    const result = await router.stream(question);
    large.goOn();
    const { error } = await readEvents(result.events);
    expect(error).toMatchObject({ code: 'stream_truncated', failure: { class: 'empty_answer' } });
  });

  it.each<[string, object[]]>([
    ['nothing', []],
    ['an error', [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }]],
  ])('of Anthropic ends in an error after %s', async (_, rest) => {
    const first = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'The' } };
    const large = streamInTwo([event(first)], rest.map(event));
    const { router } = await start(
      { large: large.reply },
      { endpoint: { kind: 'anthropic', maxTokens: 9 } },
    );
    const { events } = await router.stream(question);
    large.goOn();
    const { text, error } = await readEvents(events);
    expect([text, error?.code]).toEqual(['The', 'stream_truncated']);
  });

  it.each<[string, object[]]>([
    ['nothing', []],
    ['an error', [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }]],
  ])('of Anthropic has no answer where before any content it sends %s', async (_, events) => {
    const { router } = await start(
      { large: stream(event({ type: 'message_start', message: {} }), ...events.map(event)) },
      { endpoint: { kind: 'anthropic', maxTokens: 9 } },
    );
    expect((await errorOf(router.stream(question))).code).toBe('all_attempts_failed');
  });
});

function text(body: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  };
}

function html(status: number): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<h1>Hello</h1>');
  };
}

/** What a server does once the first part of its stream has been read. */
type Rest = readonly string[] | 'cut';

/** A stream whose second part is only sent, or cut off, when the test says so. */
function streamInTwo(
  first: readonly string[],
  rest: Rest,
): { readonly reply: Reply; readonly goOn: () => void } {
  let goOn = (): void => undefined;
  const isRead = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const reply: Reply = async (response) => {
    await writeStream(response, first);
    await isRead;
    if (rest === 'cut') {
      response.socket?.resetAndDestroy();
      return;
    }
    for (const piece of rest) response.write(piece);
    response.end();
  };
  return { reply, goOn: () => goOn() };
}

/** Sends a piece of a stream, waits for it to be read, and resets the connection. */
function cutAfter(piece: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(piece, () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
  };
}
