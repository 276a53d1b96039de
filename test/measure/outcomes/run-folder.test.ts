import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOutcomeTableBuilder } from '../../../src/measure/outcomes/outcome-table-builder.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { readRun, writeImportedRun } from '../../../src/measure/outcomes/run-folder.js';
import type { RunInfo } from '../../../src/measure/outcomes/run.js';
import { cellOf } from './table-cells.js';
import { writeTestFiles } from './write-test-files.js';

function makeRun(quality: number): { info: RunInfo; table: OutcomeTable } {
  const builder = createOutcomeTableBuilder({ simulated: true, costBasis: 'tokens' });
  builder.addModel('10');
  builder.addModel('9');
  builder.addPrompt({ id: 'p', prompt: 'Hello', task: 'greet', group: 'g' });
  builder.addOutcome('p', '9', { quality, costUsd: 0.001 });
  const table = builder.build();
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-31' };
  const info: RunInfo = {
    version: 1,
    kind: 'import',
    name: 'greetings',
    createdAt: '2026-02-01T00:00:00.000Z',
    simulated: true,
    models: [{ id: '10', price, contextWindow: 8000 }, { id: '9' }],
    costBasis: 'tokens',
    sources: [{ file: 'a.csv', sha256: '00' }],
  };
  return { info, table };
}

describe('writeImportedRun and readRun', () => {
  it('give back what was written, models in their order', async () => {
    const directory = join(await writeTestFiles({}), 'runs', 'greetings');
    const run = makeRun(0.75);
    await writeImportedRun(directory, run);
    expect(await readdir(directory)).toEqual(['outcomes.jsonl', 'run.json']);
    expect(await readRun(directory)).toEqual({ ...run, directory, leftOut: new Map() });
  });

  it('overwrites an imported run only when asked to', async () => {
    const directory = join(await writeTestFiles({}), 'run');
    await writeImportedRun(directory, makeRun(0.25));
    await expect(writeImportedRun(directory, makeRun(1))).rejects.toThrow(
      /folder is not empty\n.*replace the import with --overwrite/,
    );
    expect(cellOf((await readRun(directory)).table, 'quality', 'p', '9')).toBe(0.25);
    await writeImportedRun(directory, makeRun(1), { overwrite: true });
    expect(cellOf((await readRun(directory)).table, 'quality', 'p', '9')).toBe(1);
  });

  it.each([
    ['a sweep', { 'run.json': '{}', 'ledger.jsonl': 'paid for' }],
    ['anything else', { 'thesis.txt': 'years of work' }],
  ])('never overwrites %s', async (_, files) => {
    const directory = await writeTestFiles(files);
    await expect(writeImportedRun(directory, makeRun(1), { overwrite: true })).rejects.toThrow(
      /Only an imported run can be overwritten/,
    );
    expect((await readdir(directory)).sort()).toEqual(Object.keys(files).sort());
  });

  it('can write where an earlier write was interrupted', async () => {
    const directory = await writeTestFiles({ 'outcomes.jsonl.tmp': '{"id":' });
    await writeImportedRun(directory, makeRun(0.5));
    expect((await readRun(directory)).info.name).toBe('greetings');
  });

  it('refuses information about other models than the table has', async () => {
    const { info, table } = makeRun(1);
    const directory = join(await writeTestFiles({}), 'run');
    const other = { info: { ...info, models: [{ id: '9' }] }, table };
    await expect(writeImportedRun(directory, other)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('readRun', () => {
  it('reads a file of outcomes as a run, and counts its bad rows', async () => {
    const good = Array.from({ length: 30 }, (_, row) => `p${row},Question ${row},m,1`);
    const text = `prompt_id,prompt,model,quality\n${good.join('\n')}\nbad,Question,,1\n`;
    const directory = await writeTestFiles({ 'mine.csv': text });
    const run = await readRun(join(directory, 'mine.csv'));
    expect(run.table.prompts).toHaveLength(30);
    expect(run.leftOut).toEqual(new Map([['bad row', 1]]));
    expect(run.info).toMatchObject({ name: 'mine', kind: 'import', models: [{ id: 'm' }] });
    expect(run.info.sources[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps what reading the file found: ignored columns, missing cells and the first bad row', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `p${row},Question ${row},m,1,3`);
    const text = `prompt_id,prompt,model,quality,price\n${rows.join('\n')}\nq,Question,m,,3\nbad,Why,,1,3\n`;
    const directory = await writeTestFiles({ 'mine.csv': text });
    const { notes } = await readRun(join(directory, 'mine.csv'));
    expect(notes).toEqual([
      '1 cell has no quality and counts as missing',
      'ignored columns: "price" (if it is cost_usd: --map cost_usd=price)',
      'no cell has a cost; add --prices to compute costs',
      expect.stringMatching(/^the first bad row, line 33: the row has no "model"/),
      `these options are of: routesmith import ${join(directory, 'mine.csv')} --out runs/mine`,
    ]);
  });

  it.each([
    ['a wide table', 'prompt,gpt-5,haiku\nWhy?,1,0\n', 'use --format wide'],
    ['a column with another name', 'Query,model,quality\nWhy?,m,1\n', '--map prompt=Query'],
    ['bad rows', 'prompt,model,quality\n,m,1\n', '--max-bad-share'],
  ])('says that %s needs an import, whose options the advice names', async (_, text, option) => {
    const directory = await writeTestFiles({ 'my table.csv': text });
    const file = join(directory, 'my table.csv');
    const error: unknown = await readRun(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_outcomes' });
    const message = String(error);
    expect(message).toContain(`routesmith import '${file}' --out 'runs/my table'\n`);
    expect(message.indexOf(option)).toBeGreaterThan(message.indexOf('routesmith import'));
  });

  it('says so when a path is no run', async () => {
    const directory = await writeTestFiles({ 'notes.txt': '' });
    await mkdir(join(directory, 'run.json.d'));
    await expect(readRun(directory)).rejects.toThrow(/not a run folder: it has no run.json/);
    await expect(readRun(join(directory, 'absent'))).rejects.toThrow(/there is no such run/);
  });

  it('names version and file when a run is too new', async () => {
    const directory = await writeTestFiles({ 'run.json': '{"version":2}' });
    await expect(readRun(directory)).rejects.toThrow(/run.json: the run has format version 2/);
  });

  it('says what is wrong with a damaged run.json', async () => {
    const directory = await writeTestFiles({ 'run.json': '{"version":1,"kind":"walk"}' });
    await expect(readRun(directory)).rejects.toThrow(/run.json: kind: .*name: /);
    await writeFile(join(directory, 'run.json'), '{');
    await expect(readRun(directory)).rejects.toThrow(/run.json: the file is not JSON/);
  });

  it.each([
    ['a quality that is no number', '{"id":"q","prompt":"x","models":{"9":{"quality":NaN}}}'],
    ['a quality outside [0, 1]', '{"id":"q","prompt":"x","models":{"9":{"quality":7}}}'],
    ['an id that is used twice', '{"id":"p","prompt":"x","models":{}}'],
  ])('names file and line of %s', async (_, line) => {
    const directory = join(await writeTestFiles({}), 'run');
    await writeImportedRun(directory, makeRun(1));
    const outcomes = join(directory, 'outcomes.jsonl');
    await writeFile(outcomes, `${await readFile(outcomes, 'utf8')}${line}\n`);
    await expect(readRun(directory)).rejects.toMatchObject({
      code: 'invalid_outcomes',
      where: `${outcomes}:2`,
    });
  });
});
