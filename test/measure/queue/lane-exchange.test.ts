import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import {
  exchangeWithLane,
  type ExchangeContext,
} from '../../../src/measure/queue/lane-exchange.js';
import {
  buildCellLine,
  nameDelivery,
  type ExchangeRequest,
  type FinishedCell,
  type FurtherLine,
} from '../../../src/measure/queue/exchange-types.js';
import { removeCells } from '../../../src/measure/queue/end-run.js';
import {
  countBusyCells,
  finishIfDone,
  recoverLostCells,
} from '../../../src/measure/queue/keep-run.js';
import { cancelRun, readQueueStatus } from '../../../src/measure/queue/manage-queue.js';
import { removeSilentWorkers, takeCells } from '../../../src/measure/queue/lane-take.js';
import type { OpenQueue } from '../../../src/measure/queue/open-queue.js';
import { insertRun, writePlan } from '../../../src/measure/queue/plan-run.js';
import type { DeliveredCell } from '../../../src/measure/queue/queue-jobs.js';
import { nameLaneQueue } from '../../../src/measure/queue/queue-jobs.js';
import { buildQueuePlan, createQueueCells } from '../../../src/measure/queue/queue-plan.js';
import { recordSpooled } from '../../../src/measure/queue/record-spooled.js';
import {
  insertEntries,
  readLanes,
  readRunRow,
  RunGoneError,
} from '../../../src/measure/queue/queue-run.js';
import {
  readWorkers,
  removeWorker,
  reportWorker,
} from '../../../src/measure/queue/queue-workers.js';
import { findSurcharge } from '../../../src/measure/queue/lane-control.js';
import { raiseWorstUsd } from '../../../src/measure/sweep/call-charges.js';
import { buildCallFailure } from '../../../src/measure/sweep/calls/call-failure.js';
import type { CallResult } from '../../../src/measure/sweep/calls/call-result.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { buildCutOffEntry } from '../../../src/measure/sweep/cell-entry.js';
import {
  describeBegun,
  describeWaiting,
  noteUnknownCharge,
  startCellRun,
  type CellRun,
} from '../../../src/measure/sweep/cell-run.js';
import { isRefusedForFree, type LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import type { SweepEvent } from '../../../src/measure/sweep/sweep-event.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { createRandom } from '../../../src/util/random.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench } from '../../support/queue-bench.js';
import { buildExample } from '../../support/task-set.js';

const bench = setUpQueueBench();
const worstUsd = 0.25;
const examples = Array.from({ length: 40 }, (_, index) => buildExample(String(index)));
const plan = planSweep({ examples, models: [buildPoolModel()], repeats: 1, seed: 0 });
const nothing: ExchangeRequest = { ended: [], finished: [], further: [], wanted: [] };

let queue: OpenQueue | undefined;
let context: ExchangeContext;

async function setUp(test: TestContext, limitUsd?: number, laneMaximum = 1000): Promise<void> {
  // One schema for all tests: creating the tables takes longest.
  queue ??= await bench.open(bench.newQueue(test));
  const { database, jobs } = queue;
  const tools = { allowCode: false, judge: null, ambiguous: null };
  const queuePlan = buildQueuePlan(plan, {
    laneMaximum,
    leaseSeconds: 10,
    retryLimits: defaultRetryLimits,
    tools,
  });
  const runId = randomUUID();
  const run = { database, jobs, runId, plan: queuePlan };
  const planned = { name: 'run', planDigest: '', coordinator: randomUUID(), limitUsd };
  await insertRun({ ...run, ...planned, spentUsd: 0, judgeUsd: 0, possibleUsd: 0 });
  const { signal } = new AbortController();
  await writePlan({ ...run, coordinator: planned.coordinator, signal }, plan, () => true);
  context = { ...run, workerId: randomUUID(), random: createRandom(1) };
}

afterAll(() => queue?.close());

/** A lane starts with few calls a second. */
async function waitForPace(): Promise<void> {
  await context.database.query('select pg_sleep(0.3)');
}

/** Says that the worker of these tests is there. */
function reportAlive(runId: string | null = null): Promise<void> {
  const worker = { name: 'w', version: '0', concurrency: 1, inFlight: 0, settled: 0, notes: [] };
  return reportWorker(context.database, { id: context.workerId, runId, ...worker });
}

const asWorker = (): ExchangeContext => ({ ...context, workerId: randomUUID() });

function buildRun(number: number) {
  const prompt = plan.findPrompt(number);
  return startCellRun(createQueueCells(context.plan).buildCell(number, prompt), number, 0);
}

const want = (cell: DeliveredCell, attempt = 1, reservedUsd = worstUsd) => {
  const begun = describeBegun(buildRun(cell.number), new Date(0).toISOString(), worstUsd);
  const price = { worstUsd: reservedUsd, listedUsd: worstUsd, model: buildPoolModel().id };
  return { ...cell, attempt, ...price, begun: JSON.stringify(begun) };
};

const refuse = (cell: DeliveredCell, failure: ReturnType<typeof buildCallFailure>) => {
  const result = { kind: 'failed', failure } as const;
  const run = buildRun(cell.number);
  if (failure.mayBeCharged) noteUnknownCharge(run, worstUsd);
  return { ...cell, cell: run.cell, ...firstAttempt, begun: onRecord(run), result };
};

const firstAttempt = { attempt: 1, timedOutAttempts: 0, elapsedMs: 10 };

