import type { RunHandle } from './queue-run.js';
import { insertEntries, lockLane } from './queue-run.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import { noCharges, settleCharges } from './shared-budget.js';
import type { SpooledAnswer } from './worker-spool.js';

/**
 * Records an answer that a killed worker left in its file, unless its cell was given to another worker
 * or was recorded before the worker was killed.
 *
 * @returns whether it is in the ledger now and was not before
 */
export function recordSpooled(
  run: RunHandle & { readonly jobs: QueueJobs },
  { lane, number, jobId, fence, workerId, chargedUsd, line }: SpooledAnswer,
): Promise<boolean> {
  const { database, runId, jobs } = run;
  const table = `${database.address.schema}.cell`;
  return database.transaction(async (query) => {
    await lockLane(query, run, lane);
    const [cell] = await query<{ isMine: boolean; isOpen: boolean; reservedUsd: number }>(
      `select state = 'held' and fence = $3 and worker_id = $4 as "isMine", is_open as "isOpen",
         reserved_usd as "reservedUsd"
       from ${table} where run_id = $1 and number = $2 for update`,
      [runId, number, fence, workerId],
    );
    if (cell?.isMine !== true) return false;
    await query(
      `update ${table} set state = 'settled', is_open = false, is_waiting = false, begun = null,
         reserved_usd = 0 where run_id = $1 and number = $2`,
      [runId, number],
    );
    const openUsd = cell.isOpen ? cell.reservedUsd : 0;
    await settleCharges(query, run, {
      ...noCharges,
      releasedUsd: [openUsd],
      spentUsd: cell.isOpen ? (chargedUsd ?? 0) : 0,
      possibleUsd: cell.isOpen && chargedUsd === null ? openUsd : 0,
    });
    await query(
      `update ${database.address.schema}.lane set done = done + 1 where run_id = $1 and number = $2`,
      [runId, lane],
    );
    await insertEntries(query, run, [{ number, kind: 'settled', line }]);
    await jobs.complete(nameLaneQueue(runId, lane), [{ jobId, fence }], query);
    return true;
  });
}
