import type { LanguageModelV3, LanguageModelV3CallOptions } from '@ai-sdk/provider';
import { generateText } from 'ai';
import { describe, expect, it } from 'vitest';
import { createRoutesmith } from '../../../src/adapters/ai-sdk/create-routesmith.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { createModel, errorOf, prompt, routingOf, startAiSdk } from '../../support/ai-sdk.js';
import { answer } from '../../support/router.js';
import { buildPolicyModel } from '../../support/routing-policy.js';
import { failWith, inTurn, reset, resetWithin } from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const start = closeAfterEach(startAiSdk);

/** A provider over models that are objects. */
async function route(models: Readonly<Record<string, LanguageModelV3>>, settings: object = {}) {
  const { policy } = await start({ large: answer('not asked') });
  return createRoutesmith({ policy, models, ...settings });
}

describe('a routed call', () => {
  it('shows each model the options of its own provider only', async () => {
    const options = { openai: { a: 1 }, anthropic: { b: 2 }, routesmith: {} };
    const large = createModel({
      doGenerate: (asked) => (large.asked.push(asked), Promise.reject(new Error('no'))),
    });
    const small = createModel({ provider: 'anthropic.messages' });
    const routesmith = await route({ large, small });
    await routesmith('auto').doGenerate({
      prompt: [
        { role: 'system', content: 'Be brief.', providerOptions: options },
        { role: 'user', content: [{ type: 'text', text: 'hi', providerOptions: options }] },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm', providerOptions: { anthropic: { signature: 's' } } },
            { type: 'reasoning', text: 'unsigned' },
            { type: 'text', text: 'hello' },
          ],
        },
        ...prompt,
      ],
      tools: [{ type: 'function', name: 'add', inputSchema: {}, providerOptions: options }],
      providerOptions: options,
    });
    const [first, second] = [large.asked[0], small.asked[0]];
    expect(first?.providerOptions).toEqual({ openai: { a: 1 } });
    expect(second?.providerOptions).toEqual({ anthropic: { b: 2 } });
    expect(first?.prompt[0]?.providerOptions).toEqual({ openai: { a: 1 } });
    expect(first?.tools).toMatchObject([{ providerOptions: { openai: { a: 1 } } }]);
    expect(JSON.stringify(first)).not.toMatch(/anthropic|routesmith|signature/);
    expect(JSON.stringify(second)).not.toMatch(/openai|routesmith/);
    expect(first?.prompt[2]?.content).toMatchObject([{ text: 'unsigned' }, { text: 'hello' }]);
    expect(second?.prompt[2]?.content).toMatchObject([{ text: 'hm' }, {}, {}]);
  });

  it('leaves URLs to models that read them, and excludes the others', async () => {
    const large = createModel();
    const small = createModel({ supportedUrls: { 'image/*': [/^https:/] } });
    const local = createModel({ supportedUrls: Promise.resolve({ '*/*': [/^gs:/] }) });
    const routesmith = await route({ large, small, local });
    expect(await routesmith('auto').supportedUrls).toEqual({
      'image/*': [/^https:/],
      '*/*': [/^gs:/],
    });
    const ask = (url: string) =>
      routesmith('auto').doGenerate({
        prompt: [
          { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: new URL(url) }] },
        ],
      });
    const web = routingOf(await ask('https://example.com/cat.png'));
    expect(web.model).toBe('small');
    expect(web.decision.excluded.map(({ model }) => model)).toEqual(['large', 'local']);
    expect(routingOf(await ask('gs://bucket/cat.png')).model).toBe('local');
    expect((await errorOf(ask('ftp://example.com/cat.png'))).code).toBe('no_feasible_model');
  });

  it('is answered by a model that cannot say which URLs it reads, if there are none', async () => {
    const large = createModel();
    Object.defineProperty(large, 'supportedUrls', { get: () => Promise.reject(new Error('no')) });
    const routesmith = await route({ large });
    expect(await routesmith('auto').supportedUrls).toEqual({});
    expect(routingOf(await routesmith('auto').doGenerate({ prompt })).model).toBe('large');
  });

  it('goes to models that can do what it needs, by the settings first', async () => {
    const models = { large: createModel(), small: createModel() };
    const capabilities = { large: { vision: false } };
    const routesmith = await route(models, { capabilities });
    const file = { type: 'file', mediaType: 'image/png', data: Uint8Array.of(1) } as const;
    const result = await routesmith('auto').doGenerate({
      prompt: [{ role: 'user', content: [file] }],
    });
    expect(routingOf(result)).toMatchObject({
      model: 'small',
      decision: {
        excluded: [{ reason: 'the request needs vision, which it cannot do' }, { model: 'local' }],
      },
    });
    const wrong = { lage: { vision: false } };
    await expect(route(models, { capabilities: wrong })).rejects.toThrow('did you mean "large"');
  });

  it.each<[string, object]>([
    ['image-data', { data: 'iVBO', mediaType: 'image/png' }],
    ['file-data', { data: 'iVBO', mediaType: 'image/png' }],
    ['image-file-id', { fileId: 'file_1' }],
    ['image-url', { url: 'https://example.com/cat.png' }],
    ['file-url', { url: 'https://example.com/cat.png', mediaType: 'image/png' }],
  ])(
    'with an image that a tool has returned goes to models that see: %s',
    async (type, members) => {
      const supportedUrls = { 'image/*': [/^https:/] };
      const models = {
        large: createModel({ supportedUrls }),
        small: createModel({ supportedUrls }),
      };
      const routesmith = await route(models, { capabilities: { large: { vision: false } } });
      const output = { type: 'content', value: [{ type, ...members }] };
      const call = { toolCallId: 'c', toolName: 'look' };
      const conversation = [
        ...prompt,
        { role: 'assistant', content: [{ type: 'tool-call', ...call, input: {} }] },
        { role: 'tool', content: [{ type: 'tool-result', ...call, output }] },
      ] as LanguageModelV3CallOptions['prompt'];
      const result = await routesmith('auto').doGenerate({ prompt: conversation });
      expect(routingOf(result)).toMatchObject({
        model: 'small',
        decision: {
          excluded: [
            { model: 'large', reason: expect.stringContaining('vision') as string },
            { model: 'local' },
          ],
        },
      });
    },
  );

  it('with an image that a model has drawn goes to models that see', async () => {
    const models = { large: createModel(), small: createModel() };
    const routesmith = await route(models, { capabilities: { large: { vision: false } } });
    const file = { type: 'file', mediaType: 'image/png', data: Uint8Array.of(1) } as const;
    const content = [{ type: 'text', text: 'A cat' } as const, file];
    const conversation: LanguageModelV3CallOptions['prompt'] = [
      ...prompt,
      { role: 'assistant', content },
      ...prompt,
    ];
    const result = await routesmith('auto').doGenerate({ prompt: conversation });
    expect(routingOf(result).model).toBe('small');
  });

  it('leaves URLs that a tool has returned to models that read them', async () => {
    const small = createModel({ supportedUrls: { 'image/*': [/^https:/] } });
    const routesmith = await route({ large: createModel(), small });
    const image = { type: 'image-url', url: 'https://example.com/cat.png' } as const;
    const output = { type: 'content' as const, value: [image] };
    const result = { type: 'tool-result', toolCallId: 'c', toolName: 'look', output } as const;
    const answered = await routesmith('auto').doGenerate({
      prompt: [...prompt, { role: 'tool', content: [result] }],
    });
    expect(routingOf(answered)).toMatchObject({
      model: 'small',
      decision: { excluded: [{ reason: expect.stringContaining('image/*') as string }, {}] },
    });
  });

  it.each([
    { openai: { reasoningEffort: 'low' } },
    { openaiCompatible: { reasoningEffort: 'low' } },
    { openai: { reasoning: { effort: 'low' } } },
  ])('goes to no model of another effort than it asks for: %j', async (providerOptions) => {
    const models = [
      { ...buildPolicyModel('large'), effort: { of: 'gpt', level: 'high' } },
      { ...buildPolicyModel('small'), effort: { of: 'gpt', level: 'low' } },
      { ...buildPolicyModel('local'), effort: { of: 'claude', level: 'high' } },
    ];
    const { policy } = await start({ large: answer('not asked') }, { policy: { models } });
    const routesmith = createRoutesmith({
      policy,
      models: {
        large: createModel(),
        small: createModel(),
        local: createModel({ provider: 'anthropic.messages' }),
      },
    });
    const { decision } = routingOf(
      await routesmith('auto').doGenerate({ prompt, providerOptions }),
    );
    const others = decision.excluded.map(({ model, reason }) => `${model}: ${reason}`);
    const isShared = 'openaiCompatible' in providerOptions;
    expect(others).toEqual(
      ['large', ...(isShared ? ['local'] : [])].map(
        (model) => `${model}: the request asks for another effort`,
      ),
    );
  });

  it('goes to no model whose provider does not have the tools', async () => {
    const routesmith = await route({
      large: createModel(),
      small: createModel({ provider: 'google.vertex.chat' }),
    });
    const search = { type: 'provider', id: 'google.search', name: 'search', args: {} } as const;
    const result = await routesmith('auto').doGenerate({ prompt, tools: [search] });
    expect(routingOf(result)).toMatchObject({
      model: 'small',
      decision: {
        excluded: [
          { model: 'large', reason: 'its provider has no tool google.search' },
          { model: 'local' },
        ],
      },
    });
  });

  it('fails over from a model that throws at once, or returns nothing that is an answer', async () => {
    const odd = [
      () => {
        throw new TypeError('at once');
      },
      () => Promise.reject(undefined as unknown as Error),
      () => undefined as never,
      () => Promise.resolve({} as never),
    ];
    for (const doGenerate of odd) {
      const routesmith = await route({ large: createModel({ doGenerate }), small: createModel() });
      const { model, attempts } = routingOf(await routesmith('auto').doGenerate({ prompt }));
      expect([model, attempts[0]?.outcome]).toEqual(['small', 'failed']);
    }
    const broken = createModel({ doStream: () => Promise.resolve({ stream: 7 } as never) });
    const routesmith = await route({ large: broken });
    const error = await errorOf(routesmith('auto').doStream({ prompt }));
    expect(error.failure?.class).toBe('malformed');
  });

  it('fails over from a model that never answers, and tells it to stop', async () => {
    let signal: AbortSignal | undefined;
    const large = createModel({
      doGenerate: (options) => {
        signal = options.abortSignal;
        return new Promise(() => undefined);
      },
    });
    const routesmith = await route(
      { large, small: createModel() },
      { timeouts: { attemptMs: scaleTime(1000) } },
    );
    const { model, attempts } = routingOf(await routesmith('auto').doGenerate({ prompt }));
    expect(model).toBe('small');
    expect(attempts[0]).toMatchObject({ failure: { class: 'attempt_timeout' } });
    expect(signal?.aborted).toBe(true);
  });

  it('that its caller aborts ends with the reason, and asks no other model', async () => {
    const { routesmith, servers } = await start({ large: () => undefined, small: answer('hello') });
    const controller = new AbortController();
    const error = errorOf(
      generateText({ model: routesmith('auto'), prompt: 'hi', abortSignal: controller.signal }),
    );
    await expect.poll(() => servers['large']?.requests.length).toBe(1);
    controller.abort();
    expect((await error).name).toBe('AbortError');
    expect(servers['small']?.requests).toHaveLength(0);
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('does not repeat what was tried, whatever retries its caller asks for', async () => {
    const { routesmith, servers } = await start({ large: failWith(500), small: failWith(429) });
    const error = await errorOf(
      generateText({ model: routesmith('auto'), prompt: 'hi', maxRetries: 5 }),
    );
    expect(error).toBeInstanceOf(RouterError);
    expect(error.code).toBe('all_attempts_failed');
    expect(servers['large']?.requests).toHaveLength(1);
    expect(servers['small']?.requests).toHaveLength(1);
  });

  it.each(['doGenerate', 'doStream'] as const)(
    'is sent again where a connection ended before an answer: %s',
    async (kind) => {
      const { routesmith, servers } = await start({ large: inTurn(reset, answer('ok')) });
      await routesmith('auto')[kind]({ prompt });
      expect(servers['large']?.requests).toHaveLength(2);
    },
  );

  it('is not sent again to a model whose answer had begun', async () => {
    const { routesmith, servers } = await start({ large: resetWithin, small: answer('small') });
    const result = await routesmith('auto').doGenerate({ prompt });
    expect(routingOf(result)).toMatchObject({
      model: 'small',
      attempts: [
        { model: 'large', failure: { class: 'truncated' } },
        { model: 'small', outcome: 'answered' },
      ],
    });
    expect(servers['large']?.requests).toHaveLength(1);
  });

  it('is not sent again where the error of a model does not tell that no answer had begun', async () => {
    const unclear = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const large = createModel({
      doGenerate: (asked) => (large.asked.push(asked), Promise.reject(unclear)),
    });
    const routesmith = await route({ large, small: createModel() });
    const { content } = await routesmith('auto').doGenerate({ prompt });
    expect(content).toEqual([{ type: 'text', text: 'hello' }]);
    expect(large.asked).toHaveLength(1);
  });

  it('with a history of megabytes is answered', async () => {
    const routesmith = await route({ large: createModel() });
    const turns = Array.from({ length: 2000 }, (_, turn): LanguageModelV3CallOptions['prompt'] => [
      {
        role: 'user',
        content: [{ type: 'text', text: `${turn} ${'long '.repeat(200)}` }],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'yes '.repeat(100) }] },
    ]).flat();
    const result = await routesmith('auto').doGenerate({ prompt: [...turns, ...prompt] });
    expect(routingOf(result).model).toBe('large');
  });
});
