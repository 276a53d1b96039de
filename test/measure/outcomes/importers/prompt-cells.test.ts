import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Why?' },
];
const json = JSON.stringify(messages);
const python = "[{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content': 'Why?'}]";
const note = 'the prompts of 1 row are messages or requests, and are read as messages';

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe('a prompt that holds messages', () => {
  it.each([
    ['JSON', json],
    ['Python', python],
    ['a request', JSON.stringify({ model: 'm', temperature: 0, messages })],
    [
      'the form of LangChain',
      JSON.stringify([
        ['system', 'Be brief.'],
        ['human', 'Why?'],
      ]),
    ],
  ])('is read as messages, not as text: %s', async (_, cell) => {
    const long = await importFiles(
      { 'x.csv': `input,model,quality\n${quote(cell)},m,1\n` },
      {
        format: 'outcomes',
        map: ['prompt=input'],
      },
    );
    const wide = await importFiles(
      { 'x.csv': `prompt,m_score,m_cost\n${quote(cell)},1,1\n` },
      { format: 'wide' },
    );
    const lines = await importFiles({
      'x.jsonl': JSON.stringify({ prompt: cell, model: 'm', quality: 1 }),
    });
    for (const { table, report } of [long, wide, lines]) {
      expect(table.prompts[0]?.prompt).toMatchObject({ messages });
      expect(report.notes).toContain(note);
    }
  });

  it('is read where JSON holds a list or a request', async () => {
    for (const prompt of [messages, { model: 'm', messages }]) {
      const row = JSON.stringify({ prompt, model: 'm', quality: 1 });
      const { table } = await importFiles({ 'x.jsonl': row });
      expect(table.prompts[0]?.prompt).toMatchObject({ messages });
    }
  });

  it('is one prompt for requests to several models, with their tools', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    const rows = ['a', 'b'].map((model) =>
      JSON.stringify({ prompt: { model, messages, tools, trace: 7 }, model, quality: 1 }),
    );
    const { table, report } = await importFiles({ 'x.jsonl': rows.join('\n') });
    expect(table.prompts.map(({ prompt }) => prompt)).toMatchObject([{ messages, tools }]);
    expect(report.notes.join()).toContain('not read of them: "trace"');
  });

  it('is invalid where its messages were cut', async () => {
    const text = `prompt,model,quality\n${quote(json.slice(0, -9))},m,1\n`;
    await expect(importFiles({ 'x.csv': text })).rejects.toThrow(
      'x.csv:2: the messages are no complete list in JSON or Python',
    );
  });
});

describe('a prompt in Python as messages', () => {
  it('is read', async () => {
    const text = `messages,model,quality\n${quote(python)},m,1\n`;
    const { table } = await importFiles({ 'x.csv': text });
    expect(table.prompts[0]?.prompt).toMatchObject({ messages });
  });
});

describe('a prompt that only looks like JSON', () => {
  it.each([
    '[{"role": "Agent", "content": "Hi"}, {"role": "Customer", "content": "Why?"}]',
    '{"total": 3}',
    '[1, 2]',
    '[INST] Why?',
    `${json} Who wrote this?`,
    '{"text": "Why?"}',
  ])('stays a text: %s', async (cell) => {
    const text = `prompt,model,quality\n${quote(cell)},m,1\n`;
    const { table, report } = await importFiles({ 'x.csv': text });
    expect(table.prompts[0]?.prompt).toBe(cell);
    expect(report.notes).toEqual(['no cell has a cost; add --prices to compute costs']);
  });
});

describe('an object around the text of a prompt', () => {
  it.each([
    ['x.csv', `inputs,model,quality\n${quote('{"question": "Why?"}')},m,1\n`, ['prompt=inputs']],
    ['x.jsonl', '{"prompt":{"question":"Why?"},"model":"m","quality":1}', []],
  ])('is left away in %s', async (name, text, map) => {
    const { table, report } = await importFiles({ [name]: text }, { format: 'outcomes', map });
    expect(table.prompts[0]?.prompt).toBe('Why?');
    expect(report.notes).toContain('the prompts of 1 row are objects around a text, which is read');
  });

  it('with other members is refused in JSON', async () => {
    const text = '{"prompt":{"question":"Why?","context":"x"},"model":"m","quality":1}';
    await expect(importFiles({ 'x.jsonl': text })).rejects.toThrow('expected string');
  });
});
