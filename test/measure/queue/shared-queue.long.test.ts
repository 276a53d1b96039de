import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeChanges } from '../../../src/measure/queue/begin-run.js';
import { cancelRun, purgeRuns } from '../../../src/measure/queue/manage-queue.js';
import { openQueue, type OpenQueue } from '../../../src/measure/queue/open-queue.js';
import { insertRun, writePlan, type WrittenRun } from '../../../src/measure/queue/plan-run.js';
import { buildQueuePlan, decodeQueuePlan } from '../../../src/measure/queue/queue-plan.js';
import { parseQueueAddress } from '../../../src/measure/queue/queue-address.js';
import { readLanes } from '../../../src/measure/queue/queue-run.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import { systemClock, type Clock } from '../../../src/measure/sweep/calls/clock.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { createGate } from '../../support/gate.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import {
  failWith,
  say,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpQueueBench();
type Address = ReturnType<typeof bench.newQueue>;

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(say('7'));
});
afterAll(() => server.close());

const buildModel = (id: string, changes: Parameters<typeof buildPoolModel>[0] = {}) =>
  buildPoolModel({ id, model: `${id}-1`, baseUrl: server.baseUrl, ...changes });

const withQueue = async <Result>(address: Address, work: (queue: OpenQueue) => Promise<Result>) => {
  const queue = await bench.open(address);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
};

const allowCode = { allowCode: true, judge: null, ambiguous: null };

