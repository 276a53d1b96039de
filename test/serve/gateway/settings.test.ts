import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../../src/serve/gateway/gateway.js';
import { answerAs, ask, errorIn, startGateway, type TestGateway } from '../../support/gateway.js';
import { createManualClock } from '../../support/router.js';
import { failWith } from '../../support/scripted-server.js';

const chat = '/v1/chat/completions';
const long = 'x'.repeat(5 * 1024 * 1024);
let test: TestGateway;

afterEach(() => test.close());

describe("the router's settings hold in a gateway", () => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])('maxAnswerBytes, for an answer that is %s', async (_, stream) => {
    test = await startGateway(
      { large: { reply: answerAs('openai', long) } },
      { maxAnswerBytes: 20_000_000 },
    );
    const response = await test.post(chat, ask('openai', { stream }));
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text.includes(long)).toBe(true);
  });

  it('maxAnswerBytes, whose default refuses such an answer', async () => {
    test = await startGateway({ large: { reply: answerAs('openai', long) } });
    const response = await test.post(chat, ask('openai'));
    expect(response.status).toBe(502);
    expect((await errorIn(response)).message).toContain('malformed');
  });

  it.each([
    ['try_soonest', 2],
    ['fail', 1],
  ] as const)('whenAllUnavailable: %s', async (whenAllUnavailable, calls) => {
    test = await startGateway(
      { large: { reply: failWith(500) } },
      { whenAllUnavailable, breaker: { failureThreshold: 1 }, clock: createManualClock() },
    );
    await test.post(chat, ask('openai'));
    expect((await test.post(chat, ask('openai'))).ok).toBe(false);
    expect(test.servers['large']?.requests).toHaveLength(calls);
  });

  it('also after an update', async () => {
    const served = { large: { reply: answerAs('openai', long) } };
    test = await startGateway(served, { maxAnswerBytes: 20_000_000 });
    test.gateway.update({ access: { kind: 'open' } });
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
  });

  it('with the same checks', async () => {
    test = await startGateway({ large: { reply: answerAs('openai', 'large') } });
    expect(() => createGateway({ ...test.settings, maxAnswerBytes: 0 })).toThrow(
      'settings, maxAnswerBytes: must be a number above 0',
    );
  });

  it.each([
    ['did you mean "limits"?', { limit: { maxBodyBytes: 1 } }],
    ['exposeProviderMessages must be of type boolean', { exposeProviderMessages: 'no' }],
    ['policy: must be loaded', { policy: Promise.resolve() }],
    ['of a watcher, give watcher.current', { policy: { current: {} } }],
    ['of a watcher, give watcher.current', { policy: () => undefined }],
    ['access: must be an object', { access: undefined }],
    ['access, kind: must be one of: open, loopback, keys', { access: {} }],
    ['pool, large: must be an object', { pool: { large: undefined } }],
    ['callers, 0: must be an object', { access: { kind: 'keys', callers: [null] } }],
    [
      'callers, me, models: must be a list of names',
      { access: { kind: 'keys', callers: [{ name: 'me', keySha256: '', models: [1] }] } },
    ],
  ])('and are refused where they are mistyped: %s', async (message, settings) => {
    test = await startGateway({ large: { reply: answerAs('openai', 'large') } });
    expect(() => createGateway({ ...test.settings, ...(settings as object) })).toThrow(message);
  });

  it('or else an update is refused, which changes nothing', async () => {
    test = await startGateway({ large: { reply: answerAs('openai', 'large') } });
    const update = { acces: { kind: 'open' } } as object;
    expect(() => test.gateway.update(update)).toThrow('did you mean "access"?');
    const byFunction = { policy: () => test.settings.policy } as never;
    expect(() => test.gateway.update(byFunction)).toThrow('gateway.update({ policy })');
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
  });
});
