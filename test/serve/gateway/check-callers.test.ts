import { afterEach, describe, expect, it } from 'vitest';
import type { CallerSettings } from '../../../src/serve/gateway/access.js';
import {
  answerAs,
  ask,
  errorIn,
  pathOf,
  sha256Of,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js';

let test: TestGateway;
const reply = answerAs('openai', '4');
const access = (limits: Partial<CallerSettings>) => ({
  kind: 'keys' as const,
  callers: [{ name: 'web', keySha256: sha256Of('key'), ...limits }],
});
const start = async (limits: Partial<CallerSettings> = {}): Promise<void> => {
  test = await startGateway({ large: { reply }, small: { reply } }, { access: access(limits) });
};

afterEach(() => test.close());

describe('a key', () => {
  it.each([
    ['unknown name "cots" (did you mean "cost"?', { objectives: ['cots', 'quality'] }],
    ['keys, web, objectives: the list is empty', { objectives: [] }],
    ['unknown name "lrge" (did you mean "large"?', { models: ['lrge'] }],
    // A model of the policy that has no endpoint.
    ['keys, web, models: unknown name "local"', { models: ['local'] }],
    ['keys, web, models: the list is empty', { models: [] }],
  ])('is refused with "%s"', async (message, limits) => {
    await start();
    expect(() => test.gateway.update({ access: access(limits) })).toThrow(message);
    const response = await test.post(pathOf.openai, ask('openai'), { 'x-api-key': 'key' });
    expect(response.status).toBe(200);
  });

  it.each([
    [
      'access, callers, web: unknown name "usdPerDays" (did you mean "usdPerDay"?',
      { usdPerDays: 1 },
    ],
    ['usdPerMonth must be of type number', { usdPerMonth: '20' }],
    [
      'access, callers, web, usdPerDay: must be a finite number of at least 0',
      { usdPerDay: Number.NaN },
    ],
    ['access, callers, web, usdPerDay: must be a finite number of at least 0', { usdPerDay: -1 }],
    ['requestsPerMinute: must be a finite number of at least 1', { requestsPerMinute: 0 }],
    ['requestsPerMinute: must be a finite number of at least 1', { requestsPerMinute: Infinity }],
    ['models must be of type list', { models: 'large' }],
    ['keySha256 must be a text', { keySha256: undefined }],
  ])('has no limit that passes for none: "%s"', async (message, limits) => {
    await start();
    expect(() => test.gateway.update({ access: access(limits as object) })).toThrow(message);
  });

  it.each([
    ['access, kind: unknown name "key"', { kind: 'key', callers: [] }],
    ['access: unknown name "caller"', { kind: 'keys', caller: [] }],
    ['access, callers: must be a list', { kind: 'keys' }],
  ])('is looked for as the settings say, or they are refused: "%s"', async (message, wrong) => {
    await start();
    expect(() => test.gateway.update({ access: wrong as never })).toThrow(message);
  });

  it('may lack some of its models, which /ready and the metrics show', async () => {
    await start({ models: ['large', 'local', 'lrge'] });
    expect(await (await test.get('/ready')).json()).toMatchObject({
      ready: true,
      problems: ['keys, web, models: not in both pool and policy: local, lrge'],
    });
    const metrics = await (await test.get('/metrics', { 'x-api-key': 'key' })).text();
    expect(metrics).toContain('routesmith_problems 1');
    test.gateway.update({ access: access({ models: ['large'] }) });
    expect(await (await test.get('/ready')).json()).toMatchObject({ problems: [] });
  });

  it('is told the names that it can write', async () => {
    await start({ models: ['large'], objectives: ['cost'] });
    const messageFor = async (members: object): Promise<string> => {
      const body = ask('openai', members);
      return (await errorIn(await test.post(pathOf.openai, body, { 'x-api-key': 'key' }))).message;
    };
    expect(await messageFor({ model: 'auto:qualit' })).toBe(
      'model: unknown name. Known: auto:cost.',
    );
    expect(await messageFor({ model: 'auto:cots' })).toBe(
      'model: unknown name. Did you mean "auto:cost"? Known: auto:cost.',
    );
    expect(await messageFor({ model: 'larg' })).toContain('Did you mean "large"?');
  });
});
