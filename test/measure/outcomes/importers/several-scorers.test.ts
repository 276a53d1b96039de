import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

const rows = (column: string, ...names: readonly string[]): string =>
  [
    `prompt,model,quality,${column}`,
    ...names.flatMap((name, row) => [`Why?,a,${row % 2},${name}`, `How?,a,1,${name}`]),
  ].join('\n');

describe('rows of several scorers', () => {
  it.each(['grader', 'Metric', 'score_name', 'criterion'])(
    'are refused where they grade one answer: %s',
    async (column) => {
      const importing = importFiles({ 'x.csv': rows(column, 'exact', 'toxicity') });
      await expect(importing).rejects.toThrow(
        `x.csv: the rows of a prompt and a model differ in "${column}": "exact", "toxicity"`,
      );
      await expect(importing).rejects.toThrow('Keep the rows of one of them.');
    },
  );

  it.each([
    ['one scorer', rows('grader', 'exact', 'exact')],
    ['a column of another kind', rows('rater', 'Ann', 'Bob')],
    ['numbers', rows('metric', '1', '2')],
    ['one scorer for each prompt', 'prompt,model,quality,metric\nWhy?,a,1,exact\nHow?,a,1,f1\n'],
    [
      'one scorer for each id of a prompt',
      'prompt_id,prompt,model,quality,metric\n1,Why?,a,1,exact\n2,Why?,a,1,f1\n',
    ],
    [
      'one scorer for each task of a text',
      'prompt,task,model,quality,metric\nWhy?,style,a,1,exact\nWhy?,facts,a,1,f1\n',
    ],
    ['one that gave no grade', 'prompt,model,quality,grader\nWhy?,a,1,human\nWhy?,a,,auto\n'],
  ])('are read where there is %s', async (_, text) => {
    const { report } = await importFiles({ 'x.csv': text });
    expect(report.badRows).toBe(0);
  });
});
