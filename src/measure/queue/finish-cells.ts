import { isCutOff, type LedgerEntry } from '../ledger/ledger-entry.js';
import type { Query } from './database.js';
import {
  listDeliveryColumns,
  nameDelivery,
  omitPossibleCost,
  type FinishedCell,
  type FurtherLine,
} from './exchange-types.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import { insertEntries, type NewEntry, type RunHandle } from './queue-run.js';

/** One lane's cells of one worker, in a transaction that has locked the lane. */
export interface LaneScope {
  readonly run: RunHandle & { readonly jobs: QueueJobs };
  readonly workerId: string;
  readonly lane: number;
  readonly query: Query;
}

/** What became of the cells and grades that a worker reports. */
export interface Finished {
  /** Cells that are finished now, and were not before, with the lines that are to be recorded. */
  readonly cells: readonly FinishedCell[];
  /** Grades of recorded answers that are given now. */
  readonly grades: readonly FurtherLine[];
  /** Answers that are left to others now, although a judge was paid for them. */
  readonly paid: readonly FurtherLine[];
  /** Deliveries that this worker has lost; see `nameDelivery`. */
  readonly lost: ReadonlySet<string>;
  /**
   * Of `cells`, the deliveries whose calls are on record as cut off: their worker was silent, and nobody
   * else has taken them. With the worst case in USD of the call in flight, which is counted in place of
   * its charge; null if none was in flight.
   */
  readonly cutOff: ReadonlyMap<string, number | null>;
}

/**
 * Marks cells as finished and recorded answers as graded, each once: a repeated report changes nothing.
 * The job of an answer that is still being graded stays open, so that another worker grades it where
 * this one is killed.
 */
export async function finishCells(
  scope: LaneScope,
  finished: readonly FinishedCell[],
  further: readonly FurtherLine[],
): Promise<Finished> {
  const lost = new Set<string>();
  const cutOff = new Map<string, number | null>();
  const cells = await markFinished(scope, finished, lost, cutOff);
  const ungraded = further.filter(({ isHandedBack }) => isHandedBack === true);
  const graded = further.filter((line) => !ungraded.includes(line));
  const grades = await markGraded(scope, graded, lost);
  const paid = await handBackUngraded(scope, ungraded, lost);
  const { jobs, runId } = scope.run;
  const queue = nameLaneQueue(runId, scope.lane);
  const done = cells.filter(({ outcome, isGrading }) => outcome !== 'handed_back' && !isGrading);
  await jobs.complete(queue, [...done, ...grades], scope.query);
  const handedBack = cells.filter(({ outcome }) => outcome === 'handed_back');
  // A delivery that was lost has another fence now, and releases nothing.
  await jobs.release(queue, [...handedBack, ...ungraded], scope.query);
  return { cells, grades, paid, lost, cutOff };
}

/** The lines of cells and grades, in the order in which they are recorded. */
export function listEntries({ cells, grades, paid, cutOff }: Finished): NewEntry[] {
  const ofCells = cells.flatMap((cell): NewEntry[] => {
    const { number, record, outcome, chargedUsd } = cell;
    if (record === undefined) return [];
    const endsCutOff = chargedUsd !== null && typeof cutOff.get(nameDelivery(cell)) === 'number';
    const kind = outcome === 'handed_back' ? 'further' : outcome;
    return [{ ...record, number, kind, endsCutOff }];
  });
  const ofGrades = [...grades, ...paid].flatMap(({ number, record }): NewEntry[] =>
    record === undefined ? [] : [{ ...record, number, kind: 'further' }],
  );
  return [...ofCells, ...ofGrades];
}

/**
 * Keeps lines that come after their cell was given to another worker; no ledger gets them.
 *
 * @returns those that were not kept before
 */
export async function insertLate<Reported extends FinishedCell | FurtherLine>(
  query: Query,
  run: RunHandle,
  reported: readonly Reported[],
): Promise<readonly Reported[]> {
  const entries = reported.flatMap(({ number, record }): NewEntry[] =>
    record === undefined ? [] : [{ number, kind: 'late', line: record.line }],
  );
  const added = await insertEntries(query, run, entries);
  return reported.filter(({ number, record }) => record !== undefined && added.has(number));
}

/**
 * What late answers are known to have cost beyond the worst cases that count for their calls, which are
 * on record as cut off, in USD. Without it the run would exceed its budget.
 */
export async function findLateExcessUsd(
  query: Query,
  { database, runId }: RunHandle,
  late: readonly FinishedCell[],
): Promise<number> {
  let excessUsd = 0;
  for (const { number, record, chargedUsd } of late) {
    if (record === undefined || chargedUsd === null) continue;
    const answer = JSON.parse(record.line) as LedgerEntry;
    const rows = await query<{ line: string }>(
      `select line from ${database.address.schema}.entry
       where run_id = $1 and number = $2 and kind = 'further'`,
      [runId, number],
    );
    const cutOff = findOwnCutOff(
      rows.map(({ line }) => JSON.parse(line) as LedgerEntry),
      answer.startedAt,
    );
    if (cutOff?.possibleCostUsd === undefined) continue;
    // Both lines have what earlier attempts may have cost.
    const worstUsd = cutOff.possibleCostUsd - (answer.possibleCostUsd ?? 0);
    excessUsd += Math.max(0, chargedUsd - worstUsd);
  }
  return excessUsd;
}

/**
 * The line of an answer's own call, of those of its cell: it has the time at which the call was asked
 * for, and the answer has the later one at which it was sent.
 */
