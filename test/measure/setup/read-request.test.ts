import { describe, expect, it } from 'vitest';
import { readCellRequest } from '../../../src/measure/setup/read-request.js';
import type { JsonValue } from '../../../src/util/json.js';

const user = { role: 'user', content: "What's up?" };
const system = { role: 'system', content: 'Be brief.' };
const tools = [{ type: 'function', function: { name: 'find' } }];

function request(cell: JsonValue): unknown {
  const read = readCellRequest(cell);
  return read.ok ? read.value.request : read.problem;
}

describe('readCellRequest', () => {
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
    ["LangChain's pairs in Python", `[('system', 'Be brief.'), ('human', "What's up?")]`],
    ['Python within an object', `{'messages': [('system', 'Be brief.'), ('user', "What's up?")]}`],
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

  it('takes whole requests of Gemini, ShareGPT and the Responses of OpenAI', () => {
    const parts = [{ text: user.content }];
    const instructed = { messages: [system, user] };
    for (const systemInstruction of ['Be brief.', { parts: [{ text: 'Be brief.' }] }]) {
      expect(request({ contents: [{ parts }], systemInstruction })).toEqual(instructed);
    }
    const conversations = [{ from: 'human', value: user.content }];
    expect(request({ conversations, system: 'Be brief.' })).toEqual(instructed);
    const instructions = 'Be brief.';
    expect(request(JSON.stringify({ instructions, input: [user] }))).toEqual(instructed);
    const typed = { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] };
    expect(request({ input: [typed] })).toEqual({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  it('takes the parts of the Responses of OpenAI one by one, also where no request is around them', () => {
    const url = 'https://example.com/a.png';
    const content = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: url, detail: 'low' },
    ];
    const answer = { type: 'output_text', text: 'A cat.', annotations: [] };
    const turns = [
      { type: 'message', role: 'user', content },
      { type: 'message', id: 'm', status: 'completed', role: 'assistant', content: [answer] },
    ];
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url, detail: 'low' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'A cat.' }] },
    ];
    expect(request(turns)).toEqual({ messages });
    expect(request(JSON.stringify(turns))).toEqual({ messages });
    expect(request({ input: turns, instructions: 'Be brief.' })).toEqual({
      messages: [system, ...messages],
    });
  });

  it('sends no tools in a form that chats do not know, and names them', () => {
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
    const read = readCellRequest({ contents, tools: [{ functionDeclarations: [] }] });
    expect(read).toMatchObject({ value: { unused: ['tools'] } });
    expect(read).not.toHaveProperty('value.request.tools');
    for (const tool of [
      { name: 'find', parameters: {} },
      { name: 'find', input_schema: {} },
      'x',
    ]) {
      const flat = readCellRequest({ model: 'm', messages: [user], tools: [tool] });
      expect(flat).toEqual({
        ok: true,
        value: { request: { messages: [user] }, unused: ['tools'] },
      });
    }
  });

  it.each<[string, JsonValue]>([
    ['of a ticket', { ticket: 5, messages: [{ from: 'Ann', text: 'I want a refund' }] }],
    ['of texts', { messages: ['Hi', 'Bye'] }],
    ['beside a question', { question: 'What?', contents: [{ role: 'user', content: 'A page' }] }],
    ['of a task', { task: 'Summarize', input: [{ role: 'customer', content: 'hi' }] }],
    ['of a store', { store: 'Bonn', id: 1, messages: [{ role: 'customer', content: 'hi' }] }],
  ])('keeps a document with messages %s as the text that it is', (_, value) => {
    const cell = JSON.stringify(value);
    expect(readCellRequest(cell)).toEqual({
      ok: true,
      value: { request: { prompt: cell }, unused: [] },
    });
    expect(request(value)).toEqual({ prompt: cell });
  });

  it('takes no request whose turns it cannot read for a text', () => {
    const turns = [{ role: 'bot', content: 'Hi' }];
    const image = [{ parts: [{ inline_data: {} }] }];
    for (const value of [
      { messages: turns },
      { messages: [] },
      { model: 'm', id: 1, messages: turns },
      { id: 1, messages: turns, tools },
      { id: 1, messages: [user, ...turns] },
      { id: 1, contents: image },
    ]) {
      expect(request(JSON.stringify(value))).toHaveProperty('messages');
    }
  });

  it('names the members of a whole request that are no part of what is asked', () => {
    const read = readCellRequest({
      model: 'm',
      messages: [user],
      context: 'A page.',
      functions: [],
    });
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
    ["[('a', 'b')]", "[('a', 'b')]"],
    ['{"input": [1, 2], "contents": "x"}', '{"input": [1, 2], "contents": "x"}'],
    [
      "messages=[HumanMessage(content='Hi')] Explain it.",
      "messages=[HumanMessage(content='Hi')] Explain it.",
    ],
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
    "{'messages': [HumanMessage(content='Hi')]}",
    "[[HumanMessage(content='Hi')]]",
    "messages=[SystemMessage(content='Hi'), HumanMessage(content='x')]",
    '[[{"role": "user", "content": "cut o',
    '[{"lc": 1, "type": "constructor", "id": ["langchain", "HumanMessage"], "kwargs": {"content": "cut o',
    '[{"type": "human", "content": "cut o',
    '[["system","Be brief."],["human","cut o',
    "[('system', 'Be brief.'), ('human', 'cut o",
    '{"contents":[{"role":"user","parts":[{"text": "cut o',
    '{"model": "m", "messages": [{"content": "cut o',
    '{"instructions": "x", "input": [{"role": "user", "content": "cut o',
  ])('takes no messages that cannot be read for a text: %s', (cell) => {
    expect(request(cell)).toBe('the messages are no complete list in JSON or Python');
  });
});