describe('a worker of a queue with several runs', () => {
  it('leaves a run that it cannot work on to others, and works on the next', async (context) => {
    const address = bench.newQueue(context);
    const first = bench.coordinate(address, 'code', [buildModel('code')], { tools: allowCode });
    await bench.waitForRuns(address, 1);
    const second = bench.coordinate(address, 'plain', [buildModel('plain')]);
    await bench.waitForRuns(address, 2);
    const notices: string[] = [];
    const { settled } = await bench.work(address, {
      onNotice: (notice) => notices.push(notice),
      async openTools(tools) {
        if (tools.allowCode) throw new RoutesmithError('usage', 'the run needs a sandbox');
        return { tools: {}, close: async () => {} };
      },
    });
    expect(settled).toBe(6);
    expect((await second).coverage).toBe(1);
    expect(notices).toContain('This worker takes no cells: the run needs a sandbox.');
    await bench.work(address);
    expect((await first).coverage).toBe(1);
  });

  it('works on a run once its sweep is started again without what it had refused', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const models = [buildModel('allowed')];
    const { signal } = stop;
    const first = bench.coordinate(address, 'allowed', models, { tools: allowCode, signal });
    await bench.waitForRuns(address, 1);
    const end = new AbortController();
    const notices: string[] = [];
    const work = bench.work(address, {
      once: false,
      signal: end.signal,
      onNotice: (notice) => notices.push(notice),
      async openTools(tools) {
        if (tools.allowCode) throw new RoutesmithError('usage', 'the run needs a sandbox');
        return { tools: {}, close: async () => {} };
      },
    });
    await waitUntil(() => notices.includes('This worker takes no cells: the run needs a sandbox.'));
    stop.abort();
    await first;
    expect((await bench.coordinate(address, 'allowed', models)).coverage).toBe(1);
    end.abort();
    expect((await work).settled).toBe(6);
  });

  it('leaves a run whose lanes have been stopped, though others still work on its other lanes', async (context) => {
    const address = bench.newQueue(context);
    const closed = await startScriptedServer(failWith(401));
    const environment = { KEY_OF_OPEN: 'key' };
    const models = [
      buildModel('stopped', { baseUrl: closed.baseUrl }),
      buildModel('open', { apiKeyEnv: 'KEY_OF_OPEN' }),
    ];
    const sweep = bench.coordinate(address, 'lanes', models);
    await bench.waitForRuns(address, 1);
    // It has no key of the other lane, and nobody works there yet.
    expect(await bench.work(address)).toMatchObject({ settled: 0, runs: 1 });
    expect(await bench.work(address, { environment })).toMatchObject({ settled: 6 });
    expect((await sweep).models.map(({ done }) => done)).toEqual([0, 6]);
    await closed.close();
  });

  it('says in each sweep why it takes none of its cells, and in no other', async (context) => {
    const address = bench.newQueue(context);
    const needed = (name: string) =>
      buildModel(name, { apiKeyEnv: `KEY_OF_${name.toUpperCase()}` });
    const stop = new AbortController();
    const { signal } = stop;
    const notices = { first: [''], second: [''] };
    const coordinate = (name: 'first' | 'second') =>
      bench.coordinate(address, name, [needed(name)], {
        signal,
        onProgress: (_, notice) => notices[name].push(notice ?? ''),
      });
    const sweeps = [coordinate('first')];
    await bench.waitForRuns(address, 1);
    sweeps.push(coordinate('second'));
    await bench.waitForRuns(address, 2);
    const work = bench.work(address, { once: false, signal });
    const said = (name: 'first' | 'second') => notices[name].join('\n');
    await waitUntil(() => said('first').includes('KEY_OF_FIRST is not set'));
    await waitUntil(() => said('second').includes('KEY_OF_SECOND is not set'));
    expect(said('first')).not.toContain('KEY_OF_SECOND');
    expect(said('second')).not.toContain('KEY_OF_FIRST');
    stop.abort();
    await Promise.all([work, ...sweeps]);
  });

  it('says in a sweep why it takes none of its cells also while it works on another run', async (context) => {
    const address = bench.newQueue(context);
    const { opened: gone, open: letGo } = createGate();
    const held = await startScriptedServer(async (response, request) => {
      await gone;
      await say('7')(response, request);
    });
    const first = bench.coordinate(address, 'open', [
      buildModel('open', { baseUrl: held.baseUrl }),
    ]);
    await bench.waitForRuns(address, 1);
    const stop = new AbortController();
    const notices: string[] = [];
    const second = bench.coordinate(
      address,
      'locked',
      [buildModel('locked', { apiKeyEnv: 'LOCKED_API_KEY' })],
      {
        signal: stop.signal,
        onProgress: (_, notice) => notices.push(notice ?? ''),
      },
    );
    await bench.waitForRuns(address, 2);
    const work = bench.work(address);
    await waitUntil(() => notices.join('\n').includes('LOCKED_API_KEY is not set'));
    letGo();
    await Promise.all([work, first]);
    stop.abort();
    await Promise.all([second, held.close()]);
  });

  it('goes on to the next where it has no key for what is left of a run', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('free'), buildModel('paid', { apiKeyEnv: 'PAID_API_KEY' })];
    const first = bench.coordinate(address, 'mixed', models);
    await bench.waitForRuns(address, 1);
    const second = bench.coordinate(address, 'after', [buildModel('after')]);
    await bench.waitForRuns(address, 2);
    // It ends, though cells of the first run are left.
    const { settled } = await bench.work(address);
    expect(settled).toBe(12);
    expect((await second).coverage).toBe(1);
    await bench.work(address, { environment: { PAID_API_KEY: 'sk-test-0123456789abcdef' } });
    expect((await first).coverage).toBe(1);
  });
});

