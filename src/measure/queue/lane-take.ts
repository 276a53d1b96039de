import { isFree, type BegunCall } from '../ledger/call-journal.js';
import { formatLedgerLine } from '../ledger/ledger.js';
import { mayHaveCharged, type LedgerEntry } from '../ledger/ledger-entry.js';
import { buildCutOffEntry } from '../sweep/cell-entry.js';
import type { Query } from './database.js';
import {
  leasesUntilLost,
  nameLaneQueue,
  type DeliveredCell,
  type QueueJobs,
} from './queue-jobs.js';
import { insertEntries, lockLane, type NewEntry, type RunHandle } from './queue-run.js';
import { noCharges, settleCharges } from './shared-budget.js';

export interface TakeContext extends RunHandle {
  readonly jobs: QueueJobs;
  readonly workerId: string;
}

/** A cell that a worker has taken. */
export interface TakenCell extends DeliveredCell {
  /** The line of an answer whose worker was killed while it was graded; it is not called again. */
  readonly answerLine?: string;
}

/**
 * Takes cells of a lane. A cell that was delivered before has lost its worker: if a call of it was in
 * flight, that call gets a line that says so; if its answer was being graded, it is to be graded again.
 * From then on the earlier worker cannot record the cell.
 *
 * @returns none if the run has ended
 * @throws RunGoneError if its cells are no longer there
 */
export function takeCells(
  context: TakeContext,
  lane: number,
  count: number,
): Promise<readonly TakenCell[]> {
  const { database, runId, workerId, jobs } = context;
  const queue = nameLaneQueue(runId, lane);
  return database.transaction(async (query) => {
    const { runState } = await lockLane(query, context, lane);
    if (runState !== 'open') return [];
    const delivered = await jobs.take(queue, count, query);
    if (delivered.length === 0) return delivered;
    const again = delivered.filter(({ fence }) => fence > 0).map(({ number }) => number);
    if (again.length > 0) await cutOffCalls(query, context, 'c.number = any($2::int[])', again);
    const rows = await query<{ number: number; isGrading: boolean }>(
      `insert into ${database.address.schema}.cell as c
         (run_id, number, lane, fence, worker_id, state)
       select $1, number, $3, fence, $2, 'held' from unnest($4::int[], $5::int[]) as e (number, fence)
       on conflict (run_id, number) do update set fence = excluded.fence, worker_id = $2,
         is_open = false, is_waiting = false, attempt = 0, begun = null, reserved_usd = 0
       where (c.state = 'held' or c.is_grading) and c.fence < excluded.fence
       returning number, is_grading as "isGrading"`,
      [
        runId,
        workerId,
        lane,
        delivered.map(({ number }) => number),
        delivered.map(({ fence }) => fence),
      ],
    );
    const mine = new Set(rows.map(({ number }) => number));
    // Recorded by the earlier worker just before its lease ran out.
    await jobs.complete(
      queue,
      delivered.filter(({ number }) => !mine.has(number)),
      query,
    );
    const ungraded = rows.filter(({ isGrading }) => isGrading).map(({ number }) => number);
    const lineOf = await readAnswerLines(query, context, ungraded);
    const charged = await findCharged(query, context, again);
    return delivered
      .filter(({ number }) => mine.has(number))
      .map((cell) => {
        const { number, hasChargeLine = charged.has(number) } = cell;
        const answerLine = lineOf.get(number);
        return {
          ...cell,
          ...(hasChargeLine && { hasChargeLine }),
          ...(answerLine !== undefined && { answerLine }),
        };
      });
  });
}

/** Finds cells whose earlier calls may have been charged, according to lines of the run. */
async function findCharged(
  query: Query,
  { database, runId }: RunHandle,
  numbers: readonly number[],
): Promise<ReadonlySet<number>> {
  if (numbers.length === 0) return new Set();
  // Postgres cannot read the JSON of every line: texts of models may hold NUL or half a character.
  const rows = await query<{ number: number; line: string }>(
    `select number, line from ${database.address.schema}.entry
     where run_id = $1 and number = any($2::int[]) and kind in ('further', 'failed')
       and (line like '%"possibleCostUsd"%' or line like '%"unboundedCalls"%')`,
    [runId, numbers],
  );
  const charged = rows.filter(({ line }) => mayHaveCharged(JSON.parse(line) as LedgerEntry));
  return new Set(charged.map(({ number }) => number));
}

