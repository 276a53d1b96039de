import { spawn } from 'node:child_process';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, streamText, tool, type ToolSet } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import {
  answerAs,
  buildMessage,
  messageEvents,
  sha256Of,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import { delta, failWith, roleOnly, stream, type Reply } from '../../support/scripted-server.js';

const key = 'caller-key-1234';
const png = 'iVBORw0KGgo=';
const schema = { type: 'object', properties: { city: { type: 'string' } } } as const;

/** Answers by what the question says, in one protocol. */
function script(kind: ProtocolName): Reply {
  const toolCall = { id: 'c1', name: 'weather', input: { city: 'Bern' } };
  const called = {
    openai: replyJson(
      buildAnswer(null, {
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [
                {
                  id: toolCall.id,
                  type: 'function',
                  function: { name: toolCall.name, arguments: JSON.stringify(toolCall.input) },
                },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
      }),
    ),
    anthropic: replyJson(buildMessage([{ type: 'tool_use', ...toolCall }], 'tool_use')),
  };
  const broken = {
    openai: stream(roleOnly, delta({ content: 'It' })),
    anthropic: stream(...messageEvents('It').slice(0, 2)),
  };
  return (response, request) => {
    const text = JSON.stringify(request.body['messages']);
    if (text.includes('WEATHER')) return called[kind](response, request);
    if (text.includes('BREAK')) return broken[kind](response, request);
    if (text.includes('FAIL')) return failWith(400, { message: 'no' })(response, request);
    if (text.includes('WAIT')) {
      response.on('close', () => hungUp.push(kind));
      response.flushHeaders();
      return undefined;
    }
    const saw = text.includes(png) ? 'I see. ' : '';
    return answerAs(kind, `${saw}It is 4.`)(response, request);
  };
}

const hungUp: ProtocolName[] = [];
let test: TestGateway;
let listener: Listener;

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

beforeAll(async () => {
  test = await startGateway(
    {
      large: { kind: 'anthropic', reply: script('anthropic') },
      small: { kind: 'openai', reply: script('openai') },
    },
    { access: { kind: 'keys', callers: [{ name: 'web', keySha256: sha256Of(key) }] } },
  );
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await listener.close(0);
  await test.close();
});

beforeEach(() => {
  hungUp.length = 0;
  test.log.length = 0;
});

/** Both models, so that each client is served in its own protocol and in the other one. */
const models = ['large', 'small'] as const;

describe.each(models)('the openai package with %s', (model) => {
  const client = (): OpenAI =>
    new OpenAI({ apiKey: key, baseURL: `${listener.url}/v1`, maxRetries: 0 });
  const ask = (content: OpenAI.ChatCompletionUserMessageParam['content']) => ({
    model,
    messages: [{ role: 'user' as const, content }],
  });

  it('gets answers, whole and streamed', async () => {
    const whole = await client().chat.completions.create(ask('2 + 2?'));
    expect(whole.choices[0]?.message.content).toBe('It is 4.');
    expect(whole.usage?.total_tokens).toBe(15);
    const streamed = await client()
      .chat.completions.stream({ ...ask('2 + 2?'), stream_options: { include_usage: true } })
      .finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'It is 4.' },
    });
    expect(streamed.usage?.total_tokens).toBe(15);
  });

  it('gets tool calls, and shows images', async () => {
    const tools = [
      { type: 'function' as const, function: { name: 'weather', parameters: schema } },
    ];
    const called = await client().chat.completions.create({ ...ask('WEATHER'), tools });
    expect(called.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ id: 'c1', function: { arguments: '{"city":"Bern"}' } }] },
    });
    const url = `data:image/png;base64,${png}`;
    const seen = await client().chat.completions.create(
      ask([
        { type: 'text', text: 'See?' },
        { type: 'image_url', image_url: { url } },
      ]),
    );
    expect(seen.choices[0]?.message.content).toBe('I see. It is 4.');
  });

  it('throws at errors and at streams that break, and can leave', async () => {
    const refused = client().chat.completions.create(ask('FAIL'));
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'request_refused' });
    const broken = client().chat.completions.stream(ask('BREAK'));
    await expect(broken.finalChatCompletion()).rejects.toThrow('broke off');
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const waiting = client().chat.completions.create(ask('WAIT'), options);
    await until(() => JSON.stringify(test.servers[model]?.requests.at(-1)).includes('WAIT'));
    controller.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await until(() => hungUp.length > 0);
  });
});

