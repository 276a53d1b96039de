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
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import { startPracticeServer } from '../../src/measure/practice/practice-server.js';
import { readRun } from '../../src/measure/outcomes/run-folder.js';
import { runSweep } from '../../src/measure/sweep/run-sweep.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../src/learn/train/train-policy.js';
import { version } from '../../src/version.js';

const seed = 1;
const root = fileURLToPath(new URL('../..', import.meta.url));
const runDirectory = await mkdtemp(join(tmpdir(), 'routesmith-policies-'));
const taskSet = await readTaskSet(join(root, 'datasets', 'everyday.jsonl'), { checkGrader });
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
