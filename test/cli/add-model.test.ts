import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddedRecord, type AddedModel } from '../../src/learn/adaptive/added/added-record.js';
import { readLedger } from '../../src/measure/ledger/ledger.js';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import { practicePoolYaml } from '../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import { readRun } from '../../src/measure/outcomes/run-folder.js';
import { killAfterLines, startCli } from '../support/run-cli.js';
import { runCommand } from '../support/run-command.js';
import { isLongRun, scaleTime } from '../support/test-run.js';

const tasksFile = path.resolve(import.meta.dirname, '../../datasets/everyday.jsonl');

let directory = '';
let server: PracticeServer;
let pool = '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'add-model-'));
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  server = await startPracticeServer({ examples, seed: 1, speed: 0.02 });
  pool = path.join(directory, 'models.yaml');
  await writeFile(pool, practicePoolYaml(server.url));
  await sweepModels('run', 'practice/clerk,practice/coder');
  await cp(folderOf('run'), folderOf('killed'), { recursive: true });
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const folderOf = (name: string): string => path.join(directory, name);

function sweepModels(name: string, models: string, tasks = tasksFile) {
  const args = ['sweep', '--tasks', tasks, '--pool', pool, '--limit', '200'];
  return runCommand([...args, '--models', models, '--out', folderOf(name), '--concurrency', '50']);
}

const addition = (name: string, model: string, share = ['--share', '0.2']): string[] => {
  const args = ['sweep', folderOf(name), '--pool', pool, '--add-model', model];
  return [...args, ...share, '--concurrency', '8'];
};

/** What the record of a run says of the model that was added to it. */
async function readAdded(name: string): Promise<AddedModel | undefined> {
  return (await readAddedRecord(folderOf(name)))?.models[0];
}

/** The cells of a model, with why they were bought. */
async function readBought(name: string, model: string): Promise<string[]> {
  const entries = await readLedger(path.join(folderOf(name), 'ledger.jsonl'));
  const settled = entries.filter((one) => one.model === model && one.outcome !== 'infrastructure');
  return settled.map(({ cellKey, purchase }) => `${cellKey} ${JSON.stringify(purchase)}`).sort();
}

