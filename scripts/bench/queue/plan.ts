import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readResidentMb, startBenchServer } from '../sweep/run-program.js';
import { startCoordinator, startWorkers, writeQueueGrid } from './fleet.js';

const models = 10;
const schema = 'bench_plan';

/** A large plan: how long it takes to write, and until the first call after a resume. */
export async function benchQueuePlan(
  postgresUrl: string,
  directory: string,
  cells: number,
): Promise<Record<string, number>> {
  const server = await startBenchServer();
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const grid = writeQueueGrid(directory, cells, models, server.baseUrl(500));
    const fleet = { postgresUrl, schema, directory, ...grid, workers: 1, concurrency: 50 };
    const startedMs = performance.now();
    const first = startCoordinator(fleet);
    await waitForOpenRun(client);
    const planSeconds = (performance.now() - startedMs) / 1000;
    const plannerMb = readResidentMb(first.pid);
    process.kill(first.pid, 'SIGKILL');
    await first.ended;

    const resumedMs = performance.now();
    const second = startCoordinator(fleet);
    const [worker] = startWorkers(fleet);
    while ((await server.read()).served === 0) await sleep(50);
    const firstCallSeconds = (performance.now() - resumedMs) / 1000;
    await sleep(20_000);
    const followerMb = readResidentMb(second.pid);
    const coordinatorMb = Math.max(plannerMb, followerMb);
    const workerMb = worker === undefined ? Number.NaN : readResidentMb(worker.pid);
    for (const { pid } of [second, ...(worker === undefined ? [] : [worker])]) {
      process.kill(pid, 'SIGKILL');
    }
    console.log(
      `${cells.toLocaleString('en-US')} cells: plan written in ${planSeconds.toFixed(1)} s, first ` +
        `call ended ${firstCallSeconds.toFixed(1)} s after a resume; coordinator ` +
        `${plannerMb.toFixed(0)} MB when it had planned, ${followerMb.toFixed(0)} MB resumed; worker ${workerMb.toFixed(0)} MB.`,
    );
    return { planSeconds, firstCallSeconds, coordinatorMb, workerMb };
  } finally {
    await client.end();
    server.close();
  }
}

async function waitForOpenRun(client: pg.Client): Promise<void> {
  for (;;) {
    await sleep(200);
    const rows = await client
      .query(`select id from ${schema}.run where state = 'open'`)
      .then((result) => result.rows)
      // The tables are not there yet.
      .catch(() => []);
    if (rows.length > 0) return;
  }
}
