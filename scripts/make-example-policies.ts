/**
 * Makes the policies in `policies/`: sweeps the starter tasks over the practice pool, whose models
 * are simulated, trains, and writes the policy file.
 *
 *     npm run make:policies
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGrader } from '../src/graders/check-grader.js';
import { startPracticeServer } from '../src/practice/practice-server.js';
import { readRun } from '../src/records/run-folder.js';
import { runSweep } from '../src/sweep/run-sweep.js';
import { readTaskSet } from '../src/tasks/read-task-set.js';
import { createTensorFlowEngine } from '../src/train/tensorflow-backend.js';
import { trainPolicy } from '../src/train/train-policy.js';
import { version } from '../src/version.js';

const seed = 1;
const root = fileURLToPath(new URL('..', import.meta.url));
const runDirectory = await mkdtemp(join(tmpdir(), 'routesmith-policies-'));
const taskSet = await readTaskSet(join(root, 'datasets', 'everyday.jsonl'), { checkGrader });
const server = await startPracticeServer({ tasks: taskSet.tasks, seed });
try {
  await runSweep({
    taskSet,
    pool: server.pool,
    runDirectory,
    concurrency: 16,
    seed,
    environment: {},
  });
  const { text, policy } = await trainPolicy(
    await createTensorFlowEngine(),
    await readRun(runDirectory),
    { seed, createdBy: `routesmith ${version}` },
  );
  const file = join(root, 'policies', 'practice-everyday.policy.json');
  await writeFile(file, text);
  console.log(`${policy.verdict.decision}: ${file}, ${text.length} bytes`);
} finally {
  await server.close();
  await rm(runDirectory, { recursive: true, force: true });
}
