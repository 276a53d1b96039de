import papaparse from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readFailure, readTasks } from './task-set-files.js';

describe('readTaskSet, from CSV', () => {
  it('counts lines as an editor does, also after cells of several lines', async () => {
    const csv = 'id,prompt\n\na,"one\ntwo\nthree"\nb,\nc,"x\r\ny"\nd,\n';
    const message = await readFailure('a.csv', csv);
    expect(message).toContain('FILE:6: neither prompt');
    expect(message).toContain('FILE:9: neither prompt');
  });

  it('reads a reference as JSON where it starts with [ or {, and as text if not', async () => {
    const csv = 'prompt,reference\na,"[""x"", 1]"\nb,"{""k"": 2}"\nc,42\nd,true\ne,"""q"""\nf,\n';
    const examples = await readTasks('a.csv', csv);
    expect(examples.map((example) => example.reference)).toEqual([
      ['x', 1],
      { k: 2 },
      '42',
      'true',
      '"q"',
      undefined,
    ]);
  });

  it('reads messages and tools as JSON', async () => {
    const csv = papaparse.unparse([
      { messages: '[{"role":"user","content":"hi"}]', tools: '[{"type":"function"}]' },
    ]);
    const [example] = await readTasks('a.csv', csv);
    expect(example?.prompt).toEqual({
      messages: [{ role: 'user', content: 'hi' }],
      tools: [{ type: 'function' }],
    });
  });

  it.each([
    ['semicolons', 'id;prompt\na;one, two\n'],
    ['tabs', 'id\tprompt\na\tone, two\n'],
  ])('tells %s from the header', async (_, csv) => {
    expect(await readTasks('a.csv', csv)).toMatchObject([{ id: 'a', prompt: 'one, two' }]);
  });

  it('reads a file of prompts only', async () => {
    expect(await readTasks('a.csv', 'prompt\n"a, b; c"\nd\n')).toHaveLength(2);
  });

  it.each([
    [
      'an unknown column',
      'id,promt\na,b',
      'FILE:1: header: unknown name "promt" (did you mean "prompt"?',
    ],
    ['a column twice', 'prompt,prompt\na,b', 'occurs twice'],
    ['two kinds of metadata', 'prompt,metadata,metadata.x\na,{},b', 'use either "metadata" or'],
    ['too many cells', 'id,prompt\na,b\nc,d,e', 'FILE:3: 3 cells where the header has 2'],
    [
      'a quote left open',
      'prompt\na\n"b\nc\n',
      'FILE:3: a quoted cell of this row is never closed',
    ],
    ['bad JSON', 'prompt,reference\na,[b', 'FILE:2: reference: not valid JSON'],
    [
      'a missing prompt, as programs write it',
      'id,prompt\na,b\nc,NaN\n',
      'FILE:3: the prompt is only "NaN", as programs write where one is missing',
    ],
    ['a blank prompt', 'id,prompt\na,"  "\n', 'FILE:2: prompt: must not be blank'],
    ['a header only', 'id,prompt\n', 'FILE: the task set is empty'],
    ['an empty file', '', 'FILE: the task set is empty'],
  ])('reports %s', async (_, csv, expected) => {
    expect(await readFailure('a.csv', csv)).toContain(expected);
  });
});
