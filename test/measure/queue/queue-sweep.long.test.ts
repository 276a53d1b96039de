import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeSilentWorkers } from '../../../src/measure/queue/lane-take.js';
import { readPlan } from '../../../src/measure/queue/queue-run.js';
import { isRefusedForFree, type LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { computeRunHealth } from '../../../src/measure/outcomes/run-health.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { systemClock } from '../../../src/measure/sweep/calls/clock.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import { computeWorstCaseCostUsd } from '../../../src/measure/sweep/worst-case-cost.js';
import { createGate } from '../../support/gate.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { readTimelessLines, setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import {
  delta,
  done,
  failWith,
  say,
  startScriptedServer,
  stream,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpQueueBench();
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(say('7'));
});
afterAll(() => server.close());

const buildModel = (id: string, changes: Parameters<typeof buildPoolModel>[0] = {}) =>
  buildPoolModel({ id, model: `${id}-1`, baseUrl: server.baseUrl, ...changes });

describe('a sweep with workers', () => {
  it('does not take a refused call for free where an earlier sweep may have been charged', async (context) => {
    const address = bench.newQueue(context);
    const refusing = await startScriptedServer((response, request) =>
      request.index === 0
        ? void response.socket?.resetAndDestroy()
        : failWith(400, { code: 'content_filter', message: 'filtered' })(response, request),
    );
    const parameters = { maxTokens: 100 };
    const models = [buildModel('refusing', { baseUrl: refusing.baseUrl, parameters })];
    const first = await runSweep({
      taskSet: buildTaskSet([buildExample('0')]),
      pool: { file: 'models-in-memory.yaml', models },
      runDirectory: bench.folder.file('refused'),
      environment: {},
      budgetUsd: 1,
      retryLimits: { ...defaultRetryLimits, maxAttempts: 1 },
    });
    expect(first.budget.possibleUsd).toBeGreaterThan(0);
    const settings = { taskCount: 1, budgetUsd: 1 };
    const sweep = bench.coordinate(address, 'refused', models, settings);
    await bench.waitForRuns(address);
    await bench.work(address);
    const { budget, coverage } = await sweep;
    await refusing.close();
    expect(coverage).toBe(1);
    const refused = (await bench.readEntries('refused')).at(-1) as LedgerEntry;
    expect(refused).toMatchObject({ outcome: 'refused', possibleCostUsd: 0 });
    expect(isRefusedForFree(refused)).toBe(false);
    expect(budget.possibleUsd).toBe(first.budget.possibleUsd);
  });

  it('has the ledger of a sweep on one machine', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('small'), buildModel('large')];
    const sweep = bench.coordinate(address, 'shared', models, { taskCount: 20 });
    await bench.waitForRuns(address);
    const workers = await Promise.all([bench.work(address), bench.work(address)]);
    const summary = await sweep;

    expect(summary.coverage).toBe(1);
    expect(workers.reduce((sum, { settled }) => sum + settled, 0)).toBe(40);
    const examples = Array.from({ length: 20 }, (_, index) => buildExample(String(index)));
    await runSweep({
      taskSet: buildTaskSet(examples),
      pool: { file: 'models-in-memory.yaml', models },
      runDirectory: bench.folder.file('single'),
      environment: {},
    });
    expect(readTimelessLines(bench.folder.file('shared'))).toEqual(
      readTimelessLines(bench.folder.file('single')),
    );
  });

  it('calls only what is missing when it is repeated', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('again')];
    const before = server.requests.length;
    const first = bench.coordinate(address, 'again', models, { taskCount: 3 });
    await bench.waitForRuns(address);
    await bench.work(address);
    await first;
    const second = bench.coordinate(address, 'again', models, { taskCount: 5 });
    await bench.waitForRuns(address);
    await bench.work(address);
    const summary = await second;
    expect(summary.totals).toMatchObject({ total: 5, settledBefore: 3, done: 2 });
    expect(server.requests.length - before).toBe(5);
  });

  it('goes on without its coordinator, and another one collects the lines', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('alone')];
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'alone', models, { signal: stop.signal });
    await bench.waitForRuns(address);
    stop.abort();
    const left = await leaving;
    expect(left.interrupted).toBe(true);
    await bench.work(address);

    const summary = await bench.coordinate(address, 'alone', models);
    expect(summary).toMatchObject({ coverage: 1, queue: { runId: left.queue.runId } });
    expect(await bench.readEntries('alone')).toHaveLength(6);
  });

  it('is found from another machine also where its workers have finished it meanwhile', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('moved')];
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'moved', models, { signal: stop.signal });
    await bench.waitForRuns(address);
    stop.abort();
    const left = await leaving;
    await bench.work(address);
    const before = server.requests.length;
    const summary = await bench.coordinate(address, 'elsewhere/moved', models);
    expect(summary).toMatchObject({ coverage: 1, queue: { runId: left.queue.runId } });
    expect(server.requests.length).toBe(before);
    expect(await bench.readEntries('elsewhere/moved')).toHaveLength(6);
  });

  it('has no line twice when its coordinator was killed before it noted them', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('torn')];
    const stop = new AbortController();
    const leaving = bench.coordinate(address, 'torn', models, { signal: stop.signal });
    await bench.waitForRuns(address);
    const noted = readFileSync(bench.folder.file('torn/queue.json'), 'utf8');
    await bench.work(address);
    await waitUntil(async () => (await bench.readEntries('torn')).length === 6);
    stop.abort();
    await leaving;
    // As a coordinator leaves it that was killed after it wrote the lines.
    bench.folder.write('torn/queue.json', noted);
    const database = bench.database(address);
    await database.query(`update ${address.schema}.run set state = 'finished'`);
    const summary = await bench.coordinate(address, 'torn', models);
    expect(summary.coverage).toBe(1);
    expect(await bench.readEntries('torn')).toHaveLength(6);
  });

  it('refuses a second coordinator', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('twice')];
    const stop = new AbortController();
    const first = bench.coordinate(address, 'twice', models, { signal: stop.signal });
    await bench.waitForRuns(address);
    // Another folder of the same name, such as that of a colleague.
    const second = bench.coordinate(address, 'elsewhere/twice', models);
    await expect(second).rejects.toMatchObject({ code: 'run_locked' });
    stop.abort();
    await first;
  });
});

