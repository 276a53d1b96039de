import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readPool } from '../../../src/measure/models/read-pool.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { estimateSweep } from '../../../src/measure/sweep/estimate-sweep.js';
import { gradeRun } from '../../../src/measure/sweep/grade-run.js';
import { readSettledCells } from '../../../src/measure/sweep/open-sweep-records.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { computeOutcomesDigest } from '../../../src/learn/train/outcomes-digest.js';

const folder = new URL('../../fixtures/version-0.1/', import.meta.url);
const file = (name: string): string => fileURLToPath(new URL(name, folder));
const runDirectory = file('run');

interface Expected {
  readonly outcomesDigest: string;
  readonly models: readonly string[];
  readonly rows: readonly {
    readonly taskLabel: string;
    readonly quality: readonly number[];
    readonly costUsd: readonly number[];
  }[];
}

describe('a run that version 0.1 wrote', () => {
  it('has the outcome table that version 0.1 read from it', async () => {
    const expected = JSON.parse(await readFile(file('expected.json'), 'utf8')) as Expected;
    const { table, leftOut } = await readRun(runDirectory);
    expect(leftOut).toEqual(new Map());
    expect(table.models).toEqual(expected.models);
    expect(table.prompts.map(({ task }) => task)).toEqual(
      expected.rows.map(({ taskLabel }) => taskLabel),
    );
    expect([...table.quality]).toEqual(expected.rows.flatMap(({ quality }) => quality));
    const costs = expected.rows.flatMap(({ costUsd }) => costUsd);
    expect(table.costUsd).toEqual(Float32Array.from(costs));
    expect(computeOutcomesDigest(table)).toBe(expected.outcomesDigest);
  });

  it('is settled: resuming it makes no call, and regrades its answers without a change', async () => {
    const taskSet = await readTaskSet(file('tasks.jsonl'), { checkGrader });
    const pool = await readPool(file('models.yaml'));
    const estimate = await estimateSweep({ taskSet, pool, runDirectory, environment: {} });
    expect(estimate).toMatchObject({ settledCells: 40, totals: { cells: 0, expectedUsd: 0 } });
    const { examples } = taskSet;
    const plan = planSweep({ examples, models: pool.models, repeats: 1, seed: 0 });
    // The graders have newer versions since.
    expect((await readSettledCells(runDirectory, plan)).outdated.size).toBe(40);
    const copy = await mkdtemp(join(tmpdir(), 'routesmith-earlier-'));
    try {
      await cp(runDirectory, copy, { recursive: true });
      const summary = await gradeRun({ runDirectory: copy, tools: {}, now: () => new Date(0) });
      expect(summary).toMatchObject({ cells: 40, graded: 40, changes: [] });
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});
