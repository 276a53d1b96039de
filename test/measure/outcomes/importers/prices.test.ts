import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOutcomes } from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { readPriceFile } from '../../../../src/measure/outcomes/importers/read-price-file.js';
import { cellOf } from '../table-cells.js';
import { writeTestFiles } from '../write-test-files.js';

const day = '2026-01-31';

async function readPrices(content: unknown, date = day) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const folder = await writeTestFiles({ 'prices.json': text });
  return readPriceFile(join(folder, 'prices.json'), date);
}

describe('readPriceFile', () => {
  it.each([
    ['input and output', { source: 'list', m: { input: 1, output: 2 } }],
    ['input_price and output_price', { m: { size: '7B', input_price: 1, output_price: 2 } }],
    ['one object per direction', { currency: 'USD', input: { m: 1 }, output: { m: 2 } }],
  ])('reads %s', async (_, content) => {
    expect(await readPrices(content)).toEqual(
      new Map([['m', { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: day }]]),
    );
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['a list', [], /not a JSON object/],
    ['no prices', { source: 'list' }, /contains no prices/],
    ['half a price', { m: { input: 1 } }, /the output price of m is missing/],
    ['half a price', { input: { m: 1, n: 1 }, output: { m: 2 } }, /output price of n is missing/],
    ['a negative price', { m: { input: -1, output: 1 } }, /input price of m is not a number/],
    [
      'the price of one token',
      { m: { input: 0.00000015, output: 0.6 } },
      /input price of m: 1.5e-7 is less than \$0.001 per million tokens; if it is the price of one/,
    ],
    [
      'the price of 1,000 tokens',
      { m: { input: 0.00015, output: 0.6 } },
      /by 1,000,000 \(\$150 per million\); if that of 1,000 tokens, by 1,000 \(\$0.15 per million\)/,
    ],
    ['euros', { currency: 'EUR', m: { input: 1, output: 2 } }, /"currency" is "EUR"/],
    ['euros of a model', { m: { input: 1, output: 2, currency: 'EUR' } }, /not in USD per million/],
    ['another unit', { unit: 'per 1K tokens', m: { input: 1, output: 2 } }, /"per 1K tokens"/],
    ['another unit of a model', { m: { input: 1, output: 2, per: 'token' } }, /"per" is "token"/],
    ['a text', { m: { input: '1', output: 1 } }, /input price of m is not a number/],
  ])('refuses %s', async (_, content, message) => {
    await expect(readPrices(content)).rejects.toThrow(message);
  });

  it.each(['USD per million tokens', 'per 1M tokens', '$/Mtok', '1,000,000 tokens', 'usd'])(
    'reads prices whose unit is %s',
    async (unit) => {
      expect((await readPrices({ unit, m: { input: 1, output: 2 } })).size).toBe(1);
    },
  );

  it('takes a model that costs nothing', async () => {
    const prices = await readPrices({ m: { input: 0, output: 0.001 } });
    expect(prices.get('m')).toMatchObject({ inputPerMillionUsd: 0, outputPerMillionUsd: 0.001 });
  });

  it.each(['yesterday', '2026-02-30'])('refuses %s, which is no day', async (date) => {
    await expect(readPrices({ m: { input: 1, output: 1 } }, date)).rejects.toThrow(
      `"${date}" is not a valid date`,
    );
  });
});