describe('a sweep with workers and without a budget', () => {
  it('says how many calls may have cost any amount, over all its runs', async (context) => {
    const address = bench.newQueue(context);
    const silent = await startScriptedServer(stream(delta({ content: 'It is 4.' }, 'stop'), done));
    // Its answers have no usage, and nothing limits them.
    const models = [buildModel('unlimited', { baseUrl: silent.baseUrl })];
    for (const taskCount of [2, 3]) {
      const sweep = bench.coordinate(address, 'unlimited', models, { taskCount });
      await bench.waitForRuns(address);
      await bench.work(address);
      const { budget } = await sweep;
      expect(budget).toMatchObject({ possibleUsd: 0, unboundedCalls: taskCount });
    }
    await silent.close();
  });
});

describe('a call that is cut off, and whose answer comes after that', () => {
  it('is no call that may have cost any amount once its charge is known', async (context) => {
    const address = bench.newQueue(context);
    const { opened: gone, open: letGo } = createGate();
    const held = await startScriptedServer(async (response, request) => {
      await gone;
      await say('7')(response, request);
    });
    // Nothing limits its answers.
    const models = [buildModel('late', { baseUrl: held.baseUrl })];
    const sweep = bench.coordinate(address, 'late', models, { taskCount: 3 });
    await bench.waitForRuns(address);
    const work = bench.work(address);
    await waitUntil(() => held.requests.length === 3);
    const database = bench.database(address);
    const [row] = await database.query<{ id: string }>(`select id from ${address.schema}.run`);
    const runId = row?.id ?? '';
    const plan = await readPlan(database, runId);
    if (plan === undefined) throw new Error('the run has no plan');
    // As if nobody had heard of the worker for long.
    await waitUntil(async () => {
      await database.query(`delete from ${address.schema}.worker`);
      return (await removeSilentWorkers({ database, runId, plan })) > 0;
    });
    await waitUntil(async () => (await bench.readEntries('late')).length === 3);
    letGo();
    const { budget, cutOffCalls, coverage, totals } = await sweep;
    await Promise.all([work, held.close()]);
    expect(coverage).toBe(1);
    expect(cutOffCalls).toBe(0);
    expect(budget.unboundedCalls ?? 0).toBe(0);
    expect(totals).toMatchObject({ done: 3, possiblyCharged: 0 });
    const entries = await bench.readEntries('late');
    expect(entries.filter(({ error }) => error?.startsWith('cut_off') === true)).toHaveLength(3);
    expect(entries.filter(({ endsCutOff }) => endsCutOff === true)).toHaveLength(3);
    // The report says the same, and so does a later sweep, which collects no line twice.
    expect(computeRunHealth(entries, ['late']).models[0]).toMatchObject({
      possiblyCharged: 0,
      unboundedCalls: 0,
    });
    const again = await bench.coordinate(address, 'late', models, { taskCount: 3 });
    expect(again.budget.unboundedCalls ?? 0).toBe(0);
    expect(await bench.readEntries('late')).toHaveLength(6);
  });
});

