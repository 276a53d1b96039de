import { describe, expect, it } from 'vitest';
import { importFiles, listCells } from './import-files.js';

const answersAndScores = [
  'prompt,expected,gpt,gpt_score,gpt_cost,mini,mini_score,mini_cost',
  'Is 7 prime?,yes,yes,1,0.01,no,0,0.001',
  'Is 9 prime?,no,no,1,0.01,yes,0,0.001',
].join('\n');

const scored = [
  { prompt: 'Is 7 prime?', model: 'gpt', quality: 1 },
  { prompt: 'Is 7 prime?', model: 'mini', quality: 0 },
  { prompt: 'Is 9 prime?', model: 'gpt', quality: 1 },
  { prompt: 'Is 9 prime?', model: 'mini', quality: 0 },
];

describe('a wide table with columns of answers and of scores', () => {
  it.each([[[]], [['models=gpt,mini']]])(
    'has the scores of its columns of scores, and names the ignored answers (--map %j)',
    async (map) => {
      const imported = await importFiles({ 'x.csv': answersAndScores }, { format: 'wide', map });
      expect(listCells(imported)).toMatchObject(scored);
      expect(imported.report.notes).toContain('ignored columns: "expected", "gpt", "mini"');
    },
  );

  it('reports rows whose prompt is only the word for a missing one', async () => {
    const text = 'prompt,a_score,a_cost,b_score,b_cost\np,1,0.1,0,0.2\nnan,1,0.1,0,0.2\n';
    const { table, report } = await importFiles({ 'x.csv': text }, { maxBadShare: 0.5 });
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['p']);
    expect(report).toMatchObject({ badRows: 1, problems: [{ line: 3 }] });
  });

  it('takes a judge for no model', async () => {
    const header = 'prompt,a_score,a_cost,b_score,b_cost,judge_score,judge_cost';
    const { table, report } = await importFiles({ 'x.csv': `${header}\np,1,0.1,0,0.2,0.9,2\n` });
    expect(table.models).toEqual(['a', 'b']);
    expect(report.notes.join()).toContain('ignored columns: "judge_score", "judge_cost"');
  });

  it('says how to name times that it does not read, and those that are likely seconds', async () => {
    const header = 'prompt,a_score,a_cost,a_latency,b_score,b_cost,b_latency_ms';
    const { report } = await importFiles({ 'x.csv': `${header}\np,1,0.1,1.2,0,0.2,1.5\n` });
    expect(report.notes).toContain(
      'ignored columns: "a_latency" (if it is a_latency_ms or a_latency_s: rename it)',
    );
    expect(report.notes).toContain(
      'the median latency is 1.5 ms of "b": if these are seconds, let the names of their columns end in _latency_s',
    );
  });

  it('is recognized, also where the answers have a column of another name', async () => {
    const { format } = await importFiles({ 'x.csv': answersAndScores });
    expect(format).toBe('wide');
    const renamed = answersAndScores
      .replace(',gpt,', ',gpt_text,')
      .replace(',mini,', ',mini_text,');
    const imported = await importFiles({ 'x.csv': renamed });
    expect(imported.format).toBe('wide');
    expect(listCells(imported)).toMatchObject(scored);
  });

  it('is no table of RouteLLM, whose files have no costs', async () => {
    const text = [
      'prompt,gpt,gpt_response,gpt_cost,mini,mini_response,mini_cost',
      'Is 7 prime?,1,yes,0.01,0,no,0.001',
      'Is 9 prime?,1,no,0.01,0,yes,0.001',
    ].join('\n');
    const imported = await importFiles({ 'x.csv': text });
    expect(imported.format).toBe('wide');
    expect(listCells(imported)).toMatchObject(scored);
    expect(listCells(imported)[1]?.costUsd).toBeCloseTo(0.001);
  });
});

describe('a column of correct answers', () => {
  it('is no column of scores', async () => {
    const text = 'prompt,correct_answer,gpt,gpt_cost\nIs 7 prime?,yes,0,0.01\n';
    const { table } = await importFiles({ 'x.csv': text });
    expect(table.models).toEqual(['gpt']);
  });
});

describe('the scores of a model in a wide table', () => {
  const rows = (name: string): string =>
    [
      `prompt,small,large,small_${name},large_${name},small_cost,large_cost`,
      'Is 9 prime?,yes,no,0,1,0.001,0.01',
      'Is 7 prime?,yes,no,1,0,0.001,0.01',
    ].join('\n');
  const graded = [
    { model: 'small', quality: 0 },
    { model: 'large', quality: 1 },
    { model: 'small', quality: 1 },
    { model: 'large', quality: 0 },
  ];

  it.each(['passed', 'is_correct', 'accuracy', 'grade', 'pass', 'success'])(
    'are in its column of the name %s',
    async (name) => {
      const imported = await importFiles({ 'x.csv': rows(name) });
      expect(imported.format).toBe('wide');
      expect(imported.table.models).toEqual(['small', 'large']);
      expect(listCells(imported)).toMatchObject(graded);
    },
  );

  it('are not taken from words beside a column of an unknown name that has scores', async () => {
    await expect(importFiles({ 'x.csv': rows('ok') })).rejects.toThrow(
      /not clear whether "small" or "small_ok" .*\n.*Rename the column of its scores to "small_score"/,
    );
  });

  it('may be words where nothing else has scores', async () => {
    const text = rows('note').replaceAll(/,[01],[01],/g, ',,,');
    expect(listCells(await importFiles({ 'x.csv': text }))[0]).toMatchObject({ quality: 1 });
  });
});