describe('the plan of a run', () => {
  const examples = Array.from({ length: 30 }, (_, index) => buildExample(String(index)));
  const plan = planSweep({ examples, models: [buildPoolModel()], repeats: 1, seed: 0 });
  const settings = {
    laneMaximum: 10,
    leaseSeconds: 10,
    retryLimits: defaultRetryLimits,
    tools: { allowCode: false, judge: null, ambiguous: null },
  };

  /** Inserts a run whose plan is not written yet. */
  async function insertPlanned(own: Pick<WrittenRun, 'database' | 'jobs' | 'signal'>) {
    const runId = randomUUID();
    const coordinator = randomUUID();
    const run = { ...own, coordinator, runId, plan: buildQueuePlan(plan, settings) };
    const sums = { limitUsd: undefined, spentUsd: 0, possibleUsd: 0, judgeUsd: 0 };
    await insertRun({ ...run, name: 'run', planDigest: '', ...sums });
    return run;
  }

  it('is written by one coordinator, also if others begin to write it', async (context) => {
    const address = bench.newQueue(context);
    await withQueue(address, async ({ database, jobs }) => {
      const { signal } = new AbortController();
      const written = await insertPlanned({ database, jobs, signal });
      const results = await Promise.allSettled([
        writePlan(written, plan, () => true),
        writePlan(written, plan, () => true),
        writePlan({ ...written, coordinator: randomUUID() }, plan, () => true),
      ]);
      const refused = results.filter(({ status }) => status === 'rejected');
      // A coordinator that comes when all is planned has nothing to write, and is not refused.
      for (const one of refused) expect(one).toMatchObject({ reason: { code: 'run_locked' } });
      const [lane] = await readLanes(database, written.runId);
      expect(lane?.total).toBe(plan.cellCount);
    });
  });

  it('is continued where the signal has interrupted it', async (context) => {
    const address = bench.newQueue(context);
    await withQueue(address, async ({ database, jobs }) => {
      const written = await insertPlanned({ database, jobs, signal: AbortSignal.abort() });
      const { runId } = written;
      await writePlan(written, plan, () => true);
      const [before] = await readLanes(database, runId);
      expect(before?.total).toBe(0);
      const { signal } = new AbortController();
      await writePlan({ ...written, signal }, plan, () => true);
      const [after] = await readLanes(database, runId);
      expect(after?.total).toBe(plan.cellCount);
    });
  });

  it('says which settings have changed since the run began', () => {
    const judge = buildModel('judge');
    const judged = { ...settings, tools: { allowCode: false, judge, ambiguous: null } };
    // As it is read from the database.
    const planned = decodeQueuePlan(
      JSON.parse(JSON.stringify(buildQueuePlan(plan, judged))),
      'a-run',
    );
    const describe = (changes: Partial<typeof judged>): string =>
      describeChanges(planned, buildQueuePlan(plan, { ...judged, ...changes })).join('\n');
    expect(describe({})).toBe('');
    const notices = describe({ laneMaximum: 4, leaseSeconds: 60 });
    expect(notices).toMatch(/Changed since the run began: --concurrency\./);
    expect(notices).toContain('The run keeps its lease of 10 seconds.');
    expect(describe({ tools: { ...judged.tools, allowCode: true } })).toMatch(
      /Changed since the run began: what graders may use\. .*\nAnswers that were recorded before/s,
    );
  });
});

