import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeLiteLlmConfig } from '../../../src/cli/export/litellm-config.js';
import { readAnthropicRequest } from '../../../src/llm/anthropic/read-request.js';
import type { ChatMessage } from '../../../src/llm/chat.js';
import type { Decision } from '../../../src/policy/decide/decision.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { hasPython } from '../../support/python-runtime.js';
import { buildMixturePolicy, writePolicyFile } from '../../support/routing-policy.js';
import { runCli } from '../../support/run-cli.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const root = resolve(import.meta.dirname, '../../..');
const folder = createTemporaryFolder();
const policyFile = resolve(root, 'policies/practice-everyday.policy.json');

/** A process of Python with the hook of an export, as a proxy that serves has it. */
interface HookProcess {
  call(data: object, callType: string): Promise<Record<string, unknown>>;
  close(): void;
}

const hookProgram = `
import asyncio, json, sys
from routesmith_litellm import handler
for line in sys.stdin:
    data, call_type = json.loads(line)
    try:
        result = asyncio.run(handler.async_pre_call_hook(None, None, data, call_type))
        print(json.dumps({"result": result}), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)`;

function startHook(cwd: string): HookProcess {
  const child = spawn('python3', ['-B', '-c', hookProgram], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const replies = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async call(data, callType) {
      child.stdin.write(`${JSON.stringify([data, callType])}\n`);
      const { done, value } = await replies.next();
      if (done === true) throw new Error('the process of the hook ended');
      const reply = JSON.parse(value) as { result: Record<string, unknown>; error?: string };
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.result;
    },
    close: () => child.stdin.end(),
  };
}

describe('the configuration of LiteLLM', () => {
  it('has each model with its price per token, and the one that the hook replaces', () => {
    const { models } = buildMixturePolicy();
    const effort = { of: 'vendor/large', level: 'high' };
    const policy = buildMixturePolicy({
      models: models.map((model) => (model.id === 'large' ? { ...model, effort } : model)),
    });
    expect(parse(writeLiteLlmConfig(policy))).toEqual({
      model_list: [
        {
          model_name: 'small',
          litellm_params: {
            model: 'small',
            input_cost_per_token: 2e-7,
            output_cost_per_token: 8e-7,
          },
          model_info: {
            cache_read_input_token_cost: 5e-8,
            cache_creation_input_token_cost: 2.5e-7,
          },
        },
        {
          model_name: 'large',
          litellm_params: { model: 'vendor/large', reasoning_effort: 'high' },
        },
        { model_name: 'local', litellm_params: { model: 'local' } },
        {
          model_name: 'routesmith',
          litellm_params: { model: 'vendor/large', reasoning_effort: 'high' },
        },
      ],
      router_settings: {
        fallbacks: [
          { small: ['large', 'local'] },
          { large: ['small', 'local'] },
          { local: ['large', 'small'] },
        ],
      },
      litellm_settings: { callbacks: 'routesmith_litellm.handler' },
    });
  });
});

describe('the configuration of LiteLLM, which is read as YAML 1.1', () => {
  const { models } = buildMixturePolicy();
  const effort = { of: 'vendor/large', level: 'off' };
  const policy = buildMixturePolicy({
    models: models.map((model) => (model.id === 'large' ? { ...model, effort } : model)),
  });
  const text = writeLiteLlmConfig(policy);

  it('has prices that are numbers there: a point before the exponent, which has a sign', () => {
    const prices = [...text.matchAll(/_cost\w*: (.*)/g)].map(([, price]) => price);
    expect(prices).toContain('2.0e-7');
    for (const price of prices) expect(price).toMatch(/^\d+\.\d+(e[-+]\d+)?$/);
  });

  it('has quotes around texts that are something else there', () => {
    expect(text).toContain('reasoning_effort: "off"');
    expect(parse(text, { version: '1.1' })).toEqual(parse(text));
  });

  const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;
  it.skipIf(!hasPyYaml)('is read by PyYAML as it is meant', () => {
    const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
    const { stdout } = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(parse(text));
  });
});

