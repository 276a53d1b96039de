import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import {
  answerAs,
  buildMessage,
  startGateway,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import { delta, done, stream, type Reply } from '../../support/scripted-server.js';

let test: TestGateway;
let listener: Listener;

async function start(served: Readonly<Record<string, Served>>): Promise<void> {
  test = await startGateway(served);
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  await listener.close(0);
  await test.close();
});

const claude: Served = { kind: 'anthropic', reply: answerAs('anthropic', 'It is 4.') };
const hello = { role: 'user' as const, content: 'Hi' };
const tool = { name: 'write_file', input_schema: { type: 'object' as const } };

/** With its defaults, by which it repeats what may pass. */
const anthropic = () => new Anthropic({ apiKey: 'none', baseURL: listener.url });
const sentTo = (model: string) => test.servers[model]?.requests.map(({ body }) => body) ?? [];

/** A completion that calls a tool. */
function callWith(argumentText: string, reason: string): Reply {
  const called = { id: 'c', type: 'function', function: { name: tool.name, arguments: '' } };
  const whole = { ...called, function: { ...called.function, arguments: argumentText } };
  const message = { role: 'assistant', content: null, tool_calls: [whole] };
  const choices = [{ index: 0, message, finish_reason: reason }];
  const streamed = stream(
    delta({ tool_calls: [{ ...called, index: 0 }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: argumentText } }] }),
    delta({}, reason),
    done,
  );
  return (response, request) =>
    (request.body['stream'] === true ? streamed : replyJson(buildAnswer(null, { choices })))(
      response,
      request,
    );
}

