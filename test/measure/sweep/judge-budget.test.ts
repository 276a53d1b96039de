import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PoolModel } from '../../../src/measure/models/model.js';
import { checkComplete } from '../../../src/measure/sweep/check-complete.js';
import { createBudget } from '../../../src/measure/sweep/budget.js';
import type { SweepSettings } from '../../../src/measure/sweep/run-sweep.js';
import { gradeRun } from '../../../src/measure/sweep/grade-run.js';
import { createGate } from '../../support/gate.js';
import { startBatchServer, type BatchServer } from '../../support/batch-server.js';
import { setUpJudges } from '../../support/judges.js';
import { buildPoolModel } from '../../support/pool-model.js';
import {
  delta,
  done,
  failWith,
  say,
  stream,
  usageEvent,
  type Reply,
} from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const batchServers: BatchServer[] = [];
afterEach(() => Promise.all(batchServers.splice(0).map((server) => server.close())));
const openJudge = setUpJudges();

const examples = Array.from({ length: 12 }, (_, index) =>
  buildExample(String(index), {
    reference: undefined,
    grader: { name: 'judge', options: { rubric: 'Is it right?', choices: { yes: 1, no: 0 } } },
  }),
);
const judged = { taskSet: buildTaskSet(examples) };

/** A reply that costs as much as `tokens` of output, at $2 per million; input costs half. */
function charge(text: string, tokens: number): Reply {
  const usage = { prompt_tokens: 2, completion_tokens: tokens - 1, total_tokens: tokens + 1 };
  return stream(delta({ content: text }), delta({}, 'stop'), usageEvent(usage), done);
}

