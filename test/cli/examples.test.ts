import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/run-command-line.js';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import { createSigningKeys } from '../../src/policy/file/sign-policy.js';
import { cliFile } from '../support/run-cli.js';
import { runCommand } from '../support/run-command.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';
import { isLongRun } from '../support/test-run.js';

const root = resolve(import.meta.dirname, '../..');
const guides = readdirSync(resolve(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', ...guides.map((name) => `docs/${name}`)].map((file) =>
  readFileSync(resolve(root, file), 'utf8'),
);

/** Command lines of the blocks of a page, without the program's name; continued ones are joined. */
function listCommands(page: string): string[] {
  const joined = page.replaceAll(/ \\\n */g, ' ');
  return [...joined.matchAll(/^(?: {4})?routesmith (.+)$/gm)].map(([, line = '']) => line);
}

const pageCommands = pages.flatMap(listCommands);

describe('the commands in the README and the guides', () => {
  it('are read to their end, also where they continue on the next line', () => {
    const page =
      '```sh\nroutesmith init a.csv --yes \\\n  --provider ollama\nroutesmith demo\n```\n';
    expect(listCommands(page)).toEqual(['init a.csv --yes --provider ollama', 'demo']);
  });

  it.each([...new Set(pageCommands)])(
    'routesmith %s has a verb and options that exist',
    async (line) => {
      const [verb = ''] = line.split(' ');
      const { exitCode, stdout } = await runCommand([verb, '--help']);
      expect(exitCode).toBe(0);
      for (const [option] of line.matchAll(/(?<= )--[a-z0-9-]+/g)) expect(stdout).toContain(option);
    },
  );
});

/** Examples that need what a test cannot have, and the test that covers them instead. */
const coveredElsewhere = new Map([
  ['practice --tasks datasets/everyday.jsonl', 'practice-command.test.ts'],
  ['serve --policy mine.policy.json --pool models.yaml', 'serve-command.test.ts'],
  ['grade runs/everyday --judge judge.yaml --human labels.csv', 'grading.test.ts'],
  ['init prompts.csv', 'terminal-questions.test.ts'],
  [
    'init prompts.csv --yes --provider openrouter --models openai/gpt-5-mini,google/gemini-2.5-flash',
    'own-data.test.ts',
  ],
  ['audit logs --pool models.yaml --budget 5 --judge judge.yaml', 'audit-command.test.ts'],
  [
    'audit logs --pool models.yaml --budget 5 --judge judge.yaml --human logs-audit/to-label.jsonl',
    'audit-command.test.ts',
  ],
  [
    'audit logs --pool models.yaml --prompts store.jsonl --out runs/week-48',
    'audit-command.test.ts',
  ],
  ['train runs/demo --add runs/week-48 --out next.policy.json', 'audit-command.test.ts'],
  ['verify next.policy.json --run runs/demo --add runs/week-48', 'policy-commands.test.ts'],
  ['models --provider openrouter --search gemini', 'models-command.test.ts'],
  ['import runs/log --format log --out runs/traffic', 'log-commands.test.ts'],
  [
    'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --queue postgres://db.internal/sweeps',
    'queue-sweep.long.test.ts',
  ],
  [
    'worker --queue postgres://team@db.internal/sweeps?sslmode=verify-full',
    'queue-sweep.long.test.ts',
  ],
  ['worker --once --concurrency 50', 'queue-commands.long.test.ts'],
  ['queue status', 'queue-commands.long.test.ts'],
  ['queue cancel --run 6b1f0c9e-4b1c-4c59-9a53-0e7f0a3b2c11', 'queue-commands.long.test.ts'],
  ['queue purge', 'queue-commands.long.test.ts'],
  ['import routerbench_0shot.csv --format routerbench --out runs/routerbench', 'importers'],
]);

const examples = commands.flatMap(({ examples: ofCommand }) =>
  ofCommand.map(([line]) => line).filter((line) => !coveredElsewhere.has(line)),
);

describe.runIf(isLongRun)('the examples in the help', () => {
  const folder = createTemporaryFolder();
  const pool = folder.file('models.yaml');
  let server: PracticeServer;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    // A few examples of each label keep the sweeps and trainings short.
    const tasks = readFileSync(resolve(root, 'datasets/everyday.jsonl'), 'utf8').split('\n');
    folder.write('datasets/everyday.jsonl', tasks.filter((_, index) => index % 8 === 0).join('\n'));
    symlinkSync(resolve(root, 'policies'), folder.file('policies'));
    folder.write('prompt.txt', 'What is 12 times 12?');
    folder.write(
      'outcomes.csv',
      'prompt,model,quality,cost_usd\nHello?,a,1,0.001\nHello?,b,0,0.002\n',
    );
    folder.write('grades.csv', 'id,quality\nnobody,1\n');
    folder.write(
      'judge.yaml',
      'models:\n  - { id: judge, provider: ollama, model: judge, price: free }\n',
    );
    folder.write('scores.csv', 'prompt,small,large\nHello?,1,0\nWhy?,0,1\n');
    const shim = folder.write(
      'bin/routesmith',
      `#!/bin/sh\nexec "${process.execPath}" "${cliFile}" "$@"\n`,
    );
    chmodSync(shim, 0o755);
    const { privateKey } = await createSigningKeys();
    environment = {
      ...process.env,
      PATH: `${folder.file('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      ROUTESMITH_SIGNING_KEY: privateKey,
    };
    const taskSet = await readTaskSet(folder.file('datasets/everyday.jsonl'), { checkGrader });
    server = await startPracticeServer({ examples: taskSet.examples, seed: 1 });
  });

  afterAll(() => server.close());

  function runInShell(line: string): Promise<{ exitCode: number | null; output: string }> {
    return new Promise((done, fail) => {
      const child = spawn('sh', ['-c', line], { cwd: folder.path, env: environment });
      let output = '';
      child.stdout.on('data', (text: Buffer) => (output += text.toString()));
      child.stderr.on('data', (text: Buffer) => (output += text.toString()));
      child.on('error', fail).on('close', (exitCode) => done({ exitCode, output }));
    });
  }

  it('run as they are printed, one after the other', async () => {
    const inOrder = [
      'demo',
      ...examples.filter((line) => line.startsWith('practice ')),
      ...examples.filter((line) => line.startsWith('sweep ')),
      'evaluate runs/demo --json > evaluation.json',
      ...examples.filter((line) => line.startsWith('train ')),
      ...examples.filter((line) => !/^(demo|practice|sweep|train) ?/.test(line)),
    ];
    expect(inOrder).toEqual(expect.arrayContaining(examples));
    const failed: string[] = [];
    for (const line of inOrder) {
      const { exitCode, output } = await runInShell(`routesmith ${line}`);
      if (exitCode !== 0) failed.push(`routesmith ${line}: exit code ${exitCode}\n${output}`);
      if (line.endsWith('> models.yaml')) pointPoolAtServer();
    }
    expect(failed).toEqual([]);
  });

  /** The printed pool names the default port, which may be in use here. */
  function pointPoolAtServer(): void {
    const text = readFileSync(pool, 'utf8');
    writeFileSync(pool, text.replaceAll(/http:\/\/127\.0\.0\.1:\d+\/v1/g, server.url));
  }
});
