import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { runFleet } from './fleet.js';

const perMinute = 60;
/** Calls of each measurement: some minutes. */
const cells = 480;
/** Between the starts of the measurements: programs that start take all of a small machine. */
const startGapMs = 30_000;
const tasks = resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');

/**
 * A practice model that takes 60 requests in any minute, with 1, 4 and 8 workers, each number
 * with a server of its own and started when the one before is running.
 *
 * @returns the share of calls that ended in 429
 */
export async function benchQueueLimit(
  postgresUrl: string,
  directory: string,
): Promise<Record<string, number>> {
  const counts = [1, 4, 8];
  const shares = await Promise.all(
    counts.map(async (workers, index) => {
      await sleep(index * startGapMs);
      return measureLimit(postgresUrl, directory, workers);
    }),
  );
  return Object.fromEntries(
    counts.map((workers, index) => [`limitedShare${workers}`, shares[index] as number]),
  );
}

async function measureLimit(
  postgresUrl: string,
  directory: string,
  workers: number,
): Promise<number> {
  const { examples } = await readTaskSet(tasks, { checkGrader });
  const few = readFileSync(tasks, 'utf8').trimEnd().split('\n').slice(0, cells);
  const server = await startPracticeServer({
    examples,
    seed: 1,
    failures: 0,
    requestsPerMinute: perMinute,
  });
  const file = join(directory, `limited-${workers}.jsonl`);
  writeFileSync(file, `${few.join('\n')}\n`);
  const pool = join(directory, `limited-${workers}.yaml`);
  const all = parse(practicePoolYaml(server.url)) as { models: unknown[] };
  writeFileSync(pool, stringify({ ...all, models: all.models.slice(0, 1) }));
  const startedMs = performance.now();
  await runFleet({
    postgresUrl,
    schema: `bench_limit_${workers}`,
    directory,
    tasks: file,
    pool,
    workers,
    concurrency: 8,
  });
  const minutes = (performance.now() - startedMs) / 60_000;
  const calls = [...server.calls().values()].reduce((sum, count) => sum + count, 0);
  await server.close();
  const share = (calls - few.length) / calls;
  console.log(
    `${perMinute} requests a minute, ${workers} workers: ${calls - few.length} of ${calls} calls ended ` +
      `in 429 (${(100 * share).toFixed(1)} %), ${(few.length / minutes).toFixed(0)} answers a minute.`,
  );
  return share;
}
