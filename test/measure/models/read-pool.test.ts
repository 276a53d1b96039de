import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApiKey } from '../../../src/measure/models/read-api-key.js';
import { freePrice, parsePool, readPool } from '../../../src/measure/models/read-pool.js';
import { RoutesmithError } from '../../../src/util/errors.js';

const price = 'price: { input: 0.4, output: 1.6, date: 2025-06-30 }';

function parseModel(...lines: readonly string[]) {
  const text = ['models:', '  - id: small', ...lines.map((line) => `    ${line}`)].join('\n');
  return parsePool(text, 'models.yaml').models[0];
}

function catchError(action: () => unknown): RoutesmithError {
  try {
    action();
  } catch (error) {
    if (RoutesmithError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a key that was pasted into a pool', () => {
  const keys = [
    'sk-proj-AbCdEf0123456789AbCdEf0123456789',
    'BF3A9C1E5D7FABCDEFABCDEFABCDEFAB',
    'AKIAIOSFODNN7EXAMPLE',
    'qwertyuiopasdfghjklzxcvbnmqwerty',
    'a1b2c3d4e5f6g7h8',
    'tgp_v1_AbCdEfGhIjKlMnOpQrStUvWxYz',
  ];
  const places: readonly ((key: string) => string)[] = [
    (key) => `apiKeyEnv: ${key}`,
    (key) => `apiKey: ${key}`,
    (key) => `${key}: x`,
    (key) => `parameters: { ${key}: 1 }`,
    (key) => `apiKeyEnv: *${key}`,
    (key) => `apiKeyEnv: [${key}]`,
    (key) => `protocol: ${key}`,
    (key) => `capabilities: [${key}]`,
  ];

  it.each(keys)('is never shown: %s', (key) => {
    for (const place of places) {
      const error = catchError(() => {
        const model = parseModel(
          'provider: http://127.0.0.1:9/v1',
          'model: m',
          'price: free',
          place(key),
        );
        readApiKey(model as { id: string; apiKeyEnv: string }, {});
      });
      const { message, where, fix, cause } = error;
      expect(JSON.stringify([message, where, fix, String(cause)])).not.toContain(key);
    }
  });

  it('does not hide the name of a variable', () => {
    const model = { id: 'm', apiKeyEnv: 'MY_PROVIDER_KEY2' };
    expect(() => readApiKey(model, {})).toThrow(/MY_PROVIDER_KEY2 is not set/);
  });
});

describe('readPool', () => {
  it('reads every setting of a model', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'pool-'));
    const file = path.join(directory, 'models.yaml');
    await writeFile(
      file,
      `models:
  - id: reasoner
    provider: openrouter
    model: vendor/reasoner
    apiKeyEnv: MY_KEY
    price: { input: 1, output: 4, cachedInput: 0.1, cacheWrite: 1.25, date: 2025-06-30 }
    contextWindow: 128000
    capabilities: [tools, reasoning]
    parameters: { temperature: 0, maxTokens: 500, reasoningEffort: low, seed: 7 }
    pin: { order: [deepinfra], quantizations: [fp8] }
    simulated: true
`,
    );
    const pool = await readPool(file);
    await rm(directory, { recursive: true });
    expect(pool.file).toBe(file);
    expect(pool.models).toEqual([
      {
        id: 'reasoner',
        protocol: 'openai',
        baseUrl: 'https://openrouter.ai/api/v1',
        model: 'vendor/reasoner',
        apiKeyEnv: 'MY_KEY',
        price: {
          inputPerMillionUsd: 1,
          outputPerMillionUsd: 4,
          cachedInputPerMillionUsd: 0.1,
          cacheWritePerMillionUsd: 1.25,
          date: '2025-06-30',
        },
        contextWindow: 128000,
        capabilities: { vision: false, tools: true, json: false, reasoning: true },
        parameters: { temperature: 0, maxTokens: 500, reasoningEffort: 'low', seed: 7 },
        pin: { order: ['deepinfra'], quantizations: ['fp8'] },
        simulated: true,
      },
    ]);
  });

  it.each([
    ['no list', [], undefined],
    ['an empty list', ['capabilities: []'], [false, false, false, false]],
    ['a list', ['capabilities: [vision, json]'], [true, false, true, false]],
  ])('knows of capabilities what the pool says: %s', (_, lines, expected) => {
    const model = parseModel('provider: openai', 'model: m', price, ...lines);
    const capabilities = model?.capabilities;
    expect(capabilities && Object.values(capabilities)).toEqual(expected);
  });

  it.each([
    ['openai', 'openai', 'https://api.openai.com/v1', 'OPENAI_API_KEY'],
    ['openrouter', 'openai', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'],
    ['anthropic', 'anthropic', 'https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY'],
    ['ollama', 'openai', 'http://localhost:11434/v1', undefined],
    ['https://llm.example.com/v1/', 'openai', 'https://llm.example.com/v1', undefined],
  ])('knows the provider %s', (provider, protocol, baseUrl, apiKeyEnv) => {
    const model = parseModel(`provider: ${provider}`, 'model: m', price);
    expect(model).toMatchObject({ protocol, baseUrl, apiKeyEnv });
  });

  it('takes free only where it is written, and only for a server of one’s own', () => {
    expect(parseModel('provider: ollama', 'model: m', 'price: free')?.price).toEqual(freePrice);
    expect(catchError(() => parseModel('provider: ollama', 'model: m')).message).toContain('price');
    const billed = catchError(() => parseModel('provider: openai', 'model: m', 'price: free'));
    expect(billed.where).toBe('models.yaml:5');
  });

  it('says where a price is missing and what to write', () => {
    const error = catchError(() => parseModel('provider: openai', 'model: m'));
    expect(error.code).toBe('invalid_pool');
    expect(error.where).toBe('models.yaml:2');
    expect(error.fix).toContain('price: { input: 0.4, output: 1.6, date: 2025-06-30 }');
  });

  it.each([
    ['a negative price', 'price: { input: -1, output: 1, date: 2025-06-30 }'],
    ['a price without a day', 'price: { input: 1, output: 1 }'],
    ['a day that does not exist', 'price: { input: 1, output: 1, date: 2025-02-31 }'],
    ['a misspelt price', 'price: { input: 1, ouput: 1, date: 2025-06-30 }'],
  ])('refuses %s', (_, line) => {
    const error = catchError(() => parseModel('provider: openai', 'model: m', line));
    expect(error.where).toBe('models.yaml:5');
  });

  it.each(['input', 'output', 'cachedInput', 'cacheWrite'])(
    'refuses a price of %s that is that of a single token',
    (name) => {
      const prices = { input: 3, output: 15, cachedInput: 0, cacheWrite: 3.75, [name]: 0.0000003 };
      const line = `price: ${JSON.stringify({ ...prices, date: '2025-06-30' })}`;
      const error = catchError(() => parseModel('provider: openai', 'model: m', line));
      expect(error.message).toContain(name);
      expect(error.message).toContain('if it is the price of one token, multiply it by 1,000,000');
    },
  );

  it.each([
    ['a misspelt setting', 'contextwindow: 5', 'contextwindow'],
    ['an unknown capability', 'capabilities: [hearing]', 'capabilities'],
    ['a temperature out of range', 'parameters: { temperature: 3 }', 'temperature'],
    ['a key that would reach the prototype', '__proto__: { simulated: true }', '__proto__'],
  ])('refuses %s', (_, line, named) => {
    const error = catchError(() => parseModel('provider: openai', 'model: m', price, line));
    expect(error.message).toContain(named);
    expect(error.where).toBe('models.yaml:6');
  });

  it.each([
    ['a line break', 'a\nb'],
    ['an escape sequence', '\x1b[2J'],
    ['a mark of direction', 'a\u202eb'],
  ])('refuses an id and a model name with %s', (_, name) => {
    const quoted = JSON.stringify(name);
    const inName = catchError(() => parseModel('provider: openai', `model: ${quoted}`, price));
    expect(inName.message).toContain('model: has a line break, control character or mark');
    const model = `{ id: ${quoted}, provider: ollama, model: m, price: free }`;
    const inId = catchError(() => parsePool(`models:\n  - ${model}\n`, 'p.yaml'));
    expect(inId.message).toContain('id: has a line break, control character or mark');
  });

  it('makes a model of each effort', () => {
    const lines = ['  - id: big', '    provider: openai', '    model: m', `    ${price}`];
    const text = ['models:', ...lines, '    efforts: [low, high]'].join('\n');
    const { models } = parsePool(text, 'models.yaml');
    expect(
      models.map(({ id, model, parameters, effort }) => [id, model, parameters, effort]),
    ).toEqual([
      ['big@low', 'm', { reasoningEffort: 'low' }, { of: 'big', level: 'low' }],
      ['big@high', 'm', { reasoningEffort: 'high' }, { of: 'big', level: 'high' }],
    ]);
  });

  it.each([
    ['efforts: [low, low]', 'named twice'],
    ['efforts: []', 'efforts'],
    ['efforts: ["a b"]', 'one word'],
    ['efforts: [sk-live-0123456789]', 'one word'],
    ['efforts: [low]\n    parameters: { reasoningEffort: low }', 'say the same'],
  ])('refuses %j', (line, problem) => {
    const error = catchError(() => parseModel('provider: openai', 'model: m', price, line));
    expect(error.message).toContain(problem);
  });

  it('refuses two models of one id', () => {
    const model = `{ id: a, provider: ollama, model: m, price: free }`;
    const error = catchError(() => parsePool(`models:\n  - ${model}\n  - ${model}\n`, 'p.yaml'));
    expect(error.where).toBe('p.yaml:3');
    expect(error.message).toContain('a is used twice');
  });

  it.each(['', 'models: []', 'models: 3', '- a', 'models:\n - a: "unclosed', 'a: &x [*x, *x]'])(
    'refuses %j with a line',
    (text) => {
      const error = catchError(() => parsePool(text, 'p.yaml'));
      expect(error.code).toBe('invalid_pool');
      expect(error.message).toMatch(/^p\.yaml:\d+: /);
    },
  );

  it('throws nothing but its own error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(catchError(() => parsePool(text, 'p.yaml')).code).toBe('invalid_pool');
      }),
    );
  });
});

