import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practicePoolYaml } from '../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import { formatWhole } from '../../src/util/format-number.js';
import { runCli, startCli, waitForCli } from '../support/run-cli.js';
import { runCommand } from '../support/run-command.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const runFolder = folder.file('run');
const tasksFile = folder.file('slice.jsonl');
const poolFile = folder.file('models.yaml');
const policyFile = folder.file('made/here/slice.policy.json');

let server: PracticeServer;

/** Every tenth of the everyday tasks: some of every label. */
function takeSlice(): string {
  const file = new URL('../../datasets/everyday.jsonl', import.meta.url);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return `${lines.filter((_, index) => index % 10 === 0).join('\n')}\n`;
}

const sweepArguments = ['sweep', '--tasks', tasksFile, '--pool', poolFile, '--out', runFolder];
// Comparing families takes most of a training, and is tested where families are.
// The default objective would depend on measured latencies, which a busy machine decides.
const trainOptions = ['--family', 'task_table', '--objective', 'quality'];
const trainArguments = ['train', runFolder, '--out', policyFile, ...trainOptions];
const evaluateArguments = ['evaluate', runFolder, '--folds', '2', '--family', 'task_table'];
const routeArguments = ['route', policyFile];

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

beforeAll(async () => {
  folder.write('slice.jsonl', takeSlice());
  const { examples } = await readTaskSet(tasksFile);
  server = await startPracticeServer({ examples, seed: 1 });
  folder.write('models.yaml', practicePoolYaml(server.url));
});

afterAll(() => server.close());

