import { nameDelivery } from './exchange-types.js';
import { finishCells, insertLate, listEntries } from './finish-cells.js';
import type { QueueJobs } from './queue-jobs.js';
import { insertEntries, lockLane, RunGoneError, type RunHandle } from './queue-run.js';
import { noCharges, settleCharges } from './shared-budget.js';
import type { SpooledAnswer } from './worker-spool.js';

/** What became of an answer that a killed worker left. */
export type SpooledOutcome = 'recorded' | 'recorded_before' | 'late' | 'no_place';

/**
 * Records an answer that a killed worker left in its file, unless its cell was given to another worker
 * or was recorded before the worker was killed. An answer that was to be graded is delivered to a
 * worker that grades it.
 *
 * @returns `recorded` if it is in the ledger now and was not before; `late` if its cell was called
 * again; `no_place` if its run was collected without it
 */
export async function recordSpooled(
  run: RunHandle & { readonly jobs: QueueJobs },
  answer: SpooledAnswer,
): Promise<SpooledOutcome> {
  try {
    return await run.database.transaction(async (query) => {
      await lockLane(query, run, answer.lane);
      return record({ run, workerId: answer.workerId, lane: answer.lane, query }, answer);
    });
  } catch (error) {
    if (!(error instanceof RunGoneError)) throw error;
    return (await isRecorded(run, answer)) ? 'recorded_before' : 'no_place';
  }
}

async function isRecorded(
  { database, runId }: RunHandle,
  { number, line }: SpooledAnswer,
): Promise<boolean> {
  const rows = await database.query(
    `select seq from ${database.address.schema}.entry
     where run_id = $1 and number = $2 and md5(line) = md5($3)`,
    [runId, number, line],
  );
  return rows.length > 0;
}

async function record(
  scope: Parameters<typeof finishCells>[0],
  { chargedUsd, line, isGrading = false, ...key }: SpooledAnswer,
): Promise<SpooledOutcome> {
  const { run, query, lane, workerId } = scope;
  const { schema } = run.database.address;
  const [cell] = await query<{ isOpen: boolean; reservedUsd: number }>(
    `select is_open as "isOpen", reserved_usd as "reservedUsd" from ${schema}.cell
     where run_id = $1 and number = $2 and fence = $3 and worker_id = $4`,
    [run.runId, key.number, key.fence, workerId],
  );
  const finished = { ...key, record: { line, judge: undefined }, isGrading };
  const now = await finishCells(scope, [{ ...finished, outcome: 'settled' }], []);
  if (now.cells.length === 0) {
    if (!now.lost.has(nameDelivery(key))) return 'recorded_before';
    const late = await insertLate(query, run, [{ ...finished, outcome: 'settled' }]);
    await settleCharges(query, run, { ...noCharges, lateAnswers: late.length });
    return 'late';
  }
  const openUsd = cell?.isOpen === true ? cell.reservedUsd : 0;
  await settleCharges(query, run, {
    ...noCharges,
    releasedUsd: [openUsd],
    spentUsd: cell?.isOpen === true ? (chargedUsd ?? 0) : 0,
    possibleUsd: chargedUsd === null ? openUsd : 0,
  });
  await query(`update ${schema}.lane set done = done + 1 where run_id = $1 and number = $2`, [
    run.runId,
    lane,
  ]);
  await insertEntries(query, run, listEntries(now));
  return 'recorded';
}
