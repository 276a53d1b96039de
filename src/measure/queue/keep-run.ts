import { removeSilentWorkers } from './lane-take.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import { readRun, type RunHandle, type RunRow } from './queue-run.js';

/**
 * Gives the cells of workers whose lease has run out to others. Only for processes that were connected
 * for as long as a lease: before that, silent workers may only have had no database.
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
 * Ends a run whose lanes have no cell left, or have stopped with no call on its way.
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
         where run_id = $1 and state = 'held' and begun is not null)`,
    [runId],
  );
  return readRun(database, runId);
}
