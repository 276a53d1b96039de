import { copyFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCallJournal } from '../../../src/measure/ledger/call-journal.js';
import { isRefusedForFree, type LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { estimateSweep } from '../../../src/measure/sweep/estimate-sweep.js';
import { setUpJudges } from '../../support/judges.js';
import { delta, failWith, inTurn, say, stream } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();

const file = (name: string): string => path.join(bench.runDirectory(), name);

/** Copies files of the run as a process leaves them that is killed now. */
function keepFiles(...names: readonly string[]): void {
  for (const name of names) copyFileSync(file(name), file(`${name}.copy`));
}

function restoreFiles(...names: readonly string[]): void {
  for (const name of names) copyFileSync(file(`${name}.copy`), file(name));
}

describe('calls that were in flight when a sweep was killed', () => {
  it('are counted, called again, and taken from the budget for what they can have cost', async () => {
    const server = await bench.serve(say('It is 4.'));
    const models = bench.buildModels(server, ['a'], { parameters: { maxTokens: 100 } });
    const callsFile = path.join(bench.runDirectory(), 'calls.jsonl');
    // A sweep's journal in the midst of its calls, put back after its end.
    let copied: Promise<void> | undefined;
    const first = await bench.sweep(models, {
      taskCount: 3,
      onProgress: (progress) => {
        if (progress.models.get('a')?.done === 1) {
          copied = copyFile(callsFile, `${callsFile}.copy`);
        }
      },
    });
    await copied;
    expect(first.cutOffCalls).toBe(0);
    await copyFile(`${callsFile}.copy`, callsFile);
    // All of these have their end in the ledger: nothing is called again.
    const second = await bench.sweep(models, { taskCount: 3 });
    expect(second.cutOffCalls).toBe(0);
    expect(server.requests).toHaveLength(3);

    const journal = openCallJournal(callsFile, () => 1_000_000);
    journal.begin({
      cellKey: 'lost',
      taskId: 'some-task',
      promptHash: 'some-prompt',
      model: 'a',
      repeat: 0,
      simulated: false,
      startedAt: '2026-01-01T00:00:00.000Z',
      possibleCostUsd: 0.25,
    });
    // A dry run counts it as the sweep will, and writes nothing.
    const estimate = await estimateSweep({
      taskSet: buildTaskSet([0, 1, 2].map((index) => buildExample(String(index)))),
      pool: { file: 'models-in-memory.yaml', models },
      runDirectory: bench.runDirectory(),
      environment: {},
    });
    expect(estimate).toMatchObject({
      settledCells: 3,
      possibleUsd: first.budget.possibleUsd + 0.25,
    });
    expect(await bench.readEntries()).toHaveLength(3);
    const notices: string[] = [];
    const third = await bench.sweep(models, {
      taskCount: 3,
      budgetUsd: 1,
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(third.cutOffCalls).toBe(1);
    expect(third.budget.possibleUsd).toBe(0.25);
    expect(notices[0]).toMatch(/^1 call was in flight when an earlier sweep was killed/);
    const entries = await bench.readEntries();
    expect(entries.at(-1)).toMatchObject({
      cellKey: 'lost',
      outcome: 'infrastructure',
      possibleCostUsd: 0.25,
      error: expect.stringContaining('cut_off') as string,
    });
    // It is on record now, and counts for every later budget, too.
    const fourth = await bench.sweep(models, { taskCount: 4, budgetUsd: 0.2501 });
    expect(fourth).toMatchObject({ cutOffCalls: 0, budget: { reached: true, possibleUsd: 0.25 } });
  });

  it('are counted with the attempts before them, where nothing limits what these may have cost', async () => {
    const server = await bench.serve((response, request) => {
      if (request.index < 2) return void response.socket?.resetAndDestroy();
      if (request.index === 2) keepFiles('calls.jsonl', 'ledger.jsonl');
      return say('It is 4.')(response, request);
    });
    const models = bench.buildModels(server, ['a']);
    const whole = await bench.sweep(models, { taskCount: 1 });
    expect(whole.budget.unboundedCalls).toBe(2);
    restoreFiles('calls.jsonl', 'ledger.jsonl');
    const second = await bench.sweep(models, { taskCount: 1 });
    expect(second).toMatchObject({ cutOffCalls: 1, budget: { unboundedCalls: 3, possibleUsd: 0 } });
    expect(await bench.readEntries()).toMatchObject([
      { outcome: 'infrastructure', unboundedCalls: 3 },
      { outcome: 'answered' },
    ]);
  });
});

describe('a cell that waited for another attempt when a sweep was killed', () => {
  it.each([
    { name: 'was refused', reply: failWith(429), notice: /^$/ },
    {
      name: 'broke off',
      reply: stream(delta({ content: 'It' })),
      notice: /^1 call was in flight or to be repeated when an earlier sweep was killed/,
    },
  ])('counts with what its call may have cost: one that $name', async ({ reply, notice }) => {
    const server = await bench.serve(inTurn(reply, say('It is 4.')));
    const models = bench.buildModels(server, ['a'], { parameters: { maxTokens: 100 } });
    const file = (name: string): string => path.join(bench.runDirectory(), name);
    // The files as they are while the cell waits.
    const whileWaiting = ['calls.jsonl', 'ledger.jsonl'];
    const { budget: first } = await bench.sweep(models, {
      taskCount: 1,
      onEvent({ kind }) {
        if (kind !== 'attempt_failed') return;
        queueMicrotask(() => {
          for (const one of whileWaiting) copyFileSync(file(one), file(`${one}.copy`));
        });
      },
    });
    for (const one of whileWaiting) copyFileSync(file(`${one}.copy`), file(one));
    const notices: string[] = [];
    const { budget, cutOffCalls } = await bench.sweep(models, {
      taskCount: 1,
      onProgress: (_, said) => said !== undefined && notices.push(said),
    });
    expect(notices[0] ?? '').toMatch(notice);
    expect(cutOffCalls).toBe(first.possibleUsd > 0 ? 1 : 0);
    expect(budget.possibleUsd).toBeCloseTo(first.possibleUsd, 12);
    const errors = (await bench.readEntries()).flatMap(({ error }) => error ?? []);
    for (const error of errors) expect(error).toMatch(/^cut_off: .* waited for another attempt/);
    expect(errors).toHaveLength(cutOffCalls);
  });
});

describe('the notice of calls that were in flight', () => {
  const call = {
    cellKey: 'lost',
    taskId: 'some-task',
    promptHash: 'some-prompt',
    model: 'a',
    repeat: 0,
    simulated: false,
    startedAt: '2026-01-01T00:00:00.000Z',
  };

  it.each([
    { amounts: [0.25, 0.5], text: 'up to $0.75.' },
    { amounts: [null], text: 'by an unknown amount, because nothing limits their cost.' },
    { amounts: [0.25, null], text: 'up to $0.25, 1 of them by an unknown amount on top.' },
  ])('says what they may have cost: $amounts', async ({ amounts, text }) => {
    const models = bench.buildModels(await bench.serve(say('It is 4.')), ['a']);
    await bench.sweep(models, { taskCount: 1 });
    const journal = openCallJournal(path.join(bench.runDirectory(), 'calls.jsonl'), () => 1e6);
    for (const [index, possibleCostUsd] of amounts.entries()) {
      journal.begin({ ...call, cellKey: `lost-${index}`, possibleCostUsd });
    }
    const notices: string[] = [];
    const { budget } = await bench.sweep(models, {
      taskCount: 1,
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(notices[0]).toContain(`may have been charged ${text}`);
    const unbounded = amounts.filter((amount) => amount === null).length;
    expect(budget.unboundedCalls ?? 0).toBe(unbounded);
  });
});

describe("a judge's call that was in flight when a sweep was killed", () => {
  const taskSet = buildTaskSet([
    buildExample('0', {
      reference: undefined,
      grader: { name: 'judge', options: { rubric: 'Is it right?', choices: { yes: 1, no: 0 } } },
    }),
  ]);

  it('counts against every later budget, and leaves the answer on record', async () => {
    const server = await bench.serve(say('It is 4.'));
    const models = bench.buildModels(server, ['a']);
    // The files as a process leaves them that is killed while the judge answers.
    const judge = await bench.serve((response, request) => {
      keepFiles('calls.jsonl', 'ledger.jsonl');
      return say('VERDICT: yes')(response, request);
    });
    await bench.sweep(models, { taskSet, tools: { judge: openJudge(judge) } });
    restoreFiles('calls.jsonl');
    // It has its end in the ledger.
    expect(await bench.sweep(models, { taskSet })).toMatchObject({ cutOffCalls: 0 });
    restoreFiles('calls.jsonl', 'ledger.jsonl');
    const second = await bench.sweep(models, { taskSet });
    expect(second).toMatchObject({ coverage: 1, cutOffCalls: 1 });
    const { possibleUsd } = second.budget;
    expect(possibleUsd).toBeGreaterThan(1000 * 2e-6);
    const third = await bench.sweep(models, { taskSet });
    expect(third).toMatchObject({ coverage: 1, cutOffCalls: 0, budget: { possibleUsd } });
    expect(server.requests).toHaveLength(1);
  });

  it('counts with the calls for the same grade before it, where nothing limits their cost', async () => {
    const models = bench.buildModels(await bench.serve(say('It is 4.')), ['a'], {
      parameters: { maxTokens: 10 },
    });
    const judge = await bench.serve((response, request) => {
      if (request.index === 0) return void response.socket?.resetAndDestroy();
      keepFiles('calls.jsonl', 'ledger.jsonl');
      return say('VERDICT: yes')(response, request);
    });
    const tools = { judge: openJudge(judge, { parameters: {} }) };
    await bench.sweep(models, { taskSet, tools });
    restoreFiles('calls.jsonl', 'ledger.jsonl');
    const second = await bench.sweep(models, { taskSet });
    expect(second).toMatchObject({ cutOffCalls: 1, budget: { unboundedCalls: 2, possibleUsd: 0 } });
    const third = await bench.sweep(models, { taskSet });
    expect(third).toMatchObject({ cutOffCalls: 0, budget: { unboundedCalls: 2 } });
  });
});

describe('a cell of which an earlier sweep has a call that may have been charged', () => {
  it('is not taken for free where its next call is refused', async () => {
    const server = await bench.serve((response, request) =>
      request.index === 0
        ? void response.socket?.resetAndDestroy()
        : failWith(400, { code: 'content_filter', message: 'filtered' })(response, request),
    );
    const models = bench.buildModels(server, ['a'], { parameters: { maxTokens: 100 } });
    const retryLimits = { ...defaultRetryLimits, maxAttempts: 1 };
    const settings = { taskCount: 1, budgetUsd: 1, retryLimits };
    const first = await bench.sweep(models, settings);
    expect(first.budget.possibleUsd).toBeGreaterThan(0);
    const second = await bench.sweep(models, settings);
    const refused = (await bench.readEntries()).at(-1) as LedgerEntry;
    expect(refused).toMatchObject({ outcome: 'refused', costUsd: null, possibleCostUsd: 0 });
    expect(isRefusedForFree(refused)).toBe(false);
    // It counts once.
    expect(second.budget.possibleUsd).toBe(first.budget.possibleUsd);
  });
});
