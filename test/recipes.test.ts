import Anthropic from '@anthropic-ai/sdk';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../src/serve/host/listen.js';
import { startGateway } from './support/gateway.js';
import { hasPython, pythonFolder } from './support/python-runtime.js';
import { answer, buildAnswer, replyJson } from './support/router.js';
import {
  findClosedBaseUrl,
  say,
  startScriptedServer,
  type Reply,
  type ScriptedServer,
} from './support/scripted-server.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const root = resolve(import.meta.dirname, '..');
const folder = createTemporaryFolder();
const question = 'What is 17 percent of 240?';
const messages = [{ role: 'user', content: question }];
const environment = { ...process.env, OPENROUTER_API_KEY: 'sk-test' };
const run = promisify(execFile);
const children: ChildProcess[] = [];
let server: ScriptedServer;

/** Installs a package as in a project of its own. */
function install(name: string, from = resolve(root, 'node_modules', name)): void {
  const to = folder.file(`node_modules/${name}`);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

/** Answers 40.8, after a call of the tool if there is one. */
const serve: Reply = (response, request) => {
  const { stream, tools, messages: asked } = request.body;
  if (stream === true) return say('40.8')(response, request);
  const isToolCalled = JSON.stringify(asked).includes('"tool"');
  if (tools === undefined || isToolCalled) {
    const [model] = (request.body['models'] ?? [request.body['model']]) as [string];
    return replyJson(buildAnswer('40.8', { model }))(response, request);
  }
  const call = { name: 'multiply', arguments: '{"a":240,"b":0.17}' };
  const tool_calls = [{ id: 'call-1', type: 'function', function: call }];
  const message = { role: 'assistant', content: null, tool_calls };
  const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
  return replyJson(buildAnswer(null, { choices }))(response, request);
};

beforeAll(() => {
  install('routesmith', root);
  const packages = ['express', 'hono', '@hono/node-server', 'ai', '@ai-sdk/openai-compatible'];
  for (const name of [...packages, '@langchain/core', '@langchain/openai', 'zod']) install(name);
  const policy = resolve(root, 'policies/practice-everyday.policy.json');
  copyFileSync(policy, folder.file('mine.policy.json'));
});

beforeEach(async () => {
  server = await startScriptedServer(serve);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
  await server.close();
});

/** The first program of a page in a language, as it is printed but for where it finds its models. */
function findProgram(page: string, language: string): string {
  const text = readFileSync(resolve(root, page), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text);
  if (block === null) throw new Error(`${page} has no program in ${language}`);
  return (block[1] as string).replace('https://openrouter.ai/api/v1', server.baseUrl);
}

/** Runs a program to its end. @returns what it printed */
async function runProgram(page: string, language: 'js' | 'python'): Promise<string> {
  const program = findProgram(page, language);
  const [command, name] =
    language === 'js' ? [process.execPath, 'program.mjs'] : ['python3', 'program.py'];
  const file = folder.write(name, program);
  const settings = { cwd: folder.path, env: { ...environment, PYTHONDONTWRITEBYTECODE: '1' } };
  const { stdout } = await run(command, [file], settings);
  return stdout;
}

/** Starts a program that listens on port 3000, on another one. @returns its origin */
async function startProgram(page: string): Promise<string> {
  const { port } = new URL(await findClosedBaseUrl());
  const file = folder.write('server.mjs', findProgram(page, 'js').replaceAll('3000', port));
  const child = spawn(process.execPath, [file], {
    cwd: folder.path,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return new URL(line.toString()).origin;
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  return fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
}

const sentMessages = { body: { messages: [{ content: question }] } };

describe('the recipe', () => {
  it('for Express answers requests', async () => {
    const origin = await startProgram('docs/recipes/express.md');
    const response = await post(`${origin}/chat`, { messages });
    expect(await response.json()).toMatchObject({
      text: '40.8',
      model: expect.stringMatching('practice/') as string,
    });
    expect(server.requests).toMatchObject([sentMessages]);
    await server.close();
    const failed = await post(`${origin}/chat`, { messages });
    expect(failed.status).toBe(502);
    expect(await failed.json()).toMatchObject({ error: 'all_attempts_failed' });
  });

  it('for Hono serves the gateway to those whom the app lets in', async () => {
    const origin = await startProgram('docs/recipes/hono.md');
    const body = { model: 'auto', messages };
    expect((await post(`${origin}/v1/chat/completions`, body)).status).toBe(401);
    const headers = { authorization: 'Bearer my-team' };
    const response = await post(`${origin}/v1/chat/completions`, body, headers);
    expect(response.headers.get('x-routesmith-reason')).toBe('baseline_holds');
    expect(await response.text()).toContain('40.8');
  });

  it('for Hono serves clients of both protocols at the addresses that it names', async () => {
    const origin = await startProgram('docs/recipes/hono.md');
    const openai = new OpenAI({ baseURL: `${origin}/v1`, apiKey: 'my-team' });
    const request = { model: 'auto', messages: [{ role: 'user' as const, content: question }] };
    const { choices } = await openai.chat.completions.create(request);
    expect(choices).toMatchObject([{ message: { content: '40.8' } }]);
    const create = (apiKey: string) =>
      new Anthropic({ baseURL: origin, apiKey }).messages.create({ ...request, max_tokens: 500 });
    expect((await create('my-team')).content).toMatchObject([{ type: 'text', text: '40.8' }]);
    await expect(create('another')).rejects.toThrow('401');
  });

  it('for a worker serves the gateway', async () => {
    const file = folder.write('worker.mjs', findProgram('docs/recipes/worker.md', 'js'));
    const worker = ((await import(pathToFileURL(file).href)) as { default: Worker }).default;
    const policies = new Map([
      ['mine.policy.json', readFileSync(folder.file('mine.policy.json'), 'utf8')],
    ]);
    const settings = { POLICIES: policies, OPENROUTER_API_KEY: 'sk-test', TEAM_KEY: 'team' };
    const ask = (key: string, bindings: object = settings): Promise<Response> =>
      worker.fetch(
        new Request('http://localhost/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'auto', messages }),
        }),
        bindings,
      );
    const isDown = () => Promise.reject(new Error('KV is down'));
    await expect(ask('team', { ...settings, POLICIES: { get: isDown } })).rejects.toThrow('down');
    expect((await ask('undefined', { ...settings, TEAM_KEY: undefined })).status).toBe(401);
    expect((await ask('other')).status).toBe(401);
    expect(await (await ask('team')).text()).toContain('40.8');
    expect(server.requests).toMatchObject([{ headers: { authorization: 'Bearer sk-test' } }]);
  });

  it('for Next.js streams the text', async () => {
    const program = findProgram('docs/recipes/next.md', 'js');
    const policy = JSON.stringify(folder.file('mine.policy.json'));
    const file = folder.write('route.mjs', program.replace("'mine.policy.json'", policy));
    const { POST } = (await import(pathToFileURL(file).href)) as {
      POST(request: Request): Promise<Response>;
    };
    const body = JSON.stringify({ messages });
    const response = await POST(new Request('http://localhost', { method: 'POST', body }));
    expect(response.headers.get('x-model')).toMatch('practice/');
    expect(await response.text()).toBe('40.8');
  });

  it('for OpenRouter names the models of the decision, and prints the answer', async () => {
    const stdout = await runProgram('docs/openrouter.md', 'js');
    expect(stdout).toMatch(/^practice\/\w+ 40.8$/m);
    expect(server.requests).toMatchObject([
      {
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer sk-test' },
        body: {
          messages,
          models: [expect.stringMatching('/'), expect.anything(), expect.anything()] as unknown,
          provider: {
            require_parameters: true,
            max_price: { prompt: expect.any(Number) as number },
          },
        },
      },
    ]);
  });

  it('for the AI SDK streams, calls a tool and says how it was routed', async () => {
    const stdout = await runProgram('docs/recipes/ai-sdk.md', 'js');
    expect(stdout).toMatch(/^40.8\npractice\/\w+ \(\w+, 1 call\): 40.8$/m);
    expect(server.requests).toHaveLength(3);
    expect(server.requests[2]?.body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ function: { name: 'multiply' } }] },
      { role: 'tool', content: '40.800000000000004' },
    ]);
  });

  it('for LangChain streams, calls a tool and says how it was routed', async () => {
    const stdout = await runProgram('docs/recipes/langchain.md', 'js');
    expect(stdout).toMatch(/^40.8\npractice\/\w+ \(\w+\): 40.8$/m);
    expect(server.requests).toHaveLength(3);
    expect(server.requests[2]?.body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ function: { name: 'multiply' } }] },
      { role: 'tool', content: '40.800000000000004' },
    ]);
  });
});

