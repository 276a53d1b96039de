import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallerSettings } from '../../../src/serve/gateway/access.js';
import type { Feedback } from '../../../src/serve/gateway/feedback.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import type { SpendingEntry } from '../../../src/serve/gateway/spending.js';
import { createGate } from '../../support/gate.js';
import {
  answerAs,
  ask,
  errorIn,
  sha256Of,
  startGateway,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, createManualClock, replyJson } from '../../support/router.js';
import { buildConstantPolicy } from '../../support/routing-policy.js';
import {
  delta,
  event,
  failWith,
  inTurn,
  roleOnly,
  say,
  writeStream,
  type Reply,
} from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const chat = '/v1/chat/completions';
const all: Readonly<Record<string, Served>> = {
  large: { reply: answerAs('openai', 'large') },
  small: { reply: answerAs('openai', 'small') },
};
/** Answers after a signal. */
function held(): { readonly reply: Reply; release(): void; readonly arrived: Promise<void> } {
  const { opened: released, open: release } = createGate();
  const { opened: arrived, open: arrive } = createGate();
  const reply: Reply = async (response, request) => {
    arrive();
    await released;
    await answerAs('openai', 'late')(response, request);
  };
  return { reply, release, arrived };
}
let test: TestGateway;

async function start(
  served: Readonly<Record<string, Served>> = all,
  settings: Parameters<typeof startGateway>[1] = {},
): Promise<TestGateway> {
  test = await startGateway(served, settings);
  return test;
}

function keys(...callers: readonly Partial<CallerSettings>[]): {
  kind: 'keys';
  callers: CallerSettings[];
} {
  return {
    kind: 'keys',
    callers: callers.map((caller, index) => ({
      name: `caller-${index}`,
      keySha256: sha256Of(`key-${index}`),
      ...caller,
    })),
  };
}

const bearer = (index = 0) => ({ authorization: `Bearer key-${index}` });

afterEach(async () => {
  vi.unstubAllGlobals();
  await test.close();
});