describe('Claude Code', () => {
  const cache = { cache_control: { type: 'ephemeral' } };
  const text = (said: string) => ({ type: 'text', text: said });
  const thought = { type: 'thinking', thinking: 'I look.', signature: 's' };
  const read = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: 'a.ts' } };
  const reminder = (said: string) => ({
    role: 'system',
    content: [{ ...text(`<system-reminder>\n${said}\n</system-reminder>`), ...cache }],
  });
  const asked = { role: 'user', content: [text('What is in a.ts?')] };
  const told = {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'export {};', ...cache }],
  };
  /** As version 2.1 sends it. */
  const body = {
    model: 'large',
    max_tokens: 32_000,
    stream: true,
    system: [
      text('x-anthropic-billing-header: cc_version=2.1.263.e1f; cc_entrypoint=cli; cch=36ee5;'),
      { ...text('You are Claude Code.'), ...cache },
    ],
    messages: [
      asked,
      reminder("Today's date is 2026-12-01."),
      { role: 'assistant', content: [thought, read] },
      told,
      reminder('The user opened b.ts.'),
    ],
    tools: [
      {
        name: 'Read',
        description: 'Reads a file.',
        input_schema: { type: 'object', properties: { file_path: { type: 'string' } } },
        eager_input_streaming: true,
      },
      { type: 'web_search_20260209', name: 'web_search', max_uses: 8 },
      { type: 'mcp_toolset', mcp_server_name: 'docs' },
    ],
    mcp_servers: [{ type: 'url', name: 'docs', url: 'https://example.com/mcp' }],
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    metadata: { user_id: 'user_1' },
  };
  const headers = {
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'claude-code-20250219,mid-conversation-system-2026-04-07',
    'x-routesmith-conversation': 'c',
  };
  const post = (sent: object) =>
    fetch(`${listener.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers,
      body: JSON.stringify(sent),
    });

  it('reaches a model of Messages as it wrote its requests', async () => {
    await start({ large: claude, small: { reply: answerAs('openai', 'It is 4.') } });
    const first = { ...body, messages: body.messages.slice(0, 2) };
    for (const sent of [first, body]) {
      const response = await post(sent);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('message_stop');
      expect(sentTo('large').at(-1)).toEqual({ ...sent, model: 'large-1' });
    }
  });

  it('goes on thinking where another model answered before', async () => {
    await start({ large: claude });
    const said = { role: 'assistant', content: [thought, text('Nothing.')] };
    const messages = [asked, said, asked, reminder('The user opened b.ts.')];
    expect((await post({ ...body, messages })).status).toBe(200);
    const [sent] = sentTo('large');
    const stripped = { ...said, content: [text('Nothing.')] };
    expect(sent).toMatchObject({
      thinking: body.thinking,
      messages: [asked, stripped, asked, messages[3]],
    });
  });

  it('is told what chat completions lack where no other model is left', async () => {
    await start({ small: { reply: answerAs('openai', 'It is 4.') } });
    const response = await post({ ...body, model: 'auto' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('OpenAI chat completions have no ');
  });
});

describe('a client of Messages', () => {
  it('may add to the instructions within a conversation, for models of either protocol', async () => {
    await start({ large: claude, small: { reply: answerAs('openai', 'It is 4.') } });
    const system = { role: 'system' as const, content: 'Be brief.' };
    for (const model of ['large', 'small']) {
      const messages = [hello, system];
      const { content } = await anthropic().messages.create({ model, max_tokens: 50, messages });
      expect(content).toMatchObject([{ text: 'It is 4.' }]);
      expect(sentTo(model)[0]).toMatchObject({ messages });
    }
  });

  it('may have its prompt cached only, by a model that can', async () => {
    const usage = { input_tokens: 10, cache_creation_input_tokens: 5000, output_tokens: 0 };
    const empty = { ...buildMessage([], 'max_tokens'), usage };
    const large: Served = { kind: 'anthropic', reply: replyJson(empty) };
    await start({ large, small: { reply: answerAs('openai', 'It is 4.') } });
    const ask = { max_tokens: 0, messages: [hello] };
    const cached = await anthropic().messages.create({ model: 'auto', ...ask });
    expect(cached).toMatchObject({ content: [], stop_reason: 'max_tokens', usage });
    expect(sentTo('large')).toEqual([{ model: 'large-1', stream: false, ...ask }]);
    expect(test.log[0]).toMatchObject({ model: 'large', outcome: 'answered', outputTokens: 0 });
    const refused = anthropic().messages.create({ model: 'small', ...ask });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      error: { error: { message: expect.stringContaining('have no "max_tokens" of 0') as string } },
    });
  });

  describe('whose limit cuts a tool call of a model of chat completions', () => {
    const ask = { model: 'large', max_tokens: 9, messages: [hello], tools: [tool] };
    const reply = callWith('{"path":"a.txt","text":"aaa', 'length');

    it('gets the answer at once, whole', async () => {
      await start({ large: { reply } });
      expect(await anthropic().messages.create(ask)).toMatchObject({
        content: [{ type: 'tool_use', id: 'c', name: tool.name, input: {} }],
        stop_reason: 'max_tokens',
      });
      expect(sentTo('large')).toHaveLength(1);
    });

    it('gets the pieces as they came, streamed, of which its SDK reads what is whole', async () => {
      await start({ large: { reply } });
      expect(await anthropic().messages.stream(ask).finalMessage()).toMatchObject({
        content: [{ type: 'tool_use', id: 'c', input: { path: 'a.txt' } }],
        stop_reason: 'max_tokens',
      });
      expect(sentTo('large')).toHaveLength(1);
    });
  });

  it('pays once for an answer that cannot be passed on', async () => {
    await start({ large: { reply: callWith('[1]', 'tool_calls') } });
    const ask = { model: 'large', max_tokens: 9, messages: [hello], tools: [tool] };
    const asked = anthropic().messages.create(ask);
    await expect(asked).rejects.toMatchObject({ status: 502 });
    expect(sentTo('large')).toHaveLength(1);
  });
});

describe('a client of chat completions', () => {
  const openai = () => new OpenAI({ apiKey: 'none', baseURL: `${listener.url}/v1` });

  it('gets calls of its custom tools as they came, whole and streamed', async () => {
    const called = {
      id: 'c',
      type: 'custom' as const,
      custom: { name: 'run', input: 'print(1)' },
    };
    const message = { role: 'assistant', content: null, tool_calls: [called] };
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
    await start({ large: { reply: replyJson(buildAnswer(null, { choices })) } });
    const tools = [{ type: 'custom' as const, custom: { name: 'run' } }];
    const ask = { model: 'large', messages: [hello], tools };
    const whole = await openai().chat.completions.create(ask);
    expect(whole.choices[0]?.message.tool_calls).toEqual([called]);
    const chunks = await openai().chat.completions.create({ ...ask, stream: true });
    const calls: unknown[] = [];
    for await (const { choices: said } of chunks) {
      calls.push(...(said[0]?.delta.tool_calls ?? []));
    }
    expect(calls).toEqual([{ index: 0, ...called }]);
  });

  it('sees how much Claude thought, where that is counted', async () => {
    const usage = { input_tokens: 10, output_tokens: 50 };
    const details = { output_tokens_details: { thinking_tokens: 40 } };
    const message = buildMessage([{ type: 'text', text: 'It is 4.' }]);
    await start({
      large: {
        kind: 'anthropic',
        reply: replyJson({ ...message, usage: { ...usage, ...details } }),
      },
      small: { kind: 'anthropic', reply: replyJson({ ...message, usage }) },
    });
    const counts = async (model: string) => {
      const answer = await openai().chat.completions.create({ model, messages: [hello] });
      return answer.usage?.completion_tokens_details?.reasoning_tokens;
    };
    expect([await counts('large'), await counts('small')]).toEqual([40, undefined]);
  });
});
