import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { parseLedgerEntry } from '../ledger/ledger-schema.js';
import { RoutesmithError } from '../../util/errors.js';
import type { Database, Query } from './database.js';
import { computeCallsPerMinute, type LaneControlState } from './lane-control.js';
import { beginPace } from './lane-pace.js';
import { decodeQueuePlan, type QueuePlan } from './queue-plan.js';

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
  readonly judgeGuessed: number;
  readonly judgeUnpriced: number;
  /** What judges have cost in the folder before and beside the run, as by "grade". */
  readonly judgeBeforeUsd: number;
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
  possible_usd + coalesce(judge_possible_before_usd, 0) as "possibleUsd", reserved_usd::float8 as "reservedUsd", judge_calls as "judgeCalls",
  judge_usd as "judgeUsd", judge_unpriced as "judgeUnpriced", judge_guessed as "judgeGuessed",
  judge_before_usd as "judgeBeforeUsd", late_answers as "lateAnswers"`;

/** Reads the row of a run; undefined if it has been purged. */
export async function readRunRow(database: Database, runId: string): Promise<RunRow | undefined> {
  const { schema } = database.address;
  const [row] = await database.query<RunRow>(
    `select ${runColumns} from ${schema}.run where id = $1`,
    [runId],
  );
  return row;
}

/** Counts the cells that a run has settled. */
export async function countSettled(database: Database, runId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(distinct number)::int as count from ${database.address.schema}.entry
     where run_id = $1 and kind = 'settled'`,
    [runId],
  );
  return row?.count ?? 0;
}

/** Reads the plan of a run; undefined if it has been purged. */
export async function readPlan(database: Database, runId: string): Promise<QueuePlan | undefined> {
  const [row] = await database.query<{ plan: string }>(
    `select plan from ${database.address.schema}.run where id = $1`,
    [runId],
  );
  return row === undefined ? undefined : decodeQueuePlan(JSON.parse(row.plan), runId);
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
  /** Calls sent in the last minute. */
  readonly callsPerMinute: number;
}

/** The database's clock, which all processes share. */
const nowMs = '(extract(epoch from clock_timestamp()) * 1000)::float8';

export async function readLanes(database: Database, runId: string): Promise<LaneRow[]> {
  const { schema } = database.address;
  const rows = await database.query<
    Omit<LaneRow, 'control' | 'callsPerMinute'> & { control: string; nowMs: number }
  >(
    `select number, total, done, control, ${nowMs} as "nowMs",
      (select count(*) from ${schema}.cell c where c.run_id = l.run_id and c.lane = l.number
        and state = 'held' and is_open)::int as "inFlight",
      (select count(*) from ${schema}.cell c where c.run_id = l.run_id and c.lane = l.number
        and state = 'held' and is_waiting)::int as "backingOff"
    from ${schema}.lane l where run_id = $1 order by number`,
    [runId],
  );
  return rows.map(({ nowMs: readMs, ...row }) => {
    const control = parseControl(row.control);
    // The next exchange clears it; an idle lane has none.
    if (control.pause !== null && control.pause.untilMs <= readMs) control.pause = null;
    return { ...row, control, callsPerMinute: computeCallsPerMinute(control, readMs) };
  });
}

/** A lane whose row is locked until the transaction ends. */
export interface LockedLane {
  readonly control: LaneControlState;
  /** The database's clock, which all workers share. */
  readonly nowMs: number;
  readonly runState: RunState;
}

/**
 * Locks a lane first in every transaction that changes its cells, so that none of them deadlock.
 *
 * @throws RunGoneError if the run was purged, or has ended and its lines were collected
 */
export async function lockLane(
  query: Query,
  { database, runId }: RunHandle,
  lane: number,
): Promise<LockedLane> {
  const { schema } = database.address;
  const [row] = await query<{ control: string; nowMs: number }>(
    `select control, ${nowMs} as "nowMs"
     from ${schema}.lane where run_id = $1 and number = $2 for update`,
    [runId, lane],
  );
  // Collecting a run locks its lanes first, so that this stays true until the transaction ends.
  const [run] = await query<{ state: RunState }>(`select state from ${schema}.run where id = $1`, [
    runId,
  ]);
  if (row === undefined || run === undefined || run.state === 'collected') {
    throw new RunGoneError(runId);
  }
  return { control: parseControl(row.control), nowMs: row.nowMs, runState: run.state };
}

/** What an earlier version wrote of a run that is continued has no start of its pace. */
function parseControl(text: string): LaneControlState {
  const state = JSON.parse(text) as LaneControlState;
  return { ...state, pace: { ...beginPace(), ...state.pace } };
}

/** The run was purged, or was collected and its cells are removed, while a process worked on it. */
export class RunGoneError extends Error {
  /** @param name the run's id, or the name of one of its queues */
  constructor(name: string) {
    super(`run ${name} has ended, and its cells are no longer in the database`);
  }
}

/**
 * What a line does to its cell: it settles it, which the database accepts only once; ends it without
 * an answer; adds something, such as a grade or a call that was cut off; or comes too late for it, and
 * is in no ledger.
 */
export type EntryKind = 'settled' | 'failed' | 'further' | 'late';

/** A line for the run's ledger. */
export interface NewEntry {
  readonly number: number;
  readonly kind: EntryKind;
  readonly line: string;
  /** The end, with a known charge, of a call that is on record as cut off. @default false */
  readonly endsCutOff?: boolean;
}

/**
 * Adds lines; a line that is there already is not added twice. The caller has changed the run's row in
 * the same transaction: its lock makes `seq` grow in the order of commits, so that a reader that
 * follows `seq` misses none; lines of kind `late` are not read in this way.
 *
 * @returns the cells of those that were not there
 */
export async function insertEntries(
  query: Query,
  { database, runId }: RunHandle,
  entries: readonly NewEntry[],
): Promise<ReadonlySet<number>> {
  if (entries.length === 0) return new Set();
  const rows = await query<{ number: number }>(
    `insert into ${database.address.schema}.entry (run_id, number, kind, line, ends_cut_off)
     select $1, number, kind, line, ends_cut_off
     from unnest($2::int[], $3::text[], $4::text[], $5::bool[]) as e (number, kind, line, ends_cut_off)
     on conflict (run_id, number, md5(line)) do nothing returning number`,
    [
      runId,
      entries.map(({ number }) => number),
      entries.map(({ kind }) => kind),
      entries.map(({ line }) => line),
      entries.map(({ endsCutOff = false }) => endsCutOff),
    ],
  );
  return new Set(rows.map(({ number }) => number));
}

/**
 * Decodes the line of an entry in the database.
 *
 * @returns the entry with the line's order of members, and as it is read from a ledger
 * @throws RoutesmithError `invalid_input` if it is damaged
 */
export function decodeEntryLine(
  line: string,
  runId: string,
): { readonly entry: LedgerEntry; readonly normalized: LedgerEntry } {
  const value: unknown = JSON.parse(line);
  const parsed = parseLedgerEntry(value);
  if (parsed.ok) return { entry: value as LedgerEntry, normalized: parsed.value };
  throw new RoutesmithError(
    'invalid_input',
    `a line in the database is damaged: ${parsed.problem}`,
    {
      where: `run ${runId}`,
      fix: 'Check which version of routesmith its worker has.',
    },
  );
}
