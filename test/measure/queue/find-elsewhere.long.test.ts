import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkComplete } from '../../../src/measure/sweep/check-complete.js';
import type { SweepSummary } from '../../../src/measure/sweep/sweep-summary.js';
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

const bench = setUpQueueBench();
let server: ScriptedServer;
/** Decides how the server answers a request, by its number. */
let answer: (index: number) => Promise<boolean>;

beforeAll(async () => {
  server = await startScriptedServer(async (response, request) =>
    ((await answer(request.index)) ? say('7') : failWith(400))(response, request),
  );
});
afterAll(() => server.close());

const buildModel = (id: string) =>
  buildPoolModel({ id, model: `${id}-1`, baseUrl: server.baseUrl });

/** The advice for a sweep that is not complete. */
function readProblem(summary: SweepSummary, retryFailed = false): { message: string; fix: string } {
  try {
    checkComplete(summary, { retryFailed });
  } catch (error) {
    if (error instanceof RoutesmithError) return { message: error.message, fix: error.fix ?? '' };
    throw error;
  }
  throw new Error('it is complete');
}

/** Does what an advice says. */
function join(fix: string, first: string): void {
  const command = fix.slice(fix.indexOf('awk ')).replace('FIRST', bench.folder.file(first));
  execFileSync('sh', ['-c', command]);
}

it('does not ask to pay again, nor counts twice, what the folder has where the run began', async (context) => {
  const address = bench.newQueue(context);
  const models = [buildModel('partly')];
  answer = async () => true;
  const first = bench.coordinate(address, 'partly', models, { taskCount: 3 });
  await bench.waitForRuns(address);
  await bench.work(address);
  const { budget, ...begun } = await first;
  expect(begun).not.toHaveProperty('cellsElsewhere');

  // The coordinator collects one line before it is left.
  const { opened: gone, open: letGo } = createGate();
  const sent = server.requests.length;
  answer = async (index) => {
    if (index > sent) await gone;
    return true;
  };
  const stop = new AbortController();
  const leaving = bench.coordinate(address, 'partly', models, { signal: stop.signal });
  await bench.waitForRuns(address);
  const work = bench.work(address);
  await waitUntil(async () => (await bench.readEntries('partly')).length === 4);
  stop.abort();
  expect(await leaving).not.toHaveProperty('cellsElsewhere');
  letGo();
  await work;

  const summary = await bench.coordinate(address, 'elsewhere/partly', models);
  expect(summary).toMatchObject({ totals: { total: 6, done: 3 }, cellsElsewhere: 3 });
  const { message, fix } = readProblem(summary);
  expect(message).toContain(
    ': 3 of 6 cells are only in the ledger of the folder where the run began',
  );
  expect(fix).toMatch(/^Join the two ledgers/);
  join(fix, 'partly');
  expect(await bench.readEntries('elsewhere/partly')).toHaveLength(6);
  const before = server.requests.length;
  const joined = await bench.coordinate(address, 'elsewhere/partly', models);
  expect(joined).toMatchObject({ coverage: 1 });
  expect(joined.budget.spentUsd).toBeCloseTo(2 * budget.spentUsd, 12);
  expect(server.requests.length).toBe(before);
});

it('does not look elsewhere for the cells of a run that was cancelled while it was planned', async (context) => {
  const address = bench.newQueue(context);
  const models = [buildModel('unplanned')];
  await bench.coordinate(address, 'unplanned', models, { signal: AbortSignal.abort() });
  await bench.database(address).query(`update ${address.schema}.run set state = 'cancelled'`);
  const summary = await bench.coordinate(address, 'unplanned', models);
  expect(summary).toMatchObject({ interrupted: true, coverage: 0 });
  expect(summary).not.toHaveProperty('cellsElsewhere');
});

it('says of a run of failed cells that the others may be where it began', async (context) => {
  const address = bench.newQueue(context);
  const models = [buildModel('failing')];
  const settings = { taskCount: 4, retryLimits: { maxAttempts: 1, maxElapsedMs: 1 } };
  const sent = server.requests.length;
  answer = async (index) => index < sent + 2;
  for (const retryFailed of [false, true]) {
    const sweep = bench.coordinate(address, 'failing', models, { ...settings, retryFailed });
    await bench.waitForRuns(address);
    await bench.work(address);
    const summary = await sweep;
    expect(summary).toMatchObject({ coverage: 0.5 });
    expect(summary).not.toHaveProperty('mayHaveCellsElsewhere');
  }
  answer = async () => true;
  const retry = { ...settings, retryFailed: true };
  const stop = new AbortController();
  const leaving = bench.coordinate(address, 'failing', models, { ...retry, signal: stop.signal });
  await bench.waitForRuns(address);
  stop.abort();
  await leaving;
  await bench.work(address);

  const summary = await bench.coordinate(address, 'elsewhere/failing', models, retry);
  expect(summary).toMatchObject({ coverage: 0.5, mayHaveCellsElsewhere: true });
  expect(summary).not.toHaveProperty('cellsElsewhere');
  const { message, fix } = readProblem(summary, true);
  expect(message).toContain('2 of 4 cells have no answer here');
  expect(fix).toMatch(/^Cells that have no answer here may have one in the folder where/);
  join(fix, 'failing');
  expect(await bench.coordinate(address, 'elsewhere/failing', models, retry)).toMatchObject({
    coverage: 1,
  });
});