describe('a sweep that is started again', () => {
  it('takes the present settings for workers that come', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const models = [buildModel('changed')];
    const leaving = bench.coordinate(address, 'changed', models, { signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    const again = bench.coordinate(address, 'changed', models, { tools: allowCode });
    await waitUntil(async () => {
      const [run] = await bench
        .database(address)
        .query<{ plan: string }>(`select plan from ${address.schema}.run`);
      return run?.plan.includes('"allowCode":true') === true;
    });
    const seen: boolean[] = [];
    await bench.work(address, {
      async openTools(tools) {
        seen.push(tools.allowCode);
        return { tools: {}, close: async () => {} };
      },
    });
    await again;
    expect(seen).toEqual([true]);
  });

  describe('while its run is not in this database', () => {
    /** A sweep that leaves its run to workers. */
    async function leaveRun(address: Address, name: string): Promise<void> {
      const stop = new AbortController();
      const leaving = bench.coordinate(address, name, [buildModel(name)], { signal: stop.signal });
      await bench.waitForRuns(address, 1);
      stop.abort();
      await leaving;
    }
    const readQueueFile = (name: string) =>
      JSON.parse(readFileSync(bench.folder.file(`${name}/queue.json`), 'utf8')) as {
        runId: string;
        schema?: string;
      };

    it('is refused where that is in another schema, until queue.json is deleted', async (context) => {
      const [address, other] = [bench.newQueue(context), bench.newQueue(context)];
      await leaveRun(address, 'schema');
      const { runId, schema } = readQueueFile('schema');
      expect(schema).toBe(address.schema);
      const models = [buildModel('schema')];
      await expect(bench.coordinate(other, 'schema', models)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`--queue-schema ${address.schema}`) as string,
      });
      expect(readQueueFile('schema').runId).toBe(runId);
      rmSync(bench.folder.file('schema/queue.json'));
      const sweep = bench.coordinate(other, 'schema', models);
      await bench.waitForRuns(other, 1);
      await bench.work(other);
      expect((await sweep).coverage).toBe(1);
    });

    it('is refused where that is in another database, and continued there', async (context) => {
      const address = bench.newQueue(context);
      await leaveRun(address, 'database');
      const { runId } = readQueueFile('database');
      const name = `other_${address.schema}`;
      await bench.database(address).query(`create database ${name}`);
      const url = new URL(address.url);
      url.pathname = `/${name}`;
      const other = parseQueueAddress(url.href, address.schema);
      const models = [buildModel('database')];
      await expect(bench.coordinate(other, 'database', models)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`another database of ${address.shown}`) as string,
      });
      expect(readQueueFile('database').runId).toBe(runId);
      const sweep = bench.coordinate(address, 'database', models);
      await bench.work(address);
      expect(await sweep).toMatchObject({ coverage: 1, queue: { runId } });
    });

    it('continues one of the same name and plan, without doubling its lines', async (context) => {
      const address = bench.newQueue(context);
      const models = [buildModel('again')];
      const stop = new AbortController();
      const leaving = bench.coordinate(address, 'again', models, { signal: stop.signal });
      await bench.waitForRuns(address, 1);
      const file = { ...readQueueFile('again'), seq: 1_000, ledgerBytes: 1 };
      await bench.work(address);
      await waitUntil(async () => (await bench.readEntries('again')).length === 6);
      stop.abort();
      const { queue } = await leaving;
      await bench.database(address).query(`update ${address.schema}.run set state = 'finished'`);
      const missing = { ...file, runId: '00000000-0000-4000-8000-000000000000' };
      bench.folder.write('again/queue.json', JSON.stringify(missing));
      const summary = await bench.coordinate(address, 'again', models);
      expect(summary).toMatchObject({ coverage: 1, queue });
      expect(await bench.readEntries('again')).toHaveLength(6);
    });

    it('is still named by queue.json where no new one can be written', async (context) => {
      const address = bench.newQueue(context);
      await leaveRun(address, 'full');
      const { runId } = readQueueFile('full');
      const { query } = bench.database(address);
      await query(`delete from ${address.schema}.run`);
      await query(`alter table ${address.schema}.run add constraint nothing check (name = '')`);
      const failed = bench.coordinate(address, 'full', [buildModel('full')]);
      await expect(failed).rejects.toThrow();
      expect(readQueueFile('full').runId).toBe(runId);
    });

    it('begins a new one, and says which it has not found', async (context) => {
      const address = bench.newQueue(context);
      await leaveRun(address, 'absent');
      const { runId } = readQueueFile('absent');
      await bench
        .database(address)
        .query(`delete from ${address.schema}.run where id = $1`, [runId]);
      const notices: string[] = [];
      const sweep = bench.coordinate(address, 'absent', [buildModel('absent')], {
        onProgress: (_, notice) => notices.push(notice ?? ''),
      });
      await bench.waitForRuns(address, 1);
      await bench.work(address);
      expect((await sweep).coverage).toBe(1);
      const said = notices.filter((notice) => notice.includes('is not in this database'));
      expect(said).toEqual([expect.stringContaining(runId)]);
    });
  });

  it('refuses a corrected reference while the run of the former one is unfinished', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const models = [buildModel('corrected')];
    const leaving = bench.coordinate(address, 'corrected', models, { signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    const examples = Array.from({ length: 6 }, (_, index) =>
      buildExample(String(index), { reference: String(index + 1) }),
    );
    const taskSet = buildTaskSet(examples);
    const readTasks = (): string =>
      readFileSync(bench.folder.file('corrected/tasks.jsonl'), 'utf8');
    const before = readTasks();
    await expect(bench.coordinate(address, 'corrected', models, { taskSet })).rejects.toMatchObject(
      { code: 'usage', message: expect.stringContaining('queue cancel') },
    );
    expect(readTasks()).toBe(before);
  });

  it.for([
    { began: true, again: false, problem: 'was begun with --retry-failed' },
    { began: false, again: true, problem: 'was begun without --retry-failed' },
  ])(
    'refuses other cells while its run is unfinished: $problem',
    async ({ began, again, problem }, context) => {
      const address = bench.newQueue(context);
      const models = [buildModel('retried')];
      const name = `retried-${again}`;
      const signal = AbortSignal.abort();
      await bench.coordinate(address, name, models, { retryFailed: began, signal });
      // Also from other machines, whose folders do not know the run.
      for (const folder of [name, `second/${name}`, `third/${name}`]) {
        const sweep = bench.coordinate(address, folder, models, { retryFailed: again });
        await expect(sweep).rejects.toMatchObject({
          code: 'usage',
          message: expect.stringContaining(problem),
          fix: expect.stringMatching(/queue cancel --run [-0-9a-f]{36}$/),
        });
      }
      await bench.coordinate(address, name, models, { retryFailed: began, signal });
    },
  );

  it('retries what has failed in a run that workers have finished meanwhile', async (context) => {
    const address = bench.newQueue(context);
    let isDown = true;
    const flaky = await startScriptedServer((response, request) =>
      (isDown ? failWith(400) : say('7'))(response, request),
    );
    const models = [buildModel('flaky', { baseUrl: flaky.baseUrl })];
    const stop = new AbortController();
    const sweep = { taskCount: 2, retryLimits: { maxAttempts: 1, maxElapsedMs: 1 } };
    const leaving = bench.coordinate(address, 'flaky', models, { ...sweep, signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    await bench.work(address);
    isDown = false;
    const again = bench.coordinate(address, 'flaky', models, { ...sweep, retryFailed: true });
    await bench.waitForRuns(address, 1);
    await bench.work(address);
    expect((await again).totals).toMatchObject({ done: 2 });
    await flaky.close();
  });

  it('says that the budget has changed', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('budget', { parameters: { maxTokens: 10 } })];
    const notices: string[] = [];
    const signal = AbortSignal.abort();
    const onProgress = (_: unknown, notice?: string): void => {
      notices.push(notice ?? '');
    };
    const limits = [50, 50, undefined, 20];
    for (const budgetUsd of limits) {
      const budget = budgetUsd === undefined ? {} : { budgetUsd };
      await bench.coordinate(address, 'budget', models, { ...budget, signal, onProgress });
    }
    expect(notices.filter((notice) => notice.includes('budget'))).toEqual([
      'The budget was $50.00 and is now none; this applies at once.',
      'The budget was none and is now $20.00; this applies at once.',
    ]);
  });

  it('calls no cell again that a cancelled run with fewer tasks has settled', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const models = [buildModel('extended')];
    const leaving = bench.coordinate(address, 'extended', models, { signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    const { queue } = await leaving;
    await bench.work(address);
    await bench
      .database(address)
      .query(`update ${address.schema}.run set state = 'cancelled' where id = $1`, [queue.runId]);
    const before = server.requests.length;
    const longer = bench.coordinate(address, 'extended', models, { taskCount: 8 });
    await bench.waitForRuns(address, 1);
    await bench.work(address);
    expect((await longer).totals).toMatchObject({ total: 8, settledBefore: 6, done: 2 });
    expect(server.requests.length - before).toBe(2);
  });

  it('keeps a sweep on one machine out of its folder until it is collected', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const models = [buildModel('alone')];
    const leaving = bench.coordinate(address, 'mine', models, { signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    const single = () =>
      runSweep({
        taskSet: buildTaskSet([buildExample('0')]),
        pool: { file: 'models-in-memory.yaml', models },
        runDirectory: bench.folder.file('mine'),
        environment: {},
      });
    await expect(single()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('is in a queue'),
    });
    await bench.work(address);
    await bench.coordinate(address, 'mine', models);
    expect(existsSync(bench.folder.file('mine/queue.json'))).toBe(false);
    expect((await single()).totals).toMatchObject({ settledBefore: 1, done: 0 });
  });
});

