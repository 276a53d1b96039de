import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkPrices,
  refreshPool,
  type PriceCheck,
} from '../../../../src/measure/models/listing/refresh-prices.js';
import { parsePool } from '../../../../src/measure/models/read-pool.js';
import {
  failWith,
  startScriptedServer,
  type ScriptedServer,
} from '../../../support/scripted-server.js';

let server: ScriptedServer;

const pricing = { prompt: '0.000003', completion: '0.000015' };

const replies: Readonly<Record<string, unknown>> = {
  '/v1/models': {
    data: [
      { id: 'priced', pricing },
      { id: 'nothing', pricing: { prompt: '0', completion: '0', input_cache_read: '0' } },
      { id: 'bare' },
    ],
  },
  '/api/tags': { models: [{ model: 'llama:8b' }] },
  '/api/show': { capabilities: ['completion'] },
};

beforeAll(async () => {
  server = await startScriptedServer((response, request) => {
    const value = replies[request.path];
    const wantsKey = request.path === '/anthropic/v1/models';
    if (wantsKey && request.headers['x-api-key'] !== 'sk-loopback') {
      return failWith(401)(response, request);
    }
    if (value === undefined && !wantsKey) return failWith(404)(response, request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value ?? { data: [{ id: 'claude', pricing }] }));
    return undefined;
  });
});

afterAll(() => server.close());

/** Ollama has a fixed address, which is the loopback server's here. */
const redirected: typeof fetch = (input, init) =>
  fetch(`${new URL(server.baseUrl).origin}${new URL(String(input)).pathname}`, init);

const settings = { environment: { ACME_KEY: 'sk-loopback' }, fetch: redirected };

async function check(...entries: readonly string[]): Promise<readonly PriceCheck[]> {
  const lines = entries.map((entry, index) => `  - { id: m${index}, ${entry} }\n`);
  const pool = parsePool(`models:\n${lines.join('')}`, 'models.yaml');
  return (await checkPrices(pool, settings)).checks;
}

const priced = 'price: { input: 3, output: 15, date: 2026-01-01 }';

describe('checkPrices', () => {
  it('calls a model free only where the pool and its server do', async () => {
    const acme = `provider: "${server.baseUrl}"`;
    const checks = await check(
      `${acme}, model: priced, price: free`,
      `${acme}, model: nothing, price: free`,
      `${acme}, model: bare, price: free`,
      `${acme}, model: priced, ${priced}`,
      'provider: ollama, model: "llama:8b", price: free',
      `provider: ollama, model: "llama:8b", ${priced}`,
    );
    expect(checks.map(({ isFree, status }) => [isFree, status])).toEqual([
      [true, 'changed'],
      [true, 'free'],
      [true, 'unknown'],
      [false, 'same'],
      [true, 'free'],
      [false, 'own_price'],
    ]);
  });

  it('finds prices of the cache that belong to an earlier price', async () => {
    const acme = `provider: "${server.baseUrl}"`;
    const cached = 'cachedInput: 0.3, cacheWrite: 3.75';
    const checks = await check(
      `${acme}, model: priced, price: { input: 3, output: 15, ${cached}, date: 2026-01-01 }`,
      `${acme}, model: priced, price: { input: 4, output: 15, ${cached}, date: 2026-01-01 }`,
      `${acme}, model: priced, price: { input: 3, output: 9, cachedInput: 0.3, date: 2026-01-01 }`,
      `${acme}, model: nothing, price: { input: 4, output: 15, ${cached}, date: 2026-01-01 }`,
      `${acme}, model: bare, price: { input: 4, output: 15, ${cached}, date: 2026-01-01 }`,
    );
    expect(checks.map(({ status, outdated }) => [status, outdated])).toEqual([
      ['same', []],
      ['changed', ['cachedInputPerMillionUsd', 'cacheWritePerMillionUsd']],
      ['changed', ['cachedInputPerMillionUsd']],
      ['changed', ['cacheWritePerMillionUsd']],
      ['unknown', []],
    ]);
  });

  it("asks a server of Anthropic's protocol with its own header", async () => {
    const provider = `provider: "${server.baseUrl.replace('/v1', '/anthropic/v1')}"`;
    const [claude] = await check(
      `${provider}, protocol: anthropic, model: claude, apiKeyEnv: ACME_KEY, ${priced}`,
    );
    expect(claude).toMatchObject({ status: 'same' });
  });
});

describe('refreshPool', () => {
  const changed: PriceCheck = {
    id: 'm',
    model: 'm',
    price: { inputPerMillionUsd: 0.4, outputPerMillionUsd: 1.6, date: '2025-01-01' },
    isFree: false,
    status: 'changed',
    listed: {
      kind: 'listed',
      inputPerMillionUsd: 3,
      outputPerMillionUsd: 15,
      cachedInputPerMillionUsd: 0.3,
    },
    outdated: [],
  };

  it.each([
    [
      'price: { input: 0.4, output: 1.6, date: 2025-01-01 } # contract 17',
      'price: { input: 3, output: 15, date: 2026-11-29, cachedInput: 0.3 } # contract 17',
    ],
    [
      'price:\n      # batch tier\n      input: 0.4 # without VAT\n      output: 1.6\n      # of the invoice\n      date: 2025-01-01',
      'price:\n      # batch tier\n      input: 3 # without VAT\n      output: 15\n      # of the invoice\n      date: 2026-11-29\n      cachedInput: 0.3',
    ],
    [
      'price: free # until May',
      'price: { input: 3, output: 15, cachedInput: 0.3, date: 2026-11-29 } # until May',
    ],
  ])('keeps the comments of %j', (before, after) => {
    const build = (price: string): string => `models:\n  - id: m\n    ${price}\n`;
    expect(refreshPool(build(before), [changed], '2026-11-29')).toBe(build(after));
  });

  it('removes prices of the cache that belong to an earlier price', () => {
    const text =
      'models:\n  - id: m\n    price: { input: 0.4, output: 1.6, cacheWrite: 0.5, date: 2025-01-01 }\n';
    const outdated: PriceCheck = {
      ...changed,
      price: { ...changed.price, cacheWritePerMillionUsd: 0.5 },
      outdated: ['cacheWritePerMillionUsd'],
    };
    expect(refreshPool(text, [outdated], '2026-11-29')).toContain(
      'price: { input: 3, output: 15, date: 2026-11-29, cachedInput: 0.3 }',
    );
  });

  it('changes nothing that borrows a value of the price', () => {
    const text = 'models:\n  - { id: m, price: { input: &n 1, output: 2, date: d }, seed: *n }\n';
    expect(refreshPool(text, [changed], '2026-11-29')).toContain('seed: 1 }');
  });
});
