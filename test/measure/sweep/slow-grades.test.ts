import { afterEach, describe, expect, it } from 'vitest';
import type { GraderPool } from '../../../src/measure/graders/grade.js';
import { createGraderPool } from '../../../src/measure/graders/pool/grader-pool.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import type { SweepProgress } from '../../../src/measure/sweep/sweep-progress.js';
import { say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';
import { scaleTime } from '../../support/test-run.js';

const bench = setUpSweepBench();
const pools: GraderPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

function createPool(timeLimitMs: number): GraderPool {
  const pool = createGraderPool({ threads: 1, timeLimitMs });
  pools.push(pool);
  return pool;
}

const answer = `4 ${'a'.repeat(60)}!`;
const catastrophic = { name: 'regex', options: { pattern: '^4 (a+)+$' } };
/** The first task's grader does not come to an end with the answer. */
const taskSet = buildTaskSet([
  buildExample('0', { grader: catastrophic, reference: undefined }),
  ...['1', '2', '3', '4', '5'].map((id) => buildExample(id)),
]);

function countDone({ models }: SweepProgress): number {
  return [...models.values()].reduce((sum, { done }) => sum + done, 0);
}

function gradesOf(entries: readonly LedgerEntry[], taskId: string): LedgerEntry['grade'][] {
  return entries.filter((entry) => entry.taskId === taskId).map(({ grade }) => grade);
}

describe('an answer that takes long to grade', () => {
  it('holds up no other cell, and is in the ledger before it is graded', async () => {
    const server = await bench.serve(say(answer));
    const models = bench.buildModels(server, ['a']);
    const graderPool = createPool(scaleTime(10 * 60_000));
    let whileGrading: Promise<readonly LedgerEntry[]> | undefined;
    await bench.sweep(models, {
      taskSet,
      concurrency: 1,
      tools: { graderPool },
      onProgress(progress) {
        // All others are done although this one never will be: the sweep can only end by closing.
        if (countDone(progress) < 5 || whileGrading !== undefined) return;
        whileGrading = new Promise((resolve) => {
          setImmediate(() => resolve(bench.readEntries()));
        });
        void whileGrading.then(() => graderPool.close());
      },
    });
    const entries = (await whileGrading) ?? [];
    expect(gradesOf(entries, '0')).toEqual([
      { kind: 'ungraded', reason: 'not graded yet', retryable: true },
    ]);
    expect(entries.find(({ taskId }) => taskId === '0')).toMatchObject({ answer });
    expect(gradesOf(entries, '5')).toEqual([{ kind: 'graded', quality: 1 }]);
    expect(gradesOf(await bench.readEntries(), '0').at(-1)).toMatchObject({ kind: 'ungraded' });
    expect(server.requests).toHaveLength(6);

    // The answer was paid for: resuming grades it, and calls nobody.
    await bench.sweep(models, { taskSet, tools: { graderPool: createPool(50) } });
    expect(gradesOf(await bench.readEntries(), '0').at(-1)).toEqual({
      kind: 'ungraded',
      reason: 'grading took longer than 50 ms',
    });
    expect(server.requests).toHaveLength(6);
  });

  it('stays ungraded, and is not tried again on every resume', async () => {
    const server = await bench.serve(say(answer));
    const models = bench.buildModels(server, ['a']);
    const tools = { graderPool: createPool(50) };
    await bench.sweep(models, { taskSet, tools });
    const { length } = await bench.readEntries();
    const { regraded } = await bench.sweep(models, { taskSet, tools });
    expect(regraded).toBe(0);
    expect(await bench.readEntries()).toHaveLength(length);
  });
});
