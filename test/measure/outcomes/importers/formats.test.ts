import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import {
  formatNames,
  type OutcomeFormat,
} from '../../../../src/measure/outcomes/importers/format-names.js';
import { formats } from '../../../../src/measure/outcomes/importers/formats.js';
import { importFiles } from './import-files.js';

/** A model's result on a prompt; undefined where its call failed. */
interface Result {
  readonly prompt: string;
  readonly model: string;
  readonly quality: 0 | 1 | undefined;
}

const results: readonly Result[] = [
  { prompt: 'Two plus two?', model: 'small', quality: 1 },
  { prompt: 'Two plus two?', model: 'large', quality: 1 },
  { prompt: 'Name a prime.', model: 'small', quality: 0 },
  { prompt: 'Name a prime.', model: 'large', quality: undefined },
];

const answered = results.filter(({ quality }) => quality !== undefined);
const prompts = ['Two plus two?', 'Name a prime.'];
const models = ['small', 'large'];

function qualityOf(prompt: string, model: string): string {
  const found = results.find((result) => result.prompt === prompt && result.model === model);
  return found?.quality === undefined ? '' : String(found.quality);
}

const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

function wideCsv(header: readonly string[], cells: (prompt: string) => readonly string[]): string {
  return [header, ...prompts.map((prompt) => [prompt, ...cells(prompt)])]
    .map((row) => row.map((cell) => `"${cell}"`).join(','))
    .join('\n');
}

/** The results as each tool records them. A failed call is recorded as the tool does it. */
const files: Readonly<Record<OutcomeFormat, Readonly<Record<string, string | Uint8Array>>>> = {
  routerbench: {
    'routerbench.csv': wideCsv(
      ['prompt', ...models, ...models.map((model) => `${model}|total_cost`)],
      (prompt) => [...models.map((model) => qualityOf(prompt, model)), '0.5', '0.5'],
    ),
  },
  embedllm: {
    'train.csv': [
      'prompt_id,model_id,category_id,label,prompt,model_name,category',
      ...answered.map(
        ({ prompt, model, quality }) =>
          `${prompts.indexOf(prompt)},${models.indexOf(model)},0,${quality},${prompt},${model},arithmetic`,
      ),
    ].join('\n'),
  },
  llmrouterbench: {
    'records.jsonl': lines(
      results.map(({ prompt, model, quality }, index) => ({
        dataset_id: 'sums',
        split: 'test',
        model_name: model,
        record_index: index,
        origin_query: prompt,
        prompt,
        prediction: '4',
        raw_output: quality === undefined ? '' : 'It is 4.',
        ground_truth: '4',
        score: quality ?? 0,
        prompt_tokens: 12,
        completion_tokens: quality === undefined ? 0 : 5,
        cost: 0,
      })),
    ),
  },
  'lm-eval': Object.fromEntries(
    models.map((model) => [
      `sums-${model}.jsonl`,
      lines(
        results
          .filter((result) => result.model === model)
          .map(({ prompt, quality }, index) => ({
            doc_id: index,
            target: '4',
            arguments: { gen_args_0: { arg_0: prompt, arg_1: { until: ['\n'] } } },
            resps: [[quality === undefined ? '' : '4']],
            filtered_resps: ['4'],
            filter: 'none',
            metrics: ['exact_match'],
            exact_match: quality ?? 0,
          })),
      ),
    ]),
  ),
  promptfoo: {
    'results.json': JSON.stringify({
      evalId: 'eval-1',
      results: {
        version: 3,
        results: results.map(({ prompt, model, quality }) => ({
          provider: { id: model },
          prompt: { raw: prompt, label: 'p' },
          promptIdx: 0,
          vars: {},
          success: quality === 1,
          score: quality ?? 0,
          failureReason: quality === undefined ? 2 : 1 - quality,
          error: quality === undefined ? 'API error: 429' : quality === 0 ? 'Expected 7' : null,
          gradingResult: quality === undefined ? null : { pass: quality === 1, score: quality },
          response: { output: '4', tokenUsage: { prompt: 12, completion: 5 } },
          cost: 0,
          latencyMs: 100,
        })),
      },
    }),
  },
  inspect: Object.fromEntries(
    models.map((model) => [
      `${model}.eval`,
      zipSync({
        'header.json': strToU8(JSON.stringify({ version: 2, eval: { task: 'sums', model } })),
        ...Object.fromEntries(
          results
            .filter((result) => result.model === model)
            .map(({ prompt, quality }, index) => [
              `samples/${index}_epoch_1.json`,
              strToU8(
                JSON.stringify({
                  id: index,
                  input: prompt,
                  messages: [
                    { role: 'user', content: prompt },
                    { role: 'assistant', content: '4' },
                  ],
                  scores: { match: { value: quality === 1 ? 'C' : 'I' } },
                  error: quality === undefined ? { message: 'connection reset' } : null,
                }),
              ),
            ]),
        ),
      }),
    ]),
  ),
  routellm: {
    'sums.csv': wideCsv(
      ['prompt', ...models, ...models.map((model) => `${model}_response`)],
      (prompt) => [
        ...models.map((model) => qualityOf(prompt, model)),
        ...models.map(() => 'Four.'),
      ],
    ),
  },
  outcomes: {
    'outcomes.csv': [
      'prompt,model,quality',
      ...results.map(({ prompt, model, quality }) => `${prompt},${model},${quality ?? ''}`),
    ].join('\n'),
  },
  wide: {
    'wide.csv': wideCsv(['prompt', ...models, 'small_cost', 'large_cost'], (prompt) => [
      ...models.map((model) => qualityOf(prompt, model)),
      '0.5',
      '0.5',
    ]),
  },
};

