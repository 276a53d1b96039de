import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../src/measure/setup/read-request.js';
import type { JsonValue } from '../../../src/util/json.js';

const user = { role: 'user', content: "What's up?" };
const system = { role: 'system', content: 'Be brief.' };
const tools = [{ type: 'function', function: { name: 'find' } }];

function request(cell: JsonValue): unknown {
  const read = readRequest(cell);
  return read.ok ? read.value.request : read.problem;
}

describe('readRequest', () => {
  it.each<[string, string]>([
    ['JSON', JSON.stringify([system, user])],
    [
      'Python',
      `[{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content': "What's up?"}]`,
    ],
    [
      'NumPy',
      `[{'content': 'Be brief.', 'role': 'system'}\n {'content': "What's up?", 'role': 'user'}]`,
    ],
  ])('reads messages that a cell holds as %s writes them', (_, cell) => {
    expect(request(cell)).toEqual({ messages: [system, user] });
  });

  it('takes the messages of a whole request, with its tools and instructions', () => {
    const whole = { model: 'm', temperature: 0, messages: [user] };
    expect(request(whole)).toEqual({ messages: [user] });
    expect(request(JSON.stringify(whole))).toEqual({ messages: [user] });
    expect(request({ ...whole, tools })).toEqual({ messages: [user], tools });
    expect(request({ ...whole, tools: [] })).toEqual({ messages: [user] });
    const parts = [{ type: 'text', text: 'Be brief.' }];
    for (const given of ['Be brief.', parts]) {
      expect(request({ ...whole, system: given })).toEqual({ messages: [system, user] });
    }
  });

  it('names the members of a whole request that are no part of what is asked', () => {
    const read = readRequest({ model: 'm', messages: [user], context: 'A page.', functions: [] });
    expect(read).toMatchObject({ value: { request: { messages: [user] }, unused: ['context'] } });
  });

  it('reads a single message', () => {
    expect(request(user)).toEqual({ messages: [user] });
    expect(request(JSON.stringify(user))).toEqual({ messages: [user] });
  });

  it.each<[JsonValue, string]>([
    [{ question: 'Why?', tone: 'curt' }, '{"question":"Why?","tone":"curt"}'],
    ['{"total": 3}', '{"total": 3}'],
    ['{name} is who?', '{name} is who?'],
    ["['a', 'b']", "['a', 'b']"],
    ['[{"sku": 1}] Sum it up.', '[{"sku": 1}] Sum it up.'],
    ['{"role": "nurse", "content": "x"}', '{"role": "nurse", "content": "x"}'],
    [`${JSON.stringify([user])} Sum it up.`, `${JSON.stringify([user])} Sum it up.`],
    [' a\r\nb ', 'a\nb'],
  ])('leaves other texts and objects as they are: %j', (cell, prompt) => {
    expect(request(cell)).toEqual({ prompt });
  });

  it.each([
    '[{"role": "user", "content": "cut o',
    "[{'role': 'user', 'content': 'cut o",
    '{"model": "m", "messages": [{"role": "user", "content": "cut o',
    "[HumanMessage(content='Hi', additional_kwargs={})]",
    "[{'role': 'user', 'content': <Object at 0x7f>}]",
  ])('takes no messages that cannot be read for a text: %s', (cell) => {
    expect(request(cell)).toBe('the messages are no complete list in JSON or Python');
  });
});