describe('a sweep whose judge costs more than its models', () => {
  it.each([1, 8])('stays within its budget with %i calls at once', async (concurrency) => {
    let billedUsd = 0;
    const server = await bench.serve((response, request) => {
      const isJudge = request.body['model'] === 'judge-9';
      const tokens = isJudge ? 1000 : 10;
      billedUsd += (2 * tokens) / 1e6;
      return charge(isJudge ? 'VERDICT: yes' : 'It is 4.', tokens)(response, request);
    });
    const models = bench.buildModels(server, ['small'], { parameters: { maxTokens: 10 } });
    const settings = { ...judged, concurrency, tools: { judge: openJudge(server) } };
    const budgetUsd = 0.012;
    const first = await bench.sweep(models, { ...settings, budgetUsd });
    expect(billedUsd).toBeLessThanOrEqual(budgetUsd);
    expect(first.budget.reached).toBe(true);
    const { spentUsd, judgeUsd = 0 } = first.budget;
    expect(spentUsd + judgeUsd).toBeCloseTo(billedUsd, 12);
    expect(judgeUsd).toBeGreaterThan(spentUsd);

    // What the judge has cost counts against the same budget, also in another process.
    const again = { ...settings, tools: { judge: openJudge(server) } };
    await bench.sweep(models, { ...again, budgetUsd });
    expect(billedUsd).toBeLessThanOrEqual(budgetUsd);

    const last = await bench.sweep(models, { ...again, budgetUsd: 1 });
    expect(last).toMatchObject({ coverage: 1, budget: { reached: false } });
    expect((last.budget.judgeUsd ?? 0) + last.budget.spentUsd).toBeCloseTo(billedUsd, 12);
    const byModel = server.requests.map(({ body }) => body['model']);
    expect(byModel.filter((model) => model === 'small-1')).toHaveLength(12);
    expect(byModel.filter((model) => model === 'judge-9')).toHaveLength(12);
  });

  it('says so where all cells are settled, and only answers are ungraded', async () => {
    const server = await bench.serve(charge('VERDICT: yes', 1000));
    const answering = await bench.serve(charge('It is 4.', 1));
    const models = bench.buildModels(answering, ['small'], { parameters: { maxTokens: 1 } });
    const notices: string[] = [];
    const summary = await bench.sweep(models, {
      ...judged,
      concurrency: 1,
      budgetUsd: 0.009,
      tools: { judge: openJudge(server) },
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    expect(summary).toMatchObject({ coverage: 1, budget: { reached: true } });
    const unjudged = 12 - server.requests.length;
    expect(unjudged).toBeGreaterThan(0);
    expect(summary.budget.unjudged).toBe(unjudged);
    expect(notices.filter((notice) => notice.includes("the judge's next call"))).toHaveLength(1);
    expect(() => checkComplete(summary)).toThrow(
      `the budget does not cover what the next call could cost, with ${unjudged} answers not judged yet`,
    );
  });

  describe('and charges more than its prices and limits allow', () => {
    /** The models' answers wait until the first one has been judged. */
    async function setUp(judgeReply: (index: number) => Reply) {
      const { opened: isJudged, open: letGo } = createGate();
      const notices: string[] = [];
      const server = await bench.serve((response, request) =>
        judgeReply(request.index)(response, request),
      );
      const answering = await bench.serve(async (response, request) => {
        if (request.index > 0) await isJudged;
        await charge('It is 4.', 1)(response, request);
      });
      const models = bench.buildModels(answering, ['small'], { parameters: { maxTokens: 1 } });
      const settings: Partial<SweepSettings> = {
        ...judged,
        concurrency: 1,
        tools: { judge: openJudge(server) },
        onProgress(progress, notice) {
          notices.push(notice ?? '');
          if ([...progress.models.values()].some(({ done }) => done > 0)) letGo();
        },
      };
      return { models, settings, notices };
    }

    it('warns, and reserves more for its next calls', async () => {
      const { models, settings, notices } = await setUp(() => charge('VERDICT: yes', 100_000));
      // Enough for two calls that cost $0.20 each.
      const { budget } = await bench.sweep(models, { ...settings, budgetUsd: 0.5 });
      expect(budget).toMatchObject({ reached: true, unjudged: 10 });
      expect(budget.judgeUsd).toBeCloseTo(0.4, 12);
      const warnings = notices.filter((notice) => notice.startsWith('The judge charged $0.20'));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('Check them in the file of --judge.');
    });

    it('records what its next calls may have cost', async () => {
      // The second verdict comes without usage.
      const { models, settings } = await setUp((index) =>
        index === 0
          ? charge('VERDICT: yes', 100_000)
          : stream(delta({ content: 'VERDICT: yes' }), delta({}, 'stop'), done),
      );
      const run = { ...settings, taskSet: buildTaskSet(examples.slice(0, 2)), budgetUsd: 1 };
      const { budget } = await bench.sweep(models, run);
      expect(budget.judgeUsd).toBeCloseTo(0.2, 12);
      expect(budget.possibleUsd).toBeGreaterThan(0.15);
      // Another process reads the same from the ledger.
      const again = await bench.sweep(models, run);
      expect(again.budget.possibleUsd).toBeCloseTo(budget.possibleUsd, 12);
    });
  });

  describe('in batches', () => {
    /** A judge whose worst case is far above what it costs. */
    async function setUp(maxTokens = 1) {
      const server = await bench.serve(charge('VERDICT: yes', 10));
      const batched = await startBatchServer();
      batchServers.push(batched);
      const models = [buildPoolModel({ baseUrl: batched.baseUrl, parameters: { maxTokens } })];
      const tools = { judge: openJudge(server) };
      const settings = { ...judged, concurrency: 8, batches: { pollMs: 1 } };
      return { models, tools, settings, server };
    }
    // Of a judge's call: at least two, but not eight of them fit.
    const budgetUsd = 0.009;

    it('judges all answers where only its own calls in flight fill the budget', async () => {
      const { models, tools, settings } = await setUp();
      const summary = await bench.sweep(models, { ...settings, tools, budgetUsd });
      expect(summary).toMatchObject({ coverage: 1, budget: { reached: false } });
      const judgeUsd = tools.judge.spend().costUsd;
      expect(judgeUsd).toBeCloseTo(12 * 2e-5, 12);
    });

    it('judges all answers where the batch had the rest of the budget until it ended', async () => {
      const { models, tools, settings } = await setUp(1000);
      // The worst case of 12 answers is about 0.012, and that of a judge's call 0.002.
      const summary = await bench.sweep(models, { ...settings, tools, budgetUsd: 0.0135 });
      expect(summary).toMatchObject({ coverage: 1, budget: { reached: false } });
    });

    it('says once that answers are not judged yet, and once that they are not at the end', async () => {
      const { models, settings } = await setUp();
      const tools = { judge: openJudge(await bench.serve(charge('VERDICT: yes', 1000))) };
      const notices: string[] = [];
      const summary = await bench.sweep(models, {
        ...settings,
        tools,
        budgetUsd: 0.009,
        onProgress: (_, notice) => notices.push(notice ?? ''),
      });
      expect(summary.budget.unjudged).toBeGreaterThan(2);
      const told = notices.filter((notice) => notice.includes('The budget is reached'));
      expect(told).toHaveLength(2);
    });

    it('judges all recorded answers at the start, too', async () => {
      const { models, tools, settings } = await setUp();
      await bench.sweep(models, settings);
      const summary = await bench.sweep(models, { ...settings, tools, budgetUsd });
      expect(summary).toMatchObject({ regraded: 12, budget: { reached: false } });
    });
  });

  it('is refused where nothing limits what the judge may cost', async () => {
    const server = await bench.serve(say('VERDICT: yes'));
    const models = bench.buildModels(server, ['small'], { parameters: { maxTokens: 10 } });
    const tools = { judge: openJudge(server, { parameters: {} }) };
    await expect(bench.sweep(models, { ...judged, tools, budgetUsd: 1 })).rejects.toThrow(
      'no upper bound',
    );
    expect(server.requests).toEqual([]);
  });
});

describe('what a judge has cost a run', () => {
  const now = (): Date => new Date();
  const pair = buildTaskSet([
    buildExample('pair', {
      reference: 'It is 4, because 2 and 2 are 4.',
      grader: { name: 'judge', options: { mode: 'pairwise' } },
    }),
  ]);

  /** Reads it in a sweep that calls nothing of the run, and in one that has its cells. */
  async function readJudgeUsd(
    models: readonly PoolModel[],
    taskSet = judged.taskSet,
  ): Promise<number | undefined> {
    const other = buildTaskSet([buildExample('other')]);
    const { budget } = await bench.sweep(models, { taskSet: other });
    const { budget: ofAll } = await bench.sweep(models, { taskSet });
    expect(budget.judgeUsd).toBeCloseTo(ofAll.judgeUsd ?? 0, 12);
    return ofAll.judgeUsd;
  }

  it('counts each time that it was asked, also where it said the same for the same money', async () => {
    const server = await bench.serve(charge('VERDICT: yes', 1000));
    const models = bench.buildModels(await bench.serve(charge('It is 4.', 10)), ['small']);
    const tools = { judge: openJudge(server) };
    await bench.sweep(models, { ...judged, tools });
    await gradeRun({ runDirectory: bench.runDirectory(), tools, now, force: true });
    await gradeRun({ runDirectory: bench.runDirectory(), tools, now, force: true });
    expect(server.requests).toHaveLength(3 * 12);
    expect(tools.judge.spend().costUsd).toBeCloseTo(36 * 2e-3, 12);
    expect(await readJudgeUsd(models)).toBeCloseTo(36 * 2e-3, 12);
  });

  it('counts once where lines are copied for a new name', async () => {
    const server = await bench.serve(charge('VERDICT: yes', 1000));
    const answering = await bench.serve(charge('It is 4.', 10));
    const models = bench.buildModels(answering, ['small']);
    await bench.sweep(models, { ...judged, tools: { judge: openJudge(server) } });
    const renamed = bench.buildModels(answering, ['mini'], { model: 'small-1' });
    const other = { taskSet: buildTaskSet([buildExample('other')]) };
    await bench.sweep(renamed, { taskSet: buildTaskSet(examples.slice(0, 6)) });
    const again = bench.buildModels(answering, ['tiny'], { model: 'small-1' });
    await bench.sweep(again, other);
    expect(await readJudgeUsd(again)).toBeCloseTo(12 * 2e-3, 12);
  });

  it('counts what was paid for grades that did not come about, each time', async () => {
    // The second order of each pair is refused.
    const server = await bench.serve((response, request) =>
      request.index % 2 === 0
        ? charge('VERDICT: 1', 1000)(response, request)
        : failWith(400)(response, request),
    );
    const models = bench.buildModels(await bench.serve(charge('It is 4.', 10)), ['small']);
    const paid = { taskSet: pair, tools: { judge: openJudge(server) } };
    await bench.sweep(models, paid);
    await bench.sweep(models, paid);
    await bench.sweep(models, paid);
    expect(server.requests).toHaveLength(6);
    expect(await readJudgeUsd(models, pair)).toBeCloseTo(3 * 2e-3, 12);
  });

  it('counts what was paid in vain while a grade stood', async () => {
    const server = await bench.serve((response, request) =>
      request.index === 3
        ? failWith(400)(response, request)
        : charge(request.index % 2 === 0 ? 'VERDICT: 1' : 'VERDICT: 2', 1000)(response, request),
    );
    const models = bench.buildModels(await bench.serve(charge('It is 4.', 10)), ['small']);
    const paid = { taskSet: pair, tools: { judge: openJudge(server) } };
    await bench.sweep(models, paid);
    const settings = { runDirectory: bench.runDirectory(), tools: paid.tools, now };
    const { changes } = await gradeRun({ ...settings, force: true });
    expect(changes).toEqual([]);
    expect((await bench.readEntries()).at(-1)?.grade).toMatchObject({ kind: 'graded', quality: 1 });
    expect(await readJudgeUsd(models, pair)).toBeCloseTo(3 * 2e-3, 12);
  });

  it('is read from lines of earlier versions, whose copies have the same key', async () => {
    const server = await bench.serve(charge('VERDICT: yes', 1000));
    const models = bench.buildModels(await bench.serve(charge('It is 4.', 10)), ['small']);
    await bench.sweep(models, { ...judged, tools: { judge: openJudge(server) } });
    const file = path.join(bench.runDirectory(), 'ledger.jsonl');
    const earlier = readFileSync(file, 'utf8').replaceAll(/,"id":"[^"]*"/g, '');
    const copies = earlier.split('\n').filter((line) => line.includes('"judge":{'));
    writeFileSync(file, [earlier.trimEnd(), ...copies, ''].join('\n'));
    const summary = await bench.sweep(models, judged);
    expect(summary.budget.judgeUsd).toBeCloseTo(12 * 2e-3, 12);
  });
});

describe('a judge', () => {
  it('counts attempts that may have been charged although no verdict came of them', async () => {
    const server = await bench.serve((response, request) =>
      request.index < 2
        ? void response.socket?.resetAndDestroy()
        : charge('VERDICT: yes', 100)(response, request),
    );
    const judge = openJudge(server);
    const reply = await judge.ask([{ role: 'user', content: 'Is it right?' }]);
    expect(reply).toMatchObject({ kind: 'reply', costUsd: 200e-6, unpriced: 2 });
    expect(reply.possibleCostUsd).toBeGreaterThan(2 * 1000 * 2e-6);
    expect(judge.spend()).toEqual({ calls: 1, costUsd: 200e-6, guessed: 0, unpriced: 2 });
  });

  it('says which costs are partly an estimate: those of cached input without a price', async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 0,
      prompt_tokens_details: { cached_tokens: 900 },
    };
    const server = await bench.serve(
      stream(delta({ content: 'VERDICT: yes' }), delta({}, 'stop'), usageEvent(usage), done),
    );
    const judge = openJudge(server);
    const reply = await judge.ask([{ role: 'user', content: 'Is it right?' }]);
    expect(reply).toMatchObject({ kind: 'reply', costIsGuess: true });
    expect(judge.spend()).toMatchObject({ calls: 1, guessed: 1, unpriced: 0 });

    const date = '2026-01-01';
    const list = { inputPerMillionUsd: 1, cachedInputPerMillionUsd: 0.1, outputPerMillionUsd: 2 };
    const price = { ...list, date };
    const known = openJudge(server, { price });
    expect(await known.ask([{ role: 'user', content: 'And now?' }])).not.toHaveProperty(
      'costIsGuess',
    );
    expect(known.spend()).toMatchObject({ calls: 1, guessed: 0 });
  });

  it('keeps the worst case of such attempts from the budget', async () => {
    const server = await bench.serve((response) => void response.socket?.resetAndDestroy());
    const models = bench.buildModels(await bench.serve(charge('It is 4.', 10)), ['small']);
    const taskSet = buildTaskSet(examples.slice(0, 1));
    const summary = await bench.sweep(models, { taskSet, tools: { judge: openJudge(server) } });
    expect(server.requests).toHaveLength(5);
    const { possibleUsd } = summary.budget;
    expect(possibleUsd).toBeGreaterThan(5 * 1000 * 2e-6);
    // Also in another process.
    const resumed = await bench.sweep(models, { taskSet });
    expect(resumed.budget.possibleUsd).toBeCloseTo(possibleUsd, 12);
    const [, entry] = await bench.readEntries();
    expect(entry?.grade).toMatchObject({ kind: 'ungraded', judge: { calls: 0, unpriced: 5 } });
  });
});