function findOwnCutOff(lines: readonly LedgerEntry[], sentAt: string): LedgerEntry | undefined {
  return lines
    .filter((line) => isCutOff(line) && line.grade.judge === undefined)
    .filter(({ startedAt }) => startedAt <= sentAt)
    .reduce<LedgerEntry | undefined>(
      (latest, one) => (latest === undefined || one.startedAt >= latest.startedAt ? one : latest),
      undefined,
    );
}

/**
 * Of a cell that has lost its worker and has no other one, only an answer is recorded: it saves a second
 * call. A failed cell stays held, and the next worker calls it again.
 */
async function markFinished(
  { run, workerId, query }: LaneScope,
  finished: readonly FinishedCell[],
  lost: Set<string>,
  cutOff: Map<string, number | null>,
): Promise<readonly FinishedCell[]> {
  if (finished.length === 0) return [];
  const table = `${run.database.address.schema}.cell`;
  const rows = await query<{
    number: number;
    fence: number;
    isCutOff: boolean;
    worstUsd: number | null;
  }>(
    `update ${table} c
     set state = case when e.outcome = 'handed_back' then 'held' else e.outcome end,
       worker_id = case when e.outcome = 'handed_back' then null else $2::uuid end,
       is_grading = e.is_grading, is_open = false, is_waiting = false, attempt = 0, begun = null,
       reserved_usd = 0
     from unnest($3::int[], $4::int[], $5::text[], $6::bool[]) as e (number, fence, outcome, is_grading)
       join ${table} before on before.run_id = $1 and before.number = e.number
     where c.run_id = $1 and c.number = e.number and c.fence = e.fence and c.state = 'held'
       and (c.worker_id = $2 or (c.worker_id is null and e.outcome = 'settled'))
     returning c.number, c.fence,
       before.worker_id is null as "isCutOff",
       case when before.attempt > 0 then before.reserved_usd end as "worstUsd"`,
    [
      run.runId,
      workerId,
      ...listDeliveryColumns(finished),
      finished.map(({ outcome }) => outcome),
      finished.map(({ isGrading }) => isGrading),
    ],
  );
  for (const row of rows) if (row.isCutOff) cutOff.set(nameDelivery(row), row.worstUsd);
  const now = await splitLost({ run, workerId, query }, finished, rows, lost);
  return now.map((cell) => (cutOff.has(nameDelivery(cell)) ? omitPossible(cell) : cell));
}

function omitPossible({ record, ...cell }: FinishedCell): FinishedCell {
  return { ...cell, record: record && { ...record, line: omitPossibleCost(record.line) } };
}

async function markGraded(
  { run, workerId, query }: LaneScope,
  graded: readonly FurtherLine[],
  lost: Set<string>,
): Promise<readonly FurtherLine[]> {
  if (graded.length === 0) return [];
  const rows = await query<{ number: number }>(
    `update ${run.database.address.schema}.cell c set is_grading = false
     from unnest($3::int[], $4::int[]) as e (number, fence)
     where run_id = $1 and worker_id = $2 and c.number = e.number and c.fence = e.fence
       and state = 'settled' and is_grading
     returning c.number`,
    [run.runId, workerId, ...listDeliveryColumns(graded)],
  );
  return splitLost({ run, workerId, query }, graded, rows, lost);
}

/**
 * Leaves answers that this worker does not grade to others.
 *
 * @returns those that are left now, and have a line
 */
async function handBackUngraded(
  { run, workerId, query }: LaneScope,
  ungraded: readonly FurtherLine[],
  lost: Set<string>,
): Promise<readonly FurtherLine[]> {
  if (ungraded.length === 0) return [];
  const rows = await query<{ number: number }>(
    `update ${run.database.address.schema}.cell c set worker_id = null
     from unnest($3::int[], $4::int[]) as e (number, fence)
     where run_id = $1 and worker_id = $2 and c.number = e.number and c.fence = e.fence and is_grading
     returning c.number`,
    [run.runId, workerId, ...listDeliveryColumns(ungraded)],
  );
  const paid = ungraded.filter(({ record }) => record !== undefined);
  return splitLost({ run, workerId, query }, paid, rows, lost);
}

/**
 * Tells the deliveries that another worker has from those that an earlier exchange has recorded.
 *
 * @param rows the cells that were changed now
 */
async function splitLost<Reported extends FinishedCell | FurtherLine>(
  { run, workerId, query }: Omit<LaneScope, 'lane'>,
  reported: readonly Reported[],
  rows: readonly { readonly number: number }[],
  lost: Set<string>,
): Promise<readonly Reported[]> {
  const changed = new Set(rows.map(({ number }) => number));
  const others = reported.filter(({ number }) => !changed.has(number));
  if (others.length > 0) {
    const { schema } = run.database.address;
    const gone = await query<{ number: number; fence: number }>(
      `select e.number, e.fence
       from unnest($3::int[], $4::int[], $5::text[], $6::text[]) as e (number, fence, line, rest)
       left join ${schema}.cell c on c.run_id = $1 and c.number = e.number
       where (c.number is null or c.fence <> e.fence or c.worker_id is distinct from $2)
         and not exists (select from ${schema}.entry
           where run_id = $1 and number = e.number and md5(line) in (md5(e.line), md5(e.rest)) and kind <> 'late')`,
      [
        run.runId,
        workerId,
        ...listDeliveryColumns(others),
        others.map(({ record }) => record?.line ?? null),
        others.map(({ record }) => record && omitPossibleCost(record.line)),
      ],
    );
    for (const row of gone) lost.add(nameDelivery(row));
  }
  return reported.filter(({ number }) => changed.has(number));
}