describe('the budget of a sweep with workers', () => {
  it('is one for all of them, and a larger one continues the run', async (context) => {
    const address = bench.newQueue(context);
    const model = buildModel('priced', { parameters: { maxTokens: 10 } });
    // Each call costs much less than its worst case, and is known to when it has ended.
    const worstUsd = computeWorstCaseCostUsd(model, buildExample('0').prompt);
    const budgetUsd = 3.5 * worstUsd;
    const sweep = bench.coordinate(address, 'priced', [model], { taskCount: 60, budgetUsd });
    await bench.waitForRuns(address);
    await Promise.all([bench.work(address), bench.work(address), bench.work(address)]);
    const { budget, totals } = await sweep;
    expect(budget.reached).toBe(true);
    expect(budget.spentUsd + budget.possibleUsd).toBeLessThanOrEqual(budgetUsd);
    // No more than one worst case is left.
    expect(budget.spentUsd + worstUsd).toBeGreaterThan(budgetUsd);
    expect(totals.done).toBeLessThan(60);

    const more = bench.coordinate(address, 'priced', [model], { taskCount: 60, budgetUsd: 10 });
    await bench.waitForRuns(address);
    await bench.work(address);
    const { budget: larger, coverage } = await more;
    expect(coverage).toBe(1);
    const entries = await bench.readEntries('priced');
    const costUsd = entries.reduce((sum, entry) => sum + (entry.costUsd ?? 0), 0);
    expect(larger.spentUsd).toBeCloseTo(costUsd, 10);
  });
});