/** What is on record of a cell whose call has ended. */
const onRecord = (run: CellRun): string => JSON.stringify(describeWaiting(run));

/** An answer whose charge the provider reports. */
const answerFor = (reportedCostUsd: number): CallResult => ({
  kind: 'completed',
  answer: '4',
  ending: 'complete',
  tokens: { usage: null, isGuess: false, reportedCostUsd },
  rawUsage: null,
  finishReason: 'stop',
  servedModel: null,
  servedProvider: null,
  fingerprint: null,
  ttftMs: 1,
  firstContentMs: 1,
  latencyMs: 2,
});

const buildCutOff = ({ number }: DeliveredCell): LedgerEntry =>
  buildCutOffEntry(describeBegun(buildRun(number), new Date(0).toISOString(), worstUsd));

const settle = (cell: DeliveredCell, note = 'answer'): FinishedCell => ({
  ...cell,
  record: { line: JSON.stringify({ cell: cell.number, note }), judge: undefined },
  outcome: 'settled',
  chargedUsd: null,
  isGrading: false,
});

/** A settled cell whose grade follows. */
const settleUngraded = (cell: DeliveredCell): FinishedCell => ({
  ...settle(cell, 'ungraded'),
  isGrading: true,
});

const grade = (cell: DeliveredCell, costUsd = 2): FurtherLine => ({
  ...cell,
  record: {
    line: JSON.stringify({ cell: cell.number, note: 'grade', costUsd }),
    judge: { calls: 1, costUsd, guessed: 1, unpriced: 1, possibleUsd: 0.125 },
  },
});

const readLines = () =>
  context.database.query<{ line: string; kind: string }>(
    `select line, kind from ${context.database.address.schema}.entry where run_id = $1 and kind <> 'late' order by seq`,
    [context.runId],
  );

/** Takes the cells of a worker away from it, as pg-boss does when its lease has run out. */
async function loseLease(cells: readonly DeliveredCell[]): Promise<void> {
  await context.database.transaction((query) =>
    context.jobs.release(nameLaneQueue(context.runId, 0), cells, query),
  );
}

/** Reports an answer as a worker does that is back. @returns whether it is recorded */
async function reportAnswer(cell: DeliveredCell, chargedUsd: number): Promise<boolean> {
  const run = buildRun(cell.number);
  const call = { cell: run.cell, ...firstAttempt, begun: onRecord(run) };
  const { lost } = await exchangeWithLane(context, 0, {
    ...nothing,
    ended: [{ ...cell, ...call, result: answerFor(chargedUsd) }],
    finished: [{ ...settle(cell), chargedUsd }],
  });
  return !lost.has(nameDelivery(cell));
}

/** What the recovery of a spool has said of charges. */
const overcharged: SweepEvent[] = [];
const asRecovering = () => ({
  ...context,
  onEvent: (event: SweepEvent) => {
    overcharged.push(event);
  },
});

/** Records an answer as the next worker of a folder does. @returns whether it is recorded */
async function recoverAnswer(cell: DeliveredCell, chargedUsd: number): Promise<boolean> {
  const { runId, workerId } = context;
  const line = settle(cell).record?.line ?? '';
  const about = { runId, workerId, lane: 0, ...cell };
  const outcome = await recordSpooled(asRecovering(), { ...about, line, chargedUsd });
  return outcome !== 'late';
}

