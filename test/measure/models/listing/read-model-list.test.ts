import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelList } from '../../../../src/measure/models/listing/read-model-list.js';
import { endless } from '../../../support/hostile-replies.js';
import {
  failWith,
  findClosedBaseUrl,
  startScriptedServer,
  type ScriptedServer,
} from '../../../support/scripted-server.js';

let server: ScriptedServer;

const replies: Readonly<Record<string, unknown>> = {
  '/v1/models': { data: [{ id: 'm' }] },
  '/api/tags': { models: [{ name: 'llama:8b', model: 'llama:8b' }] },
  '/api/show': { capabilities: ['completion', 'tools'], parameters: 'num_ctx 8192\nstop "x"' },
};

beforeAll(async () => {
  server = await startScriptedServer((response, request) => {
    const value = replies[request.path.replace('?limit=1000', '')];
    if (value === undefined) return failWith(404)(response, request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
    return undefined;
  });
});

afterAll(() => server.close());

/** Ollama and the known providers have fixed addresses, which are the loopback server's here. */
const redirected: typeof fetch = (input, init) => {
  const { pathname } = new URL(String(input));
  return fetch(`${new URL(server.baseUrl).origin}${pathname.replace(/^\/api\/v1/, '/v1')}`, init);
};

const request = { environment: {}, fetch };

describe('readModelList', () => {
  it('asks an OpenAI-compatible server, with the key of the variable', async () => {
    const environment = { ACME_KEY: 'sk-loopback-0001' };
    const listed = await readModelList({
      ...request,
      provider: server.baseUrl,
      apiKeyEnv: 'ACME_KEY',
      environment,
    });
    expect(listed.map(({ model }) => model)).toEqual(['m']);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer sk-loopback-0001');
  });

  it("sends no key to a public list, and Anthropic's key in its own header", async () => {
    await readModelList({ ...request, fetch: redirected, provider: 'openrouter' });
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-loopback' };
    await readModelList({ environment, fetch: redirected, provider: 'anthropic' });
    expect(server.requests.at(-1)?.headers).toMatchObject({
      'x-api-key': 'sk-ant-loopback',
      'anthropic-version': expect.any(String),
    });
  });

  it('sends the key as the protocol of a base URL wants it', async () => {
    const settings = { ...request, environment: { K: 'sk-loopback-2' }, apiKeyEnv: 'K' };
    await readModelList({ ...settings, provider: server.baseUrl, protocol: 'anthropic' });
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'sk-loopback-2' });
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['anthropic', ['?limit=1000', '?limit=1000&after_id=b%2Fc']],
    ['openai', ['', '?after_id=b%2Fc']],
  ] as const)('reads all pages of a list, with the protocol %s', async (protocol, queries) => {
    const pages = [
      { data: [{ id: 'a' }, { id: 'b/c' }], has_more: true, last_id: 'b/c' },
      { data: [{ id: 'd' }], has_more: false },
    ];
    const paged = await startScriptedServer((response, { path }) => {
      const at = queries.findIndex((query) => path === `/v1/models${query}`);
      response.end(JSON.stringify(pages[at]));
    });
    const listed = await readModelList({ ...request, provider: paged.baseUrl, protocol });
    expect(listed.map(({ model }) => model)).toEqual(['a', 'b/c', 'd']);
    await paged.close();
  });

  it.each([
    ['repeats a page', () => 'a', 2],
    ['has ever more pages', (index: number) => `a${index}`, 10],
  ])('refuses a list that %s', async (_, idOf, asked) => {
    const partial = await startScriptedServer((response, { index }) => {
      response.end(JSON.stringify({ data: [{ id: idOf(index) }], has_more: true }));
    });
    await expect(readModelList({ ...request, provider: partial.baseUrl })).rejects.toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining('pages without an end'),
    });
    expect(partial.requests).toHaveLength(asked);
    await partial.close();
  });

  it('asks Ollama for its tags, and what each model can do: JSON always', async () => {
    const listed = await readModelList({ ...request, fetch: redirected, provider: 'ollama' });
    expect(listed).toEqual([
      {
        model: 'llama:8b',
        price: { kind: 'free' },
        contextWindow: 8192,
        capabilities: { vision: false, tools: true, json: true, reasoning: false },
      },
    ]);
  });

  it('says what to do where the server is not there, or is no provider', async () => {
    const provider = await findClosedBaseUrl();
    await expect(readModelList({ ...request, provider })).rejects.toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(
      readModelList({ ...request, provider: 'http://no-such-host.invalid/v1' }),
    ).rejects.toMatchObject({
      code: 'provider_unreachable',
      fix: expect.stringContaining('Check the network connection'),
    });
    await expect(
      readModelList({ ...request, provider: `${server.baseUrl}/other` }),
    ).rejects.toMatchObject({
      code: 'provider_unreachable',
      where: expect.stringMatching(/models$/),
    });
    await expect(readModelList({ ...request, provider: 'nonsense' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('never shows the key that a server repeats', async () => {
    const key = 'secret-key-000111';
    const echo = await startScriptedServer(failWith(500, { message: `bad key ${key}` }));
    const settings = {
      ...request,
      environment: { K: key },
      provider: echo.baseUrl,
      apiKeyEnv: 'K',
    };
    await expect(readModelList(settings)).rejects.toThrow(/status 500/);
    await expect(readModelList(settings)).rejects.not.toThrow(key);
    await echo.close();
  });

  it('reads a bounded part of a list that does not end', async () => {
    const endlessList = await startScriptedServer(
      endless(`{"id":"${'m'.repeat(60_000)}"},`, '{"data":['),
    );
    await expect(
      readModelList({ ...request, provider: endlessList.baseUrl }),
    ).rejects.toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining('longer than 8388608 bytes'),
    });
    await endlessList.close();
  });

  it('sends no key where a redirect points', async () => {
    const elsewhere = await startScriptedServer(failWith(500));
    const redirect = await startScriptedServer((response) => {
      response.writeHead(307, { location: `${elsewhere.baseUrl}/models` }).end();
    });
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-loopback' };
    const toRedirect: typeof fetch = (_, init) => fetch(`${redirect.baseUrl}/models`, init);
    await expect(
      readModelList({ environment, fetch: toRedirect, provider: 'anthropic' }),
    ).rejects.toMatchObject({ code: 'provider_unreachable' });
    expect(elsewhere.requests).toHaveLength(0);
    await Promise.all([elsewhere.close(), redirect.close()]);
  });
});