describe('from tasks to decisions', () => {
  it('pauses a sweep at Ctrl-C, and says how to go on', async () => {
    const child = startCli([...sweepArguments, '--concurrency', '1']);
    child.stdin?.end();
    const waiting = setInterval(() => {
      const calls = [...server.calls().values()].reduce((sum, count) => sum + count, 0);
      if (calls > 5) child.kill('SIGINT');
      if (calls > 5) clearInterval(waiting);
    }, 10);
    const { exitCode, stdout, stderr } = await waitForCli(child);
    clearInterval(waiting);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Run the same command again to resume');
    expect(stdout).toContain('practice/scholar');
  });

  it('resumes and completes it without asking anything twice', async () => {
    const { exitCode, stdout } = await runCommand([...sweepArguments, '--json']);
    const { totals, coverage, results } = parse(stdout) as {
      totals: { settledBefore: number; done: number; total: number };
      coverage: number;
      results: unknown[];
    };
    expect({ exitCode, coverage }).toEqual({ exitCode: 0, coverage: 1 });
    expect(totals.settledBefore).toBeGreaterThan(0);
    expect(totals.settledBefore + totals.done).toBe(totals.total);
    expect(results).toHaveLength(5);
    const again = await runCommand(sweepArguments);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain(`${formatWhole(totals.total)} of them by an earlier sweep`);
    expect(again.stdout).toContain('SIMULATED');
  });

  it.skipIf(process.platform === 'win32')('lets only its owner read prompts and answers', () => {
    for (const name of ['tasks.jsonl', 'ledger.jsonl']) {
      expect(statSync(join(runFolder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('trains a policy, and gives the verdict', async () => {
    const { exitCode, stdout, stderr } = await runCli(trainArguments);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^VERDICT: (ROUTE|DON'T ROUTE) - /m);
    expect(stdout).toMatch(/^SIMULATED/m);
    expect(stdout).toMatch(/per-task\b[^]*table/);
    expect(stdout).toContain(policyFile);
    const { digest } = parse(readFileSync(policyFile, 'utf8'));
    expect(stdout).toContain(`Digest: ${String(digest)}`);
    expect(stderr).toMatch(/^TensorFlow\.js on /m);
    expect(stderr).toMatch(/^WARNING: .*SIMULATED/m);
  });

  it('evaluates by cross-validation, also for machines', async () => {
    const { exitCode, stdout } = await runCommand([...evaluateArguments, '--json']);
    expect(exitCode).toBe(0);
    expect(parse(stdout)).toMatchObject({ folds: 2, simulated: true, pair: null });
    expect(parse(stdout)['frontier']).toMatchObject({ aiq: expect.any(Number) as number });
    expect(parse(stdout)['calibration']).toMatchObject({
      overall: { expectedCalibrationError: expect.any(Number) as number },
    });
  });

  it('warns when a policy is evaluated on what it was trained on', async () => {
    const { exitCode, stdout, stderr } = await runCommand([
      'evaluate',
      runFolder,
      '--policy',
      policyFile,
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('WARNING: this policy was trained on these outcomes');
    expect(stdout).toContain('routed: quality');
    expect(stdout).toMatch(/policy's\b[^]*baseline/);
  });

  it('decides for a prompt that is piped in', async () => {
    const { exitCode, stdout } = await runCli([...routeArguments, '--json'], {
      input: 'What is 12 times 12?\n',
    });
    expect(exitCode).toBe(0);
    const decision = parse(stdout);
    expect(decision).toMatchObject({ kind: 'chosen', simulated: true, objective: 'quality' });
    const words = await runCommand([...routeArguments, '--only-model', 'What is 12', 'times 12?']);
    expect(words.stdout).toBe(`${String(decision['model'])}\n`);
    const people = await runCommand([...routeArguments, 'What is 12 times 12?']);
    expect(people.stdout.split('\n')[0]).toBe(decision['model']);
    expect(people.stdout).toMatch(/practice\/feather .*\$0\.00/);
  });

  it('decides for messages in a file', async () => {
    const messages = [{ role: 'user', content: 'What is 12 times 12?' }];
    const file = folder.write('messages.json', JSON.stringify(messages));
    const fromFile = await runCommand([...routeArguments, '--messages', file, '--json']);
    const fromText = await runCommand([...routeArguments, '--json', 'What is 12 times 12?']);
    expect(parse(fromFile.stdout)).toEqual(parse(fromText.stdout));
  });

  it('decides for the body of a request with all that a decision reads of it', async () => {
    const messages = [{ role: 'user', content: 'What is 12 times 12?' }];
    const system = 'Answer in German.';
    const decide = async (request: object) => {
      const file = folder.write(`${randomUUID()}.json`, JSON.stringify(request));
      return runCommand([...routeArguments, '--messages', file, '--json']);
    };
    const beside = await decide({ system: [{ type: 'text', text: system }], messages });
    const within = await decide({ messages: [{ role: 'system', content: system }, ...messages] });
    expect(parse(beside.stdout)).toEqual(parse(within.stdout));
    expect(parse(beside.stdout)).not.toEqual(parse((await decide({ messages })).stdout));
    const endless = await decide({ messages, max_tokens: 1e9 });
    expect(endless.stderr).toContain('no model meets the constraints');
    const wrong = await decide({ system: 7, messages });
    expect(wrong.stderr).toContain('system must be a text');
  });
});

describe.concurrent('a decision that cannot be made', () => {
  it.each([
    ['without a prompt', [], 'there is no prompt'],
    ['with a prompt of spaces', ['  '], 'there is no prompt'],
    ['for an unknown objective', ['hi', '--objective', 'qualty'], 'did you mean "quality"'],
    ['for an unknown model', ['hi', '--allow', 'practice/cleric'], 'did you mean "practice/clerk"'],
    ['where no model is cheap enough', ['hi', '--max-cost', '0'], 'no model meets the constraints'],
    ['with an unknown option', ['hi', '--cheap'], 'unknown option --cheap'],
  ])('%s ends with 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await runCommand([...routeArguments, ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('from a policy file that was cut in half ends with 2, and names the file', async () => {
    const text = readFileSync(policyFile, 'utf8');
    const half = folder.file('half.policy.json');
    writeFileSync(half, text.slice(0, text.length / 2));
    const { exitCode, stderr } = await runCommand(['route', half, 'hi']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${half}: `);
    expect(stderr).toContain('cut off');
  });
});
