import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../src/measure/ledger/ledger.js';
import { quoteWord } from '../src/util/quote-word.js';
import { version } from '../src/version.js';
import { createGate } from './support/gate.js';
import { waitUntil } from './support/queue-bench.js';
import { cliFile, runCli, startCli, waitForCli } from './support/run-cli.js';
import { runCommand } from './support/run-command.js';
import {
  findClosedBaseUrl,
  say,
  startScriptedServer,
  type ScriptedServer,
} from './support/scripted-server.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const folder = createTemporaryFolder();

const verbs = [
  'demo',
  'practice',
  'import',
  'sweep',
  'price',
  'grade',
  'tasks',
  'train',
  'evaluate',
  'overkill',
  'report',
  'compare',
  'diff',
  'robustness',
  'route',
  'export',
  'verify',
  'keygen',
  'sign',
];

/** All packages that a built module and those it imports load before anything else happens. */
function listPackagesLoadedBy(entry: string): Set<string> {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^;]*?\bfrom '([^']+)';/gm,
    )) {
      if (specifier.startsWith('.')) files.add(resolve(dirname(file), specifier));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  return packages;
}

describe.concurrent('routesmith', () => {
  it('lists its commands', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const verb of verbs) expect(stdout).toContain(`\n  ${verb}`);
  });

  it('says its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  });

  it.each(verbs)('%s --help has an example', async (verb) => {
    const { exitCode, stdout } = await runCommand([verb, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\s+routesmith ${verb}`));
    expect(stdout).toContain('--json');
  });

  it('speaks English whatever the locale', async () => {
    const environment = { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' };
    const { stderr } = await runCli(['train'], { environment });
    expect(stderr).toContain('an argument is missing');
  });

  it('starts without the packages for training', () => {
    expect([...listPackagesLoadedBy(cliFile)].sort()).toEqual([
      'cli-table3',
      'yargs',
      'yargs/helpers',
    ]);
  });
});

describe.concurrent('what routesmith does not understand', () => {
  it.each([
    [[], 'a command is missing'],
    [['rout'], 'unknown command "rout", did you mean route?'],
    [['train'], 'an argument is missing'],
    [['train', 'run'], 'missing required argument: out'],
    [['train', 'run', '--out'], 'a value is missing after the option out'],
    [
      ['train', 'run', '--out', 'x', '--speed', '9'],
      'unknown option --speed, did you mean --seed?',
    ],
    [['train', 'run', '--out', 'x', '--seed', 'one'], '--seed must be a whole number'],
    [['train', 'run', '--out', 'x', '--seed='], '--seed= has no value'],
    [
      ['train', 'run', '--out', 'x', '--seed', '1', '--seed', '2'],
      '--seed is given more than once',
    ],
    [['evaluate', 'run', '--folds', '1'], '--folds must be a whole number of at least 2'],
    [['route', 'p', '--min-quality', '2'], '--min-quality must be a number from 0 to 1'],
    [['evaluate', 'run', '--policy', 'p', '--folds', '3'], 'cannot be combined with --policy'],
    [
      ['report', 'run', '--out', 'x', '--evaluation', 'e', '--threads', '2'],
      'cannot be combined with --evaluation',
    ],
    [['import', 'x', '--out', 'y', '--format', 'xml'], 'Choices: "routerbench", "embedllm"'],
  ])('%j ends with 2 and one message', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('is shown with its place in the program under --debug', async () => {
    const { exitCode, stderr } = await runCommand([
      'train',
      'no-such-run',
      '--out',
      'x',
      '--debug',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no-such-run: there is no such run');
    expect(stderr).toMatch(/^ {4}at .*run-folder/m);
  });
});

/** The arguments of a sweep of five prompts and one model. */
function prepareSweep(name: string, { baseUrl }: ScriptedServer): string[] {
  const pool = folder.write(
    `${name}.yaml`,
    `models:\n  - id: m\n    provider: ${baseUrl}\n    model: m\n    price: { input: 1, output: 2, date: 2026-01-01 }\n`,
  );
  const rows = Array.from({ length: 5 }, (_, index) =>
    JSON.stringify({ prompt: `What is ${index} + 4?`, reference: 21, grader: 'numeric' }),
  );
  const tasks = folder.write(`${name}.jsonl`, rows.join('\n'));
  return ['sweep', '--tasks', tasks, '--pool', pool, '--out', folder.file(name)];
}

describe.concurrent('a terminal that is closed', () => {
  const hasTerminals = spawnSync('script', ['--version']).status === 0;

  it.runIf(hasTerminals)('lets a sweep end and record its calls in flight', async () => {
    const { opened, open } = createGate();
    const server = await startScriptedServer(async (response, request) => {
      await opened;
      await say('It is 21.')(response, request);
    });
    const args = [process.execPath, cliFile, ...prepareSweep('closed', server)];
    const command = [...args, '--concurrency', '2'].map(quoteWord).join(' ');
    const terminal = spawn('script', ['--quiet', '--command', command, '/dev/null']);
    const lock = folder.file('closed/ledger.jsonl.lock');
    await waitUntil(() => server.requests.length === 2);
    expect(existsSync(lock)).toBe(true);
    terminal.kill('SIGKILL');
    await once(terminal, 'close');
    open();
    await waitUntil(() => !existsSync(lock));
    await server.close();
    const entries = await readLedger(folder.file('closed/ledger.jsonl'));
    expect(entries.map(({ outcome }) => outcome)).toEqual(server.requests.map(() => 'answered'));
    expect(existsSync(folder.file('closed/calls.jsonl'))).toBe(false);
  });
});

describe.concurrent('a reader who has had enough', () => {
  it('is no error', async () => {
    const child = startCli(['--help']);
    child.stdout?.destroy();
    expect(await waitForCli(child)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('does not change the exit code', async () => {
    const wrong = { prompt: 'Name a number.', reference: '^9$', grader: 'regex' };
    const row = JSON.stringify({ ...wrong, metadata: { answer: '8' } });
    const child = startCli(['tasks', 'check', folder.write('wrong.jsonl', row)]);
    child.stdout?.destroy();
    const { exitCode, stderr } = await waitForCli(child);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('1 answer graded wrong by their own grader');
  });

  it('ends what runs until Ctrl-C, which stops as at Ctrl-C', async () => {
    const tasks = resolve(import.meta.dirname, '../datasets/everyday.jsonl');
    const { port } = new URL(await findClosedBaseUrl());
    const child = startCli(['practice', '--tasks', tasks, '--port', port]);
    child.stdout?.destroy();
    const { exitCode, stderr } = await waitForCli(child);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: '\nStopping.\nServed 0 requests.\n',
    });
  });

  it('of notices only leaves a sweep to its end', async () => {
    const server = await startScriptedServer(say('It is 21.'));
    const child = startCli([...prepareSweep('run', server), '--json']);
    child.stderr?.destroy();
    const { exitCode, stdout } = await waitForCli(child);
    await server.close();
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ coverage: 1, totals: { done: 5 } });
  });
});
