import { afterEach, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import { readStreamText } from '../../support/answer-events.js';
import {
  ask,
  buildMessage,
  messageEvents,
  pathOf,
  startGateway,
  typed,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import {
  delta,
  done,
  failWith,
  stream,
  writeStream,
  type Reply,
} from '../../support/scripted-server.js';

const names: readonly ProtocolName[] = ['openai', 'anthropic'];
let test: TestGateway;

afterEach(() => test.close());

/** The answer as a client sends it back with its next question. */
async function readTurn(caller: ProtocolName, response: Response): Promise<object> {
  const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
  if (!isStream) {
    const body = (await response.json()) as { choices: { message: object }[]; content: unknown };
    if (caller === 'anthropic') return { role: 'assistant', content: body.content };
    return body.choices[0]?.message as object;
  }
  const { text, refusal, toolCalls } = readStreamText(caller, await response.text());
  const said = text === '' ? null : text;
  if (caller === 'openai') {
    const calls = toolCalls.map(({ id, name, argumentText }) => ({
      id,
      type: 'function',
      function: { name, arguments: argumentText },
    }));
    const called = calls.length === 0 ? {} : { tool_calls: calls };
    return { role: 'assistant', content: said, refusal: refusal || null, ...called };
  }
  const uses = toolCalls.map(({ id, name, argumentText }) => ({
    type: 'tool_use',
    id,
    name,
    input: JSON.parse(argumentText || '{}') as unknown,
  }));
  return {
    role: 'assistant',
    content: [...(said === null ? [] : [{ type: 'text', text }]), ...uses],
  };
}

/** Whether the second turn of a conversation is known as one. */
async function isKnown(caller: ProtocolName, served: Served, isStream: boolean): Promise<boolean> {
  test = await startGateway({ large: served });
  const body = ask(caller, { stream: isStream });
  const answer = await readTurn(caller, await test.post(pathOf[caller], body));
  const [question] = body['messages'] as object[];
  const messages = [question, answer, { role: 'user', content: 'Sure?' }];
  await (await test.post(pathOf[caller], { ...body, messages })).text();
  const known = test.log.map(({ isKnownConversation }) => isKnownConversation);
  expect(known).toHaveLength(2);
  return known[1] === true;
}

/** Answers with a message, whole or as the deltas of a stream. */
function answerWith(message: object, deltas: readonly Record<string, unknown>[]): Reply {
  return (response, request) => {
    const choice = { index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' };
    if (request.body['stream'] !== true) {
      return replyJson(buildAnswer(null, { choices: [choice] }))(response, request);
    }
    const pieces = deltas.map((one) => delta(one));
    return stream(...pieces, delta({}, 'stop'), done)(response, request);
  };
}

const callOf = (id: string | undefined, name = 'add') => ({
  ...(id === undefined ? {} : { id }),
  type: 'function',
  function: { name, arguments: '{"a":1}' },
});
const calling = (id: string | undefined): Served => ({
  reply: answerWith({ content: null, tool_calls: [callOf(id)] }, [
    { tool_calls: [{ index: 0, ...callOf(id) }] },
  ]),
});

const cases = names.flatMap((caller) =>
  [false, true].map((isStream) => [caller, isStream] as const),
);

describe.each(cases)('a conversation of a caller of %s, streamed: %s', (caller, isStream) => {
  it('is known after an answer of several texts', async () => {
    const texts = ['Two and two', ' is ', '4.'].map((text) => ({ type: 'text', text }));
    const [begin, , end] = messageEvents('');
    const block = (text: object, index: number) =>
      typed('content_block_start', { index, content_block: text }) +
      typed('content_block_stop', { index });
    const reply: Reply = (response, request) =>
      request.body['stream'] === true
        ? stream(
            begin,
            ...texts.map((text, index) => block(text, index + 1)),
            end,
          )(response, request)
        : replyJson(buildMessage(texts))(response, request);
    expect(await isKnown(caller, { kind: 'anthropic', reply }, isStream)).toBe(true);
  });

  it.each([
    ['an id', 'c1'],
    ['an id that Anthropic refuses', 'functions.add:0'],
    ['an empty id', ''],
    ['no id', undefined],
  ])('is known after the call of a tool with %s', async (_, id) => {
    expect(await isKnown(caller, calling(id), isStream)).toBe(true);
  });

  it('is known after a refusal', async () => {
    const refusal = 'I will not add.';
    const reply = answerWith({ content: null, refusal }, [{ refusal }]);
    expect(await isKnown(caller, { reply }, isStream)).toBe(true);
  });
});

describe('a conversation that another model goes on with', () => {
  type Answerer = 'large' | 'small';
  const sign = (model: Answerer): Reply => {
    const thinking = { type: 'thinking', thinking: 'Hm', signature: `by-${model}` };
    return replyJson(buildMessage([thinking, { type: 'text', text: `I am ${model}.` }]));
  };
  let down: Answerer | undefined;
  /** What `small` does in place of answering. */
  let cutOff: Reply | undefined;
  let messages: object[];

  const serve = (model: Answerer): Served => ({
    kind: 'anthropic',
    reply: (...call) => {
      if (down === model) return failWith(529)(...call);
      return (model === 'small' && cutOff !== undefined ? cutOff : sign(model))(...call);
    },
  });

  /** Asks the next question, and returns who answers. */
  async function askNext(members: object = {}): Promise<string | null> {
    messages.push({ role: 'user', content: 'And now?' });
    const response = await test.post('/v1/messages', ask('anthropic', { messages, ...members }));
    messages.push(await readTurn('anthropic', response));
    return response.headers.get('x-routesmith-model');
  }
  const signaturesTo = (model: Answerer): string[] =>
    JSON.stringify(test.servers[model]?.requests.at(-1)?.body).match(/by-\w+/g) ?? [];

  async function start(): Promise<void> {
    test = await startGateway({ large: serve('large'), small: serve('small') });
    down = undefined;
    cutOff = undefined;
    messages = [];
  }

  it('has only the reasoning sent that the model wrote itself since', async () => {
    await start();
    expect(await askNext()).toBe('large');
    down = 'large';
    expect(await askNext()).toBe('small');
    expect(signaturesTo('small')).toEqual([]);
    expect(await askNext()).toBe('small');
    expect(signaturesTo('small')).toEqual(['by-small']);
    expect(await askNext()).toBe('small');
    expect(signaturesTo('small')).toEqual(['by-small', 'by-small']);
    down = 'small';
    expect(await askNext()).toBe('large');
    expect(signaturesTo('large')).toEqual([]);
    expect(await askNext()).toBe('large');
    expect(signaturesTo('large')).toEqual(['by-large']);
  });

  it('has no reasoning sent that was there before the gateway knew it', async () => {
    await start();
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 'by-another' };
    const content = [thinking, { type: 'text', text: 'Hello.' }];
    messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
    ];
    await askNext();
    expect(signaturesTo('large')).toEqual([]);
    await askNext();
    expect(signaturesTo('large')).toEqual(['by-large']);
  });

  it('has no reasoning sent of which its caller has left out the beginning', async () => {
    await start();
    const named = { routesmith: { conversation: 'c1' } };
    await askNext({ ...named, model: 'large' });
    await askNext({ ...named, model: 'large' });
    await askNext({ ...named, model: 'small' });
    // What is left begins with an answer of the other model.
    messages = [messages[2] as object, messages[3] as object];
    await askNext({ ...named, model: 'small' });
    expect(signaturesTo('small')).toEqual([]);
    await askNext({ ...named, model: 'small' });
    expect(signaturesTo('small')).toEqual(['by-small']);
  });

  it('has no reasoning sent to a model that answered another request under its name', async () => {
    await start();
    const named = { routesmith: { conversation: 'c1' } };
    await askNext({ ...named, model: 'large' });
    await askNext({ ...named, model: 'large' });
    expect(signaturesTo('large')).toEqual(['by-large']);
    // A title, or the question of a subagent.
    const title = [{ role: 'user', content: 'Name this conversation.' }];
    const side = ask('anthropic', { ...named, model: 'small', messages: title });
    expect((await test.post('/v1/messages', side)).status).toBe(200);
    await askNext({ ...named, model: 'small' });
    expect(signaturesTo('small')).toEqual([]);
    await askNext({ ...named, model: 'small' });
    expect(signaturesTo('small')).toEqual(['by-small']);
  });

  it('has its reasoning sent wherever its client marks the prompt for the cache', async () => {
    await start();
    const named = { routesmith: { conversation: 'c1' } };
    await askNext({ ...named, model: 'large' });
    const [first] = messages as { content: string }[];
    const mark = { cache_control: { type: 'ephemeral' } };
    messages[0] = { ...first, content: [{ type: 'text', text: first?.content, ...mark }] };
    await askNext({ ...named, model: 'large' });
    expect(signaturesTo('large')).toEqual(['by-large']);
  });

  it.each(['its caller left', 'it broke off'])(
    'has no reasoning of a stream sent to the model before it, where %s',
    async (how) => {
      await start();
      const named = { routesmith: { conversation: 'c1' } };
      await askNext({ ...named, model: 'large' });
      const [begin, piece] = messageEvents('I am');
      cutOff = async (response) => {
        await writeStream(response, [begin, piece]);
        if (how === 'it broke off') response.destroy();
      };
      messages.push({ role: 'user', content: 'And now?' });
      const body = ask('anthropic', { ...named, model: 'small', messages, stream: true });
      const response = await test.post('/v1/messages', body);
      const reader = response.body?.getReader();
      await reader?.read();
      if (how === 'it broke off') while ((await reader?.read())?.done === false);
      else await reader?.cancel();
      // Its caller goes on from what it got.
      const thinking = { type: 'thinking', thinking: 'Hm', signature: 'by-small' };
      messages.push({ role: 'assistant', content: [thinking, { type: 'text', text: 'I am' }] });
      expect(await askNext({ ...named, model: 'large' })).toBe('large');
      expect(signaturesTo('large')).toEqual([]);
    },
  );
});

describe('a conversation', () => {
  it('is known after a call in the form before tools', async () => {
    const called = { content: null, function_call: { name: 'add', arguments: '{"a":1}' } };
    const served: Served = { reply: answerWith(called, []) };
    expect(await isKnown('openai', served, false)).toBe(true);
  });

  it('is another one if its first answer called another tool', async () => {
    test = await startGateway({ large: calling('') });
    const [question] = ask('openai')['messages'] as object[];
    await test.post('/v1/chat/completions', ask('openai'));
    for (const name of ['subtract', 'add']) {
      const answer = { role: 'assistant', content: null, tool_calls: [callOf('', name)] };
      const messages = [question, answer, { role: 'user', content: 'Sure?' }];
      await test.post('/v1/chat/completions', ask('openai', { messages }));
    }
    const known = test.log.map(({ isKnownConversation }) => isKnownConversation);
    expect(known).toEqual([false, false, true]);
  });
});