describe('sweep --add-model', () => {
  it('quotes the calls and their price before it makes any', async () => {
    const dry = await runCommand([...addition('run', 'practice/scholar'), '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0 });
    const quote = dry.stdout.replaceAll(/\s+/g, ' ');
    expect(quote).toMatch(
      /34 calls to learn \(20 % of the prompts that are not held out\), \$0\.\d+/,
    );
    expect(quote).toContain('30 on held-out prompts');
    expect(await readBought('run', 'practice/scholar')).toEqual([]);
  });

  it(
    'asks a model that is of use a part of the prompts, and evaluates it on held-out ones',
    async () => {
      const added = await runCommand([...addition('run', 'practice/scholar'), '--json']);
      expect(added).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(added.stdout)).toMatchObject({
        simulated: true,
        added: { ending: 'useful', cells: { all: 200, learning: 34, heldOut: 30 } },
        ungraded: [],
      });
      const { results } = JSON.parse(added.stdout) as { results: { model: string }[] };
      expect(results.map(({ model }) => model)).toContain('practice/scholar');
      const { table } = await readRun(folderOf('run'));
      expect(table.models).toContain('practice/scholar');
      expect(table.prompts.filter(({ heldOut }) => heldOut)).toHaveLength(30);
      const evaluated = await runCommand(['evaluate', folderOf('run'), '--json']);
      expect(evaluated).toMatchObject({ exitCode: 0 });
      expect(evaluated.stdout).toContain('practice/scholar');
    },
    scaleTime(120_000),
  );

  it(
    'counts all answers that are there where it is run again with a smaller share',
    async () => {
      const again = addition('run', 'practice/scholar', []);
      const dry = await runCommand([...again, '--dry-run']);
      expect(dry.stdout.replaceAll(/\s+/g, ' ')).toContain(
        '0 calls more to learn (in all 20 % of the prompts that are not held out, as an earlier sweep asked)',
      );
      const before = await readAdded('run');
      expect(await runCommand(again)).toMatchObject({ exitCode: 0 });
      expect(await readAdded('run')).toEqual(before);
      expect(before).toMatchObject({ share: 0.2, cells: { learning: 34, heldOut: 30 } });
    },
    scaleTime(120_000),
  );

  it(
    'says what a model of no use has cost, and leaves it out of the table',
    async () => {
      // It knows easy labels only.
      const lines = (await readFile(tasksFile, 'utf8')).split('\n');
      const hard = path.join(directory, 'hard.jsonl');
      const isHard = (line: string): boolean => /"(logic|code-reading)"/.test(line);
      await writeFile(hard, lines.filter(isHard).join('\n'));
      await sweepModels('hard', 'practice/coder,practice/scholar', hard);
      const added = await runCommand(addition('hard', 'practice/feather'));
      expect(added).toMatchObject({ exitCode: 0 });
      expect(added.stdout).toContain('SIMULATED');
      expect(added.stdout).toContain('practice/feather is of no use');
      expect(added.stdout).toMatch(/answers to learn from and 0 on held-out prompts/);
      const { table, leftOut } = await readRun(folderOf('hard'));
      expect(table.models).toEqual(['practice/coder', 'practice/scholar']);
      expect(table.design).toBeUndefined();
      expect([...leftOut.keys()].join()).toContain('practice/feather was added');
    },
    scaleTime(60_000),
  );

  it(
    'says how to grade a run without a grade, to which nothing can be compared',
    async () => {
      const judged = path.join(directory, 'judged.jsonl');
      const tasks = Array.from({ length: 10 }, (_, index) => ({
        id: `polite-${index}`,
        prompt: `Say good morning in ${index + 2} words.`,
        task: 'greetings',
        grader: { name: 'judge', rubric: 'Is polite.' },
      }));
      await writeFile(judged, tasks.map((task) => JSON.stringify(task)).join('\n'));
      await sweepModels('ungraded', 'practice/clerk,practice/coder', judged);
      const refused = await runCommand(addition('ungraded', 'practice/scholar'));
      expect(refused.exitCode).not.toBe(0);
      const message = refused.stderr.replace(/\s+/g, ' ');
      expect(message).toContain('none of the answers has a grade; 20 answers');
      expect(message).toContain(`routesmith grade ${folderOf('ungraded')} --judge judge.yaml`);
      expect(await readBought('ungraded', 'practice/scholar')).toEqual([]);
    },
    scaleTime(60_000),
  );

  it(
    'buys the same cells for the same reasons where it is killed in between',
    async () => {
      for (const more of isLongRun ? [7, 20, 5] : [12]) {
        const child = startCli(addition('killed', 'practice/scholar'));
        await killAfterLines(child, path.join(folderOf('killed'), 'ledger.jsonl'), more);
        // So that it is not continued with a smaller share.
        expect(await readAdded('killed')).toMatchObject({ share: 0.2, ending: null });
      }
      expect(await runCommand(addition('killed', 'practice/scholar'))).toMatchObject({
        exitCode: 0,
      });
      const bought = await readBought('killed', 'practice/scholar');
      expect(bought).toEqual(await readBought('run', 'practice/scholar'));
      expect(bought).toHaveLength(64);
      expect(await readAdded('killed')).toMatchObject({ ending: 'useful' });
    },
    scaleTime(60_000),
  );

  it.each([
    [['--share', '0.1', '--tasks', tasksFile, '--pool', 'p', '--out', 'o'], '--share needs'],
    [['run', '--add-model', 'm'], '--add-model needs --pool'],
    [['run', '--pool', 'p', '--add-model', 'm', '--adaptive'], '--adaptive cannot be combined'],
    [['run', '--pool', 'p'], 'a run folder needs --add-model'],
    [['--pool', 'p'], '--tasks and --out must be given'],
  ])('refuses %j', async (args, message) => {
    const refused = await runCommand(['sweep', ...args]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(message);
  });

  it('names the models of a pool that has not the one to add', async () => {
    const refused = await runCommand(addition('run', 'practice/nobody'));
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('practice/feather, practice/clerk');
  });
});
