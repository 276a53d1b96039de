import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importOutcomes } from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { computeFileLabels } from '../../../../src/measure/outcomes/importers/file-labels.js';
import { cellOf } from '../table-cells.js';
import { writeTestFiles } from '../write-test-files.js';

const format = 'routellm';

describe('importOutcomes of RouteLLM files', () => {
  it('reads one column per model, and takes task labels from the files', async () => {
    const folder = await writeTestFiles({
      'exam_botany.csv': 'prompt,org/Strong-v0.1,weak\n"Name\na tree",True,False\n',
      'exam_brewing.csv.gz': gzipSync('\uFEFFprompt,weak,org/Strong-v0.1\nName a beer,0.5,\n'),
    });
    const { table, sources, models } = await importOutcomes({ format, files: [folder] });
    expect(table.models).toEqual(['org/Strong-v0.1', 'weak']);
    expect(table.prompts).toEqual([
      { id: 'exam_botany#1', prompt: 'Name\na tree', task: 'botany', group: undefined },
      { id: 'exam_brewing#1', prompt: 'Name a beer', task: 'brewing', group: undefined },
    ]);
    expect([...table.quality]).toEqual([1, 0, NaN, 0.5]);
    expect(table.costBasis).toBe('none');
    expect(sources.map(({ file }) => file)).toEqual([
      join(folder, 'exam_botany.csv'),
      join(folder, 'exam_brewing.csv.gz'),
    ]);
    expect(models).toEqual([{ id: 'org/Strong-v0.1' }, { id: 'weak' }]);
  });

  it('leaves out the columns of responses, and says so', async () => {
    const folder = await writeTestFiles({
      'sums.csv': ',prompt,m,m_response,lonely_response\n0,1+1?,True,"2,\n",False\n',
    });
    const { table, report } = await importOutcomes({ format, files: [join(folder, 'sums.csv')] });
    expect(table.models).toEqual(['m']);
    expect(report.notes).toContain('ignored columns: "lonely_response"');
    expect(table.prompts[0]?.task).toBeUndefined();
    expect(report.notes).toContain('ignored 2 columns with responses or without a name');
  });

  it.each([
    ['prompt,difficulty,gpt,gpt_response\np,0.5,1,x\n', 'the format of the file is not clear'],
    ['prompt,expected,gpt,gpt_response\np,True,1,x\n', 'the format of the file is not clear'],
  ])('is not detected beside other columns: %j', async (text, problem) => {
    const folder = await writeTestFiles({ 'a.csv': text });
    const files = [join(folder, 'a.csv')];
    await expect(importOutcomes({ files })).rejects.toThrow(problem);
    const { table, report } = await importOutcomes({ format, files });
    expect(table.models).toEqual(['gpt']);
    expect(report.notes.join()).toMatch(/ignored columns: "(?:difficulty|expected)"/);
  });

  it('is not detected where a column names the model', async () => {
    const folder = await writeTestFiles({
      'a.csv': 'prompt,model,model_response,quality\np,a,x,1\np,b,y,0\n',
    });
    const { format: found, table } = await importOutcomes({ files: [join(folder, 'a.csv')] });
    expect(found).toBe('outcomes');
    expect(table.models).toEqual(['a', 'b']);
  });

  it('takes no measure of a model for a model, and says so', async () => {
    const folder = await writeTestFiles({
      'sums.csv': 'prompt,m,m_response,m_cost\n1+1?,True,2,0.5\n',
    });
    const { table, report } = await importOutcomes({ format, files: [join(folder, 'sums.csv')] });
    expect(table.models).toEqual(['m']);
    expect(report.notes.join('\n')).toMatch(/ignored columns of .*: "m_cost"; --format wide/);
    expect(report.notes).toContain('ignored 1 column with responses or without a name');
  });

  it('leaves out the prompts of an exclusion list, compared exactly', async () => {
    const folder = await writeTestFiles({
      'a.csv': 'prompt,m\nleaked,True\nleaked ,True\nclean,False\n',
      'leaks.jsonl': '{"eval_prompt":"leaked"}\n{"eval_prompt":"elsewhere"}\n',
    });
    const { table, report } = await importOutcomes({
      format,
      files: [join(folder, 'a.csv')],
      exclude: [join(folder, 'leaks.jsonl')],
      task: 'mine',
    });
    expect(table.prompts.map(({ prompt, task }) => [prompt, task])).toEqual([
      ['leaked ', 'mine'],
      ['clean', 'mine'],
    ]);
    expect(report.rows).toBe(3);
    expect(report.notes).toContain(
      'excluded 1 prompt on the exclusion list; 1 entry of the list matched no prompt',
    );
  });

  it('refuses an exclusion list with gaps', async () => {
    const folder = await writeTestFiles({
      'a.csv': 'prompt,m\nx,True\n',
      'leaks.jsonl': '{"eval_prompt":"leaked"}\n{"prompt":"elsewhere"}\n',
    });
    const exclude = [join(folder, 'leaks.jsonl')];
    await expect(
      importOutcomes({ format, files: [join(folder, 'a.csv')], exclude }),
    ).rejects.toThrow(/leaks.jsonl:2: the line has no "eval_prompt"/);
  });

  it('counts bad rows with file and line, and tolerates few', async () => {
    const good = Array.from({ length: 97 }, (_, row) => `question ${row},True`).join('\n');
    const bad = '"a\nb",\n,True\nquestion,';
    const folder = await writeTestFiles({ 'a.csv': `prompt,m\n${good}\n${bad}\n` });
    const file = join(folder, 'a.csv');
    const { table, report } = await importOutcomes({ format, files: [file] });
    expect(table.prompts).toHaveLength(97);
    expect(report).toMatchObject({ rows: 100, badRows: 3 });
    expect(report.problems).toEqual([
      { file, line: 99, problem: 'no model has a score' },
      { file, line: 101, problem: 'the prompt is empty' },
      { file, line: 102, problem: 'no model has a score' },
    ]);
    await expect(importOutcomes({ format, files: [file], maxBadShare: 0.02 })).rejects.toThrow(
      /3 of 100 rows cannot be used, and at most 2 % may be bad:\n.*a\.csv:99: no model has a score/,
    );
  });

  it.each(['nan', 'None', '<NA>'])(
    'takes %s for a missing prompt, as pandas writes it',
    async (cell) => {
      const folder = await writeTestFiles({ 'a.csv': `prompt,m\n${cell},True\n` });
      await expect(importOutcomes({ format, files: [folder] })).rejects.toThrow(/prompt is empty/);
    },
  );

  it('lists the first ten bad rows and counts the rest', async () => {
    const folder = await writeTestFiles({ 'a.csv': `prompt,m\n${'x,7\n'.repeat(25)}` });
    await expect(importOutcomes({ format, files: [folder] })).rejects.toThrow(
      /25 of 25 rows(.|\n)*a\.csv:11: .*\n {2}and 15 more/,
    );
  });

  it.each([
    ['question,m\nx,True\n', /there is no column "prompt"/],
    ['prompt\nx\n', /there is no column for a model/],
    ['prompt,m\n', /contain no outcomes/],
  ])('refuses the file %j', async (text, message) => {
    const folder = await writeTestFiles({ 'a.csv': text });
    await expect(importOutcomes({ format, files: [folder] })).rejects.toThrow(message);
  });

  it('takes names of object members as models', async () => {
    const folder = await writeTestFiles({ 'a.csv': 'prompt,__proto__,constructor\nx,True,0.5\n' });
    const { table } = await importOutcomes({ format, files: [folder] });
    expect(cellOf(table, 'quality', 'a#1', '__proto__')).toBe(1);
    expect(cellOf(table, 'quality', 'a#1', 'constructor')).toBe(0.5);
  });
});

describe('computeFileLabels', () => {
  it.each([
    [
      ['d/x_abstract.csv', 'd/x_anatomy.csv'],
      ['abstract', 'anatomy'],
    ],
    [
      ['law.csv', 'logic.csv.gz'],
      ['law', 'logic'],
    ],
    [
      ['x_.csv', 'x_a.csv'],
      ['x_', 'a'],
    ],
    [['only_one.csv'], [undefined]],
  ])('labels %j', (files, labels) => {
    expect(computeFileLabels(files)).toEqual(labels);
  });
});