describe.each(formatNames)('the format %s', (format) => {
  const content = files[format];

  it('is recognized, and gives the same outcomes as all others', async () => {
    const imported = await importFiles(content);
    expect(imported.format).toBe(format);
    const { table } = imported;
    const cells = table.prompts.flatMap(({ prompt }, row) =>
      table.models.map((model, column) => ({
        prompt,
        model,
        quality: table.quality[row * table.models.length + column],
      })),
    );
    const known = cells.filter(({ quality }) => !Number.isNaN(quality));
    expect(known).toHaveLength(answered.length);
    expect(known).toEqual(expect.arrayContaining([...answered]));
  });

  it('takes no cost, token or latency of 0 from a record that does not know it', async () => {
    const { table } = await importFiles(content);
    for (const column of [table.costUsd, table.latencyMs, table.inputTokens]) {
      expect([...column].filter((value) => value === 0)).toEqual([]);
    }
  });

  it('refuses a file without its columns, and says what is there', async () => {
    const ending = formats[format].endings[0] ?? 'csv';
    const text = /json|eval/.test(ending)
      ? '{"colour": "red", "shade": 3}'
      : 'colour,shade\nred,3\n';
    const name = `other.${ending}`;
    await expect(importFiles({ [name]: text }, { format })).rejects.toMatchObject({
      code: 'invalid_outcomes',
      where: expect.stringContaining(name),
      fix: expect.stringMatching(/\S/),
    });
  });
});

describe('result files of LLMRouterBench', () => {
  it('name the dataset and the model once, and may lack a score', async () => {
    const record = { origin_query: 'Two plus two?', prediction: '4', ground_truth: '4' };
    const text = JSON.stringify({
      dataset_name: 'sums',
      split: 'test',
      model_name: 'small',
      demo: false,
      records: [
        { ...record, index: 1, prompt: 'Two plus two?', score: 1, cost: 0.5, raw_output: '4' },
        { ...record, index: 2, prompt: 'Name a prime.', score: null, cost: 0, raw_output: '4' },
        { ...record, index: 3, prompt: 'Why?', score: 0, cost: 0, raw_output: '' },
      ],
    });
    const { format, table, report } = await importFiles({ 'sums-small.json': text });
    expect(format).toBe('llmrouterbench');
    expect(table.models).toEqual(['small']);
    expect(table.prompts[0]).toMatchObject({ prompt: 'Two plus two?', task: 'sums' });
    expect([...table.quality].filter((value) => !Number.isNaN(value))).toEqual([1]);
    expect(report.notes.join()).toContain('1 cell has no quality');
  });
});

