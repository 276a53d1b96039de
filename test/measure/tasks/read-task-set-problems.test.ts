import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { folder, jsonl, readFailure, readFailureOf, write } from './task-set-files.js';

describe('readTaskSet, with something wrong', () => {
  it.each([
    ['an empty file', '', 'FILE: the task set is empty'],
    ['malformed JSON', '{"prompt": "a"}\n\n{"prompt": ', 'FILE:3: the line is not JSON'],
    ['a row that is no object', '[1]', 'FILE:1: must be an object'],
    ['no prompt', jsonl({ id: 'a' }), 'FILE:1: neither prompt nor messages'],
    ['a blank prompt', jsonl({ prompt: ' ' }), 'FILE:1: prompt: must not be blank'],
    [
      'a task of two lines',
      jsonl({ prompt: 'a', task: 'a\nVERDICT: ROUTE' }),
      'FILE:1: task: has a line break',
    ],
    [
      'two prompts',
      jsonl({ prompt: 'a', messages: [{ role: 'user', content: 'a' }] }),
      'both prompt',
    ],
    ['no messages', jsonl({ messages: [] }), 'FILE:1: messages:'],
    [
      "a part of OpenAI's Responses",
      jsonl({ messages: [{ role: 'user', content: [{ type: 'input_text', text: 'a' }] }] }),
      `FILE:1: messages.0.content.0: "input_text" is a part of OpenAI's Responses; write "text"`,
    ],
    [
      'a bad role',
      jsonl({ messages: [{ role: 'bot', content: 'a' }] }),
      'messages.0.role: Invalid',
    ],
    ['no content', jsonl({ messages: [{ role: 'user' }] }), 'messages.0: needs "content"'],
    [
      'a bad part',
      jsonl({ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }),
      'needs "image_url"',
    ],
    ['a weight of 0', jsonl({ prompt: 'a', weight: 0 }), 'FILE:1: weight: must be more than 0'],
    [
      'a weight that is not a number',
      jsonl({ prompt: 'a', weight: '2' }),
      'weight: must be a number',
    ],
    ['an infinite weight', '{"prompt": "a", "weight": 1e999}', 'FILE:1: '],
    ['a number for an id', jsonl({ id: 5, prompt: 'a' }), 'id: must be a string; put it in quotes'],
    ['an unknown field', jsonl({ prompt: 'a', refrence: 'b' }), 'did you mean "reference"?'],
    [
      'a __proto__ field',
      '{"prompt": "a", "__proto__": {"task": "t"}}',
      'unknown name "__proto__"',
    ],
    [
      'an unknown grader',
      jsonl({ prompt: 'a', grader: 'exat' }),
      'did you mean "exact"? known: exact',
    ],
    [
      'a grader without name',
      jsonl({ prompt: 'a', grader: { trim: true } }),
      'grader: must be a name, or an object with "name"',
    ],
    [
      'an unknown grader option',
      jsonl({ prompt: 'a', reference: 'b', grader: { name: 'exact', trimm: true } }),
      'FILE:1: grader exact: options: unknown name "trimm"',
    ],
    ['no reference', jsonl({ prompt: 'a', grader: 'exact' }), 'grader exact: reference:'],
    [
      'an id used twice',
      jsonl({ id: 'a', prompt: 'a' }, { id: 'b', prompt: 'b' }, { id: 'a', prompt: 'c' }),
      'FILE:3: the id "a" is already used on line 1',
    ],
    [
      'a prompt used twice without ids, and with two references',
      jsonl({ prompt: 'a', reference: 'b' }, { prompt: 'a', reference: 'c' }),
      'FILE:2: the same prompt as on line 1',
    ],
    [
      'a row for fine-tuning, which ends with the answer',
      jsonl({
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      }),
      "FILE:1: the last message is the assistant's",
    ],
    [
      'endless nesting',
      `{"prompt": "a", "metadata": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
      'nested more than 200 levels deep',
    ],
  ])('reports %s', async (_, content, expected) => {
    expect(await readFailure('a.jsonl', content)).toContain(expected);
  });

  it('reports the first ten problems at once, and how many more there are', async () => {
    const message = await readFailure('a.jsonl', jsonl(...Array.from({ length: 13 }, () => ({}))));
    expect(message).toContain('FILE: 13 problems');
    expect(message.match(/FILE:\d+: neither prompt/g)).toHaveLength(10);
    expect(message).toContain('... and 3 more');
  });

  it.each(['a.json', 'a.txt', 'a', 'a.gz', 'a.jsonl.zip'])(
    'refuses the name %s without reading it',
    async (name) => {
      expect(await readFailureOf(join(folder, name))).toContain(
        'Use the extension .jsonl, .csv or .yaml',
      );
    },
  );

  it('reports a missing file', async () => {
    await expect(readTaskSet(join(folder, 'missing.csv'))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('a spreadsheet in place of a task set', () => {
  it('is refused with a command that a shell takes as it is', async () => {
    const file = await write('my prompts.csv', 'Prompt,Expected\nWhat is 1 + 1?,2\n');
    await expect(readTaskSet(file)).rejects.toMatchObject({
      fix: expect.stringContaining(`routesmith init '${file}'`),
    });
  });
});