async function readAnswerLines(
  query: Query,
  { database, runId }: RunHandle,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (numbers.length === 0) return new Map();
  const rows = await query<{ number: number; line: string }>(
    `select number, line from ${database.address.schema}.entry
     where run_id = $1 and kind = 'settled' and number = any($2::int[])`,
    [runId, numbers],
  );
  return new Map(rows.map(({ number, line }) => [number, line]));
}

/**
 * Ends the calls of workers that have been silent for `leasesUntilLost`, and of those that left
 * cells behind when they ended, so that they no longer count against limits and budget. pg-boss
 * delivers their cells again.
 *
 * @returns the number of workers that are gone
 */
export async function removeSilentWorkers(run: RunHandle): Promise<number> {
  const { database, runId, plan } = run;
  const { schema } = database.address;
  const gone = await database.query<{ id: string }>(
    `select id from ${schema}.worker w where seen_at < now() - $1 * interval '1 second'
       and (run_id is null or run_id = $2 or exists (select from ${schema}.cell
         where run_id = $2 and state = 'held' and worker_id = w.id))
     union select worker_id from ${schema}.cell c where run_id = $2 and state = 'held'
       and worker_id is not null and not exists (select from ${schema}.worker where id = c.worker_id)`,
    [leasesUntilLost * plan.leaseSeconds, runId],
  );
  const ids = gone.map(({ id }) => id);
  if (ids.length === 0) return 0;
  for (const lane of plan.lanes.keys()) {
    await database.transaction(async (query) => {
      await lockLane(query, run, lane);
      const condition = `c.lane = ${lane} and c.worker_id = any($2::uuid[])`;
      await cutOffCalls(query, run, condition, ids);
      // What each call in flight was reserved stays, and its attempt, which tells it from those that have
      // ended: it is no longer possible cost if its answer comes after all.
      await query(
        `update ${schema}.cell c set worker_id = null, is_open = false, is_waiting = false,
           begun = null, attempt = case when is_open then attempt else 0 end,
           reserved_usd = case when is_open then reserved_usd else 0 end
         where run_id = $1 and state = 'held' and ${condition}`,
        [runId, ids],
      );
    });
  }
  await database.query(
    `delete from ${schema}.worker w where id = any($1::uuid[]) and (run_id is null or run_id = $2)
       and not exists (select from ${schema}.cell where worker_id = w.id and state = 'held')`,
    [ids, runId],
  );
  return ids.length;
}

/**
 * Records the begun calls of cells as cut off, and counts the worst cases of those in flight as possible
 * cost: what those that have ended may have cost is counted already.
 */
async function cutOffCalls(
  query: Query,
  run: RunHandle,
  condition: string,
  value: readonly (number | string)[],
): Promise<void> {
  const rows = await query<{ number: number; begun: string; reservedUsd: number; isOpen: boolean }>(
    `select c.number, c.begun, c.reserved_usd as "reservedUsd", c.is_open as "isOpen"
     from ${run.database.address.schema}.cell c
     where c.run_id = $1 and c.state = 'held' and c.begun is not null and ${condition} for update`,
    [run.runId, value],
  );
  if (rows.length === 0) return;
  const releasedUsd = rows.filter(({ isOpen }) => isOpen).map(({ reservedUsd }) => reservedUsd);
  const possibleUsd = releasedUsd.reduce((sum, one) => sum + one, 0);
  const charges = { ...noCharges, releasedUsd, possibleUsd };
  await settleCharges(query, run, charges);
  const entries = rows.flatMap(({ number, begun }): NewEntry[] => {
    const call = JSON.parse(begun) as BegunCall;
    if (isFree(call)) return [];
    return [{ number, kind: 'further', line: formatLedgerLine(buildCutOffEntry(call)) }];
  });
  await insertEntries(query, run, entries);
}
