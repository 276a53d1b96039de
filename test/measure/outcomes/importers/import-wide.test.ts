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