describe('columns of scores that are of no model', () => {
  it('are not read, and a note names those that hold scores', async () => {
    const text = [
      'prompt,difficulty_score,avg_score,avg_cost,correct_index,a_score,a_cost,b_score,b_cost',
      'Why?,0.3,0.5,0.02,2,1,0.03,0,0.01',
    ].join('\n');
    const { table, report } = await importFiles({ 'x.csv': text });
    expect(table.models).toEqual(['a', 'b']);
    expect(report.notes).toContain(
      'columns of scores without a cost, latency or tokens are not read: "difficulty_score" ' +
        '(if they are of models: --map models=a,b,difficulty)',
    );
  });

  it('are models where --map names them', async () => {
    const text = 'prompt,a_score,a_cost,free_score\nWhy?,1,0.1,0.5\n';
    const map = ['models=a,free'];
    const { table, report } = await importFiles({ 'x.csv': text }, { format: 'wide', map });
    expect(table.models).toEqual(['a', 'free']);
    expect(report.notes.join()).not.toContain('without a cost, latency or tokens');
  });
});

describe('a table with the costs of its models', () => {
  it.each([
    ['prompt,mode,a_score,a_cost,b_score,b_cost', 'Why?,chat,1,0.1,0,0.2', ['a', 'b']],
    ['prompt,provider,a_score,a_cost,b_score,b_cost', 'Why?,azure,1,0.1,0,0.2', ['a', 'b']],
    ['prompt,a_score,a_cost,b_score', 'Why?,1,0.1,0', ['a']],
    ['prompt,a,a_cost,a_temperature,b,b_cost', 'Why?,yes,0.1,0.5,no,0.2', ['a', 'b']],
  ])('is a wide one: %s', async (header, row, models) => {
    const { table } = await importFiles({ 'x.csv': `${header}\n${row}\n` });
    expect(table.models).toEqual(models);
  });
});

describe('a table with a row per prompt and model', () => {
  it.each([
    ['prompt,provider,judge_score,judge_cost,style_score', 'Why?,gpt,1,0.01,1'],
    ['question,llm,answer,judge_score,judge_cost', 'Why?,gpt,So.,1,0.01'],
    ['prompt,provider,response,quality_score,total_score,total_cost', 'Why?,gpt,So.,1,1,0.01'],
    ['prompt,engine,a_score,a_cost,b_score,b_cost', 'Why?,gpt,1,0.01,0,0.02'],
    ['prompt,answer,answer_score,answer_cost', 'Why?,So.,1,0.01'],
  ])('is not taken for a wide one: %s', async (header, row) => {
    await expect(importFiles({ 'x.csv': `${header}\n${row}\n` })).rejects.toThrow('not clear');
  });
});

describe('the models that are suggested for a wide table', () => {
  it.each([
    [
      'prompt,small_response,small_verdict,small_cost,large_response,large_verdict,large_cost',
      'small_verdict,large_verdict',
    ],
    [
      'prompt,small_response,small_passed,small_price,large_response,large_passed,large_price',
      'small,large',
    ],
  ])('are no costs and no answers: %s', async (header, models) => {
    const text = `${header}\nIs 9 prime?,yes,0,0.001,no,1,0.5\n`;
    const columns = header.includes('price')
      ? text.replaceAll('0.5', '5').replace('0.001', '2')
      : text;
    await expect(importFiles({ 'x.csv': columns }, { format: 'wide' })).rejects.toThrow(
      `add --map models=${models}.`,
    );
  });

  it('can be named as they are suggested', async () => {
    const text = 'prompt,small,small_passed\nIs 9 prime?,yes,0\n';
    const map = ['models=small'];
    const imported = await importFiles({ 'x.csv': text }, { format: 'wide', map });
    expect(listCells(imported)).toMatchObject([{ model: 'small', quality: 0 }]);
  });
});

describe('the numbers of a wide table', () => {
  const header = 'prompt,small,small_cost,small_output_tokens,large,large_cost,large_output_tokens';

  it('are missing where they are NaN or #N/A, and the other models keep theirs', async () => {
    const rows = ['Is 7 prime?,nan,nan,nan,1,0.5,20', 'Is 9 prime?,0,#N/A,3,NaN,NaN,'];
    const imported = await importFiles({ 'x.csv': [header, ...rows].join('\n') });
    expect(imported.report).toMatchObject({ badRows: 0 });
    expect(listCells(imported)).toMatchObject([
      { prompt: 'Is 7 prime?', model: 'large', quality: 1, costUsd: 0.5, outputTokens: 20 },
      { prompt: 'Is 9 prime?', model: 'small', quality: 0, costUsd: undefined, outputTokens: 3 },
    ]);
  });

  it('are invalid where a weight is NaN, which would count as 1', async () => {
    const rows = ['Is 7 prime?,1,0.5,20,1,0.5,20,NaN', 'Is 9 prime?,1,0.5,20,1,0.5,20,'];
    const { report, table } = await importFiles(
      { 'x.csv': [`${header},weight`, ...rows].join('\n') },
      { maxBadShare: 0.5 },
    );
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['Is 9 prime?']);
    expect(report.problems).toMatchObject([{ problem: 'weight: "NaN" is not a number' }]);
  });

  it('are invalid where a count of tokens may have a separator of thousands', async () => {
    const rows = ['Is 7 prime?,1,"0,5",20,1,"0,5","1,234"', 'Is 9 prime?,1,"0,5",20,1,"0,5",99'];
    const imported = await importFiles(
      { 'x.csv': [header, ...rows].join('\n') },
      { maxBadShare: 0.5 },
    );
    expect(imported.report.problems).toMatchObject([
      { problem: expect.stringMatching(/^large_output_tokens: "1,234" can be read in two ways/) },
    ]);
  });
});
