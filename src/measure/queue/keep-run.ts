import { removeSilentWorkers } from './lane-take.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import { readRunRow, type RunHandle, type RunRow } from './queue-run.js';

/**
 * Gives the cells of workers that were silent for too long to others; see `leasesUntilLost`. Only for
 * processes that were connected for as long: before that, such workers may only have had no database.
 */
export async function recoverLostCells(
  run: RunHandle & { readonly jobs: QueueJobs },
): Promise<void> {
  await removeSilentWorkers(run);
  for (const lane of run.plan.lanes.keys()) {
    await run.jobs.recover(nameLaneQueue(run.runId, lane));
  }
}

/**
 * Ends a run whose lanes have no cell left, or have stopped, with no call or grade on its way. Nobody
 * takes the ungraded answers of a stopped lane whose worker has gone.
 *
 * @returns the run as it is now; undefined if it has been purged
 */
export async function finishIfDone({ database, runId }: RunHandle): Promise<RunRow | undefined> {
  const { schema } = database.address;
  await database.query(
    `update ${schema}.run set state = 'finished' where id = $1 and state = 'open'
       and not exists (select from ${schema}.lane
         where run_id = $1 and done < total and not is_stopped)
       and not exists (select from ${schema}.cell
         where run_id = $1 and state = 'held' and begun is not null)
       and not exists (select from ${schema}.cell c
         join ${schema}.lane l on l.run_id = c.run_id and l.number = c.lane
         where c.run_id = $1 and is_grading and (not is_stopped or ${hasWorker(schema)}))`,
    [runId],
  );
  return readRunRow(database, runId);
}

/** Counts the calls of workers in flight, and their answers that are being graded. */
export async function countBusyCells({ database, runId }: RunHandle): Promise<number> {
  const { schema } = database.address;
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int as count from ${schema}.cell c
     where run_id = $1 and ((state = 'held' and begun is not null)
       or (is_grading and ${hasWorker(schema)}))`,
    [runId],
  );
  return row?.count ?? 0;
}

/** Whether the worker of cell `c` is there, or has been silent for less than a lease. */
function hasWorker(schema: string): string {
  return `exists (select from ${schema}.worker w where w.id = c.worker_id)`;
}
