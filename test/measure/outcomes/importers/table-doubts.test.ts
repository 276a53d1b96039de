import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

const advice = 'if these outcomes are totals or averages of others, remove their rows';

describe('rows of totals and averages', () => {
  it.each([
    ['Average,a,0.5', `"Average" is read as a prompt: ${advice}`],
    ['mean,a,0.5', `"mean" is read as a prompt: ${advice}`],
    ['Who?,all,0.5', `"all" is read as a model: ${advice}`],
    ['Who?,Gesamt,0.5', `"Gesamt" is read as a model: ${advice}`],
  ])('are read, and noted: %s', async (row, note) => {
    const { table, report } = await importFiles({
      'x.csv': `prompt,model,quality\nWhy?,a,1\nHow?,a,0\n${row}\n`,
    });
    expect(table.prompts).toHaveLength(3);
    expect(report.notes).toContain(note);
  });

  it('are noted in nested rows', async () => {
    const row = { prompt: 'Why?', scores: { a: 1, b: 0, average: 0.5 } };
    const { report } = await importFiles({ 'x.jsonl': JSON.stringify(row) });
    expect(report.notes).toContain(`"average" is read as a model: ${advice}`);
  });

  it.each(['What is the average of 1 and 3?', 'Total recall', 'summary'])(
    'are not what a prompt asks for: %s',
    async (prompt) => {
      const { report } = await importFiles({ 'x.csv': `prompt,model,quality\n${prompt},a,1\n` });
      expect(report.notes.join()).not.toContain('totals');
    },
  );
});
