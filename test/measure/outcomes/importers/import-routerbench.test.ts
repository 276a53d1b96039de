import { describe, expect, it } from 'vitest';
import { importOutcomes } from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { computeTaskLabel } from '../../../../src/measure/outcomes/importers/import-routerbench.js';
import { cellOf } from '../table-cells.js';
import { writeTestFiles } from '../write-test-files.js';

const format = 'routerbench';
const header =
  ',sample_id,prompt,eval_name,org/a,b,org/a|model_response,org/a|total_cost,b|total_cost,oracle\n';

describe('importOutcomes of RouterBench files', () => {
  it('reads scores and costs, and prompts that are Python lists', async () => {
    const folder = await writeTestFiles({
      'r.csv': `${header}0,riddle.1,"['What\\nis ""it""?']",riddles.dev.v0,1.0,0.25,['x'],0.002,0.0,b\n`,
    });
    const { table, report } = await importOutcomes({ format, files: [folder] });
    expect(table.models).toEqual(['org/a', 'b']);
    expect(table.prompts).toEqual([
      { id: 'riddle.1', prompt: 'What\nis "it"?', task: 'riddles', group: undefined },
    ]);
    expect(cellOf(table, 'quality', 'riddle.1', 'b')).toBe(0.25);
    expect(cellOf(table, 'costUsd', 'riddle.1', 'org/a')).toBeCloseTo(0.002, 8);
    expect(cellOf(table, 'costUsd', 'riddle.1', 'b')).toBe(0);
    expect(table.costBasis).toBe('recorded');
    expect(report.badRows).toBe(0);
  });

  it('joins different elements of a prompt, and takes copies of one text as one', async () => {
    const folder = await writeTestFiles({
      'r.csv': `${header}0,s1,"['a', 'b']",e,1,1,,,,\n1,s2,"['c', 'c']",e,1,1,,,,\n2,s3,plain,e,1,1,,,,\n`,
    });
    const { table, report } = await importOutcomes({ format, files: [folder] });
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['a\nb', 'c', 'plain']);
    expect(report.notes).toContain('read 1 prompt without a Python list as plain text');
  });

  it('joins two rows of one prompt that have the scores of one between them', async () => {
    const folder = await writeTestFiles({
      'r.csv': `${header}0,s,['q'],e,,1.0,,0.5,0.1,b\n1,s,"['q', 'q']",e,0.0,,,0.7,0.9,b\n`,
    });
    const { table, report } = await importOutcomes({ format, files: [folder] });
    expect(table.prompts).toHaveLength(1);
    expect(cellOf(table, 'quality', 's', 'org/a')).toBe(0);
    expect(cellOf(table, 'quality', 's', 'b')).toBe(1);
    expect(cellOf(table, 'costUsd', 's', 'org/a')).toBeCloseTo(0.7, 6);
    expect(cellOf(table, 'costUsd', 's', 'b')).toBeCloseTo(0.1, 6);
    expect(report.notes).toEqual([
      'missing scores: 2, in 2 rows',
      'merged 1 row with an earlier one of the same sample_id and prompt',
    ]);
  });

  it('renames a sample_id that two prompts share, and says so', async () => {
    const folder = await writeTestFiles({
      'r.csv': `${header}0,s,['p'],e,1,1,,,,\n1,s,['q'],e,0,0,,,,\n2,s,['r'],e,0,0,,,,\n`,
    });
    const { table, report } = await importOutcomes({ format, files: [folder] });
    expect(table.prompts.map(({ id }) => id)).toEqual(['s', 's~2', 's~3']);
    expect(report.notes).toContain('renamed 2 prompts with an id already used');
  });

  it('takes NaN as a missing score or cost, and keeps the others of the row', async () => {
    const folder = await writeTestFiles({ 'r.csv': `${header}0,s,['q'],e,1,nan,,NaN,0.1,\n` });
    const { table, report } = await importOutcomes({ format, files: [folder] });
    expect(report.badRows).toBe(0);
    expect(table.models).toEqual(['org/a']);
    expect([...table.costUsd]).toEqual([NaN]);
  });

  it.each([
    ["0,s,['q'],e,,,,0.1,0.1,", /no model has a score/],
    ["0,s,['q,e,1,1,,,,", /not a Python list/],
    ["0,s,[''],e,1,1,,,,", /prompt is empty/],
    ['0,s,nan,e,1,1,,,,', /prompt is empty/],
    ["0,s,['q'],e,1,1,,cheap,,", /org\/a: "cheap" is not a cost/],
    ["0,s,['q'],e,1,1,,-1,,", /"-1" is not a cost/],
    ["0,s,['q'],e,1,free,,,,", /b: "free" is not a score/],
  ])('reports the row %s', async (row, message) => {
    const folder = await writeTestFiles({ 'r.csv': `${header}${row}\n` });
    await expect(importOutcomes({ format, files: [folder] })).rejects.toThrow(message);
  });

  it('refuses a file of another format', async () => {
    const folder = await writeTestFiles({ 'r.csv': 'prompt,m\nx,1\n' });
    await expect(importOutcomes({ format, files: [folder] })).rejects.toThrow(/no model with/);
  });
});

describe('computeTaskLabel', () => {
  it('leaves out the split, and only the split', () => {
    const names = ['riddles.dev.v0', 'mbpp', 'arc.test', 'gpt3.5.prompts', 'x.dev.v0.y'];
    expect(names.map(computeTaskLabel)).toEqual(['riddles', 'mbpp', 'arc', names[3], names[4]]);
  });
});
