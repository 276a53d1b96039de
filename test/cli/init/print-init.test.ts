import { afterEach, describe, expect, it, vi } from 'vitest';
import { printDraft } from '../../../src/cli/init/print-init.js';
import { draftTaskSet } from '../../../src/measure/setup/draft-task-set.js';
import { readSource } from '../../../src/measure/setup/read-source.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

async function show(csv: string): Promise<string> {
  let shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  const source = await readSource(folder.write('prompts.csv', csv), new Map());
  printDraft(source, source.mapping, draftTaskSet(source, source.mapping));
  return shown;
}

describe('what init says of the columns of a spreadsheet', () => {
  afterEach(() => vi.restoreAllMocks());

  it('names a column that it does not use, and how to use it for labels', async () => {
    const shown = await show('question,gold,kind\nWhat is 1 + 1?,2,sums\n');
    expect(shown).toContain('Columns: prompt = "question", reference = "gold"');
    expect(shown).toContain('Not used: "kind" (a column of labels: --map task=COLUMN)');
  });

  it('says nothing where all are used', async () => {
    expect(await show('prompt,reference,task\nWhat is 1 + 1?,2,sums\n')).not.toContain('Not used');
  });
});
