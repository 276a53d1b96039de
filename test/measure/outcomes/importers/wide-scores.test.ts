import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

/** The advice for a wide table without measures, by its columns and its cells, which are those of every row. */
async function adviseOn(columns: string, cells: string): Promise<string> {
  const text = `prompt,${columns}\nWhy?,${cells}\n`;
  const error: unknown = await importFiles({ 'x.csv': text }, { format: 'wide' }).catch(
    (thrown: unknown) => thrown,
  );
  return String(error);
}

describe('the models that a wide table likely has', () => {
  it.each([
    [
      'difficulty,small,large',
      '0.4,pass,fail',
      'numbers in "difficulty", and as words in "small", "large"',
    ],
    [
      'small,large,checked',
      '0.4,1,correct',
      'numbers in "small", "large", and as words in "checked"',
    ],
    [
      'difficulty,small,large',
      '0.4,yes,no',
      'numbers in "difficulty", and as words in "small", "large"',
    ],
  ])('are named with all other columns of scores: %s of %s', async (columns, cells, listed) => {
    const advice = await adviseOn(columns, cells);
    expect(advice).toContain(`There are scores from 0 to 1 as ${listed};`);
    expect(advice).toContain('name those that are models, such as --map models=small,large.');
  });

  it.each([
    ['small,large,answer', '0.4,1,yes', 'small,large'],
    ['small,large,notes', 'pass,fail,good work', 'small,large'],
    ['small,large', 'yes,no', 'small,large'],
    ['small,notes', '0.4,?', 'small'],
  ])('are suggested alone where the others hold answers or none: %s of %s', async (...given) => {
    const [columns, cells, models] = given;
    expect(await adviseOn(columns, cells)).toContain(
      `These hold scores from 0 to 1; if they are models, add --map models=${models}.`,
    );
  });

  it('are none where no column holds scores', async () => {
    expect(await adviseOn('small,large', '5,7')).toContain('No column holds only scores');
  });
});

describe('a column of a model with words', () => {
  const text = (cell: string): string => `prompt,gpt,gpt_similarity\nWhy?,${cell},0.5\n`;
  const options = { format: 'wide', map: ['models=gpt'] } as const;

  it('holds its scores where the words are grades', async () => {
    expect([...(await importFiles({ 'x.csv': text('pass') }, options)).table.quality]).toEqual([1]);
  });

  it('may hold its answers otherwise', async () => {
    await expect(importFiles({ 'x.csv': text('yes') }, options)).rejects.toThrow(
      'it is not clear whether "gpt" or "gpt_similarity" holds the scores',
    );
  });
});

describe('words in the columns of models', () => {
  const text = (column: string, [good, bad]: readonly [string, string]): string =>
    `prompt,${column},small,large,small_cost,large_cost\n` +
    `Why?,${good},${good},${good},1,2\nHow?,${bad},${good},${bad},1,2\n`;

  it.each([
    ['expected', 'accepted', 'rejected'],
    ['label', 'Ja', 'nein'],
    ['correct_answer', 'correct', 'incorrect'],
    ['expected', 'yes', 'no'],
    ['answer', 'True', 'False'],
  ])('may be answers where "%s" holds them, too: %s, %s', async (column, good, bad) => {
    const importing = importFiles({ 'x.csv': text(column, [good, bad]) }, { format: 'wide' });
    await expect(importing).rejects.toThrow(
      `x.csv: "small" and "${column}" hold the same words, so "small" may hold answers`,
    );
    await expect(importing).rejects.toThrow('Put the scores into "small_score".');
  });

  it('are grades beside a property of prompts with the same words', async () => {
    const cells = text('is_math', ['True', 'False']);
    const { table } = await importFiles({ 'x.csv': cells }, { format: 'wide' });
    expect([...table.quality]).toEqual([1, 1, 1, 0]);
  });

  it('are grades beside a column with other texts', async () => {
    const cells = text('expected', ['accepted', 'rejected']).replace('Why?,accepted', 'Why?,Paris');
    const { table } = await importFiles({ 'x.csv': cells }, { format: 'wide' });
    expect([...table.quality]).toEqual([1, 1, 1, 0]);
  });
});
