import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import type { QueueStatus } from '../../../src/measure/queue/manage-queue.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import { runCli, startCli, waitForCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { say, startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';

const bench = setUpQueueBench();
let server: ScriptedServer;
let sweepArguments: string[] = [];

beforeAll(async () => {
  server = await startScriptedServer(say('4'));
  const task = { id: 'a', prompt: '2 + 2?', task: 'math', reference: '4', grader: 'contains' };
  const tasks = bench.folder.write(
    'tasks.jsonl',
    [0, 1, 2]
      .map((n) => `${JSON.stringify({ ...task, id: `t${n}`, prompt: `${n}: 2 + 2?` })}\n`)
      .join(''),
  );
  const model = { id: 'small', provider: server.baseUrl, model: 'small-1', price: 'free' };
  const pool = bench.folder.write('models.yaml', stringify({ models: [model] }));
  sweepArguments = ['sweep', '--tasks', tasks, '--pool', pool];
});
afterAll(() => server.close());

describe('routesmith worker and queue', () => {
  it('sweep, show and purge', async (context) => {
    const { url, schema } = bench.newQueue(context);
    const where = ['--queue', url, '--queue-schema', schema];
    const out = bench.folder.file('run');
    // Processes of their own, as on several machines.
    const sweep = runCli([...sweepArguments, '--out', out, ...where, '--lease', '10', '--json']);
    const worker = runCli(['worker', ...where, '--spool', bench.folder.file('spool'), '--json']);
    const status = async (): Promise<QueueStatus> => {
      const { stdout } = await runCommand(['queue', 'status', ...where, '--json']);
      return JSON.parse(stdout === '' ? '{"runs":[],"workers":[]}' : stdout) as QueueStatus;
    };
    const { exitCode, stdout, stderr } = await sweep;
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ coverage: 1, totals: { total: 3, done: 3 } });
    await waitUntil(async () => (await status()).workers.length === 1);
    const [running] = (await status()).workers;
    const pid = Number(/\((\d+)\)/.exec(running?.name ?? '')?.[1]);
    process.kill(pid, 'SIGTERM');
    expect(JSON.parse((await worker).stdout)).toMatchObject({ settled: 3, unrecorded: 0 });

    const shown = await runCommand(['queue', 'status', ...where]);
    expect(shown.stdout).toMatch(/run: collected, run [-0-9a-f]{36}\n {2}3 of 3 cells done/);
    expect(shown.stdout).toContain('No workers');
    const purged = await runCommand(['queue', 'purge', ...where]);
    expect(purged.stdout).toBe('Deleted 1 run.\n');
    expect((await status()).runs).toEqual([]);
  });

  it('record each cell once when a worker is killed', async (context) => {
    const { url, schema } = bench.newQueue(context);
    const where = ['--queue', url, '--queue-schema', schema];
    const slow = await startScriptedServer(async (response, request) => {
      await sleep(300);
      await say('4')(response, request);
    });
    const model = { id: 'slow', provider: slow.baseUrl, model: 'slow-1', price: 'free' };
    const pool = bench.folder.write('slow.yaml', stringify({ models: [model] }));
    const inputs = sweepArguments.with(sweepArguments.indexOf('--pool') + 1, pool);
    const out = bench.folder.file('killed');
    const repeats = ['--repeats', '4', '--lease', '10'];
    const sweep = runCli([...inputs, '--out', out, ...where, ...repeats, '--json']);
    const spool = ['--spool', bench.folder.file('spool-of-killed')];
    const worker = startCli(['worker', ...where, ...spool, '--concurrency', '3']);
    const ended = waitForCli(worker);
    await waitUntil(() => slow.requests.length >= 4);
    worker.kill('SIGKILL');
    await ended;
    const second = await runCommand(['worker', ...where, ...spool, '--once', '--json']);
    expect(second.exitCode, second.stderr).toBe(0);
    const { exitCode, stdout, stderr } = await sweep;
    expect(exitCode, stderr).toBe(0);
    await slow.close();

    const entries = await bench.readEntries('killed');
    const settled = entries.filter(({ outcome }) => outcome !== 'infrastructure');
    const cutOff = entries.filter(({ error }) => error?.startsWith('cut_off') === true);
    expect(new Set(settled.map(({ cellKey }) => cellKey)).size).toBe(12);
    expect(settled).toHaveLength(12);
    // At most the calls in flight at the kill are made again, and those whose answers were not in the
    // spool yet: a call that has ended frees its slot before its answer is graded. All are on record.
    expect(cutOff.length).toBeLessThanOrEqual(2 * 3);
    expect(slow.requests.length).toBeLessThanOrEqual(12 + cutOff.length);
    expect(JSON.parse(stdout)).toMatchObject({ coverage: 1, cutOffCalls: cutOff.length });
  });

  it('cancel a run, whose sweep then says so', async (context) => {
    const { url, schema } = bench.newQueue(context);
    const where = ['--queue', url, '--queue-schema', schema];
    const sweep = runCli([...sweepArguments, '--out', bench.folder.file('cancelled'), ...where]);
    let id = '';
    await waitUntil(async () => {
      const { stdout } = await runCommand(['queue', 'status', ...where, '--json']);
      // The sweep creates the queue.
      if (stdout === '') return false;
      const { runs } = JSON.parse(stdout) as QueueStatus;
      id = runs.find(({ state }) => state === 'open')?.id ?? '';
      return id !== '';
    });
    await runCommand(['queue', 'cancel', '--run', id, ...where]);
    const { exitCode, stderr } = await sweep;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('3 of 3 cells not settled yet');
    const again = await runCommand(['queue', 'cancel', '--run', id, ...where]);
    expect(again).toMatchObject({ exitCode: 2 });
    expect(again.stderr).toContain('there is no such run, or it has ended');
  });

  it('say which queue is missing, and never show its password', async () => {
    const none = await runCommand(['worker', '--once']);
    expect(none).toMatchObject({ exitCode: 2 });
    expect(none.stderr).toContain('set ROUTESMITH_QUEUE');
    const wrong = await runCommand(['queue', 'status', '--queue', 'mysql://root:hunter22@db/x']);
    expect(wrong.stderr).toContain('this is not the URL of a Postgres database');
    const gone = await runCommand(['queue', 'status'], {
      environment: { ROUTESMITH_QUEUE: 'postgres://team:hunter22@127.0.0.1:1/sweeps' },
    });
    expect(gone).toMatchObject({ exitCode: 2 });
    expect(gone.stderr).toContain('postgres://127.0.0.1:1/sweeps: the queue cannot be used');
    expect(wrong.stderr + gone.stderr).not.toContain('hunter22');
  });

  it('say what to install', async () => {
    const hooks = bench.folder.write(
      'hooks.mjs',
      `export async function resolve(name, context, next) {
         if (name === 'pg') throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
         return next(name, context);
       }`,
    );
    const register = bench.folder.write(
      'register.mjs',
      `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(hooks))});`,
    );
    const { exitCode, stderr } = await runCli(['queue', 'status', '--queue', 'postgres://db/x'], {
      environment: { NODE_OPTIONS: `--import ${register}` },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('npm install pg@8 pg-boss@12');
  });
});
