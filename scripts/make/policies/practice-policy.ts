import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trainRun } from '../../../src/learn/train/train-run.js';
import type { TrainedPolicy } from '../../../src/learn/train/train-policy.js';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';

const seed = 1;
const tasks = fileURLToPath(new URL('../../../datasets/everyday.jsonl', import.meta.url));

/** Sweeps the starter tasks over the practice pool, whose models are simulated, and trains. */
export async function makePracticePolicy(): Promise<TrainedPolicy> {
  const runDirectory = await mkdtemp(join(tmpdir(), 'routesmith-policies-'));
  const taskSet = await readTaskSet(tasks, { checkGrader });
  const server = await startPracticeServer({ examples: taskSet.examples, seed });
  try {
    await runSweep({
      taskSet,
      pool: server.pool,
      runDirectory,
      concurrency: 16,
      seed,
      environment: {},
    });
    return await trainRun(await readRun(runDirectory), { seed });
  } finally {
    await server.close();
    await rm(runDirectory, { recursive: true, force: true });
  }
}
