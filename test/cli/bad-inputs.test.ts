import { readdirSync, rmSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { findClosedBaseUrl, say, startScriptedServer } from '../support/scripted-server.js';
import { runCommand } from '../support/run-command.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();

/** Expects exit code 2, nothing on standard output, and a message without a stack. */
async function expectRefusal(args: readonly string[], ...parts: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await runCommand(args, { cwd: folder.path });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr });
  expect(stderr).toMatch(/^error: /m);
  for (const part of parts) expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

function poolWith(lines: readonly string[]): string {
  return ['models:', '  - id: small', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

const price = 'price: { input: 1, output: 2, date: 2025-01-01 }';
const goodTask = '{"id":"a","prompt":"2+2?","reference":4,"grader":"numeric"}';
folder.write('tasks.jsonl', `${goodTask}\n`);
folder.write('models.yaml', poolWith(['provider: http://127.0.0.1:9/v1', 'model: small-1', price]));

describe.concurrent('a bad task set', () => {
  it.each([
    ['that is empty', 'empty.jsonl', '', ['empty.jsonl', 'the task set is empty']],
    [
      'with an id twice',
      'twice.jsonl',
      `${goodTask}\n${goodTask.replace('2+2', '3+3')}\n`,
      ['twice.jsonl:2', '"a" is already used on line 1'],
    ],
    [
      'with an unknown grader',
      'grader.jsonl',
      goodTask.replace('numeric', 'numerical'),
      ['grader.jsonl:1', '"numerical"', 'numeric'],
    ],
    [
      'with a line that is no JSON',
      'broken.jsonl',
      `${goodTask}\n{"prompt": \n`,
      ['broken.jsonl:2'],
    ],
  ])('%s is refused with its place', async (_, name, text, parts) => {
    const tasks = folder.write(name, text);
    const args = ['sweep', '--tasks', tasks, '--pool', 'models.yaml', '--out', 'run'];
    await expectRefusal(args, ...parts);
  });

  it('that is missing is refused', async () => {
    const args = ['sweep', '--tasks', 'none.jsonl', '--pool', 'models.yaml', '--out', 'run'];
    await expectRefusal(args, 'none.jsonl: there is no such file');
  });
});

describe.concurrent('a pool that cannot be swept', () => {
  const sweep = (pool: string): string[] => [
    'sweep',
    '--tasks',
    'tasks.jsonl',
    '--pool',
    pool,
    '--out',
    'run',
  ];

  it('has no price', async () => {
    folder.write('no-price.yaml', poolWith(['provider: http://127.0.0.1:9/v1', 'model: small-1']));
    await expectRefusal(sweep('no-price.yaml'), 'no-price.yaml:2', 'price');
  });

  it('names a variable for its key that is not set', async () => {
    const lines = [
      'provider: openrouter',
      'model: a/b',
      'apiKeyEnv: ROUTESMITH_NO_SUCH_KEY',
      price,
    ];
    folder.write('no-key.yaml', poolWith(lines));
    await expectRefusal(sweep('no-key.yaml'), 'ROUTESMITH_NO_SUCH_KEY is not set', 'export');
  });

  it('names a port that nobody listens on', async () => {
    const closed = await findClosedBaseUrl();
    folder.write('closed.yaml', poolWith([`provider: ${closed}`, 'model: small-1', price]));
    await expectRefusal(
      sweep('closed.yaml'),
      `no server is listening on ${new URL(closed).origin}`,
      'Start the server',
    );
  });
});

describe.concurrent('outcomes that nothing can be learned from', () => {
  const header = 'prompt,model,quality,cost_usd\n';
  const rowsOf = (model: string, count: number): string =>
    Array.from({ length: count }, (_, row) => `question number ${row},${model},1,0.1\n`).join('');
  const train = (name: string, text: string): string[] => [
    'train',
    folder.write(name, header + text),
    '--out',
    'x.policy.json',
  ];

  it('have a quality that is no number', async () => {
    const file = folder.write('words.csv', `${header}a,small,1,0.1\nb,small,good,0.1\n`);
    const args = ['import', file, '--format', 'outcomes', '--out', 'imported'];
    await expectRefusal(args, `${file}:3`, 'quality');
  });

  it('are of one model only', async () => {
    await expectRefusal(train('one-model.csv', rowsOf('small', 20)), 'only one model: small');
  });

  it('are of one prompt only', async () => {
    const text = 'hello,small,1,0.1\nhello,large,0,0.2\n';
    await expectRefusal(train('one-prompt.csv', text), 'only 1 prompt');
  });

  it('do not have the model that is to be the baseline', async () => {
    const text = rowsOf('small', 20) + rowsOf('large', 20);
    const parts = ['"larg"', 'small', 'large'] as const;
    await expectRefusal([...train('two.csv', text), '--baseline', 'larg'], ...parts);
    const args = ['evaluate', folder.file('two.csv'), '--baseline', 'larg'];
    await expectRefusal(args, ...parts, 'did you mean "large"');
  });

  it('are those of no run that is to be added', async () => {
    const args = ['train', 'nowhere', '--out', folder.file('x.policy.json')];
    await expectRefusal([...args, '--add', ' , '], '--add names nothing');
  });

  it('are not there', async () => {
    await expectRefusal(['evaluate', 'nowhere'], 'nowhere: there is no such run');
  });
});

describe('a run folder without its ledger', () => {
  beforeAll(async () => {
    const server = await startScriptedServer(say('4'));
    const pool = poolWith([`provider: ${server.baseUrl}`, 'model: small-1', price]);
    folder.write('answering.yaml', pool);
    const args = ['--tasks', 'tasks.jsonl', '--pool', 'answering.yaml', '--out', 'torn'];
    await runCommand(['sweep', ...args], { cwd: folder.path });
    await server.close();
    rmSync(folder.file('torn/ledger.jsonl'));
  });

  it.each([
    ['evaluate', 'torn'],
    ['train', 'torn', '--out', 'torn.policy.json'],
    ['report', 'torn', '--out', 'torn.html'],
    ['overkill', 'torn'],
    ['grade', 'torn'],
    ['price', 'torn'],
    ['sweep', 'torn', '--add-model', 'small', '--pool', 'answering.yaml'],
    ['sweep', '--tasks', 'tasks.jsonl', '--pool', 'answering.yaml', '--out', 'torn'],
  ])('is refused by %s, which names the file and creates none', async (...args) => {
    const problem = "torn/ledger.jsonl: the ledger, which has the run's answers, is missing";
    await expectRefusal(args, problem, 'Restore it from a copy, or sweep into another folder');
    expect(readdirSync(folder.file('torn')).sort()).toEqual(['run.json', 'tasks.jsonl']);
  });
});

describe.concurrent('a file to write', () => {
  it('is not a folder, which is said before the training', async () => {
    await expectRefusal(['train', 'nowhere', '--out', folder.path], 'this is a folder');
  });
});