describe('keys in a pool file', () => {
  const planted = 'sk-proj-Zx81kdPq20vNw77TbYcR';

  it.each([
    ['as the name of the variable', [`apiKeyEnv: ${planted}`]],
    ['as a setting that does not exist', [`apiKey: ${planted}`]],
    ['in broken YAML', [`apiKeyEnv: "${planted}`]],
    ['in a price', [`price: ${planted}`]],
  ])('are refused and not repeated: %s', (_, lines) => {
    const error = catchError(() => parseModel('provider: openai', 'model: m', ...lines));
    expect(error.message).not.toContain(planted);
    expect(JSON.stringify(error)).not.toContain(planted);
  });

  it('are refused and not repeated in a base URL', () => {
    const provider = `provider: https://user:${planted}@example.com/v1`;
    const error = catchError(() => parseModel(provider, 'model: m', price));
    expect(error.message).not.toContain(planted);
    expect(error.where).toBe('models.yaml:3');
  });

  it.each(['gsk_abcdEFGH1234ijklMNOP5678', 'a1B2c3D4e5F6a1B2c3D4e5F6', 'hf_abcdefghij', 'my key'])(
    'are recognised: %s',
    (text) => {
      const error = catchError(() =>
        parseModel('provider: openai', 'model: m', price, `apiKeyEnv: "${text}"`),
      );
      expect(error.message).toContain('NAME');
      expect(error.message).not.toContain(text);
    },
  );

  it.each(['OPENAI_API_KEY', 'KEY_2', 'my_company_key', 'API_KEY', 'SK_LIVE'])(
    'are told from names: %s',
    (name) => {
      const model = parseModel('provider: openai', 'model: m', price, `apiKeyEnv: ${name}`);
      expect(model?.apiKeyEnv).toBe(name);
    },
  );
});