describe('the spool of a worker on another host', () => {
  it('is recorded once this queue has not heard of its worker for longer than a lease', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('spooled')];
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'spooled', models, { signal: stop.signal });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    const spoolFolder = bench.folder.file('other-host');
    const workerId = randomUUID();
    const line = await withQueue(address, async ({ database, jobs }) => {
      const [run] = await database.query<{ id: string }>(`select id from ${address.schema}.run`);
      const runId = run?.id ?? '';
      const [job] = await database.transaction((query) => jobs.take(`${runId}-lane-0`, 1, query));
      const { jobId, number, fence } = job as NonNullable<typeof job>;
      await database.query(
        `insert into ${address.schema}.cell (run_id, number, lane, fence, worker_id, state)
         values ($1, $2, 0, $3, $4, 'held')`,
        [runId, number, fence, workerId],
      );
      const key = { runId, lane: 0, number, jobId, fence, workerId };
      return { ...key, chargedUsd: 0.5, line: '{"not":"graded"}' };
    });
    const file = bench.folder.write(`other-host/${workerId}.jsonl`, `${JSON.stringify(line)}\n`);
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));
    await bench.database(address).query(
      `insert into ${address.schema}.worker (id, name, version, concurrency)
       values ($1, 'other', '0', 1)`,
      [workerId],
    );
    const stopAgain = new AbortController();
    // It sleeps after each look at the spools.
    let looks = 0;
    const clock: Clock = {
      ...systemClock,
      sleep(delayMs, signal) {
        looks += 1;
        return systemClock.sleep(delayMs, signal);
      },
    };
    const work = bench.work(address, {
      once: false,
      clock,
      spoolFolder,
      environment: {},
      signal: stopAgain.signal,
      async openTools() {
        throw new RoutesmithError('usage', 'this worker only looks');
      },
    });
    await waitUntil(() => looks >= 2);
    expect(existsSync(file)).toBe(true);
    await bench
      .database(address)
      .query(
        `update ${address.schema}.worker set seen_at = now() - interval '1 hour' where id = $1`,
        [workerId],
      );
    await waitUntil(() => !existsSync(file));
    stopAgain.abort();
    expect((await work).recovered).toBe(1);
  });
});