describe('an exchange with a lane', () => {
  it('grants calls up to the limit, counted over all workers', async (test) => {
    await setUp(test, undefined, 5);
    const other = asWorker();
    const mine = await takeCells(context, 0, 4);
    const theirs = await takeCells(other, 0, 4);
    expect(new Set([...mine, ...theirs].map(({ number }) => number)).size).toBe(8);
    const first = await exchangeWithLane(context, 0, {
      ...nothing,
      wanted: mine.map((one) => want(one)),
    });
    await waitForPace();
    const second = await exchangeWithLane(other, 0, {
      ...nothing,
      wanted: theirs.map((one) => want(one)),
    });
    expect(first.granted.size).toBe(4);
    expect(second.granted.size).toBe(1);
    expect(second).toMatchObject({ inFlight: 5, hold: { kind: 'limit' } });
  });

  it('sends calls of a run that an earlier version has begun, whose lanes know no start', async (test) => {
    await setUp(test);
    const { schema } = context.database.address;
    await context.database.query(
      `update ${schema}.lane set control = (control::jsonb #- '{pace,credit}' #- '{pace,creditMs}')::text
       where run_id = $1`,
      [context.runId],
    );
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    const { granted } = await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    expect(granted).toEqual(new Set([nameDelivery(cell)]));
  });

  it('delivers cells in the order of the plan', async (test) => {
    await setUp(test);
    const cells = [...(await takeCells(context, 0, 3)), ...(await takeCells(asWorker(), 0, 3))];
    expect(new Set(cells.map(({ number }) => number))).toEqual(new Set(plan.order.subarray(0, 6)));
  });

  it('pauses all workers when one is told to wait', async (test) => {
    await setUp(test);
    const other = asWorker();
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    const theirs = await takeCells(other, 0, 2);
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    const failure = buildCallFailure('rate_limited', { message: 'slow', retryAfterMs: 60_000 });
    const { judgments } = await exchangeWithLane(context, 0, {
      ...nothing,
      ended: [refuse(cell, failure)],
    });
    expect(judgments.get(cell.number)).toMatchObject({ waitsForLane: true });
    const reply = await exchangeWithLane(other, 0, {
      ...nothing,
      wanted: theirs.map((one) => want(one)),
    });
    expect(reply.granted.size).toBe(0);
    expect(reply.hold.kind).toBe('pause');
  });

  it('says at which rate calls are tried where none was answered since a rate limit', async (test) => {
    await setUp(test);
    const cells = await takeCells(context, 0, 4);
    await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
    const failure = buildCallFailure('rate_limited', { message: 'slow', retryAfterMs: 60_000 });
    await exchangeWithLane(context, 0, {
      ...nothing,
      ended: cells.map((cell) => refuse(cell, failure)),
    });
    const { runs } = await readQueueStatus(context.database);
    const lanes = runs.find(({ id }) => id === context.runId)?.lanes;
    expect(lanes).toMatchObject([{ maxCallsPerMinute: 60 }]);
  });

  it('reports a charge of a model with a price of 0, and tells all workers to reserve it', async (test) => {
    await setUp(test);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const run = buildRun(cell.number);
    const called = run.cell;
    const free = { ...called, model: { ...called.model, price } };
    const call = { cell: free, ...firstAttempt, begun: onRecord(run) };
    const reply = await exchangeWithLane(context, 0, {
      ...nothing,
      ended: [{ ...cell, ...call, result: answerFor(0.125) }],
    });
    const { id } = called.model;
    expect(reply.events).toMatchObject([
      { kind: 'overcharged', model: id, chargedUsd: 0.125, worstCaseUsd: 0 },
    ]);
    const { control } = await exchangeWithLane(asWorker(), 0, nothing);
    expect(raiseWorstUsd(0, findSurcharge(control, id))).toBe(0.125);
  });

  it('grants no call that was priced before a charge exceeded its worst case', async (test) => {
    await setUp(test, 10);
    const [first, second, third] = (await takeCells(context, 0, 3)) as [
      DeliveredCell,
      DeliveredCell,
      DeliveredCell,
    ];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(first)] });
    const run = buildRun(first.number);
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const free = { ...run.cell, model: { ...run.cell.model, price } };
    const call = { cell: free, ...firstAttempt, begun: onRecord(run) };
    await waitForPace();
    const chargedUsd = 2 * worstUsd;
    const reply = await exchangeWithLane(context, 0, {
      ...nothing,
      ended: [{ ...first, ...call, result: answerFor(chargedUsd) }],
      // No call overtakes the one that is to be priced again.
      wanted: [want(second), want(third, 1, chargedUsd)],
    });
    expect(reply).toMatchObject({ granted: new Set(), hold: { kind: 'none' }, runState: 'open' });
    const again = await exchangeWithLane(context, 0, {
      ...nothing,
      wanted: [want(second, 1, chargedUsd), want(third, 1, chargedUsd)],
    });
    expect(again.granted).toEqual(new Set([second, third].map(nameDelivery)));
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      reservedUsd: 2 * chargedUsd,
      spentUsd: chargedUsd,
    });
  });

  it('opens one breaker for all workers', async (test) => {
    await setUp(test);
    const workers = [context, asWorker()];
    const failure = buildCallFailure('server_error', { message: 'down', status: 503 });
    for (let call = 0; call < 5; call++) {
      const worker = workers[call % 2] as ExchangeContext;
      await waitForPace();
      const [cell] = (await takeCells(worker, 0, 1)) as [DeliveredCell];
      await exchangeWithLane(worker, 0, { ...nothing, wanted: [want(cell)] });
      await exchangeWithLane(worker, 0, { ...nothing, ended: [refuse(cell, failure)] });
    }
    const [lane] = await readLanes(context.database, context.runId);
    expect(lane?.control.breaker).toMatchObject({ state: 'open', count: 5 });
    expect(lane?.control.pause?.reason).toContain('HTTP 503 5 times in a row');
  });

  it('changes nothing twice when its answer was lost and it is repeated', async (test) => {
    await setUp(test, 10);
    const cells = await takeCells(context, 0, 2);
    const [first, second] = cells as [DeliveredCell, DeliveredCell];
    const begin = { ...nothing, wanted: [want(first)] };
    await exchangeWithLane(context, 0, begin);
    const repeated = await exchangeWithLane(context, 0, begin);
    expect(repeated.granted).toEqual(new Set([nameDelivery(first)]));
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      reservedUsd: worstUsd,
    });

    const failure = buildCallFailure('timeout', { message: 'late', mayBeCharged: true });
    const end = {
      ended: [refuse(first, failure)],
      finished: [settleUngraded(first)],
      further: [grade(first)],
      wanted: [want(second)],
    };
    for (let time = 0; time < 3; time++) {
      const { granted, lost } = await exchangeWithLane(context, 0, end);
      expect(granted).toEqual(new Set([nameDelivery(second)]));
      expect(lost.size).toBe(0);
    }
    expect(await readLines()).toHaveLength(2);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: worstUsd + 0.125,
      reservedUsd: worstUsd,
      spentUsd: 0,
      judgeCalls: 1,
      judgeUsd: 2,
      judgeGuessed: 1,
      judgeUnpriced: 1,
    });
    const [lane] = await readLanes(context.database, context.runId);
    expect(lane).toMatchObject({ done: 1, inFlight: 1, total: 40 });
  });
});