/** A worker as a module, with its bindings. */
interface Worker {
  fetch(request: Request, bindings: object): Promise<Response>;
}

/**
 * Stands in for LiteLLM, which no machine here has: its router, as far as the recipe uses it, with a
 * real call of the first model.
 */
const litellm = `
import json, types, urllib.request
class Router:
    def __init__(self, model_list):
        self.parameters = {one["model_name"]: one["litellm_params"] for one in model_list}
    async def acompletion(self, model, messages, fallbacks):
        assert all(name in self.parameters for name in fallbacks[0][model])
        parameters = self.parameters[model]
        body = {"model": parameters["model"].removeprefix("openrouter/"), "messages": messages}
        headers = {"authorization": "Bearer " + parameters["api_key"]}
        url = "BASE_URL/chat/completions"
        sent = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
        with urllib.request.urlopen(sent) as response:
            text = json.load(response)["choices"][0]["message"]["content"]
        message = types.SimpleNamespace(content=text)
        return types.SimpleNamespace(choices=[types.SimpleNamespace(message=message)])
`;

describe.skipIf(!hasPython())('the recipe for Python', () => {
  beforeAll(() => {
    const module = 'routesmith_policy.py';
    copyFileSync(resolve(pythonFolder, module), folder.file(module));
  });

  it('in process prints the choice and why', async () => {
    const stdout = await runProgram('docs/python.md', 'python');
    expect(stdout).toMatch(/^practice\/\w+ practice\/\w+ .* "cost"/);
  });

  it('with LiteLLM asks the model of the decision', async () => {
    folder.write('litellm.py', litellm.replace('BASE_URL', server.baseUrl));
    expect(await runProgram('docs/recipes/litellm.md', 'python')).toMatch(/^practice\/\w+ 40.8$/m);
    expect(server.requests).toMatchObject([
      { headers: { authorization: 'Bearer sk-test' }, body: { messages } },
    ]);
  });

  it('behind the gateway prints the model and the answer', async () => {
    const test = await startGateway({ large: { reply: answer('40.8') } });
    const listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
    try {
      const program = findProgram('docs/recipes/gateway.md', 'python');
      const cli = resolve(root, 'dist/cli.js');
      const { stdout: help } = await run(process.execPath, [cli, 'serve', '--help']);
      const [, port] = /--port .*\[default: (\d+)\]/.exec(help) ?? [];
      const own = program.replace(`http://127.0.0.1:${port}`, listener.url);
      const { stdout } = await run('python3', ['-B', folder.write('client.py', own)]);
      expect(stdout).toBe('large 40.8\n');
    } finally {
      await listener.close(0);
      await test.close();
    }
  });
});
