import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import type { Database, Query } from '../../../src/measure/queue/database.js';
import { readOtherJudgeCosts } from '../../../src/measure/queue/judge-before.js';
import { insertRun } from '../../../src/measure/queue/plan-run.js';
import { buildQueuePlan } from '../../../src/measure/queue/queue-plan.js';
import { insertEntries } from '../../../src/measure/queue/queue-run.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench } from '../../support/queue-bench.js';
import { buildExample } from '../../support/task-set.js';

const bench = setUpQueueBench();

function buildLine(cell: number, judgeId?: string): string {
  const judge = { model: 'judge', promptVersion: 1, costUsd: 1, calls: 1 };
  const entry: LedgerEntry = {
    version: 1,
    cellKey: `cell ${cell}`,
    taskId: `task ${cell}`,
    promptHash: 'hash',
    model: 'small',
    repeat: 0,
    outcome: 'answered',
    // Postgres takes neither in JSON.
    answer: '\u0000 \ud83d "judge":{',
    gradeKey: 'key',
    grade: {
      kind: 'graded',
      quality: 1,
      ...(judgeId !== undefined && { judge: { ...judge, id: judgeId } }),
    },
    usage: null,
    rawUsage: null,
    costUsd: 0.01,
    costSource: 'price_table',
    ttftMs: 1,
    firstContentMs: 1,
    latencyMs: 2,
    queueMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: 'small-1',
    error: null,
    simulated: false,
  };
  return `${JSON.stringify(entry)}\n`;
}

/** The same database, with the most rows that a statement has returned. */
function countRows(database: Database): Database & { readonly maxRows: () => number } {
  let most = 0;
  const query: Query = async <Row>(text: string, values?: readonly unknown[]) => {
    const rows = await database.query<Row>(text, values);
    most = Math.max(most, rows.length);
    return rows;
  };
  return { ...database, query, maxRows: () => most };
}

it('what "grade" paid a judge is told from what a run did, however many lines the run has', async (test) => {
  const queue = await bench.open(bench.newQueue(test));
  const plan = planSweep({
    examples: [buildExample('1')],
    models: [buildPoolModel()],
    repeats: 1,
    seed: 0,
  });
  const queuePlan = buildQueuePlan(plan, {
    laneMaximum: 1,
    leaseSeconds: 10,
    retryLimits: defaultRetryLimits,
    tools: { allowCode: false, judge: null, ambiguous: null },
  });
  const { database } = queue;
  const run = { database, runId: randomUUID(), plan: queuePlan };
  const costs = { spentUsd: 0, judgeUsd: 0, possibleUsd: 0 };
  const planned = { name: 'run', planDigest: '', coordinator: randomUUID(), limitUsd: undefined };
  await insertRun({ ...run, jobs: queue.jobs, ...planned, ...costs });
  // Every second line has a grade by the judge.
  const lines = Array.from({ length: 5_000 }, (_, number) =>
    buildLine(number, number % 2 === 0 ? `of the run ${number}` : undefined),
  );
  const entries = lines.map((line, number) => ({ number, kind: 'settled' as const, line }));
  await insertEntries(database.query, run, entries);
  const ofGrade = [buildLine(1, 'of grade 1'), buildLine(3, 'of grade 3')];
  const ledger = bench.folder.write('ledger.jsonl', [...lines, ...ofGrade].join(''));

  const counted = countRows(database);
  const { usd, possibleUsd } = await readOtherJudgeCosts(counted, run.runId, plan, ledger);
  await queue.close();
  expect({ usd, possibleUsd }).toEqual({ usd: 2, possibleUsd: 0 });
  expect(counted.maxRows()).toBeLessThanOrEqual(2_000);
});
