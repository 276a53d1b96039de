import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQueueAddress, type QueueAddress } from '../../../src/measure/queue/queue-address.js';
import type { QueueTools } from '../../../src/measure/queue/queue-plan.js';
import { estimateSweep } from '../../../src/measure/sweep/estimate-sweep.js';
import { gradeRun } from '../../../src/measure/sweep/grade-run.js';
import { computeWorstCaseCostUsd } from '../../../src/measure/sweep/worst-case-cost.js';
import { openGradingTools } from '../../../src/measure/sweep/grading-tools.js';
import { createGate } from '../../support/gate.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import { say, startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpQueueBench();

/** A model whose answers wait until they are let go. */
async function startHeldServer(answer: string): Promise<ScriptedServer & { letGo(): void }> {
  const { opened: gone, open: letGo } = createGate();
  const server = await startScriptedServer(async (response, request) => {
    await gone;
    await say(answer)(response, request);
  });
  return Object.assign(server, { letGo: () => letGo() });
}

/** The same queue by a way that can be cut, as when the database is away. */
async function openCuttableWay(address: QueueAddress) {
  const url = new URL(address.url);
  const port = Number(url.port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url.port = String((server.address() as AddressInfo).port);
  return {
    address: parseQueueAddress(url.href, address.schema),
    cut(): void {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const priced = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };
const parameters = { maxTokens: 10 };
const buildJudge = ({ baseUrl }: ScriptedServer) =>
  buildPoolModel({ id: 'judge', baseUrl, price: priced, parameters });

const judged = buildTaskSet(
  Array.from({ length: 3 }, (_, index) =>
    buildExample(String(index), {
      grader: { name: 'judge', options: { mode: 'rubric', rubric: 'Is it right?' } },
    }),
  ),
);

let quick: ScriptedServer;
beforeAll(async () => {
  quick = await startScriptedServer(say('7'));
});
afterAll(() => quick.close());

describe('what a judge has cost', () => {
  it('is on record at its worst case where a worker is killed while the judge is asked', async (context) => {
    const address = bench.newQueue(context);
    const server = await startHeldServer('VERDICT: correct');
    const tools = { allowCode: false, judge: buildJudge(server), ambiguous: null };
    const model = buildPoolModel({ id: 'quick', baseUrl: quick.baseUrl });
    const sweep = bench.coordinate(address, 'killed', [model], { taskSet: judged, tools });
    const signal = stopAfter(sweep);
    const spoolFolder = bench.folder.file('spool-killed');
    const work = bench.work(address, { once: false, openTools, signal, spoolFolder });
    await waitUntil(() => server.requests.length === 3);
    // As a killed worker leaves it.
    const left = '5f0c3a52-8f5e-4d6a-9a51-2b8f0c1d2e3f.jsonl';
    mkdirSync(bench.folder.file('left-killed'));
    copyFileSync(findSpool(spoolFolder), bench.folder.file(`left-killed/${left}`));
    const notices: string[] = [];
    const next = bench.work(address, {
      once: false,
      openTools,
      signal,
      spoolFolder: bench.folder.file('left-killed'),
      onNotice: (notice) => notices.push(notice),
    });
    await waitUntil(() => notices.join().includes('judge'));
    server.letGo();
    const summary = await sweep;
    await Promise.all([work, next, server.close()]);
    expect(notices.join()).toContain(
      'calls of the judge for 3 answers cut off, which may have been charged',
    );
    const entries = await bench.readEntries('killed');
    const cutOff = entries.filter(({ error }) => error?.startsWith('cut_off') === true);
    const possible = cutOff.map(({ grade }) => grade.judge?.possibleCostUsd ?? 0);
    expect(possible).toHaveLength(3);
    expect(Math.min(...possible)).toBeGreaterThan(0);
    expect(summary.budget.possibleUsd).toBeCloseTo(
      possible.reduce((sum, one) => sum + one, 0),
      12,
    );
    expect(summary).toMatchObject({ coverage: 1, cutOffCalls: 3 });
  });

  it('is recorded with the grades that came while the database was away', async (context) => {
    const address = bench.newQueue(context);
    const server = await startHeldServer('VERDICT: correct');
    const tools = { allowCode: false, judge: buildJudge(server), ambiguous: null };
    const model = buildPoolModel({ id: 'quick', baseUrl: quick.baseUrl });
    const sweep = bench.coordinate(address, 'away', [model], { taskSet: judged, tools });
    const spoolFolder = bench.folder.file('spool-away');
    const stop = new AbortController();
    const way = await openCuttableWay(address);
    const { signal } = stop;
    const first = bench.work(way.address, { once: false, openTools, signal, spoolFolder });
    await waitUntil(() => server.requests.length === 3);
    way.cut();
    server.letGo();
    await waitUntil(() => readFileSync(findSpool(spoolFolder), 'utf8').split('"grade"').length > 3);
    stop.abort();
    expect(await first).toMatchObject({ unrecorded: 3 });
    await bench.work(address, { once: false, openTools, signal: stopAfter(sweep), spoolFolder });
    const summary = await sweep;
    await server.close();
    expect(server.requests).toHaveLength(3);
    expect(summary).toMatchObject({ judge: { calls: 3 }, cutOffCalls: 0 });
    const grades = (await bench.readEntries('away')).filter(({ regraded }) => regraded === true);
    const costUsd = grades.reduce((sum, { grade }) => sum + (grade.judge?.costUsd ?? 0), 0);
    expect(grades.map(({ grade }) => grade.kind)).toEqual(Array(3).fill('graded'));
    expect(summary.judge?.costUsd).toBeCloseTo(costUsd, 12);
    expect(costUsd).toBeGreaterThan(0);
    expect(readdirSync(spoolFolder)).toEqual([]);
  });

  it('counts against the budget of a run that is continued, also where "grade" has paid it', async (context) => {
    const address = bench.newQueue(context);
    const judge = await startScriptedServer(say('VERDICT: correct'));
    // Postgres takes neither in JSON.
    const odd = await startScriptedServer(say('7 \u0000 \ud83d'));
    const model = buildPoolModel({ id: 'odd', baseUrl: odd.baseUrl, parameters });
    const prompt = judged.examples[0]?.prompt ?? { messages: [] };
    // One call at a time, of which the first one takes what the second one would need.
    const budgetUsd = computeWorstCaseCostUsd(model, prompt) + 1e-9;
    const sweep = async (limitUsd: number) => {
      const settings = { taskSet: judged, budgetUsd: limitUsd, laneMaximum: 1 };
      const coordinated = bench.coordinate(address, 'continued', [model], settings);
      await bench.work(address, { once: false, signal: stopAfter(coordinated) });
      return coordinated;
    };
    const first = await sweep(budgetUsd);
    expect(first).toMatchObject({ totals: { done: 1 }, budget: { reached: true } });

    const { tools, close } = await openTools({
      allowCode: false,
      judge: buildJudge(judge),
      ambiguous: null,
    });
    const runDirectory = bench.folder.file('continued');
    await gradeRun({ runDirectory, tools, now: () => new Date() });
    await Promise.all([close(), judge.close()]);
    const judgeUsd = (await bench.readEntries('continued')).reduce(
      (sum, { grade }) => sum + (grade.judge?.costUsd ?? 0),
      0,
    );
    expect(judgeUsd).toBeGreaterThan(0);

    const { spentUsd } = first.budget;
    const asked = odd.requests.length;
    // Enough for another call only without what the judge has cost.
    const second = await sweep(budgetUsd + spentUsd + judgeUsd / 2);
    expect(second.budget).toMatchObject({ reached: true, spentUsd });
    expect(second.budget.judgeUsd).toBeCloseTo(judgeUsd, 12);
    expect(odd.requests).toHaveLength(asked);
    const last = await sweep(1);
    expect(last).toMatchObject({ coverage: 1, budget: { reached: false } });
    expect(last.budget.judgeUsd).toBeCloseTo(judgeUsd, 12);
    await odd.close();
  });

  it('is that of this sweep where a run is continued, as for the models', async (context) => {
    const address = bench.newQueue(context);
    const server = await startScriptedServer(say('VERDICT: correct'));
    const tools = { allowCode: false, judge: buildJudge(server), ambiguous: null };
    const model = buildPoolModel({ id: 'quick', baseUrl: quick.baseUrl, parameters });
    const sweep = async (budgetUsd: number) => {
      const shown: number[] = [];
      const coordinated = bench.coordinate(address, 'followed', [model], {
        taskSet: judged,
        tools,
        budgetUsd,
        laneMaximum: 1,
        onProgress: ({ readJudgeUsd }) => shown.push(readJudgeUsd?.() ?? 0),
      });
      await bench.work(address, { once: false, openTools, signal: stopAfter(coordinated) });
      return { ...(await coordinated), shownUsd: shown.at(-1) };
    };
    const prompt = judged.examples[0]?.prompt ?? { messages: [] };
    const first = await sweep(computeWorstCaseCostUsd(model, prompt) + 1e-9);
    expect(first).toMatchObject({ budget: { reached: true }, judge: { calls: 1 } });
    const last = await sweep(1);
    await server.close();
    expect(last).toMatchObject({ coverage: 1, totals: { done: 2 }, judge: { calls: 2 } });
    expect(last.shownUsd).toBe(last.judge?.costUsd);
    const costUsd = (first.judge?.costUsd ?? 0) + (last.judge?.costUsd ?? 0);
    expect(last.judge?.costUsd).toBeCloseTo((2 / 3) * costUsd, 12);
    expect(last.budget.judgeUsd).toBeCloseTo(costUsd, 12);
  });

  it('exceeds the budget by the worst case of its calls at most, since these are not reserved', async (context) => {
    const address = bench.newQueue(context);
    const server = await startHeldServer('VERDICT: correct');
    const price = { ...priced, inputPerMillionUsd: 100, outputPerMillionUsd: 100 };
    const tools = { allowCode: false, judge: { ...buildJudge(server), price }, ambiguous: null };
    const models = [buildPoolModel({ id: 'quick', baseUrl: quick.baseUrl, parameters })];
    const plan = { taskSet: judged, pool: { file: 'models.yaml', models } };
    const runDirectory = bench.folder.file('exceeded');
    const { totals, judge } = await estimateSweep(
      { ...plan, runDirectory, environment: {} },
      undefined,
      tools.judge,
    );
    // Enough for all answers, and for none of the judge's calls.
    const budgetUsd = totals.worstCaseUsd ?? 0;
    const sweep = bench.coordinate(address, 'exceeded', models, { ...plan, tools, budgetUsd });
    const signal = stopAfter(sweep);
    // One call in flight, and yet the judge is asked about all answers: grading takes no slot.
    const work = bench.work(address, { once: false, openTools, signal, concurrency: 1 });
    await waitUntil(() => server.requests.length === judged.examples.length);
    server.letGo();
    const { budget } = await sweep;
    await Promise.all([work, server.close()]);
    const excessUsd = budget.spentUsd + (budget.judgeUsd ?? 0) - budgetUsd;
    expect(excessUsd).toBeGreaterThan(0);
    expect(excessUsd).toBeLessThanOrEqual(judge?.worstCaseUsd ?? 0);
  });

  it('counts for answers that were graded before they could be recorded', async (context) => {
    const address = bench.newQueue(context);
    const judge = await startScriptedServer(say('VERDICT: correct'));
    const vague = await startHeldServer('It is 3 or 4.');
    const grader = { name: 'numeric', options: {} };
    const taskSet = buildTaskSet([buildExample('0', { grader })]);
    const tools = { allowCode: false, judge: buildJudge(judge), ambiguous: 'judge' as const };
    const model = buildPoolModel({ id: 'vague', baseUrl: vague.baseUrl });
    const sweep = bench.coordinate(address, 'graded', [model], { taskSet, tools });
    const spoolFolder = bench.folder.file('spool-graded');
    const stop = new AbortController();
    const way = await openCuttableWay(address);
    const { signal } = stop;
    const first = bench.work(way.address, { once: false, openTools, signal, spoolFolder });
    await waitUntil(() => vague.requests.length === 1);
    way.cut();
    vague.letGo();
    await waitUntil(() =>
      readFileSync(findSpool(spoolFolder), 'utf8').includes('"judge":{"calls"'),
    );
    stop.abort();
    await first;
    await bench.work(address, { once: false, openTools, signal: stopAfter(sweep), spoolFolder });
    const summary = await sweep;
    await Promise.all([judge.close(), vague.close()]);
    const entries = await bench.readEntries('graded');
    const costUsd = entries.reduce((sum, { grade }) => sum + (grade.judge?.costUsd ?? 0), 0);
    expect(costUsd).toBeGreaterThan(0);
    expect(summary.judge).toMatchObject({ calls: judge.requests.length });
    expect(summary.budget.judgeUsd).toBeCloseTo(costUsd, 12);
  });
});

function findSpool(folder: string): string {
  const name = readdirSync(folder).find((one) => one.endsWith('.jsonl')) ?? 'none';
  return path.join(folder, name);
}

function openTools({ allowCode, judge, ambiguous }: QueueTools) {
  const settings = { allowCode, judge: judge ?? undefined, ambiguous: ambiguous ?? undefined };
  return openGradingTools(settings, new AbortController().signal);
}

/** Aborts when a sweep has ended. */
function stopAfter(sweep: Promise<unknown>): AbortSignal {
  const stop = new AbortController();
  void sweep.finally(() => stop.abort()).catch(() => {});
  return stop.signal;
}