describe.each(models)('the @anthropic-ai/sdk package with %s', (model) => {
  const client = (): Anthropic =>
    new Anthropic({ apiKey: key, baseURL: listener.url, maxRetries: 0 });
  const ask = (content: Anthropic.MessageParam['content']) => ({
    model,
    max_tokens: 100,
    messages: [{ role: 'user' as const, content }],
  });

  it('gets answers, whole and streamed', async () => {
    const whole = await client().messages.create(ask('2 + 2?'));
    expect(whole.content).toMatchObject([{ type: 'text', text: 'It is 4.' }]);
    expect(whole.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    const streamed = await client().messages.stream(ask('2 + 2?')).finalMessage();
    expect(streamed).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'It is 4.' }],
      usage: { input_tokens: 10, output_tokens: 5 },
    });
  });

  it('gets tool calls, and shows images', async () => {
    const tools = [{ name: 'weather', input_schema: schema }];
    const called = await client().messages.create({ ...ask('WEATHER'), tools });
    expect(called).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', id: 'c1', input: { city: 'Bern' } }],
    });
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: png };
    const seen = await client().messages.create(ask([{ type: 'image', source }]));
    expect(seen.content).toMatchObject([{ text: 'I see. It is 4.' }]);
  });

  it('throws at errors and at streams that break', async () => {
    const refused = client().messages.create(ask('FAIL'));
    await expect(refused).rejects.toMatchObject({ status: 400 });
    await expect(client().messages.stream(ask('BREAK')).finalMessage()).rejects.toThrow(
      'broke off',
    );
    const wrong = new Anthropic({ apiKey: 'wrong', baseURL: listener.url, maxRetries: 0 });
    await expect(wrong.messages.create(ask('Hi'))).rejects.toMatchObject({ status: 401 });
  });
});

describe.each(models)('the AI SDK with %s', (name) => {
  const model = () =>
    createOpenAICompatible({ name: 'gateway', baseURL: `${listener.url}/v1`, apiKey: key })(name);

  it('gets answers, whole and streamed, and tool calls', async () => {
    const { text, usage } = await generateText({ model: model(), prompt: '2 + 2?' });
    expect([text, usage.totalTokens]).toEqual(['It is 4.', 15]);
    const streamed = streamText({ model: model(), prompt: '2 + 2?' });
    expect(await streamed.text).toBe('It is 4.');
    expect(await streamed.finishReason).toBe('stop');
    const weather = tool({ inputSchema: jsonSchema<{ city: string }>(schema) });
    const tools = { weather } as unknown as ToolSet;
    const called = await generateText({ model: model(), prompt: 'WEATHER', tools });
    expect(called.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Bern' } }]);
  });

  it('throws at errors, and reports streams that break', async () => {
    const failing = generateText({ model: model(), prompt: 'FAIL', maxRetries: 0 });
    await expect(failing).rejects.toThrow('rejected');
    const errors: unknown[] = [];
    const onError = ({ error }: { error: unknown }): void => void errors.push(error);
    const broken = streamText({ model: model(), prompt: 'BREAK', onError });
    await broken.consumeStream();
    expect(errors).toHaveLength(1);
  });
});

describe.each(models)('LangChain with %s', (model) => {
  const chat = (): ChatOpenAI =>
    new ChatOpenAI({
      model,
      apiKey: key,
      maxRetries: 0,
      configuration: { baseURL: `${listener.url}/v1` },
    });

  it('gets answers, whole and streamed, and tool calls', async () => {
    expect((await chat().invoke('2 + 2?')).text).toBe('It is 4.');
    let text = '';
    for await (const chunk of await chat().stream([new HumanMessage('2 + 2?')])) text += chunk.text;
    expect(text).toBe('It is 4.');
    const tools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
    const called = await chat().bindTools(tools).invoke('WEATHER');
    expect(called.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Bern' } }]);
    await expect(chat().invoke('FAIL')).rejects.toThrow('rejected');
  });
});

describe('the standard library of Python', () => {
  it('gets answers, whole and streamed, and errors', async () => {
    const program = `
import json, sys, urllib.error, urllib.request
url, key = sys.argv[1:]
def post(members):
    body = {"model": "small", "messages": [{"role": "user", "content": "2 + 2?"}], **members}
    headers = {"content-type": "application/json", "authorization": "Bearer " + key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    return urllib.request.urlopen(request)
print(json.load(post({}))["choices"][0]["message"]["content"])
lines = [line.decode().strip() for line in post({"stream": True})]
events = [line[6:] for line in lines if line.startswith("data: ")]
chunks = [json.loads(event) for event in events if event != "[DONE]"]
print("".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks), events[-1])
try:
    post({"model": "none"})
except urllib.error.HTTPError as error:
    print(error.code, json.load(error)["error"]["code"])
`;
    const child = spawn('python3', ['-c', program, `${listener.url}/v1/chat/completions`, key]);
    let output = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
    await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect(output.trim().split('\n')).toEqual(['It is 4.', 'It is 4. [DONE]', '404 unknown_model']);
  });
});