describe('importOutcomes without a format', () => {
  it('names the columns of a file that it does not recognize', async () => {
    await expect(importFiles({ 'x.csv': 'colour,shade\nred,3\n' })).rejects.toThrow(
      /not clear.*\n.*"colour", "shade"\.\n.*--format/,
    );
  });

  it('takes a column that is mapped to the model for a long table', async () => {
    const text = 'Question,LLM,Score\nWhy?,m,1\nWhy?,n,0\n';
    const map = ['prompt=Question', 'model=LLM', 'quality=Score'];
    const { format, table } = await importFiles({ 'x.csv': text }, { map });
    expect(format).toBe('outcomes');
    expect(table.models).toEqual(['m', 'n']);
  });

  it.each(['', '\uFEFF'])('recognizes JSON that starts with %j', async (mark) => {
    const record = { prompt: 'Why?', model: 'm', quality: 1 };
    const { format } = await importFiles({ 'x.json': mark + JSON.stringify([record]) });
    expect(format).toBe('outcomes');
    const nested = { prompt: 'Why?', models: { m: { quality: 1 } } };
    const { table } = await importFiles({ 'x.json': mark + JSON.stringify(nested) });
    expect([...table.quality]).toEqual([1]);
  });

  it('says why an activity export of OpenRouter is not enough', async () => {
    const text = 'generation_id,created_at,cost_total,model_permaslug\ng,2026-01-01,0.1,a/b\n';
    await expect(importFiles({ 'activity.csv': text })).rejects.toThrow(/no prompts and no grades/);
  });

  it('refuses files in which every record is a failure', async () => {
    const failed = results.filter(({ quality }) => quality === undefined);
    const text = lines(
      failed.map(({ prompt, model }) => ({
        dataset_id: 'd',
        origin_query: prompt,
        prompt,
        model_name: model,
        raw_output: '',
        score: 0,
      })),
    );
    await expect(importFiles({ 'x.jsonl': text })).rejects.toThrow(
      /no outcome\n.*1 record is not an outcome/,
    );
  });
});

describe('a format that is given', () => {
  it('is answered with the likely one where the file is in another', async () => {
    await expect(importFiles(files.embedllm, { format: 'outcomes' })).rejects.toThrow(
      'It looks like EmbedLLM: use --format embedllm',
    );
  });
});

