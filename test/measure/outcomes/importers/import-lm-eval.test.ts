import { join } from 'node:path';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { importOutcomes } from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import type { JsonObject } from '../../../../src/util/json.js';
import { writeTestFiles } from '../write-test-files.js';
import { importFiles, listCells } from './import-files.js';

const map = ['model=tiny'];

function sampleOf(members: JsonObject = {}): JsonObject {
  return {
    doc_id: 0,
    doc: { question: 'Two plus two?' },
    target: '4',
    arguments: { gen_args_0: { arg_0: 'Two plus two?', arg_1: { until: ['\n'] } } },
    resps: [['4']],
    filtered_resps: ['4'],
    filter: 'none',
    metrics: ['exact_match'],
    exact_match: 1,
    ...members,
  };
}

const askedBy = (text: string | readonly string[]): JsonObject => ({
  arguments: { gen_args_0: { arg_0: text } },
});

const linesOf = (...samples: readonly JsonObject[]): string =>
  samples.map((sample) => JSON.stringify(sample)).join('\n');

async function importSamples(...samples: readonly JsonObject[]) {
  const imported = await importFiles({ 'samples_sums.jsonl': linesOf(...samples) }, { map });
  return { cells: listCells(imported), notes: imported.report.notes.join('\n') };
}

/** Writes files in folders, and imports those of samples. */
async function importTree(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'routesmith-lm-eval-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const samples = Object.keys(files).filter((name) => name.endsWith('.jsonl'));
  return importOutcomes({ files: samples.map((name) => join(folder, name)) });
}

describe('a sample of lm-evaluation-harness', () => {
  it('is read by the first filter, not by the mean of all', async () => {
    const { cells, notes } = await importSamples(
      sampleOf({ filter: 'strict-match', exact_match: 0 }),
      sampleOf({ filter: 'flexible-extract' }),
    );
    expect(cells).toMatchObject([{ quality: 0 }]);
    expect(notes).toContain(
      'filter strict-match (also there: flexible-extract; --map filter=NAME)',
    );
  });

  it('is read by a metric with its filter, as files of results name both', async () => {
    const samples = linesOf(
      sampleOf({ filter: 'strict-match', exact_match: 0 }),
      sampleOf({ filter: 'flexible-extract' }),
    );
    const imported = await importFiles(
      { 'samples_sums.jsonl': samples },
      { map: [...map, 'quality=exact_match,flexible-extract'] },
    );
    expect(listCells(imported)).toMatchObject([{ quality: 1 }]);
  });

  it('of an early version, without names of metrics and filters, too', async () => {
    const early = {
      doc_id: 0,
      doc: {},
      target: '4',
      arguments: [['Two plus two?', { until: ['\n'] }]],
      resps: [['4']],
      filtered_resps: ['4'],
      exact_match: 1,
    };
    const { cells, notes } = await importSamples(early, { ...early, exact_match: 0 });
    expect(cells).toMatchObject([{ prompt: 'Two plus two?', quality: 1 }]);
    expect(notes).toContain('left out, as the first filter of a document is read: 1 sample');
  });

  it('of a chat API has the messages that were sent', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Two plus two?' },
    ];
    const { cells } = await importSamples(sampleOf(askedBy([JSON.stringify(messages)])));
    expect(cells[0]?.prompt).toEqual({ messages });
  });

  it.each([
    [
      'ChatML',
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nTwo plus two?<|im_end|>\n' +
        '<|im_start|>assistant\n<think>\n\n</think>\n\n',
    ],
    [
      'Llama 3',
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nTwo plus two?<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
  ])('loses the chat template of its model (%s)', async (_, text) => {
    const { cells } = await importSamples(sampleOf(askedBy(text)));
    expect(cells[0]?.prompt).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Two plus two?' },
      ],
    });
  });

  it.each([
    ['Gemma', '<bos><start_of_turn>user\nTwo plus two?<end_of_turn>\n<start_of_turn>model\n'],
    ['Mistral', '<s>[INST] Two plus two? [/INST]'],
  ])('of one turn is a plain prompt then (%s)', async (_, text) => {
    const { cells } = await importSamples(sampleOf(askedBy(text)));
    expect(cells[0]?.prompt).toBe('Two plus two?');
  });

  it('with marks that are no template stays as it is', async () => {
    const text = 'What does <|im_start|>user\nmean?';
    const { cells } = await importSamples(sampleOf(askedBy(text)));
    expect(cells[0]?.prompt).toBe(text);
  });

  it.each<[string, string, JsonObject]>([
    ['no text', 'the answer is empty', { resps: [['']] }],
    ['no text, in the flat form of newer versions', 'the answer is empty', { resps: [''] }],
    [
      'a metric of all samples',
      'f1 is computed from all samples',
      { metrics: ['f1'], f1: ['4', ['5']] },
    ],
    ['no grading', 'the answers were not graded', { metrics: ['bypass'], bypass: 999 }],
  ])('with %s is no outcome', async (_, reason, members) => {
    const graded = sampleOf({ doc_id: 1, ...askedBy('One plus one?') });
    const imported = await importFiles(
      {
        'samples_sums.jsonl': linesOf(graded),
        'samples_more.jsonl': linesOf(sampleOf(members)),
      },
      { map },
    );
    expect(listCells(imported)).toMatchObject([{ prompt: 'One plus one?' }]);
    expect(imported.report.notes.join()).toContain(reason);
  });

  it('that was graded by likelihoods says that nothing was answered', async () => {
    const { notes } = await importSamples(
      sampleOf({
        metrics: ['acc', 'acc_norm'],
        acc: 1,
        acc_norm: 0,
        resps: [[['-1.5', 'False']], [['-3', 'False']]],
      }),
    );
    expect(notes).toContain('quality acc (also there: acc_norm; --map quality=NAME)');
    expect(notes).toContain('by the likelihoods of given answers: no answer was generated');
  });
});

