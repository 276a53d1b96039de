import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildInitJson, printDraft, printInit } from '../../../src/cli/init/print-init.js';
import type { InitResult, InitSettings } from '../../../src/cli/init/run-init.js';
import type { ListedModel } from '../../../src/measure/models/listing/listed-model.js';
import { draftTaskSet } from '../../../src/measure/setup/draft-task-set.js';
import { proposeGraders } from '../../../src/measure/setup/propose-grader.js';
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

  it('names a column of ids only where its ids are used', async () => {
    const used = await show('id,prompt,gold\nT-1,What is 1 + 1?,2\n,What is 1 + 2?,3\n');
    expect(used).toContain('id = "id"');
    const shown = await show('id,prompt,gold\nT-1,What is 1 + 1?,2\nT-1,What is 1 + 2?,3\n');
    expect(shown).toContain('Not used as ids: "id", since lines 2 and 3 have the same, "T-1"');
    expect(shown).not.toContain('id = "id"');
  });

  it('counts rows whose answer is a tool call', async () => {
    const call = { role: 'assistant', content: '', tool_calls: [{ function: { name: 'add' } }] };
    const cell = JSON.stringify([{ role: 'user', content: 'Add' }, call]).replaceAll('"', '""');
    const shown = await show(`messages,task\n"${cell}",sums\n`);
    expect(shown).toContain('Left out: 1 row whose answer is a tool call');
  });

  it('names the columns of an export that hold something, too', async () => {
    const shown = await show('traceId,input,output,release\nt,Why?,So.,\n');
    expect(shown).toContain('(an export of Langfuse)');
    expect(shown).toContain('Not used: "traceId", "output" (a column of labels');
  });

  it('names the members of a whole request that are no part of the prompts', async () => {
    const whole = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], context: 'A page.' };
    const shown = await show(`request\n"${JSON.stringify(whole).replaceAll('"', '""')}"\n`);
    expect(shown).toContain('Not part of the prompts: the members context (1) of "request"');
  });

  it('says nothing where all are used', async () => {
    expect(await show('prompt,reference,task\nWhat is 1 + 1?,2,sums\n')).not.toContain('Not used');
  });
});

it('writes what it notes and leaves out into its JSON, too', async () => {
  const csv = 'question,answer,user_id,kind\nSum?,2,u,a\nSum?,2,u,b\n#REF!,2,u,b\n';
  const source = await readSource(folder.write('prompts.csv', csv), new Map());
  const draft = draftTaskSet(source, source.mapping);
  const check = { tasks: 1, failing: [], suspicions: ['a doubt'] } as unknown;
  const result = {
    source,
    mapping: source.mapping,
    draft,
    proposals: [],
    models: [],
    judge: undefined,
    check: check as InitResult['check'],
  };
  expect(buildInitJson({} as InitSettings, result)).toMatchObject({
    notes: [expect.stringContaining('"answer" is taken for the expected answers')],
    unusedColumns: ['user_id', 'kind'],
    leftOut: [
      'Left out: 1 row equal to others in the prompt and the answer, which differ in "kind": lines 3',
      'Left out: 1 row that cannot be read:',
      '  line 4: "question" holds an error of the spreadsheet, #REF!',
    ],
    suspicions: ['a doubt'],
  });
});

describe('what init says of a judge', () => {
  afterEach(() => vi.restoreAllMocks());

  async function warn(judge: string): Promise<string> {
    let warned = '';
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      warned += String(text);
      return true;
    });
    const file = folder.write('prompts.csv', 'prompt,reference\nWhat is 1 + 1?,2\n');
    const source = await readSource(file, new Map());
    const { mapping } = source;
    const draft = draftTaskSet(source, mapping);
    const list = (model: string): ListedModel => ({
      model,
      price: { kind: 'free' },
      contextWindow: undefined,
      capabilities: undefined,
    });
    const check = { graded: 0, failing: [], suspicions: [] } as unknown as InitResult['check'];
    const models = ['acme/tiny', 'acme/big'].map(list);
    const files = { tasksFile: 't', poolFile: 'p', judgeFile: 'j' } as InitSettings;
    printInit(files, { source, mapping, draft, proposals: [], models, judge: list(judge), check });
    return warned;
  }

  it.each([
    ['prompt,expected\nSum of 1 and 1?,2\nWhy?,\n', 'The others of their task have one'],
    ['prompt,expected,task\nSum of 1 and 1?,2,a\nWhy?,,b\n', 'or --judge MODEL to have'],
  ])('offers one only where it helps: %j', async (csv, hint) => {
    let shown = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      shown += String(text);
      return true;
    });
    const source = await readSource(folder.write('prompts.csv', csv), new Map());
    const draft = draftTaskSet(source, source.mapping);
    const proposals = proposeGraders(draft.examples, false);
    const check = { graded: 1, failing: [], suspicions: [] } as unknown as InitResult['check'];
    const settings = { tasksFile: 't', poolFile: 'p', judgeFile: 'j' } as InitSettings;
    const made = { source, mapping: source.mapping, draft, proposals, check };
    printInit(settings, { ...made, models: [], judge: undefined });
    expect(shown).toContain('Left out: 1 prompt without an expected answer.');
    expect(shown).toContain(hint);
  });

  it('warns where it grades its own answers', async () => {
    expect(await warn('acme/big')).toContain('is one of the models that it grades');
    expect(await warn('other/large')).toBe('');
  });
});