describe('a worker', () => {
  it('without a key takes no cell of that lane and says so', async (context) => {
    const address = bench.newQueue(context);
    const models = [buildModel('free'), buildModel('paid', { apiKeyEnv: 'PAID_API_KEY' })];
    const sweep = bench.coordinate(address, 'keys', models);
    await bench.waitForRuns(address);
    const notices: string[] = [];
    const stop = new AbortController();
    const keyless = bench.work(address, {
      once: false,
      signal: stop.signal,
      onNotice: (notice) => notices.push(notice),
    });
    await waitUntil(async () => (await bench.readEntries('keys')).length === 6);
    expect(notices.join('\n')).toMatch(/takes no cells of paid: .*PAID_API_KEY is not set/);
    const key = 'sk-test-0123456789abcdef';
    await bench.work(address, { environment: { PAID_API_KEY: key } });
    stop.abort();
    await keyless;
    expect((await sweep).coverage).toBe(1);
    const sent = server.requests.filter(({ body }) => body['model'] === 'paid-1');
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 6 }, () => `Bearer ${key}`),
    );
    expect(await dumpDatabase(address)).not.toContain(key);
  });

  it('of another version is refused by name', async (context) => {
    const address = bench.newQueue(context);
    const stop = new AbortController();
    const sweep = bench.coordinate(address, 'versions', [buildModel('old')], {
      signal: stop.signal,
    });
    await bench.waitForRuns(address);
    const database = bench.database(address);
    const [row] = await database.query<{ plan: string }>(`select plan from ${address.schema}.run`);
    const plan = JSON.parse(row?.plan ?? '') as { program: { graders: Record<string, number> } };
    plan.program.graders['exact'] = 99;
    const text = JSON.stringify(plan);
    await database.query(`update ${address.schema}.run set plan = $1`, [text]);
    await expect(bench.work(address)).rejects.toMatchObject({
      code: 'version_mismatch',
      message: expect.stringMatching(
        /the grader exact is version \d+ here and version 99 in the run/,
      ),
    });
    stop.abort();
    await sweep;
  });

  it('keeps its answers while the connections to the database are cut', async (context) => {
    const address = bench.newQueue(context);
    const sweep = bench.coordinate(address, 'cut', [buildModel('cut')], { taskCount: 60 });
    await bench.waitForRuns(address);
    const before = server.requests.length;
    const work = bench.work(address, { concurrency: 2 });
    const database = bench.database(address);
    for (const calls of [5, 15, 30]) {
      await waitUntil(() => server.requests.length - before >= calls);
      await database
        .query(
          'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
        )
        .catch(() => {});
    }
    await work;
    const summary = await sweep;
    expect(summary).toMatchObject({ coverage: 1, cutOffCalls: 0, queue: { lateAnswers: 0 } });
    expect(server.requests.length - before).toBe(60);
    expect(await bench.readEntries('cut')).toHaveLength(60);
    expect(
      readdirSync(bench.folder.file('spool')).filter((name) => name.endsWith('.jsonl')),
    ).toEqual([]);
  });

  it('hands back what it has not sent after its machine has slept for longer than a lease', async (context) => {
    const address = bench.newQueue(context);
    const { opened: gone, open: letGo } = createGate();
    const held = await startScriptedServer(async (response, request) => {
      await gone;
      await say('7')(response, request);
    });
    const models = [buildModel('slept', { baseUrl: held.baseUrl })];
    const sweep = bench.coordinate(address, 'slept', models, { taskCount: 20 });
    await bench.waitForRuns(address);
    // The monotonic clock stands still while a machine sleeps.
    let sleptMs = 0;
    const clock = { ...systemClock, date: () => new Date(Date.now() + sleptMs) };
    const work = bench.work(address, { clock });
    const database = bench.database(address);
    const countHeld = async (condition: string): Promise<number> => {
      const rows = await database.query(
        `select number from ${address.schema}.cell where state = 'held' and ${condition}`,
      );
      return rows.length;
    };
    const isReady = 'worker_id is not null and begun is null';
    await waitUntil(async () => held.requests.length === 4 && (await countHeld(isReady)) > 0);
    expect(await countHeld('worker_id is null')).toBe(0);
    sleptMs = 3_600_000;
    await waitUntil(async () => (await countHeld(isReady)) === 0);
    expect(await countHeld('worker_id is null')).toBeGreaterThan(0);
    letGo();
    await work;
    expect(await sweep).toMatchObject({ coverage: 1, cutOffCalls: 0, queue: { lateAnswers: 0 } });
    await held.close();
  });

  it('leaves the answers of another queue in their file', async (context) => {
    const address = bench.newQueue(context);
    const answer = {
      runId: '00000000-0000-4000-8000-000000000000',
      lane: 0,
      number: 1,
      jobId: 'job',
      fence: 0,
    };
    const line = JSON.stringify({ ...answer, workerId: 'w', chargedUsd: 0.5, line: '{}' });
    const file = bench.folder.write(
      'shared-spool/5f0c3a52-8f5e-4d6a-9a51-2b8f0c1d2e3f.jsonl',
      `${line}\n`,
    );
    const notices: string[] = [];
    const onNotice = (notice: string): void => {
      notices.push(notice);
    };
    const spoolFolder = path.dirname(file);
    const { recovered } = await bench.work(address, { spoolFolder, onNotice });
    expect(recovered).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('00000000-0000');
    expect(notices.join()).toMatch(
      /1 of runs that this queue does not have\. What is left stays in/,
    );
    expect(notices.join()).toContain(file);
  });

  it('shares the end of a lane that refuses every call', async (context) => {
    const address = bench.newQueue(context);
    const refusing = await startScriptedServer(failWith(401));
    const model = buildModel('refused', { baseUrl: refusing.baseUrl });
    const notices: string[] = [];
    const sweep = bench.coordinate(address, 'refused', [model], {
      taskCount: 40,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    await bench.waitForRuns(address);
    await Promise.all([bench.work(address), bench.work(address)]);
    const { totals } = await sweep;
    await refusing.close();
    // Five in a row, and those in flight at that time.
    expect(totals.failed).toBeLessThanOrEqual(5 + 8);
    expect(totals.failed + totals.skipped).toBe(40);
    expect(notices.join('\n')).toContain('is skipped for the rest of the sweep');
  });
});

describe('the password of the database', () => {
  it('is in no file, table or message', async (context) => {
    const address = bench.newQueue(context);
    const password = new URL(address.url).password;
    const messages: string[] = [];
    const sweep = bench.coordinate(address, 'secret', [buildModel('secret')], {
      onProgress: (_, notice) => messages.push(notice ?? ''),
    });
    await bench.waitForRuns(address);
    await bench.work(address, { onNotice: (notice) => messages.push(notice) });
    await sweep;
    const wrong = { ...address, url: address.url.replace(/:\d+\//, ':1/') };
    const failed: unknown = await bench.work(wrong).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'queue_unavailable' });
    const directory = bench.folder.file('secret');
    const files = readdirSync(directory).map((name) =>
      readFileSync(path.join(directory, name), 'utf8'),
    );
    expect(
      [...messages, String(failed), ...files, await dumpDatabase(address)].join('\n'),
    ).not.toContain(password);
  });
});

/** Everything in the tables of a queue, as text. */
async function dumpDatabase(address: ReturnType<typeof bench.newQueue>): Promise<string> {
  const { query } = bench.database(address);
  const tables = ['run', 'prompt', 'lane', 'cell', 'entry', 'worker'];
  const dumps = await Promise.all(
    tables.map((table) => query(`select * from ${address.schema}.${table}`)),
  );
  return JSON.stringify(dumps);
}
