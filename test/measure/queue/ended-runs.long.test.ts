import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeGradeKey } from '../../../src/measure/graders/grade-answer.js';
import { openGradingTools } from '../../../src/measure/sweep/grading-tools.js';
import type { QueueTools } from '../../../src/measure/queue/queue-plan.js';
import { cancelRun } from '../../../src/measure/queue/manage-queue.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { createGate } from '../../support/gate.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import {
  failWith,
  say,
  startScriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpQueueBench();

/** A model whose answers wait until they are let go. */
interface HeldModel {
  readonly server: ScriptedServer;
  letGo(): void;
}

async function startHeldModel(answer: Reply): Promise<HeldModel> {
  const { opened: gone, open: letGo } = createGate();
  const server = await startScriptedServer(async (response, request) => {
    await gone;
    await answer(response, request);
  });
  return { server, letGo: () => letGo() };
}

let quick: ScriptedServer;
beforeAll(async () => {
  quick = await startScriptedServer(say('7'));
});
afterAll(() => quick.close());

const judged = Array.from({ length: 3 }, (_, index) =>
  buildExample(String(index), {
    grader: { name: 'judge', options: { mode: 'rubric', rubric: 'Is it right?' } },
  }),
);

describe('a run that is cancelled while its sweep follows it', () => {
  it('has the answers of the calls in flight, and their costs', async (context) => {
    const address = bench.newQueue(context);
    const { server, letGo } = await startHeldModel(say('7'));
    const model = buildPoolModel({ id: 'held', baseUrl: server.baseUrl });
    const notices: string[] = [];
    const sweep = bench.coordinate(address, 'cancelled', [model], {
      taskCount: 20,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    const work = bench.work(address, { once: false, concurrency: 4, signal: stopAfter(sweep) });
    await waitUntil(() => server.requests.length === 4);
    const database = bench.database(address);
    const [run] = await database.query<{ id: string }>(`select id from ${address.schema}.run`);
    await cancelRun(database, run?.id ?? '');
    await waitUntil(() => notices.join().includes('Waiting for 4 calls in flight'));
    letGo();
    const summary = await sweep;
    await Promise.all([work, server.close()]);
    expect(summary).toMatchObject({
      interrupted: true,
      totals: { done: 4, skipped: 16 },
      queue: { lateAnswers: 0 },
    });
    const entries = await bench.readEntries('cancelled');
    expect(entries.map(({ outcome }) => outcome)).toEqual(Array(4).fill('answered'));
    const costUsd = entries.reduce((sum, entry) => sum + (entry.costUsd ?? 0), 0);
    expect(summary.budget.spentUsd).toBeCloseTo(costUsd, 12);
  });
});

describe('a run whose last answers take long to grade', () => {
  it('ends when they have their grades, with the costs of the judge', async (context) => {
    const address = bench.newQueue(context);
    const { server, letGo } = await startHeldModel(say('VERDICT: correct'));
    const judge = buildPoolModel({ id: 'judge', baseUrl: server.baseUrl });
    const tools = { allowCode: false, judge, ambiguous: null };
    const taskSet = buildTaskSet(judged);
    const model = buildPoolModel({ id: 'quick', baseUrl: quick.baseUrl });
    const sweep = bench.coordinate(address, 'judged', [model], { taskSet, tools });
    const work = bench.work(address, { once: false, openTools, signal: stopAfter(sweep) });
    await waitForFile('judged/ledger.jsonl');
    await waitUntil(async () => (await bench.readEntries('judged')).length === 3);
    await waitUntil(() => server.requests.length > 0);
    letGo();
    const summary = await sweep;
    await Promise.all([work, server.close()]);
    const entries = await bench.readEntries('judged');
    const grades = entries.filter(({ regraded }) => regraded === true);
    expect(grades.map(({ grade }) => grade.kind)).toEqual(Array(3).fill('graded'));
    expect(summary.judge?.calls).toBe(server.requests.length);
  });

  it('counts what a judge has cost in the folder before against the budget of a new run', async (context) => {
    const address = bench.newQueue(context);
    const server = await startScriptedServer(say('VERDICT: correct'));
    const priced = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };
    const judge = buildPoolModel({
      id: 'judge',
      baseUrl: server.baseUrl,
      price: priced,
      parameters: { maxTokens: 10 },
    });
    const tools = { allowCode: false, judge, ambiguous: null };
    const model = buildPoolModel({
      id: 'quick',
      baseUrl: quick.baseUrl,
      parameters: { maxTokens: 10 },
    });
    const run = async (examples: readonly Example[], budgetUsd: number, folder = 'again') => {
      const taskSet = buildTaskSet(examples);
      const sweep = bench.coordinate(address, folder, [model], { taskSet, tools, budgetUsd });
      const work = bench.work(address, { once: false, openTools, signal: stopAfter(sweep) });
      const summary = await sweep;
      await work;
      return summary;
    };
    const first = await run(judged.slice(0, 2), 1);
    const costUsd = first.judge?.costUsd ?? 0;
    expect(costUsd).toBeGreaterThan(0);
    expect(first.budget.judgeUsd).toBeCloseTo(costUsd, 12);
    const usedUsd = first.budget.spentUsd + costUsd;
    // Nothing is left of this budget.
    const second = await run(judged, usedUsd);
    expect(second.budget).toMatchObject({ reached: true });
    expect(second.budget.judgeUsd).toBeCloseTo(costUsd, 12);
    expect(second.judge?.costUsd ?? 0).toBe(0);
    // The ledger of another machine lacks what it has cost.
    const elsewhere = await run(judged, usedUsd, 'elsewhere/again');
    expect(elsewhere).toMatchObject({
      queue: { runId: second.queue.runId },
      budget: { reached: true },
    });
    expect(elsewhere.budget.judgeUsd).toBeCloseTo(costUsd, 12);
    await server.close();
  });

  it('leaves them to another worker when one is told to end', async (context) => {
    const address = bench.newQueue(context);
    const { server, letGo } = await startHeldModel(failWith(503));
    const able = await startScriptedServer(say('VERDICT: correct'));
    const judge = buildPoolModel({ id: 'judge', baseUrl: server.baseUrl });
    const tools = { allowCode: false, judge, ambiguous: null };
    const taskSet = buildTaskSet(judged);
    const before = quick.requests.length;
    const model = buildPoolModel({ id: 'left', baseUrl: quick.baseUrl });
    const sweep = bench.coordinate(address, 'left', [model], { taskSet, tools });
    const stop = new AbortController();
    const first = bench.work(address, {
      once: false,
      signal: stop.signal,
      openTools: (wanted) => openGradingTools(readSettings(wanted), stop.signal),
    });
    await waitUntil(() => server.requests.length === 3);
    stop.abort();
    letGo();
    await first;
    const second = await bench.work(address, {
      openTools: () =>
        openGradingTools(
          readSettings({ ...tools, judge: { ...judge, baseUrl: able.baseUrl } }),
          new AbortController().signal,
        ),
    });
    await sweep;
    await Promise.all([server.close(), able.close()]);
    expect(second.settled).toBe(0);
    expect(quick.requests.length - before).toBe(3);
    const entries = await bench.readEntries('left');
    const grades = entries.filter(({ regraded }) => regraded === true);
    expect(grades.map(({ grade }) => grade.kind)).toEqual(Array(3).fill('graded'));
    expect(readFileSync(bench.folder.file('left/ledger.jsonl'), 'utf8')).not.toContain('cut_off');
  });
});

describe('a folder with grades by an earlier version of the judge', () => {
  it('keeps them, and is told how to renew them: the sweep itself asks no judge', async (context) => {
    const address = bench.newQueue(context);
    const deciding = await startScriptedServer(say('VERDICT: correct'));
    const judge = buildPoolModel({ id: 'judge', baseUrl: deciding.baseUrl });
    const tools = { allowCode: false, judge, ambiguous: null };
    const settings = { taskSet: buildTaskSet(judged), tools };
    const model = buildPoolModel({ id: 'outdated', baseUrl: quick.baseUrl });
    const first = bench.coordinate(address, 'outdated', [model], settings);
    await waitForFile('outdated/queue.json');
    await bench.work(address, { once: false, openTools, signal: stopAfter(first) });
    await first;
    const entries = await bench.readEntries('outdated');
    const lines = entries.map((entry) => {
      const example = judged.find(({ id }) => id === entry.taskId) as Example;
      const gradeKey = computeGradeKey(example, entry.answer ?? '', entry.grade.judge, 1);
      const isGraded = entry.grade.kind === 'graded';
      return `${JSON.stringify(isGraded ? { ...entry, gradeKey } : entry)}\n`;
    });
    bench.folder.write('outdated/ledger.jsonl', lines.join(''));
    const notices: string[] = [];
    await bench.coordinate(address, 'outdated', [model], {
      ...settings,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    await deciding.close();
    expect(notices.join()).toContain(
      'stand: the sweep itself asks no judge with --queue. Grade them with routesmith grade RUN --judge FILE.',
    );
    expect(notices.join()).not.toContain('name one with --judge');
  });
});

describe('a folder whose ambiguous answers a judge decides', () => {
  const vague = Array.from({ length: 3 }, (_, index) =>
    buildExample(String(index), { grader: { name: 'numeric', options: {} } }),
  );
  const taskSet = buildTaskSet(vague);

  it('is swept by workers without the judge, and leaves such answers ungraded', async (context) => {
    const address = bench.newQueue(context);
    const server = await startScriptedServer(say('It is 3 or 4.'));
    const model = buildPoolModel({ id: 'vague', baseUrl: server.baseUrl });
    const judge = buildPoolModel({ id: 'judge', baseUrl: quick.baseUrl });
    const tools = { allowCode: false, judge, ambiguous: 'judge' as const };
    const first = bench.coordinate(address, 'kept', [model], { taskSet, tools, limit: 1 });
    await waitForFile('kept/queue.json');
    await bench.work(address, { once: false, openTools, signal: stopAfter(first) });
    await first;
    // The rule is kept in the folder, and neither option is given again.
    const again = bench.coordinate(address, 'kept', [model], { taskSet });
    await bench.work(address, { once: false, openTools, signal: stopAfter(again) });
    expect(await again).toMatchObject({ coverage: 1 });
    await server.close();
    const last = (await bench.readEntries('kept')).at(-1);
    expect(last?.grade).toMatchObject({ kind: 'ungraded', retryable: true });
  });

  it('keeps the labels that it has when the rule changes: only workers have the judge', async (context) => {
    const address = bench.newQueue(context);
    const server = await startScriptedServer(say('It is 3 or 4.'));
    const model = buildPoolModel({ id: 'vague', baseUrl: server.baseUrl });
    const wrong = { allowCode: false, judge: null, ambiguous: 'wrong' as const };
    const first = bench.coordinate(address, 'labels', [model], { taskSet, tools: wrong });
    await bench.work(address, { once: false, openTools, signal: stopAfter(first) });
    await first;
    const judge = buildPoolModel({ id: 'judge', baseUrl: quick.baseUrl });
    const tools = { allowCode: false, judge, ambiguous: 'judge' as const };
    const notices: string[] = [];
    const summary = await bench.coordinate(address, 'labels', [model], {
      taskSet,
      tools,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    await server.close();
    expect(summary.regraded).toBe(0);
    expect(notices.join()).toContain(
      'The grades of 3 ambiguous answers are still those of an earlier rule',
    );
    const grades = (await bench.readEntries('labels')).map(({ grade }) => grade);
    expect(grades.map((grade) => grade.kind === 'graded' && grade.quality)).toEqual([0, 0, 0]);
  });
});

function readSettings({ allowCode, judge, ambiguous }: QueueTools) {
  return { allowCode, judge: judge ?? undefined, ambiguous: ambiguous ?? undefined };
}

function openTools(tools: QueueTools) {
  return openGradingTools(readSettings(tools), new AbortController().signal);
}

function waitForFile(name: string): Promise<void> {
  return waitUntil(() => existsSync(bench.folder.file(name)));
}

/** Aborts when a sweep has ended. */
function stopAfter(sweep: Promise<unknown>): AbortSignal {
  const stop = new AbortController();
  void sweep.finally(() => stop.abort()).catch(() => {});
  return stop.signal;
}
