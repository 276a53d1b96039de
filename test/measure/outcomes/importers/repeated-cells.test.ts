import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

const header = 'prompt,model,quality\n';

async function notesOf(files: Readonly<Record<string, string>>): Promise<string> {
  const { report } = await importFiles(files);
  return report.notes.join('\n');
}

describe('cells with several outcomes', () => {
  it('are averaged, which a note says', async () => {
    const { table, report } = await importFiles({
      'x.csv': `${header}A?,m,1\nA?,m,0\nA?,m,0\nB?,m,1\n`,
    });
    expect(table.quality[0]).toBeCloseTo(1 / 3);
    expect(report.notes).toContain('1 cell with several outcomes, which are averaged');
  });

  it('say where their outcomes are from several files', async () => {
    const notes = await notesOf({
      'a.csv': `${header}A?,m,1\nA?,m,0\nB?,m,1\n`,
      'b.csv': `${header}B?,m,0\nC?,m,1\n`,
    });
    expect(notes).toContain('2 cells with several outcomes, which are averaged; in 1 of them');
  });

  it('have no note where there are none', async () => {
    expect(await notesOf({ 'x.csv': `${header}A?,m,1\nB?,m,0\n` })).not.toContain('averaged');
  });
});
