import { afterEach, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import type { CallerSettings } from '../../../src/serve/gateway/access.js';
import type { SpendingEntry } from '../../../src/serve/gateway/spending.js';
import {
  answerAs,
  ask,
  errorIn,
  pathOf,
  sha256Of,
  startGateway,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import { buildConstantPolicy } from '../../support/routing-policy.js';

let test: TestGateway;
let entries: SpendingEntry[];

/** @param changes how `large` differs */
async function start(
  limits: Partial<CallerSettings>,
  changes: Partial<Served> & { contextWindow?: number } = {},
): Promise<void> {
  entries = [];
  const { contextWindow, ...served } = changes;
  const callers = [{ name: 'web', keySha256: sha256Of('key'), ...limits }];
  test = await startGateway(
    {
      large: { reply: answerAs('openai', 'fine'), ...served },
      small: {
        kind: 'anthropic',
        reply: answerAs('anthropic', 'fine'),
        endpoint: { request: { betas: true } },
      },
    },
    {
      access: { kind: 'keys', callers },
      spending: { entries: [], record: (entry) => void entries.push(entry) },
      policy: {
        models: buildConstantPolicy().models.map((model) =>
          model.id === 'large' ? { ...model, contextWindow } : model,
        ),
      },
    },
  );
}

function send(protocol: ProtocolName, members: object): Promise<Response> {
  const body = ask(protocol, { max_tokens: 50, ...members });
  return test.post(pathOf[protocol], body, { 'x-api-key': 'key' });
}

afterEach(() => test.close());

describe('a key with a budget', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };
  const clearing = { type: 'clear_tool_uses_20250919' };
  const said = (part: object) => ({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'audio/mpeg' }, part] }],
  });

  it.each([
    ['openai', 'models', { models: ['vendor/dear'] }],
    ['openai', 'preset', { preset: 'dear' }],
    ['openai', 'fallbacks', { fallbacks: ['vendor/dear'] }],
    ['openai', 'providerOptions', { providerOptions: { gateway: { models: ['vendor/dear'] } } }],
    ['openai', 'provider', { provider: { order: ['dear'], allow_fallbacks: false } }],
    ['openai', 'plugins', { plugins: [{ id: 'web' }] }],
    ['openai', 'web_search_options', { web_search_options: {} }],
    ['openai', 'service_tier', { service_tier: 'priority' }],
    ['openai', 'modalities', { modalities: ['text', 'audio'] }],
    ['openai', 'messages.0.content.1', said({ type: 'input_audio', input_audio: { data: 'AA' } })],
    [
      'openai',
      'messages.0.content.1',
      said({ type: 'audio_url', audio_url: { url: 'https://a' } }),
    ],
    [
      'openai',
      'messages.0.content.1',
      said({ type: 'file', file: { file_data: 'data:audio/wav;base64,AA' } }),
    ],
    ['openai', 'messages.0.audio', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }],
    ['openai', 'tools.0.type', { tools: [{ type: 'openrouter:web_search' }] }],
    ['anthropic', 'tools.0.type', { tools: [search] }],
    ['anthropic', 'mcp_servers', { mcp_servers: [{ type: 'url' }] }],
    ['anthropic', 'inference_geo', { inference_geo: 'us' }],
    ['anthropic', 'compaction', { compaction: { type: 'summarize' } }],
    [
      'anthropic',
      'context_management.edits.1.type',
      { context_management: { edits: [clearing, { type: 'compact_20260112' }] } },
    ],
    [
      'openai',
      'context_management.0.type',
      { context_management: [{ type: 'compaction', compact_threshold: 1000 }] },
    ],
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
    const management = { context_management: { edits: [clearing] }, inference_geo: 'global' };
    expect((await send('anthropic', { tools, ...management })).status).toBe(200);
  });

  it.each([
    ['the result of a tool', { type: 'tool_result', tool_use_id: 't1', content: 'audio/mpeg' }],
    [
      'a document',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'audio/mpeg' } },
    ],
    [
      'the title of a document',
      { type: 'document', title: 'audio/mpeg', source: { type: 'text', data: 'a' } },
    ],
    [
      'a citation',
      { type: 'text', text: 'a', citations: [{ type: 'char_location', cited_text: 'audio/mpeg' }] },
    ],
  ])('may send the name of a media type as the text of %s', async (_, part) => {
    await start({ usdPerDay: 1 });
    expect((await send('anthropic', said(part))).status).toBe(200);
  });

  it.each([
    { type: 'base64', media_type: 'audio/mpeg', data: 'AA' },
    { type: 'url', url: 'data:audio/mpeg;base64,AA' },
  ])('cannot send audio in a list of the result of a tool, as %j', async (source) => {
    await start({ usdPerDay: 1 });
    const content = [{ type: 'document', source }];
    const response = await send('anthropic', said({ type: 'tool_result', content }));
    expect((await errorIn(response)).message).toContain('messages.0.content.1');
  });

  /** What is held of a budget for the first attempt. */
  async function held(members: object, protocol: ProtocolName = 'openai'): Promise<number> {
    await (await send(protocol, members)).text();
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

  it.each([0, -1, 1.5, '100000', [50]])(
    'has an answer without a limit held where its limit is %j',
    async (limit) => {
      const perToken = 2e-6;
      const endpoint = { parameters: { max_tokens: 50 } };
      await start({ usdPerDay: 1 }, { endpoint });
      expect(await held({ max_tokens: limit })).toBe(Infinity);
      expect(await held({ max_completion_tokens: limit })).toBe(Infinity);
      expect((await send('openai', { max_tokens: limit })).status).toBe(429);
      await test.close();
      await start({ usdPerDay: 1 }, { endpoint, contextWindow: 100_000 });
      const usd = await held({ max_tokens: limit });
      expect(usd).toBeGreaterThan(100_000 * perToken);
      expect(usd).toBeLessThan(101_000 * perToken);
      expect(test.servers['large']?.requests[0]?.body).toMatchObject({ max_tokens: limit });
    },
  );

  it('has no answer held where it only has its prompt cached', async () => {
    await start({ usdPerDay: 1 }, { kind: 'anthropic', reply: answerAs('anthropic', '') });
    const none = await held({ max_tokens: 0 }, 'anthropic');
    expect((await held({ max_tokens: 5000 }, 'anthropic')) - none).toBeCloseTo(5000 * 2e-6, 5);
  });

  it('has the pool’s limit held and sent where its own is null', async () => {
    await start({ usdPerDay: 1 }, { endpoint: { parameters: { max_tokens: 70 } } });
    const usual = await held({ max_tokens: 70 });
    expect(await held({ max_tokens: null })).toBeCloseTo(usual, 12);
    expect(test.servers['large']?.requests[1]?.body).toMatchObject({ max_tokens: 70 });
  });

  it('has what the pool adds to a request held', async () => {
    await start({ usdPerDay: 1 });
    const plain = await held({});
    await test.close();
    const guide = 'x'.repeat(100_000);
    await start({ usdPerDay: 1 }, { endpoint: { parameters: { guide, n: 2 } } });
    expect((await held({})) - plain).toBeGreaterThan(100_000 * 1e-6 + 50 * 2e-6);
  });

  it('has twice the price of input held for a cache of an hour', async () => {
    await start({ usdPerDay: 1 });
    const holdFor = (ttl: string): Promise<number> => {
      const mark = { cache_control: { type: 'ephemeral', ttl } };
      const part = { type: 'text', text: 'x'.repeat(10_000), ...mark };
      return held({ messages: [{ role: 'user', content: [part] }] });
    };
    expect((await holdFor('1h')) - (await holdFor('5m'))).toBeGreaterThan(10_000 * 1e-6);
  });

  it.each([
    ['all that was held, for a charge that could not be read', { cost: { fee: 1 } }, true],
    ['a guess of tokens', { total_tokens: 20 }, false],
    [
      'a guess without the price of searches',
      { server_tool_use: { web_search_requests: 1 } },
      false,
    ],
  ])('is charged %s', async (_, counts, isAll) => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, ...counts };
    await start({ usdPerDay: 1 }, { reply: replyJson(buildAnswer('fine', { usage })) });
    await (await send('openai', {})).text();
    const [hold, settled] = entries;
    expect(settled?.isSettled).toBe(true);
    if (isAll) expect(settled?.usd).toBe(hold?.usd);
    else expect(settled?.usd).toBeLessThan((hold?.usd ?? 0) / 2);
    expect(settled?.usd).toBeGreaterThan(0);
  });

  it.each(['openai', 'anthropic'] as const)(
    'has what a model gets held, without the reasoning of earlier answers, in the words of %s',
    async (protocol) => {
      await start({ usdPerDay: 1 });
      const secret = 'x'.repeat(100_000);
      const thinking = { type: 'thinking', thinking: secret, signature: 's' };
      const answer =
        protocol === 'openai'
          ? { role: 'assistant', content: '4', reasoning_content: secret }
          : { role: 'assistant', content: [thinking, { type: 'text', text: '4' }] };
      const asked = { role: 'user', content: 'What is 2 + 2?' };
      for (const model of ['large', 'small']) {
        const response = await send(protocol, { model, messages: [asked, answer, asked] });
        expect(response.status).toBe(200);
        expect(JSON.stringify(test.servers[model]?.requests[0]?.body)).not.toContain(secret);
        expect(entries.splice(0)[0]?.usd).toBeLessThan(0.01);
      }
    },
  );

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
    expect(await holdFor({ type: 'document_url', document_url: 'https://a/b.pdf' })).toBe(Infinity);
    expect(await holdFor({ type: 'video_url', video_url: 'https://a/b.mp4' })).toBe(Infinity);
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
  const usual = 'claude-code-20250219,interleaved-thinking-2025-05-14';
  const betas = { 'x-api-key': 'key', 'anthropic-beta': `${usual}, context-1m-2025-08-07` };

  it.each([
    ['a long text', 'x'.repeat(200_001)],
    ['a file', [{ type: 'document', source: { type: 'file', file_id: 'f' } }]],
  ])(
    'may not change the prices that the budget of a key counts with, for %s',
    async (_, content) => {
      await start({ usdPerDay: 1 });
      const body = ask('anthropic', { messages: [{ role: 'user', content }] });
      const response = await test.post(pathOf.anthropic, body, betas);
      expect(response.status).toBe(400);
      expect((await errorIn(response)).message).toContain(
        'anthropic-beta: a key with a budget cannot use context-1m-2025-08-07 for a request that',
      );
      expect(entries).toEqual([]);
      const usual = await test.post(pathOf.anthropic, body, { ...betas, 'anthropic-beta': 'a-1' });
      expect(usual.status).not.toBe(400);
    },
  );

  it.each([usual, 'context-1m-2025-08-07', 'fast-mode-2026-02-01'])(
    'is passed on for a key with a budget where it leaves the prices as they are: %s',
    async (names) => {
      await start({ usdPerDay: 1 });
      const headers = { 'x-api-key': 'key', 'anthropic-beta': names };
      const body = ask('anthropic', { model: 'small' });
      expect((await test.post(pathOf.anthropic, body, headers)).status).toBe(200);
      expect(test.servers['small']?.requests[0]?.headers).toMatchObject({
        'anthropic-beta': names,
      });
      const fast = await test.post(pathOf.anthropic, { ...body, speed: 'fast' }, headers);
      expect(fast.status).toBe(403);
    },
  );

  it('is passed on for other keys', async () => {
    await start({ requestsPerMinute: 60 });
    const body = ask('anthropic', { model: 'small' });
    expect((await test.post(pathOf.anthropic, body, betas)).status).toBe(200);
    expect(test.servers['small']?.requests[0]?.headers).toMatchObject({
      'anthropic-beta': betas['anthropic-beta'],
    });
  });
});
