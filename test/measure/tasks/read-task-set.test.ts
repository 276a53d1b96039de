import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import papaparse from 'papaparse';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { jsonl, readFailureOf, readTasks, write } from './task-set-files.js';

const capital: Example = {
  id: 'capital',
  prompt: 'What is the capital of France?',
  task: 'geography',
  reference: 'Paris',
  grader: { name: 'contains', options: { caseSensitive: true } },
  metadata: { source: 'hand' },
  weight: 2.5,
};

describe('readTaskSet, whatever the format', () => {
  it('reads the same tasks, with the same fingerprint, from JSONL, CSV and YAML, and gzipped', async () => {
    const row = { ...capital, grader: { name: 'contains', caseSensitive: true } };
    const csv =
      'id,prompt,task,reference,grader,metadata.source,weight\n' +
      'capital,What is the capital of France?,geography,Paris,"{""name"":""contains"",""caseSensitive"":true}",hand,2.5\n';
    const contents: [string, string | Uint8Array][] = [
      ['a.jsonl', jsonl(row)],
      ['a.ndjson', `${jsonl(row)}\n\n`],
      ['a.csv', csv],
      ['a.CSV', csv.replaceAll('\n', '\r\n')],
      ['a.csv', `\ufeff${csv}`],
      ['a.yaml', stringify([row])],
      ['a.yml', stringify({ tasks: [row] })],
      ['a.jsonl.gz', gzipSync(jsonl(row))],
      ['a.csv.gz', gzipSync(csv)],
      ['a.yaml.gz', gzipSync(stringify([row]))],
    ];
    const fingerprints = new Set<string>();
    for (const [name, content] of contents) {
      const set = await readTaskSet(await write(name, content), { checkGrader });
      expect(set.examples).toEqual([capital]);
      fingerprints.add(set.fingerprint);
    }
    expect(fingerprints.size).toBe(1);
  });

  it('is named after the file, without folder and extensions', async () => {
    const file = await write('my.tasks.jsonl.gz', gzipSync(jsonl({ prompt: 'a' })));
    const set = await readTaskSet(file);
    expect(`${set.name}.jsonl.gz`).toBe(basename(file));
    expect(set.file).toBe(file);
  });

  it('reads conversations, tools and image parts', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'input_audio', input_audio: { data: '...' } },
        ],
      },
      { role: 'assistant', tool_calls: [{ id: '1' }] },
      { role: 'tool', tool_call_id: '1', content: 'a cat' },
    ];
    const tools = [{ type: 'function', function: { name: 'look' } }];
    const [chat, promptWithTools] = await readTasks(
      'a.jsonl',
      jsonl({ messages, tools }, { prompt: 'Look!', tools }),
    );
    expect(chat?.prompt).toEqual({ messages, tools });
    expect(promptWithTools?.prompt).toEqual({
      messages: [{ role: 'user', content: 'Look!' }],
      tools,
    });
  });

  it('takes null for absent', async () => {
    const [example] = await readTasks(
      'a.jsonl',
      jsonl({ id: 'a', prompt: 'p', messages: null, task: null, reference: null, grader: null }),
    );
    expect(example).toEqual({
      id: 'a',
      prompt: 'p',
      task: undefined,
      reference: undefined,
      grader: undefined,
      metadata: {},
    });
  });

  it('derives an id from the prompt alone, so that a new grader or place keeps it', async () => {
    const [one] = await readTasks('a.jsonl', jsonl({ prompt: 'p' }));
    const [, moved] = await readTasks(
      'a.jsonl',
      jsonl({ prompt: 'q' }, { prompt: 'p', task: 't', reference: 'r', grader: 'exact' }),
    );
    const [asMessage] = await readTasks(
      'a.jsonl',
      jsonl({ messages: [{ role: 'user', content: 'p' }] }),
    );
    expect(one?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(moved?.id).toBe(one?.id);
    expect(asMessage?.id).toBe(one?.id);
  });

  it('keeps keys such as __proto__ in metadata as plain data', async () => {
    const [example] = await readTasks(
      'a.jsonl',
      '{"prompt": "p", "metadata": {"__proto__": {"polluted": true}}}',
    );
    expect(Object.keys(example?.metadata ?? {})).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  const anyRow = fc.record({
    prompt: fc.string({ unit: 'grapheme' }).map((text) => `p ${text.replaceAll('\r', '')}`),
    task: fc.constantFrom('one', 'two'),
    reference: fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((text) => `r${text.replaceAll('\r', '')}`),
  });

  it('round-trips any text through each format', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 5 }), async (rows) => {
        const numbered = rows.map((row, index) => ({ id: `task ${index}`, ...row }));
        const expected = numbered.map((row) => ({ ...row, grader: undefined, metadata: {} }));
        expect(await readTasks('a.jsonl', jsonl(...numbered))).toEqual(expected);
        expect(await readTasks('a.csv', papaparse.unparse(numbered))).toEqual(expected);
        expect(await readTasks('a.yaml', stringify(numbered))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('readTaskSet, with defaults for the file', () => {
  const defaults = { task: 'sums', grader: 'numeric', metadata: { author: 'me', level: 1 } };

  it('takes them from a sidecar; a row goes before, and metadata is merged', async () => {
    const file = await write(
      'a.jsonl',
      jsonl(
        { id: 'a', prompt: '1 + 1?', reference: 2 },
        {
          id: 'b',
          prompt: 'b',
          reference: 'x',
          task: 'text',
          grader: 'exact',
          metadata: { level: 2 },
        },
      ),
    );
    await writeFile(`${file}.defaults.yaml`, stringify(defaults));
    const { examples } = await readTaskSet(file, { checkGrader });
    expect(examples[0]).toEqual({
      id: 'a',
      prompt: '1 + 1?',
      reference: 2,
      task: 'sums',
      grader: { name: 'numeric', options: {} },
      metadata: { author: 'me', level: 1 },
    });
    expect(examples[1]).toMatchObject({
      task: 'text',
      grader: { name: 'exact' },
      metadata: { author: 'me', level: 2 },
    });
  });

  it('takes them from the head of a YAML file', async () => {
    const [example] = await readTasks(
      'a.yaml',
      stringify({ defaults, tasks: [{ prompt: '1 + 1?', reference: 2 }] }),
    );
    expect(example).toMatchObject({ task: 'sums', grader: { name: 'numeric', options: {} } });
  });

  it('refuses two places for them', async () => {
    const file = await write(
      'a.yaml',
      stringify({ defaults, tasks: [{ prompt: 'a', reference: 2 }] }),
    );
    await writeFile(`${file}.defaults.yaml`, stringify(defaults));
    expect(await readFailureOf(file)).toContain('FILE:2: defaults are also in FILE.defaults.yaml');
  });

  it('reports what is wrong with them, in their own file', async () => {
    const file = await write('a.jsonl', jsonl({ prompt: 'a' }));
    await writeFile(`${file}.defaults.yaml`, '# comment\ngradr: exact\n');
    expect(await readFailureOf(file)).toContain(
      'FILE.defaults.yaml:2: defaults: unknown name "gradr" (did you mean "grader"?',
    );
    await writeFile(`${file}.defaults.yaml`, 'grader: [');
    expect(await readFailureOf(file)).toContain('FILE.defaults.yaml:1: not valid YAML');
  });
});
