import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultAnswers } from '../../../src/cli/init/default-answers.js';
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
async function initialize(place: string, changes: Partial<InitSettings> = {}) {
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
  const questions = { ...defaultAnswers, chooseJudge: async () => 'acme/large' };
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

  it('replace those that exist where they may', async () => {
    const file = folder.write('again-judge.yaml', 'mine');
    await initialize('again', { overwrite: true });
    expect(readFileSync(file, 'utf8')).toContain('acme/large');
  });
});