describe('a request', () => {
  it.each<[string, object, Record<string, string>, string, string]>([
    ['auto', { model: 'auto' }, {}, 'large', 'quality'],
    ['auto with an objective', { model: 'auto:cost' }, {}, 'small', 'cost'],
    ['the id of a model', { model: 'small' }, {}, 'small', 'quality'],
    ['an objective in a header', {}, { 'x-routesmith-objective': 'cost' }, 'small', 'cost'],
    ['an objective in its body', { routesmith: { objective: 'cost' } }, {}, 'small', 'cost'],
    ['a highest cost', {}, { 'x-routesmith-max-cost-usd': '0.005' }, 'small', 'quality'],
    ['a longest time', {}, { 'x-routesmith-max-latency-ms': '1500' }, 'small', 'quality'],
    ['allowed models', {}, { 'x-routesmith-allow': 'small, local' }, 'small', 'quality'],
    ['forbidden models', { routesmith: { deny: ['large'] } }, {}, 'small', 'quality'],
  ])('may name %s', async (_, members, headers, model, objective) => {
    await start({ ...all, local: all['small'] as Served });
    const response = await test.post(chat, ask('openai', members), headers);
    expect(response.headers.get('x-routesmith-model')).toBe(model);
    expect(response.headers.get('x-routesmith-objective')).toBe(objective);
    expect(JSON.stringify(test.servers[model]?.requests[0]?.body)).not.toContain('routesmith');
  });

  it.each<[string, object, Record<string, string>]>([
    ['x-routesmith-objektive', {}, { 'x-routesmith-objektive': 'cost' }],
    ['objective', {}, { 'x-routesmith-objective': 'cheap' }],
    ['x-routesmith-max-cost-usd', {}, { 'x-routesmith-max-cost-usd': 'lots' }],
    ['x-routesmith-explain', {}, { 'x-routesmith-explain': 'yes' }],
    ['allow', {}, { 'x-routesmith-allow': 'huge' }],
    ['model', { model: 'auto:cheap' }, {}],
    ['routesmith', { routesmith: 'cost' }, {}],
    ['routesmith.maxCost', { routesmith: { maxCost: 1 } }, {}],
    ['routesmith.deny', { routesmith: { deny: 'large' } }, {}],
    ['routesmith.minQuality', { routesmith: { minQuality: 2 } }, {}],
    ['model', { model: 'auto:cost' }, { 'x-routesmith-objective': 'quality' }],
  ])('is refused for the control %s that cannot be read', async (param, members, headers) => {
    await start();
    const response = await test.post(chat, ask('openai', members), headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_control', param } });
    expect(Object.values(test.servers).flatMap(({ requests }) => requests)).toEqual([]);
  });

  const asked = (message: object): string =>
    JSON.stringify({ model: 'auto', messages: [{ role: 'assistant', content: null, ...message }] });

  it.each<[string, string, number, string]>([
    ['no JSON', '{"model":', 400, 'invalid_request'],
    ['a list', '[]', 400, 'invalid_request'],
    ['too deep', `${'['.repeat(300)}${']'.repeat(300)}`, 400, 'invalid_request'],
    ['no model', '{"messages":[]}', 400, 'invalid_request'],
    ['no messages', '{"model":"auto"}', 400, 'invalid_request'],
    ['calls that are no list', asked({ tool_calls: {} }), 400, 'invalid_request'],
    ['a call that is no object', asked({ tool_calls: [null] }), 400, 'invalid_request'],
    ['an unknown model', '{"model":"gpt-7","messages":[]}', 404, 'unknown_model'],
    ['too long', `{"model":"auto","x":"${'x'.repeat(2000)}"}`, 413, 'body_too_large'],
  ])('with %s as its body is refused', async (_, body, status, code) => {
    await start(all, { limits: { maxBodyBytes: 1500 } });
    const response = await test.post(chat, body);
    expect([response.status, (await errorIn(response)).code]).toEqual([status, code]);
  });

  it.each([
    ['POST', '/v1/embeddings', 404, 'invalid_request_error'],
    ['POST', '/v1/messages/batches', 404, 'not_found_error'],
    ['GET', '/v1/messages', 405, 'invalid_request_error'],
    ['POST', '/metrics', 405, 'invalid_request_error'],
  ])('%s %s is refused in its protocol', async (method, path, status, type) => {
    await start();
    const response = await test.gateway(new Request(`http://localhost${path}`, { method }));
    expect(response.status).toBe(status);
    const body = (await response.json()) as { type?: string; error: { type: string } };
    expect(body.error.type).toBe(type);
    expect(body.type === 'error').toBe(path.startsWith('/v1/messages'));
  });

  it('for a model by name is not answered by another one', async () => {
    await start({ ...all, small: { reply: failWith(500) } });
    const response = await test.post(chat, ask('openai', { model: 'small' }));
    expect(response.status).toBe(502);
    expect(test.servers['large']?.requests).toEqual([]);
  });

  it.each([
    ['content_filtered', replyJson(buildAnswer('', {}, 'content_filter')), 'content_filtered'],
    [
      'context_overflow',
      failWith(400, { message: 'too long', code: 'context_length_exceeded' }),
      'context_overflow (400)',
    ],
  ])('that is refused is told so in sentences: %s', async (code, reply, why) => {
    await start({ large: { reply } });
    const error = await errorIn(await test.post(chat, ask('openai')));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(
      /^[A-Z][^.]+\. Change the request\. It would be rejected again\./,
    );
    expect(error.message).toContain(`(large: ${why}). Change`);
    expect(error.message).not.toContain('..');
  });

  it.each([
    ['max_tokens: Field required', failWith(400, { message: 'max_tokens: Field required' })],
    ['large-2 does not exist', failWith(404, { message: 'large-2 does not exist' })],
  ])('that fails quotes the provider to the letter: %s', async (said, reply) => {
    await start({ large: { reply } }, { exposeProviderMessages: true });
    const { message } = await errorIn(await test.post(chat, ask('openai')));
    expect(message).toMatch(/^[A-Z]/);
    expect(message.endsWith(`. ${said}`)).toBe(true);
  });

  it('that every provider limits is told when to come back', async () => {
    await start({ large: { reply: failWith(429, {}, { 'retry-after': '7' }) } });
    const response = await test.post(chat, ask('openai'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    const next = await test.post(chat, ask('openai'));
    expect([next.status, (await errorIn(next)).code]).toEqual([503, 'all_endpoints_unavailable']);
  });
});

describe('a caller that leaves', () => {
  it('ends the call of the model, and starts no other', async () => {
    const slow = held();
    await start({ large: { reply: slow.reply }, small: all['small'] as Served });
    const controller = new AbortController();
    const pending = test.post(chat, ask('openai'), {}, controller.signal);
    await slow.arrived;
    controller.abort();
    await pending;
    slow.release();
    expect(test.log).toMatchObject([{ outcome: 'aborted', status: 499, error: 'aborted' }]);
    expect(test.servers['small']?.requests).toEqual([]);
  });

  it('ends the call of the model in the middle of a stream', async () => {
    let closed = (): void => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const reply: Reply = async (response) => {
      response.on('close', closed);
      await writeStream(response, [roleOnly, delta({ content: 'It' })]);
    };
    await start({ large: { reply }, small: all['small'] as Served });
    const response = await test.post(chat, ask('openai', { stream: true }));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await gone;
    expect(test.log).toMatchObject([{ outcome: 'aborted', status: 200 }]);
    expect(test.servers['small']?.requests).toEqual([]);
  });
});

describe('keys', () => {
  it('are asked for, and known by their digest only', async () => {
    await start(all, { access: keys({}) });
    const none = await test.post(chat, ask('openai'));
    expect([none.status, (await errorIn(none)).code]).toEqual([401, 'missing_key']);
    const wrong = await test.post(chat, ask('openai'), { 'x-api-key': 'key-1' });
    expect([wrong.status, (await errorIn(wrong)).code]).toEqual([401, 'invalid_key']);
    expect((await test.post(chat, ask('openai'), bearer())).status).toBe(200);
    expect((await test.post(chat, ask('openai'), { 'x-api-key': 'key-0' })).status).toBe(200);
    expect((await test.get('/health')).status).toBe(200);
    expect((await test.get('/metrics')).status).toBe(401);
    expect(test.log.map(({ caller }) => caller)).toEqual([
      null,
      null,
      'caller-0',
      'caller-0',
      null,
      null,
    ]);
  });

  it('open only some models and objectives', async () => {
    const access = keys({ models: ['small'], objectives: ['cost'] });
    await start(all, { access });
    const response = await test.post(chat, ask('openai'), bearer());
    expect(response.headers.get('x-routesmith-model')).toBe('small');
    expect(response.headers.get('x-routesmith-objective')).toBe('cost');
    const named = await test.post(chat, ask('openai', { model: 'large' }), bearer());
    expect(named.status).toBe(404);
    const asked = await test.post(chat, ask('openai', { model: 'auto:quality' }), bearer());
    expect(asked.status).toBe(400);
    const list = (await (await test.get('/v1/models', bearer())).json()) as {
      data: { id: string }[];
    };
    expect(list.data.map(({ id }) => id)).toEqual(['auto', 'auto:cost', 'small']);
  });

  it('are good for so many requests a minute', async () => {
    const clock = createManualClock();
    await start(all, { access: keys({ requestsPerMinute: 2 }), clock });
    const statuses = async (count: number): Promise<number[]> => {
      const responses = [];
      for (let left = count; left > 0; left--) {
        responses.push(await test.post(chat, ask('openai'), bearer()));
      }
      expect(responses.at(-1)?.headers.get('retry-after')).toBe('30');
      return responses.map(({ status }) => status);
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    clock.advance(30_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });

  it('must be digests, each of one caller', async () => {
    await start();
    const update = (callers: readonly CallerSettings[]) => () =>
      test.gateway.update({ access: { kind: 'keys', callers } });
    expect(update([{ name: 'a', keySha256: 'secret' }])).toThrow('is not a SHA-256');
    const [one] = keys({}).callers as [CallerSettings];
    expect(update([one, { ...one, name: 'b' }])).toThrow('used twice');
    expect(update([one, { ...one, keySha256: sha256Of('b') }])).toThrow('used twice');
  });
});

const wholeError = replyJson({ error: { code: 502 } });

/** Begins a stream, and ends it with an error that names a status. */
function breakStream(content: string): Reply {
  const error = event({ error: { code: 502, message: 'upstream' } });
  return async (response) => {
    await writeStream(response, [roleOnly, content]);
    response.end(error);
  };
}

const resetStream: Reply = async (response) => {
  await writeStream(response, [roleOnly, delta({ content: 'It' })]);
  response.destroy();
};

describe('a budget', () => {
  // 10 input and 5 output tokens at $1 and $2 a million, of at most about 80 and 50.
  const costUsd = 0.00002;
  const body = ask('openai', { max_tokens: 50 });

  it('is never exceeded, with 64 requests at once', async () => {
    const usdPerDay = 0.002;
    const entries: SpendingEntry[] = [];
    const spending = { entries: [], record: (entry: SpendingEntry) => void entries.push(entry) };
    await start(all, { access: keys({ usdPerDay }), spending });
    const responses = await Promise.all(
      Array.from({ length: 64 }, () => test.post(chat, body, bearer())),
    );
    const answered = responses.filter(({ status }) => status === 200).length;
    const refused = responses.filter(({ status }) => status === 429);
    expect(answered + refused.length).toBe(64);
    expect(refused.length).toBeGreaterThan(0);
    expect((await errorIn(refused[0] as Response)).code).toBe('budget_exhausted');
    let held_ = 0;
    const open = new Map<string, number>();
    for (const { hold, usd } of entries) {
      held_ += usd - (open.get(hold) ?? 0);
      open.set(hold, usd);
      expect(held_).toBeLessThanOrEqual(usdPerDay + 1e-12);
    }
    expect(held_).toBeCloseTo(answered * costUsd, 12);
  });

  it('goes on where it was after a restart, and counts what was in flight', async () => {
    const day = createManualClock().date().toISOString().slice(0, 10);
    const entry = { caller: 'caller-0', day, isSettled: true };
    const entries: SpendingEntry[] = [
      { ...entry, hold: 'a', usd: 0.9, isSettled: false },
      { ...entry, hold: 'a', usd: 0.4 },
      { ...entry, hold: 'b', usd: 0.5, isSettled: false },
    ];
    await start(all, {
      access: keys({ usdPerDay: 1, usdPerMonth: 10 }),
      spending: { entries, record: () => {} },
      clock: createManualClock(),
    });
    const metrics = await (await test.get('/metrics', bearer())).text();
    const left = (period: string): number =>
      Number(new RegExp(`left_usd{caller="caller-0",period="${period}"} (.+)`).exec(metrics)?.[1]);
    expect(left('day')).toBeCloseTo(0.1, 12);
    expect(left('month')).toBeCloseTo(9.1, 12);
  });

  it('is charged the worst case of a call whose cost is not known, and nothing for an error', async () => {
    const entries: SpendingEntry[] = [];
    const spending = { entries: [], record: (entry: SpendingEntry) => void entries.push(entry) };
    const silent = replyJson(buildAnswer('4', { usage: null }));
    await start(
      { large: { reply: failWith(500) }, small: { reply: silent } },
      { access: keys({ usdPerMonth: 1 }), spending },
    );
    await test.post(chat, body, bearer());
    const [heldLarge, large, heldSmall, small] = entries;
    expect(heldLarge?.usd).toBeGreaterThan(costUsd);
    expect(large).toMatchObject({ usd: 0, isSettled: true });
    expect(small).toMatchObject({ usd: heldSmall?.usd, isSettled: true });
  });

  it.each<[string, Reply, boolean]>([
    ['an error inside a stream, after content', breakStream(delta({ content: 'It' })), true],
    ['an error inside a stream, before content', breakStream(''), true],
    ['an error inside a whole answer', wholeError, true],
    ['a reset after content', resetStream, true],
    ['a gateway that stopped waiting for the model', failWith(504), true],
    ['a rate limit', failWith(429), false],
    ['a refused key', failWith(401), false],
  ])('holds the worst case of what may have been billed: %s', async (_, reply, isBilled) => {
    const entries: SpendingEntry[] = [];
    const spending = { entries: [], record: (entry: SpendingEntry) => void entries.push(entry) };
    const access = keys({ usdPerMonth: 1 });
    await start({ large: { reply } }, { access, spending });
    const asked = { ...body, stream: reply !== wholeError };
    await (await test.post(chat, asked, bearer())).text();
    const [held, settled] = entries;
    expect(held?.usd).toBeGreaterThan(0);
    expect(settled).toMatchObject({ usd: isBilled ? held?.usd : 0, isSettled: true });
  });

  it.each(['connectMs', 'firstByteMs', 'attemptMs'] as const)(
    'holds the worst case of an answer that does not come within %s',
    async (limit) => {
      const entries: SpendingEntry[] = [];
      const spending = { entries: [], record: (entry: SpendingEntry) => void entries.push(entry) };
      const access = keys({ usdPerMonth: 1 });
      const timeouts = { [limit]: scaleTime(100) };
      await start({ large: { reply: () => {} } }, { access, spending, timeouts });
      const response = await test.post(chat, body, bearer());
      expect(response.ok).toBe(false);
      const [held, settled] = entries;
      expect(held?.usd).toBeGreaterThan(0);
      expect(settled).toMatchObject({ usd: held?.usd, isSettled: true });
    },
  );

  it('refuses answers of any length, and does not call a whole budget spent', async () => {
    await start(all, { access: keys({ usdPerDay: 1000 }) });
    const response = await test.post(chat, ask('openai'), bearer());
    const { code, message } = await errorIn(response);
    expect([response.status, code]).toEqual([429, 'budget_exhausted']);
    expect(message).toContain("may cost more than this key's whole budget for a day");
    expect(message).not.toContain('spent');
  });

  it('is not blamed while a model that fits it is only down, and says when that is back', async () => {
    const price = { inputPerMillionUsd: 1e6, outputPerMillionUsd: 1e6, date: '2026-01-01' };
    await start(
      {
        large: { reply: failWith(429, {}, { 'retry-after': '40' }) },
        small: { reply: say('no'), endpoint: { price } },
      },
      { access: keys({ usdPerDay: 1 }), clock: createManualClock() },
    );
    const limited = await test.post(chat, body, bearer());
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '40']);
    const down = await test.post(chat, body, bearer());
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '40']);
    const { code, message } = await errorIn(down);
    expect(code).toBe('all_endpoints_unavailable');
    expect(message).toContain('small: skipped, not_permitted');
    expect(message).not.toMatch(/router|retryAfterMs/);
  });
});

describe('a gateway', () => {
  it('takes on so many requests at once, and lets so many wait', async () => {
    const slow = held();
    await start(
      { large: { reply: slow.reply } },
      { limits: { maxConcurrent: 1, maxQueued: 1, queueMs: 60_000 } },
    );
    const first = test.post(chat, ask('openai'));
    await slow.arrived;
    const second = test.post(chat, ask('openai'));
    const third = await test.post(chat, ask('openai'));
    expect([third.status, (await errorIn(third)).code]).toEqual([503, 'overloaded']);
    expect(third.headers.get('retry-after')).toBe('5');
    slow.release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it('holds so many bytes of bodies', async () => {
    const slow = held();
    await start({ large: { reply: slow.reply } }, { limits: { maxBufferedBytes: 100 } });
    const first = test.post(chat, ask('openai'));
    await slow.arrived;
    expect((await test.post(chat, ask('openai'))).status).toBe(503);
    slow.release();
    expect((await first).status).toBe(200);
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
  });

  it.each([1e12, Infinity])('lets requests wait for %s ms', async (queueMs) => {
    const slow = held();
    await start({ large: { reply: slow.reply } }, { limits: { maxConcurrent: 1, queueMs } });
    const first = test.post(chat, ask('openai'));
    await slow.arrived;
    const second = test.post(chat, ask('openai'));
    await sleep(20);
    slow.release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it('decides without calling a model', async () => {
    await start();
    for (const protocol of ['openai', 'anthropic'] as const) {
      const headers = protocol === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
      const response = await test.post('/v1/route', ask(protocol, { model: 'auto:cost' }), headers);
      expect(await response.json()).toMatchObject({
        decision: { model: 'small', objective: 'cost' },
      });
    }
    expect(test.servers['small']?.requests).toEqual([]);
  });

  it('keeps feedback if it is set up to', async () => {
    const kept: Feedback[] = [];
    await start(all, { feedback: async (feedback) => void kept.push(feedback) });
    const given = { id: 'id-7', quality: 0.5, source: 'user' };
    expect((await test.post('/v1/feedback', given)).status).toBe(202);
    expect(kept).toEqual([{ ...given, at: expect.any(String) as string, caller: null }]);
    for (const wrong of [{ quality: 2 }, { id: 'a b' }, { note: 'x' }, { source: 'two words' }]) {
      expect((await test.post('/v1/feedback', { ...given, ...wrong })).status).toBe(400);
    }
    await test.close();
    await start();
    expect((await test.post('/v1/feedback', given)).status).toBe(501);
  });

  it('does not say when its models were released, which is not known', async () => {
    await start();
    const dates = async (headers: Readonly<Record<string, string>>) => {
      const { data } = (await (await test.get('/v1/models', headers)).json()) as {
        data: { created?: number; created_at?: string }[];
      };
      return new Set(data.map((model) => model.created ?? model.created_at));
    };
    expect(await dates({})).toEqual(new Set([0]));
    expect(await dates({ 'anthropic-version': '2023-06-01' })).toEqual(
      new Set(['1970-01-01T00:00:00Z']),
    );
  });

  it('lists its models in either protocol', async () => {
    await start();
    const list = await (await test.get('/v1/models')).json();
    expect(list).toMatchObject({
      object: 'list',
      data: [
        { id: 'auto' },
        { id: 'auto:quality' },
        { id: 'auto:cost' },
        { id: 'small' },
        { id: 'large' },
      ],
    });
    const headers = { 'anthropic-version': '2023-06-01' };
    expect(await (await test.get('/v1/models', headers)).json()).toMatchObject({
      has_more: false,
      data: expect.arrayContaining([
        expect.objectContaining({ type: 'model', id: 'large' }),
      ]) as unknown,
    });
  });

  it('answers a request with the policy that it began with', async () => {
    const slow = held();
    await start({ large: { reply: slow.reply }, small: all['small'] as Served });
    const { policy, pool } = test.settings;
    const before = test.post(chat, ask('openai'));
    await slow.arrived;
    test.gateway.update({ pool: { small: pool['small'] as (typeof pool)[string] } });
    const after = await test.post(chat, ask('openai'));
    expect(after.headers.get('x-routesmith-model')).toBe('small');
    slow.release();
    expect((await before).headers.get('x-routesmith-model')).toBe('large');
    expect(() => test.gateway.update({ pool: {} })).toThrow('there is no endpoint');
    expect((await test.get('/ready')).status).toBe(200);
    expect(await (await test.get('/ready')).json()).toMatchObject({ policy: policy.digest });
  });

  it('keeps the state of its endpoints when its policy is replaced', async () => {
    await start(
      { large: { reply: failWith(401) }, small: all['small'] as Served },
      {
        breaker: { refusalThreshold: 1 },
      },
    );
    await test.post(chat, ask('openai'));
    test.gateway.update({ policy: test.settings.policy });
    expect(await (await test.get('/ready')).json()).toMatchObject({
      ready: true,
      models: [
        { model: 'small', state: 'closed' },
        { model: 'large', state: 'misconfigured', unavailable: 'misconfigured' },
      ],
    });
  });

  it('ends a stream that nobody reads in the time of the call, and tells a late reader', async () => {
    const reply: Reply = (response) => writeStream(response, [roleOnly, delta({ content: 'It' })]);
    // Long enough for the first content on a busy machine.
    await start({ large: { reply } }, { timeouts: { totalMs: 2000 } });
    const response = await test.post(chat, ask('openai', { stream: true }));
    while (test.log.length === 0) await sleep(5);
    expect(test.log).toMatchObject([
      { outcome: 'broken', error: 'stream_truncated', attempts: [{ why: 'total_timeout' }] },
    ]);
    expect(await (await test.get('/metrics')).text()).toContain('routesmith_requests_running 0');
    const text = await response.text();
    expect(text).toContain('"code":"stream_truncated"');
    expect(text).not.toContain('[DONE]');
    await test.gateway.drain();
  });

  it('logs the last model that was asked, and none where all were skipped or none was to be', async () => {
    const reply = failWith(429, {}, { 'retry-after': '40' });
    await start(
      { large: { reply: failWith(401) }, small: { reply } },
      { clock: createManualClock(), breaker: { failureThreshold: 1, refusalThreshold: 1 } },
    );
    await test.post(chat, ask('openai', { model: 'small' }));
    await test.post(chat, ask('openai'));
    await test.post(chat, ask('openai', { model: 'small' }));
    await test.post('/v1/route', ask('openai'));
    expect(test.log).toMatchObject([
      { model: 'small', attempts: [{ outcome: 'failed' }] },
      { model: 'large', chosenModel: 'large' },
      { model: null, chosenModel: 'small', attempts: [{ outcome: 'skipped' }] },
      { model: null, chosenModel: 'large', attempts: [] },
    ]);
    expect(test.log[1]?.attempts.map(({ model }) => model)).toContain('small');
  });

  it('asks an endpoint again whose key was replaced', async () => {
    const needsKey: Reply = (response, request) => {
      const isRight = request.headers.authorization === 'Bearer right';
      return (isRight ? answerAs('openai', 'large') : failWith(401))(response, request);
    };
    await start({ large: { reply: needsKey } }, { breaker: { refusalThreshold: 1 } });
    const { policy, pool } = test.settings;
    const state = async (): Promise<unknown> => (await test.get('/ready')).json();
    const withKey = (apiKey: Endpoint['apiKey']): void =>
      test.gateway.update({ policy, pool: { large: { ...pool['large'], apiKey } as Endpoint } });
    await test.post(chat, ask('openai'));
    test.gateway.update({ pool: { large: { ...pool['large'] } as Endpoint } });
    expect(await state()).toMatchObject({ models: [{ state: 'misconfigured' }] });
    withKey('right');
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
    // One that supplies its own keys is the same, whatever function that is.
    withKey(() => 'wrong');
    await test.post(chat, ask('openai'));
    withKey(() => 'right');
    expect(await state()).toMatchObject({ models: [{ state: 'misconfigured' }] });
  });

  it('ends what is running before it stops', async () => {
    const slow = held();
    await start({ large: { reply: slow.reply } });
    const running = test.post(chat, ask('openai'));
    await slow.arrived;
    let isDrained = false;
    const drained = test.gateway.drain().then(() => (isDrained = true));
    expect((await test.get('/ready')).status).toBe(503);
    expect((await test.post(chat, ask('openai'))).status).toBe(503);
    await sleep(5);
    expect(isDrained).toBe(false);
    slow.release();
    expect((await running).status).toBe(200);
    await drained;
  });

  it('answers, and can still stop, where the log of its host throws', async () => {
    const thrown: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => {
      try {
        task();
      } catch (error) {
        thrown.push(error);
      }
    });
    const error = new Error('no log');
    await start(all, {
      log: () => {
        throw error;
      },
    });
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
    const streamed = await (await test.post(chat, ask('openai', { stream: true }))).text();
    expect(streamed).toMatch(/data: \[DONE\]\n\n$/);
    expect((await test.get('/nowhere')).status).toBe(404);
    await test.gateway.drain();
    expect(thrown).toEqual([error, error, error]);
  });

  it('is open to programs on its machine only, without keys', async () => {
    await start(all, { access: { kind: 'loopback' } });
    const send = (url: string, origin?: string): Promise<Response> =>
      test.gateway(
        new Request(`${url}${chat}`, {
          method: 'POST',
          body: JSON.stringify(ask('openai')),
          headers: origin === undefined ? {} : { origin },
        }),
      );
    expect((await send('http://localhost:8080')).status).toBe(200);
    expect((await send('http://[::1]:8080', 'http://localhost:3000')).status).toBe(200);
    expect((await send('http://attacker.example')).status).toBe(403);
    expect((await send('http://127.0.0.1:8080', 'https://attacker.example')).status).toBe(403);
    expect((await send('http://127.0.0.1:8080', 'null')).status).toBe(403);
  });

  it('shows what it does in metrics', async () => {
    await start({ large: { reply: failWith(500) }, small: { reply: say('4') } });
    await (await test.post(chat, ask('openai', { stream: true }))).text();
    const text = await (await test.get('/metrics')).text();
    for (const line of [
      'routesmith_requests_total{route="/v1/chat/completions",status="200",outcome="answered"} 1',
      'routesmith_requests_total{route="/v1/messages",status="200",outcome="answered"} 0',
      'routesmith_decisions_total{model="large",reason="baseline_holds"} 1',
      'routesmith_attempts_total{model="large",outcome="server_error"} 1',
      'routesmith_attempts_total{model="small",outcome="answered"} 1',
      'routesmith_failovers_total 1',
      'routesmith_tokens_total{model="small",direction="input"} 10',
      'routesmith_cost_usd_total{model="small"} 0.00002',
      'routesmith_breaker_state{model="large",state="closed"} 1',
      'routesmith_time_to_first_token_seconds_count{model="small"} 1',
      'routesmith_requests_running 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('tells a guessed cost from a known one, wherever it shows it', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    const guessed = { ...usage, server_tool_use: { web_search_requests: 1 } };
    const reply = inTurn(
      replyJson(buildAnswer('4', { usage: guessed })),
      replyJson(buildAnswer('4', { usage })),
      replyJson(buildAnswer('4', { usage: null })),
    );
    await start({ large: { reply } });
    const header = 'x-routesmith-cost-is-guess';
    const shown: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      const response = await test.post(chat, ask('openai', { routesmith: { explain: true } }));
      const { routesmith } = (await response.json()) as { routesmith: Record<string, unknown> };
      const { costUsd, costIsGuess } = routesmith;
      shown.push([response.headers.get(header), costUsd, costIsGuess]);
    }
    expect(shown).toEqual([
      ['1', 0.00002, true],
      [null, 0.00002, false],
      [null, null, false],
    ]);
    expect(test.log.map(({ costUsd, costIsGuess }) => [costUsd, costIsGuess])).toEqual([
      [0.00002, true],
      [0.00002, false],
      [null, false],
    ]);
    const metrics = (await (await test.get('/metrics')).text()).split('\n');
    expect(metrics).toContain('routesmith_guessed_cost_usd_total{model="large"} 0.00002');
    expect(metrics).toContain('routesmith_cost_usd_total{model="large"} 0.00002');
    expect(metrics).toContain('routesmith_unknown_costs_total{model="large"} 1');
  });

  it('guesses the cost of a request for what no usage counts, unless its charge is reported', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    const told = { ...usage, cost: 0.02 };
    const whole = (counts: object): Reply => replyJson(buildAnswer('4', { usage: counts }));
    const reply = inTurn(whole(usage), say('4'), whole(told), whole(usage));
    await start({ large: { reply } });
    const search = { web_search_options: {} };
    for (const members of [search, { ...search, stream: true }, search, {}]) {
      await (await test.post(chat, ask('openai', members))).text();
    }
    expect(test.log.map(({ costUsd, costIsGuess }) => [costUsd, costIsGuess])).toEqual([
      [0.00002, true],
      [0.00002, true],
      [0.02, false],
      [0.00002, false],
    ]);
  });

  it('counts the unknown costs of answers that broke off or that their callers left', async () => {
    const begin: Reply = (response) => writeStream(response, [roleOnly, delta({ content: 'It' })]);
    const reply = inTurn(begin, breakStream(delta({ content: 'It' })), failWith(401));
    await start({ large: { reply } });
    const unknown = async (): Promise<string | undefined> =>
      /unknown_costs_total\{model="large"\} (.+)/.exec(
        await (await test.get('/metrics')).text(),
      )?.[1];
    const left = await test.post(chat, ask('openai', { stream: true }));
    const reader = left.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await vi.waitUntil(async () => (await unknown()) === '1', 60_000);
    await (await test.post(chat, ask('openai', { stream: true }))).text();
    expect(await unknown()).toBe('2');
    expect((await test.post(chat, ask('openai'))).status).toBe(502);
    expect(await unknown()).toBe('2');
  });

  it('counts decisions without a call, and shows the models of a reload from the start', async () => {
    await start();
    await test.post('/v1/route', ask('openai'));
    const { large, small } = test.settings.pool;
    const metrics = async (): Promise<string[]> =>
      (await (await test.get('/metrics')).text()).split('\n');
    expect(await metrics()).toContain(
      'routesmith_decisions_total{model="large",reason="baseline_holds"} 1',
    );
    await test.close();
    await start({ large: all['large'] as Served });
    test.gateway.update({ pool: { large: large as Endpoint, small: small as Endpoint } });
    for (const line of [
      'routesmith_attempts_total{model="small",outcome="answered"} 0',
      'routesmith_tokens_total{model="small",direction="input"} 0',
      'routesmith_cost_usd_total{model="small"} 0',
    ]) {
      expect(await metrics()).toContain(line);
    }
  });

  it('answers HEAD where it answers GET', async () => {
    await start();
    const probe = (path: string): Promise<Response> =>
      test.gateway(new Request(`http://127.0.0.1:8080${path}`, { method: 'HEAD' }));
    expect([(await probe('/health')).status, (await probe('/ready')).status]).toEqual([200, 200]);
    expect((await probe(chat)).status).toBe(405);
    const refused = await test.post('/health', {});
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('counts no failover where the chosen model answers after all', async () => {
    const clock = createManualClock();
    const reply = inTurn(failWith(500), answerAs('openai', 'large'));
    await start({ large: { reply } }, { breaker: { failureThreshold: 1 }, clock });
    expect((await test.post(chat, ask('openai'))).status).toBe(502);
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
    expect(test.log[1]?.attempts).toMatchObject([{ outcome: 'skipped' }, { outcome: 'answered' }]);
    expect(await (await test.get('/metrics')).text()).toContain('routesmith_failovers_total 0');
  });

  it('stays with the model of a conversation while leaving costs more than it gains', async () => {
    await start();
    const named = { 'x-routesmith-conversation': 'c1' };
    const costly = { ...named, 'x-routesmith-allow': 'small' };
    await test.post(chat, ask('openai'), costly);
    const response = await test.post(chat, ask('openai', { routesmith: { explain: true } }), named);
    expect(await response.json()).toMatchObject({
      routesmith: { decision: { session: { currentModel: 'small' } } },
    });
    expect(test.log.map(({ isKnownConversation }) => isKnownConversation)).toEqual([false, true]);
  });

  it('answers a conversation that its client shortens after a turn near the context window', async () => {
    const usage = {
      prompt_tokens: 31_000,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 31_000 },
    };
    const models = buildConstantPolicy().models.map((model) => ({
      ...model,
      contextWindow: 32_000,
    }));
    await start(
      { large: { reply: replyJson(buildAnswer('4', { usage })) } },
      { policy: { models } },
    );
    const named = { 'x-routesmith-conversation': 'c1' };
    for (const _ of ['the long turn', 'a shorter one', 'another one']) {
      expect((await test.post(chat, ask('openai'), named)).status).toBe(200);
    }
  });
});
