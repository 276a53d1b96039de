import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultAnswers } from '../../../src/cli/init/default-answers.js';
import type { InitQuestions } from '../../../src/cli/init/init-questions.js';
import { runInit, type InitSettings } from '../../../src/cli/init/run-init.js';
import { startPricedProvider } from '../../support/priced-provider.js';
import type { ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let provider: ScriptedServer;

beforeAll(async () => {
  const answer = () => 'Hello.';
  provider = await startPricedProvider('sk-loopback-0001', [
    { id: 'acme/small', input: '0.0000001', output: '0.0000004', answer },
    { id: 'acme/large', input: '0.000003', output: '0.000012', answer },
  ]);
});

beforeEach(() => void vi.stubEnv('ACME_KEY', 'sk-loopback-0001'));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => provider.close());

/** Answers the questions of `init` for prompts that a judge has to grade. */
async function initialize(
  place: string,
  changes: Partial<InitSettings> = {},
  answers: Partial<InitQuestions> = {},
) {
  const fileOf = (name: string): string => `${folder.path}/${place}-${name}`;
  const settings: InitSettings = {
    file: folder.write('open.csv', 'prompt\nWrite a slogan for a bakery.\n'),
    tasksFile: fileOf('tasks.jsonl'),
    poolFile: fileOf('models.yaml'),
    judgeFile: fileOf('judge.yaml'),
    map: [],
    provider: provider.baseUrl,
    apiKeyEnv: 'ACME_KEY',
    models: ['acme/small', 'acme/large'],
    prices: [],
    judge: undefined,
    maxTokens: 100,
    overwrite: false,
    onDraft: () => {},
    ...changes,
  };
  const questions = {
    ...defaultAnswers,
    chooseProvider: async (apiKeyEnv: string | undefined) => ({
      provider: provider.baseUrl,
      apiKeyEnv,
    }),
    chooseJudge: async () => 'acme/large',
    ...answers,
  };
  return await runInit(settings, questions);
}

