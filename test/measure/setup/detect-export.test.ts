import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectKind } from '../../../src/measure/setup/detect-export.js';
import { draftTaskSet } from '../../../src/measure/setup/draft-task-set.js';
import { readSource } from '../../../src/measure/setup/read-source.js';
import { readTable } from '../../../src/measure/tables/read-table.js';
import { writeTestFiles } from '../outcomes/write-test-files.js';

async function write(name: string, text: string): Promise<string> {
  return join(await writeTestFiles({ [name]: text }), name);
}

async function draft(name: string, text: string) {
  const source = await readSource(await write(name, text), new Map());
  return { ...source, draft: draftTaskSet(source, source.mapping) };
}

const jsonl = (...rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

describe('detectKind', () => {
  it.each([
    ['id,dataset_id,input,expected,category', 'table'],
    ['input,expected_output,category', 'table'],
    ['input,output,trace_id,type', 'table'],
    ['input,actual_output,session_id', 'table'],
    ['inputs,targets,task', 'table'],
    ['inputs,outputs', 'table'],
    ['prompt,context,outputs', 'table'],
    ['id,traceId,name,input,output', 'langfuse'],
    ['id,input,expectedOutput', 'table'],
    ['id,datasetId,input,expectedOutput', 'langfuse'],
    ['id,datasetName,input,expectedOutput', 'langfuse'],
    ['name,input,actualOutput,expectedOutput', 'table'],
    ['id,input,sourceTraceId', 'langfuse'],
    ['id,sessionId,input,output', 'langfuse'],
    ['id,run_type,inputs,outputs', 'langsmith'],
    ['inputs,reference_outputs', 'langsmith'],
  ])('takes a table of texts for what its columns say: %s', async (header, kind) => {
    const cells = header.split(',').map((name) => `${name}?`);
    const file = await write('x.csv', `${header}\n${cells.join(',')}\n`);
    expect(detectKind(await readTable(file))).toBe(kind);
  });

  it.each([
    [{ inputs: { question: 'Why?' }, outputs: { answer: 'So.' } }, 'langsmith'],
    [{ inputs: '{"question": "Why?"}', outputs: '{"answer": "So."}' }, 'langsmith'],
    [{ inputs: "{'question': 'Why?'}", outputs: "{'answer': 'So.'}" }, 'langsmith'],
    [{ inputs: '{name} is who?', outputs: 'Bob' }, 'table'],
    [{ prompt: 'Extract it.', outputs: { total: 3 } }, 'table'],
    [{ inputs: 'Extract it.', outputs: { total: 3 } }, 'table'],
    [{ inputs: 'Why?', outputs: { answer: 'So.' } }, 'langsmith'],
    [{ dataset_id: 'd', input: 'Why?', expected_output: { answer: 'So.' } }, 'langfuse'],
    [{ dataset_id: 'd', input: 'Extract it.', expected_output: { total: 3 } }, 'table'],
    [{ dataset_id: 'd', input: { question: 'Why?' }, expected_output: 'So.' }, 'langfuse'],
    [{ input: { question: 'Why?' }, expectedOutput: 'So.' }, 'langfuse'],
    [{ input: '{"question": "Why?"}', actualOutput: 'No.', expectedOutput: 'So.' }, 'table'],
    [{ trace_id: 't', type: 'GENERATION', input: 'Why?', output: 'So.' }, 'langfuse'],
    [{ trace_id: 't', type: 'faq', input: 'Why?', output: 'So.' }, 'table'],
  ])('looks into the cells where columns alone do not tell: %j', async (row, kind) => {
    const file = await write('x.jsonl', jsonl(row));
    expect(detectKind(await readTable(file))).toBe(kind);
  });
});

describe('guessExportColumn', () => {
  it('finds what an export has no column of its own for', async () => {
    const row = {
      id: 'i',
      traceId: 't',
      input: 'Why?',
      output: 'No.',
      expected: 'So.',
      topic: 'x',
    };
    const { kind, mapping } = await draft('x.jsonl', jsonl(row));
    expect(kind).toBe('langfuse');
    expect(mapping).toEqual({ prompt: 'input', reference: 'expected', task: 'topic' });
    const inputs = { question: 'Why?' };
    const flan = await draft('x.jsonl', jsonl({ inputs, targets: 'So.', category: 'x' }));
    expect(flan.mapping).toEqual({ prompt: 'inputs', reference: 'targets', task: 'category' });
  });

  it('takes no type of a record for a label, and no output for an expected answer', async () => {
    const row = { traceId: 't', type: 'GENERATION', input: 'Why?', output: 'No.', answer: 'No.' };
    expect((await draft('x.jsonl', jsonl(row))).mapping).toEqual({ prompt: 'input' });
  });
});

describe('readSource', () => {
  it.each(['trace_id', 'session_id'])(
    'takes no answer beside a column %s for the expected one, and says so',
    async (column) => {
      const text = `input,output,${column}\nWhy?,So.,1\n`;
      const { mapping, table } = await draft('x.csv', text);
      expect(mapping).toEqual({ prompt: 'input' });
      expect(table.notes.join()).toContain(
        `"output" is not taken for the expected answer: as there is a column "${column}"`,
      );
      const labeled = await draft('x.csv', `text,label,${column}\nNice!,positive,1\n`);
      expect(labeled.mapping.reference).toBe('label');
    },
  );

  const question = 'Capital of Italy?';
  const asked = `${question}\n\nA) Rome\nB) Paris\nC) Bonn\n\nAnswer with the letter of the right option.`;
  const letters = { A: 'Rome', B: 'Paris', C: 'Bonn' };
  const choices = ['Rome', 'Paris', 'Bonn'];

  it.each([
    ['columns', { input: question, ...letters, expected_output: 'A' }],
    ['columns of an export', { input: question, ...letters, expectedOutput: 'A' }],
    ['a list of an export', { input: { question }, choices, datasetId: 'd', expectedOutput: 'A' }],
    ['inputs', { inputs: { question, choices }, outputs: { answer: 'A' } }],
    ['letters in inputs', { inputs: { question, ...letters }, outputs: { answer: 'A' } }],
    [
      'Python',
      {
        inputs: `{'question': '${question}', 'choices': ['Rome', 'Paris', 'Bonn']}`,
        outputs: "{'answer': 'A'}",
      },
    ],
  ])('asks the questions of an export with their options: %s', async (_, row) => {
    const { draft: made, table } = await draft('x.jsonl', jsonl(row));
    expect(made.examples).toMatchObject([{ request: { prompt: asked }, reference: 'A' }]);
    expect(table.notes.join()).not.toContain('not part of the prompts');
  });

  it('expects no letter of options that an export has and its prompts lack', async () => {
    const inputs = { question, choices: 'see above' };
    const { draft: made, table } = await draft(
      'x.jsonl',
      jsonl({ inputs, outputs: { answer: 'A' } }),
    );
    expect(made.examples).toMatchObject([{ request: { prompt: question }, reference: undefined }]);
    expect(table.notes.join()).toContain('"choices" may hold the options of "inputs"');
  });
});
