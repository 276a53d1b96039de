import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/util/json.js';
import { zipOf } from '../../../support/zip-archive.js';
import { writeTestFiles } from '../write-test-files.js';
import { importFiles, listCells } from './import-files.js';

const model = 'acme/tiny';
const question = { role: 'user', content: 'Two plus two?', source: 'input' };
const answer = { role: 'assistant', content: '4', source: 'generate' };

function sampleOf(members: JsonObject = {}): JsonObject {
  return {
    id: 1,
    epoch: 1,
    input: 'Two plus two?',
    messages: [question, answer],
    output: { model: 'tiny', choices: [], usage: usageOf(12, 5), time: 1.5 },
    scores: { match: { value: 'C' } },
    ...members,
  };
}

const usageOf = (input: number, output: number): JsonObject => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});

const headerOf = (members: JsonObject = {}): JsonObject => ({
  version: 2,
  status: 'success',
  eval: { task: 'school/sums', model, ...members },
  plan: {},
});

const logOf = (...samples: readonly JsonObject[]): string =>
  JSON.stringify({ ...headerOf(), samples });

async function importSample(sample: JsonObject, map: readonly string[] = []) {
  const imported = await importFiles({ 'log.json': logOf(sampleOf(), sample) }, { map });
  return { ...imported, cells: listCells(imported) };
}

describe('an archive of Inspect', () => {
  const files = {
    'header.json': JSON.stringify(headerOf()),
    'samples/1_epoch_1.json': JSON.stringify(sampleOf()),
  };
  const deflated = zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
  );
  // A frame with one block that is not compressed: its header is magic, descriptor and size.
  const frameOf = (text: string): Buffer => {
    const bytes = Buffer.from(text);
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32LE(bytes.length, 5);
    header.writeUIntLE((bytes.length << 3) | 1, 9, 3);
    return Buffer.concat([header, bytes]);
  };
  const zstandard = zipOf(
    Object.entries(files).map(([name, text]) => ({
      name,
      method: 93,
      data: frameOf(text),
      size: text.length,
    })),
  );

  it.each([
    ['deflated', deflated],
    ['in Zstandard', zstandard],
  ])('is read %s', async (_, bytes) => {
    const imported = await importFiles({ 'log.eval': bytes });
    expect(listCells(imported)).toEqual([
      {
        prompt: 'Two plus two?',
        task: 'sums',
        model,
        quality: 1,
        costUsd: undefined,
        latencyMs: 1500,
        inputTokens: 12,
        outputTokens: 5,
      },
    ]);
  });

  it('that is cut off says so', async () => {
    await expect(importFiles({ 'log.eval': deflated.slice(0, 90) })).rejects.toThrow(
      /log\.eval: the archive cannot be unpacked \(it has no directory/,
    );
  });
});

