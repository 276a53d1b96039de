/**
 * Measures a sweep with workers: beside a sweep on one machine and with four workers (`speed`), writing
 * and resuming a large plan (`plan`), and how many calls a rate-limited provider refuses with one, four
 * and eight workers (`limit`).
 *
 *     npm run bench:queue [-- --only speed|plan|limit] [--json FILE] [CELLS]
 *
 * CELLS is the size of the sweep of `speed`, 20,000 by default; ROUTESMITH_BENCH_PLAN that of `plan`,
 * 1,000,000 by default. Postgres comes from a package, or is what ROUTESMITH_POSTGRES names.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../test/support/postgres.js';
import { readBenchArguments } from './arguments.js';
import { benchQueueLimit } from './queue/limit.js';
import { benchQueuePlan } from './queue/plan.js';
import { benchQueueSpeed } from './queue/speed.js';

const { only, positionals, writeResults } = readBenchArguments();
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
const postgres = await startPostgres();
if (postgres === undefined) throw new Error('there is no Postgres');
const directory = mkdtempSync(join(tmpdir(), 'bench-queue-'));
const results: Record<string, number> = {};
try {
  if (isWanted('speed')) {
    const cells = Number(positionals[0] ?? 20_000);
    Object.assign(results, await benchQueueSpeed(postgres.url, directory, cells));
  }
  if (isWanted('plan')) {
    const cells = Number(process.env['ROUTESMITH_BENCH_PLAN'] ?? 1_000_000);
    Object.assign(results, await benchQueuePlan(postgres.url, directory, cells));
  }
  if (isWanted('limit')) Object.assign(results, await benchQueueLimit(postgres.url, directory));
  writeResults({ queue: results });
} finally {
  await postgres.close();
  rmSync(directory, { recursive: true, force: true });
}