describe.skipIf(!hasPython())('the hook of LiteLLM', () => {
  const out = folder.file('vendor');
  const isInstalled = spawnSync('python3', ['-c', 'import litellm']).status === 0;
  beforeAll(async () => {
    const result = await runCli(['export', policyFile, '--litellm', '--out', out]);
    expect(result.exitCode).toBe(0);
    if (isInstalled) return;
    console.warn('litellm is not installed: the hook has a base class without methods');
    mkdirSync(resolve(out, 'litellm/integrations'), { recursive: true });
    folder.write('vendor/litellm/integrations/custom_logger.py', 'class CustomLogger: pass\n');
  });

  const hooks = new Map<string, HookProcess>();
  afterAll(() => {
    for (const hook of hooks.values()) hook.close();
  });

  /** What the hook of an export makes of the body of a request. */
  function call(
    data: object,
    { cwd = out, callType = 'acompletion' } = {},
  ): Promise<Record<string, unknown>> {
    const hook = hooks.get(cwd) ?? startHook(cwd);
    hooks.set(cwd, hook);
    return hook.call(data, callType);
  }

  it('names the chosen model, the next best ones as fallbacks, and why', async () => {
    const { decide } = await loadPolicy(readFileSync(policyFile));
    const messages = [{ role: 'user', content: 'What is 17 percent of 240?' }] as const;
    const { model, reason, ranked, policyDigest }: Decision = decide({ messages });
    const metadata = { trace: '1' };
    const request = { model: 'routesmith', messages, temperature: 0, metadata };
    expect(await call(request)).toMatchObject({
      model,
      messages,
      temperature: 0,
      fallbacks: ranked.slice(1).map((one) => one.model),
      metadata: { trace: '1', routesmith: { model, reason, propensity: 1, policyDigest } },
    });
  });

  it('chooses no model-effort other than the one that the request asks for', async () => {
    const { models } = buildMixturePolicy();
    const withEfforts = models.map((model) =>
      model.id === 'local'
        ? model
        : { ...model, effort: { of: 'vendor/one', level: model.id === 'large' ? 'high' : 'low' } },
    );
    const { text } = await writePolicyFile(buildMixturePolicy({ models: withEfforts }));
    const file = folder.write('efforts.policy.json', text);
    const efforts = folder.file('efforts');
    expect((await runCli(['export', file, '--litellm', '--out', efforts])).exitCode).toBe(0);
    if (!isInstalled) {
      folder.write('efforts/litellm/integrations/custom_logger.py', 'class CustomLogger: pass\n');
    }
    const messages = [{ role: 'user', content: 'What is 17 percent of 240?' }];
    for (const [effort, other] of [
      ['low', 'large'],
      ['high', 'small'],
    ] as const) {
      for (const words of [
        { reasoning_effort: effort },
        { reasoning_effort: { effort, summary: 'auto' } },
        { reasoning: { effort } },
      ]) {
        const asked = { model: 'routesmith', messages, ...words };
        const { model, fallbacks } = await call(asked, { cwd: efforts });
        expect([model, ...(fallbacks as string[])]).not.toContain(other);
      }
    }
    const { model, fallbacks } = await call({ model: 'routesmith', messages }, { cwd: efforts });
    expect([model, ...(fallbacks as string[])].sort()).toEqual(['large', 'local', 'small']);
  });

  it('decides about a text completion as about the message', async () => {
    const prompt = 'What is 17 percent of 240?';
    const { model: expected } = (await loadPolicy(readFileSync(policyFile))).decide(prompt);
    const { messages, ...result } = await call(
      { model: 'routesmith', prompt },
      { callType: 'atext_completion' },
    );
    expect(result).toMatchObject({ model: expected, prompt });
    expect(result).toHaveProperty('metadata.routesmith.model', expected);
    expect(messages).toBeUndefined();
  });

  function sayAsChat(body: object): {
    readonly messages: readonly ChatMessage[];
    readonly tools?: unknown;
  } {
    const program =
      'import json, sys; from routesmith_litellm import _say_as_chat; ' +
      'print(json.dumps(_say_as_chat(json.load(sys.stdin))))';
    const input = JSON.stringify(body);
    const { stdout } = spawnSync('python3', ['-B', '-c', program], { cwd: out, input });
    return JSON.parse(stdout.toString()) as ReturnType<typeof sayAsChat>;
  }

  const flatten = ({ content, ...message }: ChatMessage) => ({
    ...message,
    content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  });

  it("decides about Anthropic's messages as the gateway does", async () => {
    const { decide } = await loadPolicy(readFileSync(policyFile));
    const base64 = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
    const input = { path: 'src/a.py', lines: [1, 2], note: 'größer' };
    const body = {
      max_tokens: 500,
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cch=1;\n' },
        { type: 'text', text: 'You write Python. Answer with a class and its tests.' },
      ],
      tools: [{ name: 'read_file', description: 'Reads it.', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'Summarize this thread.' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Let me see.', signature: 'abc' },
            { type: 'text', text: 'I read it.' },
            { type: 'tool_use', id: 'a1', name: 'read_file', input },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a1', content: [{ type: 'text', text: 'x = 1' }] },
            { type: 'tool_result', tool_use_id: 'a2', content: 'no such file', is_error: true },
            { type: 'text', text: 'And this?' },
          ],
        },
      ],
    };
    const image = { role: 'user', content: [{ type: 'image', source: base64 }] };
    const withImage = { ...body, messages: [...body.messages, image] };
    const document = { type: 'document', source: { ...base64, media_type: 'application/pdf' } };
    const text = { type: 'text', text: 'A screenshot.' };
    const results = ['a1', 'a2'].map((id, index) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: index === 0 ? [text, ...image.content, document] : image.content,
      is_error: index === 0,
    }));
    const shown = { ...body, messages: [...body.messages, { role: 'user', content: results }] };
    for (const asked of [body, withImage, shown]) {
      const { words } = readAnthropicRequest(asked);
      const { messages, tools } = sayAsChat(asked);
      // A single text may be a list.
      expect(messages.map(flatten)).toEqual(words.messages.map(flatten));
      expect(tools).toEqual(words.tools);
    }
    const { tools: _, ...plain } = body;
    const { messages, members } = readAnthropicRequest(plain).words;
    const expected = decide({ ...members, messages });
    const result = await call(
      { ...plain, model: 'routesmith' },
      { callType: 'anthropic_messages' },
    );
    expect(result).toMatchObject({
      ...plain,
      model: expected.model,
      fallbacks: expected.ranked.slice(1).map((one) => one.model),
    });
  });

  const messages = [{ role: 'user', content: 'What is 17 percent of 240?' }];

  it.each(['completion', 'acompletion', 'text_completion', 'atext_completion'])(
    'adds to the metadata of requests of the kind %s',
    async (callType) => {
      const result = await call({ model: 'routesmith', messages }, { callType });
      expect(result).toHaveProperty('metadata.routesmith.model', result['model']);
      expect(result).not.toHaveProperty('litellm_metadata');
    },
  );

  it.each(['anthropic_messages', 'aanthropic_messages'])(
    "leaves Anthropic's own metadata (%s) as the provider takes it",
    async (callType) => {
      const metadata = { user_id: 'somebody' };
      const request = { model: 'routesmith', messages, metadata, litellm_metadata: { team: '1' } };
      const result = await call(request, { callType });
      expect(result).toMatchObject({ metadata, litellm_metadata: { team: '1' } });
      expect(result['metadata']).toEqual(metadata);
      expect(result).toHaveProperty('litellm_metadata.routesmith.model', result['model']);
    },
  );

  it.each([
    ['aimage_generation', { prompt: 'a lighthouse' }],
    ['moderation', { messages }],
    ['aresponses', { messages, input: 'What is 17 percent of 240?' }],
    ['aembedding', { input: 'What is 17 percent of 240?' }],
  ])(
    'refuses the kind %s for the policy, and passes it for other models',
    async (callType, body) => {
      await expect(call({ model: 'routesmith', ...body }, { callType })).rejects.toThrow(
        `not about this request (${callType})`,
      );
      const other = { model: 'gpt-5-mini', ...body };
      expect(await call(other, { callType })).toEqual(other);
    },
  );

  it.each([
    { input: 'What is 17 percent of 240?' },
    { prompt: ['What is 17 percent of 240?', 'Name a prime.'] },
    { messages: [] },
  ])('refuses %j for the policy, about which it cannot decide', async (request) => {
    await expect(call({ model: 'routesmith', ...request })).rejects.toThrow(
      'send those for routesmith to /v1/chat/completions',
    );
    expect(await call({ model: 'gpt-5-mini', ...request })).not.toHaveProperty('metadata');
  });

  it('passes requests for other models on unchanged', async () => {
    const request = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'hello' }] };
    expect(await call(request)).toEqual(request);
  });
});