describe('the budget', () => {
  it('is reserved before a call, whatever the number of workers', async (test) => {
    await setUp(test, 3.1 * worstUsd);
    const workers = Array.from({ length: 4 }, asWorker);
    const replies = await Promise.all(
      workers.map(async (worker) => {
        const cells = await takeCells(worker, 0, 2);
        return exchangeWithLane(worker, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
      }),
    );
    const granted = replies.reduce((sum, reply) => sum + reply.granted.size, 0);
    expect(granted).toBe(3);
    expect((await readRunRow(context.database, context.runId))?.reservedUsd).toBeCloseTo(
      3 * worstUsd,
    );
  });

  it('ends the run when nothing is in flight and the next call does not fit', async (test) => {
    await setUp(test, 0.9 * worstUsd);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    const reply = await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    expect(reply).toMatchObject({ hold: { kind: 'budget' }, runState: 'budget_reached' });
  });

  it('does not end the run while a call is in flight', async (test) => {
    await setUp(test, 1.5 * worstUsd);
    const cells = await takeCells(context, 0, 2);
    const reply = await exchangeWithLane(context, 0, {
      ...nothing,
      wanted: cells.map((one) => want(one)),
    });
    expect(reply.granted.size).toBe(1);
    const [waiting] = cells.filter((one) => !reply.granted.has(nameDelivery(one))) as [
      DeliveredCell,
    ];
    const later = await exchangeWithLane(context, 0, { ...nothing, wanted: [want(waiting)] });
    expect(later).toMatchObject({ hold: { kind: 'budget' }, runState: 'open' });
  });
});

describe('an answer that is recorded before it is graded', () => {
  it('keeps the run open until it has its grade', async (test) => {
    await setUp(test);
    const cells = await takeCells(context, 0, examples.length);
    const [last, ...others] = cells as [DeliveredCell, ...DeliveredCell[]];
    const finished = [settleUngraded(last), ...others.map((one) => settle(one))];
    await exchangeWithLane(context, 0, { ...nothing, finished });
    expect((await finishIfDone(context))?.state).toBe('open');
    await exchangeWithLane(context, 0, { ...nothing, further: [grade(last)] });
    expect((await finishIfDone(context))?.state).toBe('finished');
  });

  it('is graded by another worker when its own is gone, and has one grade', async (test) => {
    await setUp(test);
    const other = asWorker();
    const cells = await takeCells(context, 0, 1);
    const [cell] = cells as [DeliveredCell];
    const ungraded = settleUngraded(cell);
    await exchangeWithLane(context, 0, { ...nothing, finished: [ungraded] });
    await loseLease(cells);
    const [again] = (await takeCells(other, 0, 1)) as [DeliveredCell];
    expect(again).toMatchObject({ number: cell.number, answerLine: ungraded.record?.line });

    const late = await exchangeWithLane(context, 0, { ...nothing, further: [grade(cell, 3)] });
    expect(late.lost).toEqual(new Set([nameDelivery(cell)]));
    await exchangeWithLane(other, 0, { ...nothing, further: [grade(again, 4)] });
    expect((await readLines()).map(({ kind }) => kind)).toEqual(['settled', 'further']);
    const [lane] = await readLanes(context.database, context.runId);
    expect(lane?.done).toBe(1);
    // Both judges were paid.
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      judgeCalls: 2,
      judgeUsd: 7,
      lateAnswers: 0,
    });
  });

  it('is left to another worker with what a judge was paid in vain', async (test) => {
    await setUp(test);
    const other = asWorker();
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, finished: [settleUngraded(cell)] });
    const back = { ...grade(cell, 3), isHandedBack: true };
    // The reply to the first one was lost.
    await exchangeWithLane(context, 0, { ...nothing, further: [back] });
    const repeated = await exchangeWithLane(context, 0, { ...nothing, further: [back] });
    expect(repeated.lost.size).toBe(0);
    const [again] = (await takeCells(other, 0, 1)) as [DeliveredCell];
    expect(again.number).toBe(cell.number);
    await exchangeWithLane(other, 0, { ...nothing, further: [grade(again, 4)] });
    expect((await readLines()).map(({ kind }) => kind)).toEqual(['settled', 'further', 'further']);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      judgeCalls: 2,
      judgeUsd: 7,
    });
  });

  it('does not hold up the end of a stopped lane where nobody is left to grade it', async (test) => {
    await setUp(test);
    const cells = await takeCells(context, 0, 1);
    const finished = cells.map(settleUngraded);
    await exchangeWithLane(context, 0, { ...nothing, finished });
    const { schema } = context.database.address;
    await context.database.query(`update ${schema}.lane set is_stopped = true where run_id = $1`, [
      context.runId,
    ]);
    const { workerId: id } = context;
    await reportAlive();
    expect((await finishIfDone(context))?.state).toBe('open');
    await context.database.query(`delete from ${schema}.worker where id = $1`, [id]);
    expect((await finishIfDone(context))?.state).toBe('finished');
  });
});