describe('a sample of Inspect', () => {
  const other = { messages: [{ ...question, content: 'Three plus three?' }, answer] };

  it.each([
    [
      'Inspect did not score',
      'no scorer graded the sample',
      { scores: { match: { value: '@NaN@' } } },
    ],
    [
      'somebody marked as invalid',
      'the sample was marked as invalid',
      { invalidation: { reason: 'x' } },
    ],
    [
      'ended at a limit',
      'the sample ended at a limit',
      { limit: { type: 'message', limit: 10, usage: 10 } },
    ],
    ['failed', 'Inspect recorded an error', { error: { message: 'connection reset' } }],
  ])('that %s is no outcome', async (_, reason, members) => {
    const text = logOf(sampleOf(), sampleOf({ ...other, ...members }));
    const imported = await importFiles({ 'log.json': text.replace('"@NaN@"', 'NaN') });
    expect(listCells(imported)).toHaveLength(1);
    expect(imported.report.notes.join()).toContain(`1 record is not an outcome`);
    expect(imported.report.notes.join()).toContain(reason);
  });

  it('that was run in several epochs has the mean of their scores', async () => {
    const { cells } = await importSample(sampleOf({ epoch: 2, scores: { match: { value: 'I' } } }));
    expect(cells).toMatchObject([{ quality: 0.5 }]);
  });

  it('has the tokens of its answers, not those of a scorer that asks the same model', async () => {
    const call = (span: string, usage: JsonObject): JsonObject => ({
      event: 'model',
      model,
      span_id: span,
      output: { usage },
    });
    const events = [
      { event: 'span_begin', id: 'solver', type: 'solvers' },
      call('solver', usageOf(12, 5)),
      call('solver', { ...usageOf(20, 7), input_tokens_cache_read: 30, total_tokens: 57 }),
      { event: 'span_begin', id: 'scorers', type: 'scorers' },
      { event: 'span_begin', id: 'judge', type: 'scorer', parent_id: 'scorers' },
      call('judge', usageOf(200, 90)),
    ];
    const { cells } = await importSample(
      sampleOf({
        messages: [{ ...question, content: 'Again?' }, answer, answer],
        events,
        model_usage: { [model]: usageOf(232, 102) },
      }),
    );
    expect(cells[1]).toMatchObject({ inputTokens: 62, outputTokens: 12, latencyMs: undefined });
  });

  it.each([
    ['are beside the output', { reasoning_tokens: 1000, total_tokens: 1150 }, 100, 1050],
    ['are within the output', { reasoning_tokens: 40, total_tokens: 150 }, 100, 50],
    ['are only in part beside it', { reasoning_tokens: 40, total_tokens: 170 }, 100, 70],
  ])('has the tokens of reasoning once, where they %s', async (_, counts, input, output) => {
    const usage = { ...usageOf(100, 50), ...counts };
    const { cells } = await importSample(sampleOf({ ...other, output: { usage } }));
    expect(cells[1]).toMatchObject({ inputTokens: input, outputTokens: output });
  });

  it.each([
    ['beside the input', { input_tokens_cache_read: 80, total_tokens: 230 }, 180, 50],
    ['within the input', { input_tokens_cache_read: 80, total_tokens: 150 }, 100, 50],
    [
      'within the input, and reasoning beside the output',
      { input_tokens_cache_read: 80, reasoning_tokens: 30, total_tokens: 180 },
      100,
      80,
    ],
    [
      'within the input, and some reasoning beside the output',
      { input_tokens_cache_read: 80, reasoning_tokens: 30, total_tokens: 170 },
      100,
      70,
    ],
    [
      'beside the input, and reasoning beside the output',
      { input_tokens_cache_read: 80, reasoning_tokens: 30, total_tokens: 260 },
      180,
      80,
    ],
    [
      'beside the input, where the total is unknown',
      { input_tokens_cache_write: 80, total_tokens: null },
      180,
      50,
    ],
  ])('has cached tokens once, where they are %s', async (_, counts, input, output) => {
    const usage = { ...usageOf(100, 50), ...counts };
    const { cells } = await importSample(sampleOf({ ...other, output: { usage } }));
    expect(cells[1]).toMatchObject({ inputTokens: input, outputTokens: output });
  });

  it('of an older log, whose scorers are steps, too', async () => {
    const step = (action: string): JsonObject => ({ event: 'step', action, type: 'scorer' });
    const call = (usage: JsonObject): JsonObject => ({ event: 'model', model, output: { usage } });
    const transcript = {
      events: [call(usageOf(9, 4)), step('begin'), call(usageOf(200, 90)), step('end')],
    };
    const { cells } = await importSample(sampleOf({ ...other, transcript }));
    expect(cells[1]).toMatchObject({ inputTokens: 9, outputTokens: 4 });
  });

  it('with examples in its input is asked with them', async () => {
    const shot = { role: 'assistant', content: '2', source: 'input' };
    const { cells } = await importSample(
      sampleOf({ messages: [{ ...question, content: 'One plus one?' }, shot, question, answer] }),
    );
    expect(cells[1]?.prompt).toMatchObject({
      messages: [{ content: 'One plus one?' }, { content: '2' }, { content: 'Two plus two?' }],
    });
  });

  it('has its contents, where the log keeps them apart', async () => {
    const { cells } = await importSample(
      sampleOf({
        messages: [{ ...question, content: 'attachment://abc' }, answer],
        attachments: { abc: 'A long text' },
      }),
    );
    expect(cells[1]?.prompt).toBe('A long text');
  });

  it('with several values of a scorer needs one to be named', async () => {
    const scores = { quality: { value: { tone: 'C', facts: 'I' } } };
    const sample = sampleOf({ ...other, scores });
    await expect(importSample(sample)).rejects.toThrow(
      'quality has several values (tone, facts); add --map quality=quality.tone',
    );
    const text = logOf(sample);
    const imported = await importFiles({ 'log.json': text }, { map: ['quality=quality.facts'] });
    expect(listCells(imported)).toMatchObject([{ quality: 0 }]);
  });
});

describe('logs of a model at several efforts', () => {
  const logAt = (config: JsonObject, grade: string): string =>
    JSON.stringify({
      ...headerOf(config),
      plan: config['plan'] ?? {},
      samples: [sampleOf({ scores: { match: { value: grade } } })],
    });
  const files = {
    'a.json': logAt({ model_generate_config: { reasoning_effort: 'low' } }, 'I'),
    'b.json': logAt({ plan: { config: { reasoning_effort: 'high' } } }, 'C'),
    'c.json': logAt({}, 'P'),
  };

  it('are those of several models', async () => {
    const { table, models, report } = await importFiles(files);
    expect(table.models).toEqual(['acme/tiny@low', 'acme/tiny@high', 'acme/tiny']);
    expect([...table.quality]).toEqual([0, 1, 0.5]);
    expect(models).toMatchObject([
      { id: 'acme/tiny@low', effort: { of: model, level: 'low' } },
      { id: 'acme/tiny@high', effort: { of: model, level: 'high' } },
      { id: 'acme/tiny' },
    ]);
    expect(report.notes.join('\n')).not.toContain('averaged');
  });

  it('have the price of the model', async () => {
    const folder = await writeTestFiles({
      'prices.json': JSON.stringify({ [model]: { input: 1, output: 2 } }),
    });
    const options = { prices: join(folder, 'prices.json'), priceDate: '2026-01-31' };
    const { models, table } = await importFiles(files, options);
    expect(models.map(({ price }) => price?.outputPerMillionUsd)).toEqual([2, 2, 2]);
    expect(table.costUsd[1]).toBeCloseTo(22e-6, 9);
  });
});

describe('a log of models in roles', () => {
  const log = (usage: JsonObject): string =>
    JSON.stringify({
      ...headerOf({ model: 'none/none' }),
      samples: [sampleOf({ model_usage: usage })],
    });

  it('has the name of the only one', async () => {
    const imported = await importFiles({ 'log.json': log({ 'acme/big': usageOf(1, 1) }) });
    expect(imported.table.models).toEqual(['acme/big']);
  });

  it('is refused with several', async () => {
    const text = log({ 'acme/big': usageOf(1, 1), 'acme/tiny': usageOf(1, 1) });
    await expect(importFiles({ 'log.json': text })).rejects.toThrow('does not name its model');
  });
});