describe('the form of requests', () => {
  const lines = ['provider: openrouter', 'model: m', price];

  it('is read, and what is never sent is no parameter', () => {
    const request = 'request: { tokenLimit: max_completion_tokens, omit: [temperature] }';
    const model = parseModel(...lines, 'parameters: { temperature: 0, maxTokens: 5 }', request);
    expect(model?.request).toEqual({ tokenLimit: 'max_completion_tokens', omit: ['temperature'] });
    expect(model?.parameters).toEqual({ maxTokens: 5 });
    expect(parseModel(...lines, 'request: { betas: true }')?.request).toEqual({ betas: true });
  });

  it('reads how long a call of a model may take', () => {
    const model = parseModel(...lines, 'timeouts: { totalMs: 1800000, firstContentMs: 900000 }');
    expect(model?.timeouts).toEqual({ totalMs: 1_800_000, firstContentMs: 900_000 });
    for (const wrong of ['timeouts: { total: 5 }', 'timeouts: { totalMs: 0 }']) {
      expect(catchError(() => parseModel(...lines, wrong)).message).toContain('totalMs: 1800000');
    }
  });

  it.each([
    'request: { tokenLimit: maxTokens }',
    'request: { omit: [model] }',
    'request: { betas: [fast-mode] }',
  ])('is explained where it is %s', (request) => {
    expect(catchError(() => parseModel(...lines, request)).message).toContain('tokenLimit:');
  });
});