describe('tables in other forms', () => {
  const expected = [1, 1, 0, NaN];

  it('reads Parquet, with numbers and texts of numbers', async () => {
    const column = (name: keyof Result) => results.map((result) => result[name]?.toString() ?? '');
    const parquet = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: '__index_level_0__', data: results.map((_, index) => index), type: 'INT32' },
          { name: 'prompt', data: column('prompt'), type: 'STRING' },
          { name: 'model', data: column('model'), type: 'STRING' },
          { name: 'quality', data: column('quality'), type: 'STRING' },
          { name: 'latency_ms', data: results.map(() => 5n), type: 'INT64' },
        ],
      }),
    );
    const { table, report } = await importFiles({ 'x.parquet': parquet });
    expect([...table.quality]).toEqual(expected);
    expect([...table.latencyMs].filter((value) => !Number.isNaN(value))).toEqual([5, 5, 5]);
    expect(report.notes.join()).not.toContain('index_level');
  });

  const csv = String(files.outcomes['outcomes.csv']);
  const withUmlaut = csv.replaceAll('Two', 'Zwölf');

  it.each([
    ['UTF-16', Buffer.from(`\uFEFF${withUmlaut}`, 'utf16le')],
    ['Windows-1252', Buffer.from(withUmlaut, 'latin1')],
  ])('reads %s, and says so', async (encoding, bytes) => {
    const { table, report } = await importFiles({ 'x.csv': bytes });
    expect(table.prompts[0]?.prompt).toBe('Zwölf plus two?');
    expect(report.notes).toContain(`x.csv is read as ${encoding}`);
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('reads %s with decimal commas, and says so', async (name, delimiter) => {
    const text = ['prompt', 'model', 'quality', 'cost_usd'].join(delimiter);
    const row = ['Why?', 'm', '0,5', '0,0001'].join(delimiter);
    const { table, report } = await importFiles({ 'x.csv': `${text}\n${row}\n` });
    expect([...table.quality]).toEqual([0.5]);
    expect(table.costUsd[0]).toBeCloseTo(0.0001);
    expect(report.notes).toContain(`x.csv is separated by ${name}`);
  });

  it("skips Excel's line about the separator", async () => {
    const { table } = await importFiles({ 'x.csv': `sep=,\r\n${csv}` });
    expect([...table.quality]).toEqual(expected);
  });

  it('reads names of columns in any case, and words for qualities', async () => {
    const { table } = await importFiles(
      { 'x.csv': 'Prompt,Model,Is Correct\nWhy?,m,yes\nHow?,m,No\n' },
      {
        map: ['correct=Is Correct'],
      },
    );
    expect([...table.quality]).toEqual([1, 0]);
  });

  it('trims names of models, and notes those that differ in case only', async () => {
    const { table, report } = await importFiles({
      'x.csv': 'prompt,model,quality\nWhy?,m ,1\nHow?,m,1\nWho?,M,1\n',
    });
    expect(table.models).toEqual(['m', 'M']);
    expect(report.notes).toContain(
      'models that differ only in case or spaces count apart: "m", "M"',
    );
  });

  it.each([
    ['most', ['1,a', '1,b', '2,a', '3,b', '4,a'], true],
    ['half', ['1,a', '1,b', '2,a', '2,b', '3,a', '4,b'], false],
    ['all, of one model in all,', ['1,a', '2,a'], false],
  ])('notes where %s of the prompts have one outcome: %s', async (_, rows, isNoted) => {
    const lines = rows.map((row) => `${row},1`).join('\n');
    const { report } = await importFiles({ 'x.csv': `prompt,model,quality\n${lines}\n` });
    const note =
      '3 of 4 prompts have the outcome of one model only; models are compared by the prompts that ' +
      'they share: sweep some prompts with all of them';
    expect(report.notes.includes(note)).toBe(isNoted);
  });
});

describe('--map', () => {
  it.each([
    ['quality', /is not a mapping/],
    ['colour=x', /not a field that can be mapped/],
    ['quality=scor', /no column "scor"\n.*Did you mean "score"/],
  ])('refuses %s', async (map, message) => {
    const text = 'prompt,model,score\nWhy?,m,1\n';
    await expect(importFiles({ 'x.csv': text }, { map: [map] })).rejects.toThrow(message);
  });

  it('suggests a column for a missing one, once for the file', async () => {
    const text = 'prompt,llm,score\nWhy?,m,1\nHow?,m,1\n';
    await expect(importFiles({ 'x.csv': text }, { format: 'outcomes' })).rejects.toThrow(
      /x\.csv: there is no column for the model\n.*Did you mean "llm"\? Then add --map model=llm\.$/,
    );
  });

  it('is suggested in quotes where a shell needs them', async () => {
    const text = "prompt,model,quality,Cost ('USD')\nWhy?,m,1,2\n";
    const { report } = await importFiles({ 'x.csv': text });
    expect(report.notes.join()).toContain(`--map 'cost_usd=Cost ('\\''USD'\\'')'`);
  });

  it('reads the weights of a wide table, in the style of its numbers', async () => {
    const text = 'prompt;weight;a;b\nWhy?;2,5;1;0,5\nHow?;;0;1\n';
    const { table, report } = await importFiles(
      { 'x.csv': text },
      { format: 'wide', map: ['models=a,b'] },
    );
    expect(report.problems).toEqual([]);
    expect(table.prompts.map(({ weight }) => weight)).toEqual([2.5, undefined]);
  });

  it('names the columns that hold scores where it is not clear which are models', async () => {
    const text = 'prompt,a,b,note\nWhy?,1,0.5,x\nHow?,0,1,y\n';
    await expect(importFiles({ 'x.csv': text }, { format: 'wide' })).rejects.toThrow(
      'add --map models=a,b',
    );
    const { table } = await importFiles({ 'x.csv': text }, { format: 'wide', map: ['models=a,b'] });
    expect([...table.quality]).toEqual([1, 0.5, 0, 1]);
  });
});
