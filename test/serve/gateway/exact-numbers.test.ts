import { afterEach, describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import {
  ask,
  buildMessage,
  errorIn,
  pathOf,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer } from '../../support/router.js';
import type { Reply } from '../../support/scripted-server.js';

const names: readonly ProtocolName[] = ['openai', 'anthropic'];
const pairs = names.flatMap((caller) => names.map((model) => [caller, model] as const));
/** No number of JavaScript has these digits. */
const digits = '1234567890123456789';
let test: TestGateway;

afterEach(() => test.close());

/** Writes the word BIG without its quotes as the digits. */
function write(value: unknown): string {
  return JSON.stringify(value).replaceAll('"BIG"', digits).replaceAll('\\"BIG\\"', digits);
}

function replyText(text: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(text);
  };
}

const called = { name: 'find', arguments: '{"id":"BIG"}' };
const calls = [{ id: 'c1', type: 'function', function: called }];
const toolUse = { type: 'tool_use', id: 'c1', name: 'find', input: { id: 'BIG' } };
const answers = {
  openai: write(
    buildAnswer(null, {
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, tool_calls: calls },
          finish_reason: 'tool_calls',
        },
      ],
    }),
  ),
  anthropic: write(buildMessage([toolUse], 'tool_use')),
};
const turns = {
  openai: [
    { role: 'user', content: 'Find it' },
    { role: 'assistant', content: null, tool_calls: calls },
    { role: 'tool', tool_call_id: 'c1', content: 'Found' },
  ],
  anthropic: [
    { role: 'user', content: 'Find it' },
    { role: 'assistant', content: [toolUse] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'Found' }] },
  ],
};

describe.each(pairs)(
  'a tool call with a long number, for %s from a model of %s',
  (caller, kind) => {
    it('keeps its digits, in the answer and in the history', async () => {
      test = await startGateway({ large: { kind, reply: replyText(answers[kind]) } });
      for (const members of [{}, { stream: true }, { routesmith: { explain: true } }]) {
        const body = write(ask(caller, { messages: turns[caller], ...members }));
        const response = await test.post(pathOf[caller], body);
        expect(response.status).toBe(200);
        const text = await response.text();
        expect(text).toContain(digits);
        if (!('stream' in members)) expect(() => JSON.parse(text) as unknown).not.toThrow();
      }
      const sent = test.servers['large']?.requests.map(({ text }) => text) ?? [];
      expect(sent.map((text) => text?.includes(digits))).toEqual([true, true, true]);
    });
  },
);

/** Bounds of 64-bit integers, as generators of code write them. */
const schema = {
  type: 'object',
  properties: { id: { type: 'integer', maximum: 'BIG' } },
  required: ['id'],
};
const tools = {
  openai: [{ type: 'function', function: { name: 'find', parameters: schema } }],
  anthropic: [{ name: 'find', input_schema: schema }],
};

describe.each(pairs)(
  'a tool’s schema with a long number, for %s to a model of %s',
  (caller, kind) => {
    it('keeps its digits', async () => {
      test = await startGateway({ large: { kind, reply: replyText(answers[kind]) } });
      const body = write(ask(caller, { tools: tools[caller], messages: turns[caller] }));
      expect((await test.post(pathOf[caller], body)).status).toBe(200);
      const sent = test.servers['large']?.requests[0]?.text ?? '';
      expect(sent).toContain(write(schema));
      expect(sent.split(digits)).toHaveLength(3);
    });
  },
);

describe('a long number in what a model’s own protocol has beside', () => {
  it.each([
    ['openai', { functions: [{ name: 'find', parameters: schema }] }],
    [
      'openai',
      {
        response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema } },
      },
    ],
    ['anthropic', { output_config: { format: { type: 'json_schema', schema } } }],
    ['anthropic', { output_format: { type: 'json_schema', schema } }],
    ['anthropic', { tools: [{ ...tools.anthropic[0], input_examples: [{ id: 'BIG' }] }] }],
  ] as const)('keeps its digits: %s, %j', async (caller, members) => {
    test = await startGateway({ large: { kind: caller, reply: replyText(answers[caller]) } });
    const response = await test.post(pathOf[caller], write(ask(caller, members)));
    expect(response.status).toBe(200);
    const [name, member] = Object.entries(members)[0] as [string, unknown];
    expect(test.servers['large']?.requests[0]?.text).toContain(`"${name}":${write(member)}`);
  });
});

describe('a long number anywhere else in a request', () => {
  it.each([
    ['openai', { seed: 'BIG' }, 'seed'],
    [
      'openai',
      { tools: [{ type: 'function', function: { name: 'a', n: 'BIG' } }] },
      'tools.0.function.n',
    ],
    ['openai', { tools: [{ ...tools.openai[0], n: 'BIG' }] }, 'tools.0.n'],
    ['anthropic', { metadata: { n: 'BIG' } }, 'metadata.n'],
    ['anthropic', { messages: turns.anthropic, metadata: { n: 'BIG' } }, 'metadata.n'],
  ] as const)('is refused by name: %s, %j', async (caller, members, param) => {
    test = await startGateway({ large: { kind: caller, reply: replyText(answers[caller]) } });
    const response = await test.post(pathOf[caller], write(ask(caller, members)));
    expect(response.status).toBe(400);
    const { message } = await errorIn(response);
    expect(message).toBe(
      `${param}: has a number that cannot be kept exactly. Send it as a string.`,
    );
    expect(test.servers['large']?.requests).toEqual([]);
  });
});

describe('a whole answer of the caller’s own protocol', () => {
  it.each(names)('is passed on as it was written, for %s', async (kind) => {
    const written = answers[kind].replace('{', '{ "request_number" : 98765432109876543210, ');
    test = await startGateway({ large: { kind, reply: replyText(written) } });
    const response = await test.post(pathOf[kind], ask(kind));
    expect(await response.text()).toBe(written);
  });
});