describe('the model of a file of samples', () => {
  const date = '2026-04-03T02-02-47.394179';
  const samples = linesOf(sampleOf());
  const results = (model: string, more: JsonObject = {}): string =>
    JSON.stringify({ model_name: model, ...more });

  it('is that of the results with the same date', async () => {
    const { table } = await importTree({
      [`samples_sums_${date}.jsonl`]: samples,
      [`results_${date}.json`]: results('acme/tiny'),
      'results_2026-04-02T00-33-59.120715.json': results('acme/big'),
    });
    expect(table.models).toEqual(['acme/tiny']);
  });

  it('is found in results of another name, and in the arguments of early ones', async () => {
    const early = JSON.stringify({ config: { model_args: 'pretrained=acme/tiny,dtype=auto' } });
    const { table } = await importTree({
      [`samples_sums_${date}.jsonl`]: samples,
      [`my_run_${date}.json`]: early,
    });
    expect(table.models).toEqual(['acme/tiny']);
  });

  it('is the folder that the harness named after it', async () => {
    const { table } = await importTree({ [`acme__tiny/samples_sums_${date}.jsonl`]: samples });
    expect(table.models).toEqual(['acme__tiny']);
  });

  it('can tell of which metrics less is better', async () => {
    const loss = sampleOf({ metrics: ['brier', 'exact_match'], brier: 0.9 });
    const imported = await importTree({
      [`samples_sums_${date}.jsonl`]: linesOf(loss),
      [`results_${date}.json`]: results('acme/tiny', {
        higher_is_better: { sums: { brier: false, exact_match: true } },
      }),
    });
    expect(listCells(imported)).toMatchObject([{ quality: 1 }]);
  });
});

describe('documents of several models', () => {
  const gemma = '<start_of_turn>user\nTwo plus two?<end_of_turn>\n<start_of_turn>model\n';

  it('are compared, whatever template each model needs', async () => {
    const doc = { doc_hash: 'abc' };
    const imported = await importTree({
      'tiny/samples_sums.jsonl': linesOf(sampleOf({ ...doc, ...askedBy('Q: Two plus two?\nA:') })),
      'big/samples_sums.jsonl': linesOf(sampleOf({ ...doc, ...askedBy(gemma), exact_match: 0 })),
    });
    expect(listCells(imported)).toMatchObject([
      { prompt: 'Q: Two plus two?\nA:', model: 'tiny', quality: 1 },
      { prompt: 'Q: Two plus two?\nA:', model: 'big', quality: 0 },
    ]);
    expect(imported.report.notes.join()).toContain('1 sample asked in other words');
  });

  it('are not compared by their numbers where files do not say of which benchmark they are', async () => {
    const sums = linesOf(sampleOf());
    const capitals = linesOf(sampleOf({ ...askedBy('The capital of France?'), exact_match: 0 }));
    const files = { 'tiny/log-one.jsonl': sums, 'big/log-two.jsonl': capitals };
    expect(listCells(await importTree(files))).toMatchObject([
      { prompt: 'Two plus two?', quality: 1 },
      { prompt: 'The capital of France?', quality: 0 },
    ]);
    const named = { 'tiny/samples_sums.jsonl': sums, 'big/samples_sums.jsonl': capitals };
    const { table } = await importTree(named);
    expect(table.prompts).toHaveLength(1);
  });

  it('are compared by their texts there, or by what the harness made of their contents', async () => {
    const hashed = sampleOf({ doc_hash: 'abc', ...askedBy(gemma), exact_match: 0 });
    const { table } = await importTree({
      'tiny/log-one.jsonl': linesOf(sampleOf({ doc_hash: 'abc' })),
      'big/log-two.jsonl': linesOf(hashed),
      'huge/log-three.jsonl': linesOf(sampleOf()),
    });
    expect(table.prompts).toHaveLength(1);
    expect(table.models).toHaveLength(3);
  });

  it('are apart where the same model was asked in two ways', async () => {
    const { cells } = await importSamples(
      sampleOf(),
      sampleOf(askedBy('Q: One plus one?\nA: 2\nQ: Two plus two?\nA:')),
    );
    expect(cells).toHaveLength(2);
  });
});

describe('results of a run', () => {
  const results = JSON.stringify({ model_name: 'acme/tiny', results: {}, 'n-shot': { sums: 5 } });

  it('do not hide the samples beside them in a folder', async () => {
    const folder = await writeTestFiles({
      'results_2026-04-03T02-02-47.394179.json': results,
      'samples_sums_2026-04-03T02-02-47.394179.jsonl': linesOf(sampleOf()),
    });
    const { format, table } = await importOutcomes({ files: [folder] });
    expect([format, table.models]).toEqual(['lm-eval', ['acme/tiny']]);
  });

  it('are told from samples', async () => {
    await expect(importFiles({ 'results.json': results })).rejects.toMatchObject({
      message: expect.stringContaining("lm-eval's results hold no answers"),
      fix: expect.stringContaining('samples_*.jsonl'),
    });
  });
});
