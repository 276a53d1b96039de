import { afterEach, describe, expect, it } from 'vitest';
import type { CallerSettings } from '../../../src/serve/gateway/access.js';
import type { SpendingEntry } from '../../../src/serve/gateway/spending.js';
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
let entries: SpendingEntry[];

async function start(limits: Partial<CallerSettings>): Promise<void> {
  entries = [];
  const callers = [{ name: 'web', keySha256: sha256Of('key'), ...limits }];
  test = await startGateway(
    {
      large: { reply: answerAs('openai', 'fine') },
      small: { kind: 'anthropic', reply: answerAs('anthropic', 'fine') },
    },
    {
      access: { kind: 'keys', callers },
      spending: { entries: [], record: (entry) => void entries.push(entry) },
    },
  );
}

function send(protocol: 'openai' | 'anthropic', members: object): Promise<Response> {
  const body = ask(protocol, { max_tokens: 50, ...members });
  return test.post(pathOf[protocol], body, { 'x-api-key': 'key' });
}

afterEach(() => test.close());

describe('a key with a budget', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };

  it.each([
    ['openai', 'models', { models: ['vendor/dear'] }],
    ['openai', 'preset', { preset: 'dear' }],
    ['openai', 'plugins', { plugins: [{ id: 'web' }] }],
    ['openai', 'web_search_options', { web_search_options: {} }],
    ['openai', 'service_tier', { service_tier: 'priority' }],
    ['openai', 'modalities', { modalities: ['text', 'audio'] }],
    ['openai', 'tools.0.type', { tools: [{ type: 'openrouter:web_search' }] }],
    ['anthropic', 'tools.0.type', { tools: [search] }],
    ['anthropic', 'mcp_servers', { mcp_servers: [{ type: 'url' }] }],
  ] as const)('cannot ask in the words of %s for %s, whose charge has no limit', async (...one) => {
    const [protocol, param, members] = one;
    await start({ usdPerDay: 1 });
    const response = await send(protocol, members);
    const { code, message } = await errorIn(response);
    expect([response.status, message.split(':')[0]]).toEqual([403, param]);
    if (protocol === 'openai') expect(code).toBe('not_allowed');
    expect(entries).toEqual([]);
  });

  it('may ask for what is charged by tokens', async () => {
    await start({ usdPerDay: 1 });
    const parameters = { type: 'object', properties: {} };
    const add = { type: 'function', function: { name: 'add', parameters } };
    const usual = { tools: [add], service_tier: 'default', modalities: ['text'], models: null };
    expect((await send('openai', usual)).status).toBe(200);
    const tools = [{ name: 'add', input_schema: parameters }];
    expect((await send('anthropic', { tools })).status).toBe(200);
  });

  /** What is held of a budget for the first attempt. */
  async function held(members: object): Promise<number> {
    await (await send('openai', members)).text();
    const [entry] = entries.splice(0);
    return entry?.usd ?? Infinity;
  }

  it('has the longest answer held that any server may read from a request', async () => {
    await start({ usdPerDay: 1 });
    const perToken = 2e-6;
    const one = await held({});
    const both = await held({ max_completion_tokens: 50, max_tokens: 1050 });
    expect(both - one).toBeGreaterThan(1000 * perToken);
    expect((await held({ n: 3 })) - one).toBeGreaterThan(2 * 50 * perToken);
    expect((await held({ best_of: 3 })) - one).toBeGreaterThan(2 * 50 * perToken);
    expect(await held({ n: '3' })).toBe(Infinity);
  });

  it('has no file held by its bytes', async () => {
    await start({ usdPerDay: 1 });
    const holdFor = (part: object): Promise<number> =>
      held({ messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, part] }] });
    expect(
      await holdFor({ type: 'image_url', image_url: { url: 'https://a/b.png' } }),
    ).toBeLessThan(1);
    expect(await holdFor({ type: 'file', file: { file_id: 'f' } })).toBe(Infinity);
    expect(await holdFor({ type: 'document', source: { type: 'url', url: 'https://a' } })).toBe(
      Infinity,
    );
  });
});

describe('a key for some models', () => {
  it('cannot name others in the words of a server of many models', async () => {
    await start({ models: ['large'] });
    expect((await send('openai', { models: ['vendor/dear'] })).status).toBe(403);
    expect((await send('openai', { plugins: [{ id: 'web' }] })).status).toBe(200);
    await test.close();
    await start({});
    expect((await send('openai', { models: ['vendor/dear'] })).status).toBe(200);
  });
});

describe('the header anthropic-beta', () => {
  const betas = { 'x-api-key': 'key', 'anthropic-beta': 'context-1m-2025-08-07' };

  it('is refused by name for a key with a budget, which knows no prices of betas', async () => {
    await start({ usdPerDay: 1 });
    const response = await test.post(pathOf.anthropic, ask('anthropic'), betas);
    expect(response.status).toBe(400);
    expect((await errorIn(response)).message).toContain('anthropic-beta: a key with a budget');
    expect(entries).toEqual([]);
  });

  it('is passed on for other keys', async () => {
    await start({ requestsPerMinute: 60 });
    const body = ask('anthropic', { model: 'small' });
    expect((await test.post(pathOf.anthropic, body, betas)).status).toBe(200);
    expect(test.servers['small']?.requests[0]?.headers).toMatchObject({
      'anthropic-beta': betas['anthropic-beta'],
    });
  });
});