describe('importOutcomes with prices', () => {
  const rows = [
    {
      id: 'known',
      prompt: 'x',
      models: { m: { quality: 1, input_tokens: 1000, output_tokens: 500 } },
    },
    { id: 'bytes', prompt: 'ééé', scores: { m: 1, unpriced: 1 } },
    {
      id: 'paid',
      prompt: 'y',
      models: { m: { quality: 1, cost_usd: 7, input_tokens: 1, output_tokens: 1 } },
    },
  ];
  async function importPriced(kept: readonly string[], assumeOutputTokens?: number) {
    const lines = rows.filter(({ id }) => kept.includes(id)).map((row) => JSON.stringify(row));
    const folder = await writeTestFiles({
      'x.jsonl': lines.join('\n'),
      'prices.json': '{"m":{"input":10,"output":20}}',
    });
    return importOutcomes({
      format: 'outcomes',
      files: [join(folder, 'x.jsonl')],
      prices: join(folder, 'prices.json'),
      priceDate: day,
      assumeOutputTokens,
    });
  }

  it('computes costs from recorded tokens, keeps recorded costs, and leaves the rest missing', async () => {
    const { table, report, models, sources } = await importPriced(['known', 'bytes', 'paid']);
    expect(cellOf(table, 'costUsd', 'known', 'm')).toBeCloseTo(0.02, 8);
    expect(cellOf(table, 'costUsd', 'bytes', 'm')).toBeNaN();
    expect(cellOf(table, 'costUsd', 'paid', 'm')).toBe(7);
    expect(table.costBasis).toBe('tokens');
    expect(report.notes).toEqual([
      expect.stringContaining('2 of 3 prompts have the outcome of one model only'),
      'models without a price in the price file: unpriced',
      'kept the recorded cost of 1 cell',
      'computed 1 cost from recorded tokens',
      '2 cells without a cost',
    ]);
    expect(models).toEqual([
      { id: 'm', price: { inputPerMillionUsd: 10, outputPerMillionUsd: 20, date: day } },
      { id: 'unpriced' },
    ]);
    expect(sources).toHaveLength(2);
  });

  it('assumes tokens only when asked to, a token per four bytes of the prompt, and says so', async () => {
    const { table, report } = await importPriced(['known', 'bytes'], 100);
    expect(cellOf(table, 'costUsd', 'bytes', 'm')).toBeCloseTo((2 * 10 + 100 * 20) / 1e6, 9);
    expect(cellOf(table, 'costUsd', 'bytes', 'unpriced')).toBeNaN();
    expect(table.costBasis).toBe('assumed_tokens');
    expect(report.notes.join('\n')).toMatch(/estimated 1 cost, .* 100 output tokens/);
  });

  it.each([
    [0.03, 0.06, true],
    [0, 0.12, true],
    [0.05, 0.4, false],
    [0, 0, false],
  ])('notes prices that may be of 1,000 tokens: %d, %d', async (input, output, isNoted) => {
    const folder = await writeTestFiles({
      'x.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
      'prices.json': JSON.stringify({
        m: { input, output },
        n: { input: 0, output: 0.5 * output },
      }),
    });
    const { report } = await importOutcomes({
      files: [join(folder, 'x.jsonl')],
      prices: join(folder, 'prices.json'),
      priceDate: day,
    });
    const note = `the highest price is $${output} per million tokens: if these are prices of 1,000 tokens`;
    expect(report.notes.join().includes(note)).toBe(isNoted);
  });

  it('says when there are no costs at all', async () => {
    const { table, report } = await importPriced(['bytes']);
    expect(table.costBasis).toBe('none');
    expect(report.notes.join('\n')).toContain('--assume-output-tokens');
  });

  it.each([
    [{ files: [] }, /no files to import/],
    [{ prices: 'prices.json' }, /prices need a date[^]*--price-date 2026-11-01/],
    [{ assumeOutputTokens: 10 }, /have no effect without prices/],
    [{ assumeOutputTokens: -1 }, /-1 is not a number of output tokens/],
    [{ maxBadShare: 5 }, /from 0 to 1, not 5/],
    [{ files: ['absent.csv'] }, /absent.csv: there is no such file or folder/],
    [{ files: ['task=Topic'] }, /task=Topic: there is no such file[^]*--map before each/],
  ])('refuses the options %j', async (options, message) => {
    const folder = await writeTestFiles({ 'x.csv': 'prompt,model,quality\nx,m,1\n' });
    await expect(
      importOutcomes({ format: 'outcomes', files: [folder], ...options }),
    ).rejects.toThrow(message);
  });

  it('reads a folder: data files sorted by name, other files left aside and counted', async () => {
    const folder = await writeTestFiles({
      'b.csv': 'prompt_id,prompt,model,quality\nb,x,m,1\n',
      'a.jsonl': '{"id":"a","prompt":"y","scores":{"m":0}}',
      'README.txt': '',
    });
    const { table, report } = await importOutcomes({ format: 'outcomes', files: [folder] });
    expect(table.prompts.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(report.notes).toContain('ignored other files in the folders: 1');
    const readme = join(folder, 'README.txt');
    await expect(importOutcomes({ format: 'outcomes', files: [readme] })).rejects.toThrow(
      /README.txt: unknown file extension/,
    );
    const empty = await writeTestFiles({ 'README.txt': '' });
    await expect(importOutcomes({ format: 'outcomes', files: [empty] })).rejects.toThrow(
      /the folder contains no data files/,
    );
  });

  it('reads the subfolders of a folder without data files, as tools write one for each model', async () => {
    const folder = await writeTestFiles({
      'b/x.csv': 'prompt_id,prompt,model,quality\nq,x,m,1\n',
      'a/x.csv': 'prompt_id,prompt,model,quality\np,y,m,0\n',
      'a/notes.txt': '',
      'a/deeper/x.csv': '',
      '.hidden/x.csv': '',
    });
    const { table, report } = await importOutcomes({ format: 'outcomes', files: [folder] });
    expect(table.prompts.map(({ id }) => id)).toEqual(['p', 'q']);
    expect(report.notes).toContain('ignored other files in the folders: 1');
    expect(report.notes.join()).toMatch(/read the subfolders \S+a and \S+b/);
  });
});