describe('the deletion of a run', () => {
  it('keeps lines that no folder has, unless they are discarded', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'purged', [buildModel('purged')], {
      signal: stop.signal,
    });
    await bench.waitForRuns(address, 1);
    stop.abort();
    await leaving;
    await bench.work(address);
    await withQueue(address, async ({ database, jobs }) => {
      const [run] = await database.query<{ id: string }>(`select id from ${address.schema}.run`);
      const runId = run?.id ?? '';
      await expect(purgeRuns(database, jobs, runId, false)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/6 answers .*paid for/),
      });
      expect(await purgeRuns(database, jobs, runId, true)).toEqual([runId]);
    });
  });

  it('needs no word where a run was cancelled before it had lines', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'unused', [buildModel('unused')], {
      signal: stop.signal,
    });
    await bench.waitForRuns(address, 1);
    stop.abort();
    const {
      queue: { runId },
    } = await leaving;
    await withQueue(address, async ({ database, jobs }) => {
      await cancelRun(database, runId);
      expect(await purgeRuns(database, jobs, runId, false)).toEqual([runId]);
    });
  });
});

describe('a queue that is only looked at', () => {
  it('is not created', async (context) => {
    const address = bench.newQueue(context);
    await expect(openQueue(address, 30, { mustExist: true })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`no queue in schema ${address.schema}`),
    });
  });
});