describe('a run that has ended', () => {
  it('gives no more cells, and takes the answers of calls in flight', async (test) => {
    await setUp(test);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await cancelRun(context.database, context.runId);
    expect(await takeCells(asWorker(), 0, 1)).toEqual([]);
    expect(await countBusyCells(context)).toBe(1);
    const reply = await exchangeWithLane(context, 0, { ...nothing, finished: [settle(cell)] });
    expect(reply).toMatchObject({ runState: 'cancelled', lost: new Set() });
    expect(await countBusyCells(context)).toBe(0);
    expect(await readLines()).toHaveLength(1);
  });

  it('tells workers that it is gone when it is collected', async (test) => {
    await setUp(test);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await cancelRun(context.database, context.runId);
    await removeCells(context, context.jobs);
    const report = { ...nothing, finished: [settle(cell)] };
    await expect(exchangeWithLane(context, 0, report)).rejects.toThrow(RunGoneError);
    await expect(takeCells(context, 0, 1)).rejects.toThrow(RunGoneError);
    const queueName = nameLaneQueue(context.runId, 0);
    await expect(context.jobs.touch(queueName, [cell])).rejects.toThrow(RunGoneError);
  });
});

describe('a worker that has lost its lease', () => {
  it('cannot record over its successor, and its call is on record as cut off', async (test) => {
    await setUp(test);
    const other = asWorker();
    const cells = await takeCells(context, 0, 1);
    const [cell] = cells as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await loseLease(cells);
    const [again] = (await takeCells(other, 0, 1)) as [DeliveredCell];
    expect(again.number).toBe(cell.number);
    expect(again.fence).toBeGreaterThan(cell.fence);
    // Where it is refused now, it was not for free.
    expect(cell).not.toHaveProperty('hasChargeLine');
    expect(again.hasChargeLine).toBe(true);

    const late = await exchangeWithLane(context, 0, {
      ...nothing,
      finished: [settle(cell, 'late')],
    });
    expect(late.lost).toEqual(new Set([nameDelivery(cell)]));
    await exchangeWithLane(other, 0, { ...nothing, finished: [settle(again, 'successor')] });
    const tooLate = await exchangeWithLane(context, 0, {
      ...nothing,
      finished: [settle(cell, 'late')],
    });
    expect(tooLate.lost).toEqual(new Set([nameDelivery(cell)]));

    const lines = await readLines();
    const cutOff = buildCutOffEntry(
      describeBegun(buildRun(cell.number), new Date(0).toISOString(), worstUsd),
    );
    expect(lines.map(({ line }) => JSON.parse(line) as unknown)).toEqual([
      JSON.parse(JSON.stringify(cutOff)),
      { cell: cell.number, note: 'successor' },
    ]);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: worstUsd,
      reservedUsd: 0,
      // The same answer, reported twice.
      lateAnswers: 1,
    });
  });

  it.for([
    [{ possibleCostUsd: 0.1 }, true],
    [{ unboundedCalls: 1 }, true],
    [{ possibleCostUsd: 0 }, undefined],
  ] as const)(
    'is known to have been charged or not by lines with any text: %j',
    async ([charge, expected], test) => {
      await setUp(test);
      const cells = await takeCells(context, 0, 1);
      const [cell] = cells as [DeliveredCell];
      const line = JSON.stringify({ ...charge, error: 'half \ud83d and \u0000' });
      await insertEntries(context.database.query, context, [
        { number: cell.number, kind: 'failed', line },
      ]);
      await loseLease(cells);
      const [again] = (await takeCells(asWorker(), 0, 1)) as [DeliveredCell];
      expect(again.hasChargeLine).toBe(expected);
    },
  );

  it.for([
    { failure: buildCallFailure('rate_limited', { message: 'slow' }), possibleUsd: 0 },
    {
      failure: buildCallFailure('timeout', { message: 'late', mayBeCharged: true }),
      possibleUsd: worstUsd,
    },
  ])(
    'leaves on record what a call of class $failure.class may have cost that had ended: $possibleUsd',
    async ({ failure, possibleUsd }, test) => {
      await setUp(test);
      const cells = await takeCells(context, 0, 1);
      const [cell] = cells as [DeliveredCell];
      await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
      await exchangeWithLane(context, 0, { ...nothing, ended: [refuse(cell, failure)] });
      await loseLease(cells);
      await takeCells(asWorker(), 0, 1);
      const run = await readRunRow(context.database, context.runId);
      expect(run).toMatchObject({ possibleUsd, reservedUsd: 0 });
      const lines = (await readLines()).map(({ line }) => JSON.parse(line) as LedgerEntry);
      const costs = lines.map(({ possibleCostUsd }) => possibleCostUsd);
      expect(costs).toEqual(possibleUsd === 0 ? [] : [possibleUsd]);
      for (const { error } of lines)
        expect(error).toMatch(/^cut_off: .* waited for another attempt/);
    },
  );

  it('and has taken the cell again sends one call of it, whichever deliveries it asks for', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await loseLease([cell]);
    const [again] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    expect(again).toMatchObject({ number: cell.number, fence: cell.fence + 1 });
    const wanted = [want(cell), want(again)];
    const { granted, lost } = await exchangeWithLane(context, 0, { ...nothing, wanted });
    expect(granted).toEqual(new Set([nameDelivery(again)]));
    expect(lost).toEqual(new Set([nameDelivery(cell)]));
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      reservedUsd: worstUsd,
    });
  });

  it('gets no second call of a cell whose call is in flight, whatever it asks for', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    const second = await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell, 2)] });
    expect(second.granted.size).toBe(0);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      reservedUsd: worstUsd,
    });
  });

  it('records an answer that arrives before anybody else has the cell', async (test) => {
    await setUp(test);
    const cells = await takeCells(context, 0, 1);
    await loseLease(cells);
    const reply = await exchangeWithLane(context, 0, {
      ...nothing,
      finished: cells.map((one) => settle(one)),
    });
    expect(reply.lost.size).toBe(0);
    // Its job is delivered once more, and is found to be done.
    const others = await takeCells(asWorker(), 0, 1);
    expect(others).toEqual([]);
    expect(await readLines()).toHaveLength(1);
  });

  it.for([
    { name: 'its own exchange', record: reportAnswer },
    { name: 'the spool that it left', record: recoverAnswer },
  ])(
    'has its answer recorded by $name after its call was cut off, until another worker has the cell',
    async ({ record }, test) => {
      await setUp(test, 10);
      const cells = await takeCells(context, 0, 2);
      const [first, second] = cells as [DeliveredCell, DeliveredCell];
      await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
      // This worker is in no list of those that are there.
      expect(await removeSilentWorkers(context)).toBe(1);
      expect(await record(first, 0.125)).toBe(true);
      const [lane] = await readLanes(context.database, context.runId);
      expect(lane?.done).toBe(1);
      expect((await readLines()).map(({ kind }) => kind)).toEqual([
        'further',
        'further',
        'settled',
      ]);
      const sums = { spentUsd: 0.125, possibleUsd: worstUsd, reservedUsd: 0, lateAnswers: 0 };
      expect(await readRunRow(context.database, context.runId)).toMatchObject(sums);
      // Nothing changes when it is repeated.
      await record(first, 0.125);
      expect(await readRunRow(context.database, context.runId)).toMatchObject(sums);

      // pg-boss delivers both again, and the cell of the answer is found to be done.
      await loseLease(cells);
      const again = await takeCells(asWorker(), 0, 2);
      expect(again.map(({ number }) => number)).not.toContain(first.number);
      expect(await record(second, 0.125)).toBe(false);
      expect(await readRunRow(context.database, context.runId)).toMatchObject({
        ...sums,
        lateAnswers: 1,
      });
    },
  );

  it('has no refused call on record as free whose earlier attempts may have cost something', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await removeSilentWorkers(context);
    const refused = {
      ...buildCutOff(cell),
      outcome: 'refused',
      error: 'content_filtered: no',
      possibleCostUsd: worstUsd / 2,
      unboundedCalls: 1,
    } as const;
    const finished = [{ ...settle(cell), record: buildCellLine(refused), chargedUsd: 0 }];
    await exchangeWithLane(context, 0, { ...nothing, finished });
    const entries = (await readLines()).map(({ line }) => JSON.parse(line) as LedgerEntry);
    const recorded = entries.find(({ outcome }) => outcome === 'refused') as LedgerEntry;
    expect(isRefusedForFree(refused)).toBe(false);
    expect(isRefusedForFree(recorded)).toBe(false);
    expect(recorded).toMatchObject({ possibleCostUsd: 0 });
    expect(recorded).not.toHaveProperty('unboundedCalls');
  });

  it.for([
    { name: 'in flight', isEnded: false, endsCutOff: true },
    { name: 'counted before', isEnded: true, endsCutOff: false },
  ])(
    'ends no other call on record as cut off, and counts no charge twice, where its call was $name',
    async ({ isEnded, endsCutOff }, test) => {
      await setUp(test, 10);
      const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
      await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
      const run = buildRun(cell.number);
      // An earlier attempt timed out, and is on record as cut off in either case.
      noteUnknownCharge(run, worstUsd);
      const call = { cell: run.cell, ...firstAttempt, begun: onRecord(run) };
      const ended = [{ ...cell, ...call, result: answerFor(0.125) }];
      if (isEnded) await exchangeWithLane(context, 0, { ...nothing, ended });
      await removeSilentWorkers(context);
      const finished = [{ ...settle(cell), chargedUsd: 0.125 }];
      await exchangeWithLane(context, 0, { ...nothing, finished });
      expect(await readRunRow(context.database, context.runId)).toMatchObject({ spentUsd: 0.125 });
      const { schema } = context.database.address;
      const rows = await context.database.query<{ kind: string; endsCutOff: boolean }>(
        `select kind, ends_cut_off as "endsCutOff" from ${schema}.entry where run_id = $1 order by seq`,
        [context.runId],
      );
      expect(rows).toEqual([
        { kind: 'further', endsCutOff: false },
        { kind: 'settled', endsCutOff },
      ]);
    },
  );

  it.for([
    { name: 'its own exchange', isSpooled: false },
    { name: 'the spool that it left', isSpooled: true },
  ])(
    'counts what an answer in $name cost above its worst case that comes too late, and says so',
    async ({ isSpooled }, test) => {
      await setUp(test, 10);
      const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
      await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
      await loseLease([cell]);
      await takeCells(asWorker(), 0, 1);
      const parameters = { maxTokens: 10 };
      const models = context.plan.models.map((one) => ({ ...one, parameters }));
      context = { ...context, plan: { ...context.plan, models } };
      const run = buildRun(cell.number);
      const later = buildCutOffEntry(describeBegun(run, new Date(80).toISOString(), 8 * worstUsd));
      // No earlier attempt may have cost anything. It was sent when the lane had answered.
      const { possibleCostUsd: _, ...cutOff } = buildCutOff(cell);
      const sent = { startedAt: new Date(40).toISOString(), error: null };
      const { line } = buildCellLine({ ...cutOff, ...sent, outcome: 'answered' });
      // The next worker's call was cut off, too, and might have cost more.
      await insertEntries(context.database.query.bind(context.database), context, [
        { number: cell.number, kind: 'further', line: buildCellLine(later).line },
      ]);
      const chargedUsd = worstUsd + 2;
      const record = async (): Promise<readonly SweepEvent[]> => {
        if (isSpooled) {
          const { runId, workerId } = context;
          const about = { runId, workerId, lane: 0, ...cell };
          overcharged.length = 0;
          await recordSpooled(asRecovering(), { ...about, line, chargedUsd });
          return overcharged;
        }
        const call = { cell: run.cell, ...firstAttempt, begun: onRecord(run) };
        const { events } = await exchangeWithLane(context, 0, {
          ...nothing,
          ended: [{ ...cell, ...call, result: answerFor(chargedUsd) }],
          finished: [{ ...settle(cell), record: { line, judge: undefined }, chargedUsd }],
        });
        return events;
      };
      expect(await record()).toMatchObject([{ kind: 'overcharged', chargedUsd }]);
      // Nothing changes when it is repeated.
      await record();
      const sums = { possibleUsd: worstUsd, spentUsd: 2, lateAnswers: 1 };
      expect(await readRunRow(context.database, context.runId)).toMatchObject(sums);
      const { control } = await exchangeWithLane(asWorker(), 0, nothing);
      expect(findSurcharge(control, run.cell.model.id).factor).toBeGreaterThan(1);
    },
  );

  it('keeps its cells until what it has left in a spool can have been recorded', async (test) => {
    await setUp(test, 10);
    await reportAlive(context.runId);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    const { schema } = context.database.address;
    // As if so much time had passed.
    const waitLeases = async (leases: number): Promise<void> => {
      const ago = `now() - ${leases * context.plan.leaseSeconds} * interval '1 second'`;
      await context.database.query(
        `update ${schema}_jobs.job set heartbeat_on = ${ago} where id = $1`,
        [cell.jobId],
      );
      await context.database.query(`update ${schema}.worker set seen_at = ${ago} where id = $1`, [
        context.workerId,
      ]);
    };
    const takeLost = async (): Promise<readonly number[]> => {
      // The database checks leases every few seconds only.
      await context.database.query(
        `update ${schema}_jobs.queue set monitor_on = null, monitor_claim_on = null`,
      );
      await recoverLostCells(context);
      return (await takeCells(asWorker(), 0, examples.length)).map(({ number }) => number);
    };
    // Spools are read after one lease.
    await waitLeases(1.3);
    expect(await takeLost()).not.toContain(cell.number);
    await waitLeases(1.6);
    expect(await takeLost()).toContain(cell.number);
  });

  it('frees what a refused call was reserved that is reported after it was cut off', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await removeSilentWorkers(context);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: worstUsd,
    });
    const refused = refuse(cell, buildCallFailure('content_filtered', { message: 'no' }));
    await exchangeWithLane(context, 0, { ...nothing, ended: [refused] });
    // What follows from it is decided between the two.
    const finished = [{ ...settle(cell), chargedUsd: 0 }];
    await exchangeWithLane(context, 0, { ...nothing, finished });
    await exchangeWithLane(context, 0, { ...nothing, finished });
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: 0,
      spentUsd: 0,
    });
  });

  it('reports a late charge above its worst case, and tells all workers to reserve more', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await removeSilentWorkers(context);
    const run = buildRun(cell.number);
    const { model } = run.cell;
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const free = { ...run.cell, model: { ...model, price } };
    const call = { cell: free, ...firstAttempt, begun: onRecord(run) };
    const { events } = await exchangeWithLane(context, 0, {
      ...nothing,
      ended: [{ ...cell, ...call, result: answerFor(0.125) }],
      finished: [{ ...settle(cell), chargedUsd: 0.125 }],
    });
    expect(events).toMatchObject([{ kind: 'overcharged', chargedUsd: 0.125 }]);
    const { control } = await exchangeWithLane(asWorker(), 0, nothing);
    expect(raiseWorstUsd(0, findSurcharge(control, model.id))).toBe(0.125);
  });

  it('is reported with a charge above its worst case that is in the spool that it left', async (test) => {
    await setUp(test, 10);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    const { model, example } = buildRun(cell.number).cell;
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const models = context.plan.models.map((one) => ({ ...one, price }));
    context = { ...context, plan: { ...context.plan, models } };
    overcharged.length = 0;
    expect(await recoverAnswer(cell, 0.125)).toBe(true);
    expect(await recoverAnswer(cell, 0.125)).toBe(true);
    const call = { model: model.id, taskId: example.id };
    expect(overcharged).toEqual([
      { kind: 'overcharged', ...call, chargedUsd: 0.125, worstCaseUsd: 0 },
    ]);
    const { control } = await exchangeWithLane(asWorker(), 0, nothing);
    expect(raiseWorstUsd(0, findSurcharge(control, model.id))).toBe(0.125);
  });

  it.for([
    { name: 'its own exchange', isSpooled: false },
    { name: 'the spool that it left', isSpooled: true },
  ])(
    'has what its calls may have cost in one line where $name records the answer',
    async ({ isSpooled }, test) => {
      await setUp(test, 10);
      const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
      await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
      await removeSilentWorkers(context);
      // An earlier attempt timed out.
      const late = buildCutOffEntry(
        describeBegun(buildRun(cell.number), new Date(0).toISOString(), worstUsd / 2),
      );
      const answered = { ...late, outcome: 'answered', answer: '4', unboundedCalls: 1 } as const;
      const { line } = buildCellLine(answered);
      const record = async (): Promise<unknown> => {
        if (!isSpooled) {
          const finished = [
            { ...settle(cell), record: { line, judge: undefined }, isGrading: true },
          ];
          return (await exchangeWithLane(context, 0, { ...nothing, finished })).lost.size;
        }
        const about = { runId: context.runId, workerId: context.workerId, lane: 0, ...cell };
        return recordSpooled(asRecovering(), {
          ...about,
          line,
          chargedUsd: 0.125,
          isGrading: true,
        });
      };
      expect(await record()).toBe(isSpooled ? 'recorded' : 0);
      const entries = (await readLines()).map((row) => JSON.parse(row.line) as LedgerEntry);
      expect(entries.map(({ possibleCostUsd }) => possibleCostUsd)).toEqual([worstUsd, 0]);
      expect(entries.map(({ unboundedCalls }) => unboundedCalls)).toEqual([undefined, undefined]);
      // It is found to be recorded also where another worker grades it meanwhile, or has.
      await loseLease([cell]);
      await takeCells(asWorker(), 0, 1);
      expect(await record()).toBe(isSpooled ? 'recorded_before' : 0);
      expect(await readRunRow(context.database, context.runId)).toMatchObject({ lateAnswers: 0 });
      await removeCells(context, context.jobs);
      if (isSpooled) expect(await record()).toBe('recorded_before');
    },
  );

  it('leaves an answer that is to be graded to others, though its own call was cut off', async (test) => {
    await setUp(test);
    const cells = await takeCells(context, 0, 1);
    await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
    await removeSilentWorkers(context);
    const finished = cells.map(settleUngraded);
    await exchangeWithLane(context, 0, { ...nothing, finished });
    await loseLease(cells);
    const [again] = await takeCells(asWorker(), 0, 1);
    expect(again?.answerLine).toBe(finished[0]?.record?.line);
  });

  it('leaves a failure to the worker that takes the cell next, once its call was cut off', async (test) => {
    await setUp(test);
    const [cell] = (await takeCells(context, 0, 1)) as [DeliveredCell];
    await exchangeWithLane(context, 0, { ...nothing, wanted: [want(cell)] });
    await removeSilentWorkers(context);
    const failed = { ...settle(cell, 'failed'), outcome: 'failed' as const };
    const { lost } = await exchangeWithLane(context, 0, { ...nothing, finished: [failed] });
    expect(lost).toEqual(new Set([nameDelivery(cell)]));
    await loseLease([cell]);
    const again = await takeCells(asWorker(), 0, 1);
    expect(again.map(({ number }) => number)).toEqual([cell.number]);
  });

  it('stays until its lease has run out where it leaves with a call in flight', async (test) => {
    await setUp(test, 10, 1);
    await reportAlive();
    const cells = await takeCells(context, 0, 1);
    await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
    await removeWorker(context.database, context.workerId);
    // Its answer may be in its spool.
    expect(await removeSilentWorkers(context)).toBe(0);
    const finished = cells.map((one) => settle(one));
    await exchangeWithLane(context, 0, { ...nothing, finished });
    await removeWorker(context.database, context.workerId);
    const ids = (await readWorkers(context.database)).map(({ id }) => id);
    expect(ids).not.toContain(context.workerId);
  });

  it.for([
    { name: 'is not in the list of workers', runId: undefined },
    { name: 'was last heard of at another run', runId: randomUUID() },
  ])('leaves no call in flight for ever where it $name', async ({ runId }, test) => {
    await setUp(test, 10, 1);
    const { schema } = context.database.address;
    if (runId !== undefined) {
      await reportAlive(runId);
      await context.database.query(
        `update ${schema}.worker set seen_at = now() - interval '1 hour' where id = $1`,
        [context.workerId],
      );
    }
    const cells = await takeCells(context, 0, 1);
    await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
    expect(await countBusyCells(context)).toBe(1);
    expect(await removeSilentWorkers(context)).toBe(1);
    expect(await countBusyCells(context)).toBe(0);
    expect(await readLines()).toHaveLength(1);
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: worstUsd,
      reservedUsd: 0,
    });
  });

  it('frees its limit and budget when it has been silent for too long', async (test) => {
    await setUp(test, 10, 1);
    await reportAlive();
    const cells = await takeCells(context, 0, 1);
    await exchangeWithLane(context, 0, { ...nothing, wanted: cells.map((one) => want(one)) });
    expect(await removeSilentWorkers(context)).toBe(0);
    const { schema } = context.database.address;
    await context.database.query(`update ${schema}.worker set seen_at = now() - interval '1 hour'`);
    expect(await removeSilentWorkers(context)).toBe(1);

    const other = asWorker();
    const theirs = await takeCells(other, 0, 1);
    const reply = await exchangeWithLane(other, 0, {
      ...nothing,
      wanted: theirs.map((one) => want(one)),
    });
    expect(reply).toMatchObject({
      inFlight: 1,
      granted: new Set(theirs.map(nameDelivery)),
    });
    expect(await readRunRow(context.database, context.runId)).toMatchObject({
      possibleUsd: worstUsd,
      reservedUsd: worstUsd,
    });
    expect(await readLines()).toHaveLength(1);
  });
});