describe('the files that init writes', () => {
  it('are new ones', async () => {
    const { judge } = await initialize('new');
    expect(judge?.model).toBe('acme/large');
    for (const name of ['tasks.jsonl', 'models.yaml', 'judge.yaml']) {
      expect(existsSync(`${folder.path}/new-${name}`)).toBe(true);
    }
  });

  it('replace none, whether the judge is an option or an answer', async () => {
    for (const name of ['tasks.jsonl', 'models.yaml', 'judge.yaml']) {
      const place = `kept-${name}`;
      const file = folder.write(`${place}-${name}`, 'mine');
      for (const judge of [undefined, 'acme/large']) {
        await expect(initialize(place, { judge })).rejects.toMatchObject({
          code: 'usage',
          where: file,
        });
      }
      expect(readFileSync(file, 'utf8')).toBe('mine');
      // Nothing else is written either.
      for (const other of ['tasks.jsonl', 'models.yaml', 'judge.yaml']) {
        expect(existsSync(`${folder.path}/${place}-${other}`)).toBe(other === name);
      }
    }
  });

  it.each(['tasksFile', 'poolFile'] as const)(
    'are never the source, whatever --overwrite says: %s',
    async (output) => {
      const text = 'prompt,owner\nWrite a slogan for a bakery.,me\n';
      const file = folder.write(`source-${output}.csv`, text);
      const link = folder.file(`link-${output}.csv`);
      symlinkSync(file, link);
      for (const changes of [
        { file, [output]: file },
        { file: link, [output]: file },
      ]) {
        for (const overwrite of [true, false]) {
          await expect(
            initialize(`source-${output}`, { ...changes, overwrite }),
          ).rejects.toMatchObject({
            code: 'usage',
            where: file,
            fix: `Write to another file with --${output.replace('File', '')}.`,
          });
        }
      }
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('have different names', async () => {
    const one = folder.file('one.jsonl');
    for (const changes of [
      { tasksFile: one, poolFile: one },
      { poolFile: one, judgeFile: one },
    ]) {
      await expect(initialize('names', changes)).rejects.toMatchObject({ where: one });
    }
    expect(existsSync(one)).toBe(false);
  });

  it('replace those that exist where they may', async () => {
    const file = folder.write('again-judge.yaml', 'mine');
    await initialize('again', { overwrite: true });
    expect(readFileSync(file, 'utf8')).toContain('acme/large');
  });
});

describe('the options of init', () => {
  it('count where no question needs them: the name of a judge is checked', async () => {
    const file = folder.write('closed.csv', 'prompt,reference\nTwo plus two?,4\nOne plus two?,3\n');
    const wrong = initialize('judge', { file, judge: 'no-such-model' });
    await expect(wrong).rejects.toThrow(/--judge: .*no-such-model/);
    const { judge } = await initialize('judge', { file, judge: 'acme/large' });
    expect(judge).toBeUndefined();
    expect(existsSync(folder.file('judge-judge.yaml'))).toBe(false);
  });

  it('name the key of a provider that is chosen at its question', async () => {
    await initialize('key', { provider: undefined });
    expect(readFileSync(folder.file('key-models.yaml'), 'utf8')).toContain('apiKeyEnv: ACME_KEY');
  });
});

describe('the columns that are chosen at a question', () => {
  const rows = [
    { text: 'About Europe', wording: 'Capital of Italy?', choices: ['Rome', 'Paris'], answer: 0 },
    { text: 'About Europe', wording: 'Capital of France?', choices: ['Rome', 'Paris'], answer: 1 },
  ];
  const choose =
    (chosen: Readonly<Record<string, string>>): InitQuestions['chooseColumn'] =>
    async (field, _, guess) =>
      chosen[field] ?? guess;

  it('are read as those that --map names: prompts with their options', async () => {
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    const file = folder.write('choices.jsonl', text);
    const asked = await initialize(
      'asked',
      { file },
      { chooseColumn: choose({ prompt: 'wording' }) },
    );
    const named = await initialize('named', { file, map: ['prompt=wording'] });
    expect(asked.draft).toEqual(named.draft);
    expect(asked.mapping).toEqual(named.mapping);
    expect(asked.draft.examples).toMatchObject([
      { request: { prompt: expect.stringContaining('A) Rome\nB) Paris') }, reference: 'A' },
      { request: { prompt: expect.stringContaining('Capital of France?') }, reference: 'B' },
    ]);
  });

  it('have to be named where the length of the texts is all that shows the prompts', async () => {
    const text =
      'Case,Ruling\nThe tenant did not pay the rent.,The tenant has to leave the flat now.\n';
    const file = folder.write('cases.csv', text);
    await expect(initialize('unclear', { file })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('it is not clear which column holds the prompts'),
      fix: expect.stringMatching(/--map prompt=COLUMN\. The longest texts are in "Ruling"/),
    });
    expect(existsSync(folder.file('unclear-tasks.jsonl'))).toBe(false);
    const named = await initialize('case', { file, map: ['prompt=Case'] });
    const asked = await initialize(
      'case-asked',
      { file },
      { chooseColumn: async (_field, _, guess, longest) => guess ?? longest },
    );
    expect(named.mapping).toEqual({ prompt: 'Case' });
    expect(asked.mapping).toEqual({ prompt: 'Ruling' });
    expect(asked.draft.examples).toMatchObject([
      { request: { prompt: 'The tenant has to leave the flat now.' } },
    ]);
  });

  it('are expected as they are where they name no option', async () => {
    const text = rows
      .map(({ wording, ...row }) =>
        JSON.stringify({ ...row, text: wording, explanation: `${wording} It sits there.` }),
      )
      .join('\n');
    const { draft, mapping } = await initialize(
      'explained',
      { file: folder.write('explained.jsonl', text) },
      { chooseColumn: choose({ reference: 'explanation' }) },
    );
    expect(mapping.reference).toBe('explanation');
    expect(draft.examples).toMatchObject([
      { reference: 'Capital of Italy? It sits there.' },
      { reference: 'Capital of France? It sits there.' },
    ]);
    expect(JSON.stringify(draft.examples)).not.toContain('Answer with the letter');
  });
});