describe('a budget that several wait for', () => {
  it('does not wait for calls in batches, which last for hours', async () => {
    const budget = createBudget(10, { spentUsd: 0, possibleUsd: 0 }, { callsLast: true });
    const [sent, earlier] = [budget.reserve(4), budget.adopt(1)];
    const first = await budget.reserveNext(3);
    if (sent === undefined || first === undefined) throw new Error('it fits');
    const second = budget.reserveNext(3);
    budget.settleJudge(first, 1);
    expect(await second).toEqual({ amountUsd: 3 });
    budget.keep((await second) ?? first);
    // 4 are spent, and 5 are with the provider.
    expect(await budget.reserveNext(3)).toBeUndefined();
    budget.settle(earlier, 1);
    budget.settle(sent, 0);
    expect(await budget.reserveNext(3)).toEqual({ amountUsd: 3 });
  });

  it('serves them in their order, before calls that are not in flight yet', async () => {
    const budget = createBudget(10, { spentUsd: 0, possibleUsd: 0 });
    const held = budget.reserve(8);
    if (held === undefined) throw new Error('it fits');
    const served: string[] = [];
    const first = budget.reserveNext(6).then((got) => served.push(`first ${got?.amountUsd}`));
    const second = budget.reserveNext(9).then((got) => served.push(`second ${got?.amountUsd}`));
    expect(budget.reserve(1)).toBeUndefined();
    budget.settle(held, 1);
    await first;
    expect(budget.reserve(0.5)).toBeUndefined();
    budget.settleJudge({ amountUsd: 6 }, 1);
    // 2 are spent: 9 never fit.
    await second;
    expect(served).toEqual(['first 6', 'second undefined']);
    expect(budget.reserve(8)).toEqual({ amountUsd: 8 });
  });
});
