import type { Database, Query } from './database.js';
import type { LaneControlState } from './lane-control.js';
import type { QueuePlan } from './queue-plan.js';

/**
 * The state of a run:
 * `planning` -> `open` -> `finished`, `budget_reached` or `cancelled` -> `collected`, when its lines are
 * in the folder's ledger. A larger budget opens a run whose budget was reached again.
 */
export type RunState =
  'planning' | 'open' | 'finished' | 'budget_reached' | 'cancelled' | 'collected';

/** The row of a run, without its plan. */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly limitUsd: number | null;
  readonly spentUsd: number;
  readonly possibleUsd: number;
  readonly reservedUsd: number;
  readonly judgeCalls: number;
  readonly judgeUsd: number;
  readonly judgeUnpriced: number;
  /** Answers that arrived after their cell was given to another worker; not recorded. */
  readonly lateAnswers: number;
}

/** One run of a queue, as the functions of this folder address it. */
export interface RunHandle {
  readonly database: Database;
  readonly runId: string;
  readonly plan: QueuePlan;
}

export const runColumns = `id, name, state, limit_usd as "limitUsd", spent_usd as "spentUsd",
  possible_usd as "possibleUsd", reserved_usd::float8 as "reservedUsd", judge_calls as "judgeCalls",
  judge_usd as "judgeUsd", judge_unpriced as "judgeUnpriced", late_answers as "lateAnswers"`;

/** Reads the row of a run; undefined if it has been purged. */
export async function readRun(database: Database, runId: string): Promise<RunRow | undefined> {
  const { schema } = database.address;
  const [row] = await database.query<RunRow>(
    `select ${runColumns} from ${schema}.run where id = $1`,
    [runId],
  );
  return row;
}

/** A lane as the progress view shows it. */
export interface LaneRow {
  readonly number: number;
  /** Cells of the lane in this run. */
  readonly total: number;
  readonly done: number;
  readonly control: LaneControlState;
  readonly inFlight: number;
  readonly backingOff: number;
}

export async function readLanes(database: Database, runId: string): Promise<LaneRow[]> {
  const { schema } = database.address;
  const rows = await database.query<Omit<LaneRow, 'control'> & { control: string }>(
    `select number, total, done, control,
      (select count(*) from ${schema}.cell c where c.run_id = l.run_id and c.lane = l.number
        and state = 'held' and is_open)::int as "inFlight",
      (select count(*) from ${schema}.cell c where c.run_id = l.run_id and c.lane = l.number
        and state = 'held' and is_waiting)::int as "backingOff"
    from ${schema}.lane l where run_id = $1 order by number`,
    [runId],
  );
  return rows.map((row) => ({ ...row, control: parseControl(row.control) }));
}

/** A lane whose row is locked until the transaction ends. */
export interface LockedLane {
  readonly control: LaneControlState;
  /** The database's clock, which all workers share. */
  readonly nowMs: number;
}

/** Locks a lane first in every transaction that changes its cells, so that none of them deadlock. */
export async function lockLane(
  query: Query,
  { database, runId }: RunHandle,
  lane: number,
): Promise<LockedLane> {
  const { schema } = database.address;
  const [row] = await query<{ control: string; nowMs: number }>(
    `select control, extract(epoch from clock_timestamp()) * 1000::float8 as "nowMs"
     from ${schema}.lane where run_id = $1 and number = $2 for update`,
    [runId, lane],
  );
  if (row === undefined) throw new RunGoneError(runId);
  return { control: parseControl(row.control), nowMs: Number(row.nowMs) };
}

/** Only exchanges of this version write it. */
function parseControl(text: string): LaneControlState {
  return JSON.parse(text) as LaneControlState;
}

/** The run was purged while a process worked on it. */
export class RunGoneError extends Error {
  constructor(runId: string) {
    super(`run ${runId} is no longer in the database`);
  }
}

/**
 * What a line does to its cell: it settles it, which the database accepts only once; ends it without
 * an answer; or adds something, such as a grade or a call that was cut off.
 */
export type EntryKind = 'settled' | 'failed' | 'further';

/** A line for the run's ledger. */
export interface NewEntry {
  readonly number: number;
  readonly kind: EntryKind;
  readonly line: string;
}

/**
 * Adds lines; a line that is there already is not added twice. The caller has changed the run's row in the same transaction: its lock makes `seq` grow
 * in the order of commits, so that a reader that follows `seq` misses none.
 */
export async function insertEntries(
  query: Query,
  { database, runId }: RunHandle,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await query(
    `insert into ${database.address.schema}.entry (run_id, number, kind, line)
     select $1, number, kind, line
     from unnest($2::int[], $3::text[], $4::text[]) as e (number, kind, line)
     on conflict (run_id, number, md5(line)) do nothing`,
    [
      runId,
      entries.map(({ number }) => number),
      entries.map(({ kind }) => kind),
      entries.map(({ line }) => line),
    ],
  );
}
