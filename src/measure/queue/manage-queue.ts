import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import type { Database } from './database.js';
import { findSpacingMs, type PaceState } from './lane-pace.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import { decodeQueuePlan, type QueuePlan } from './queue-plan.js';
import { readLanes, runColumns, type RunRow } from './queue-run.js';
import { readWorkers, type WorkerRow } from './queue-workers.js';

/** A lane in the status of a queue. */
export interface LaneStatus {
  /** The ids of its models. */
  readonly models: readonly string[];
  readonly cells: number;
  readonly done: number;
  readonly inFlight: number;
  /** Maximum number of calls in flight, over all workers. */
  readonly limit: number;
  /** Calls sent in the last minute. */
  readonly callsPerMinute: number;
  /** Calls per minute that the lane allows itself after a rate limit; null without one. */
  readonly maxCallsPerMinute: number | null;
  readonly pausedBecause: string | null;
  readonly stoppedBecause: string | null;
}

export interface RunStatus extends RunRow {
  readonly createdAt: string;
  readonly cells: number;
  readonly done: number;
  readonly lanes: readonly LaneStatus[];
}

/** Everything that a queue holds, as `routesmith queue status` shows it. */
export interface QueueStatus {
  readonly runs: readonly RunStatus[];
  readonly workers: readonly WorkerRow[];
}

/** Reads the state of all runs and workers. */
export async function readQueueStatus(database: Database): Promise<QueueStatus> {
  const { schema } = database.address;
  const rows = await database.query<RunRow & { plan: string; createdAt: Date }>(
    `select ${runColumns}, plan, created_at as "createdAt" from ${schema}.run order by created_at`,
  );
  const runs: RunStatus[] = [];
  for (const { plan: text, createdAt, ...row } of rows) {
    const plan = tryDecodePlan(text, row.id);
    const lanes = (await readLanes(database, row.id)).map(
      ({ number, total, done, inFlight, callsPerMinute, control }): LaneStatus => ({
        models: (plan?.lanes[number] ?? []).map((index) => plan?.models[index]?.id ?? ''),
        cells: total,
        done,
        inFlight,
        limit: control.limit.limit,
        callsPerMinute,
        maxCallsPerMinute: computeMaxPerMinute(control.pace),
        pausedBecause: control.pause?.reason ?? null,
        stoppedBecause: control.stoppedBecause,
      }),
    );
    const sum = (read: (lane: LaneStatus) => number): number =>
      lanes.reduce((total, lane) => total + read(lane), 0);
    const cells = sum((lane) => lane.cells);
    const done = sum((lane) => lane.done);
    runs.push({ ...row, createdAt: createdAt.toISOString(), cells, done, lanes });
  }
  return { runs, workers: await readWorkers(database) };
}

function computeMaxPerMinute(pace: PaceState): number | null {
  const spacingMs = findSpacingMs(pace);
  return spacingMs === 0 ? null : 60_000 / spacingMs;
}

/** The plan of a newer program cannot be read; its run is shown without the names of models. */
function tryDecodePlan(text: string, runId: string): QueuePlan | undefined {
  try {
    return decodeQueuePlan(JSON.parse(text), runId);
  } catch {
    return undefined;
  }
}

/**
 * Ends a run: workers take no other calls of it. The lines so far stay, and its sweep collects them.
 *
 * @throws RoutesmithError `usage` if there is no such run, or it has ended
 */
export async function cancelRun(database: Database, runId: string): Promise<void> {
  const rows = await database.query(
    `update ${database.address.schema}.run set state = 'cancelled'
     where id::text = $1 and state in ('planning', 'open', 'budget_reached') returning id`,
    [runId],
  );
  if (rows.length > 0) return;
  throw new RoutesmithError('usage', 'there is no such run, or it has ended', {
    where: `run ${runId}`,
    fix: 'List the runs with: routesmith queue status --queue URL',
  });
}

/**
 * Deletes runs that have ended and whose lines are in their folder's ledger.
 *
 * @param runId only this run
 * @param discard delete the named run also if lines of it were never collected
 * @returns the ids of the deleted runs
 * @throws RoutesmithError `usage` if the named run does not exist, has not ended, or has lines that
 * were not collected
 */
export async function purgeRuns(
  database: Database,
  jobs: QueueJobs,
  runId: string | undefined,
  discard: boolean,
): Promise<readonly string[]> {
  const { schema } = database.address;
  const states = runId === undefined ? ['collected'] : ['collected', 'finished', 'cancelled'];
  const rows = await database.query<{ id: string; name: string; lanes: number; lines: number }>(
    `select id, name, case when r.state = 'collected' then 0 else
         (select count(*)::int from ${schema}.entry where run_id = r.id and kind <> 'late')
         + (select count(*)::int from ${schema}.cell where run_id = r.id
             and state = 'held' and begun is not null) end as lines,
       (select count(*)::int from ${schema}.lane where run_id = r.id) as lanes
     from ${schema}.run r where state = any($1) and ($2::text is null or id::text = $2)`,
    [states, runId ?? null],
  );
  if (runId !== undefined && rows.length === 0) {
    throw new RoutesmithError('usage', 'there is no such run, or it has not ended', {
      where: `run ${runId}`,
      fix: `End it first: routesmith queue cancel --run ${runId}`,
    });
  }
  const kept = rows.find(({ lines }) => lines > 0);
  if (kept !== undefined && !discard) {
    const { name, lines } = kept;
    throw new RoutesmithError(
      'usage',
      `${formatCount(lines, 'answer')} of this run may be in no folder yet: they were paid for`,
      {
        where: `run ${kept.id}`,
        fix: `Start the sweep of folder ${name} again, which collects them, or discard them: --discard`,
      },
    );
  }
  for (const { id, lanes } of rows) {
    for (let lane = 0; lane < lanes; lane++) await jobs.removeLane(nameLaneQueue(id, lane));
    await database.query(`delete from ${schema}.run where id = $1`, [id]);
  }
  return rows.map(({ id }) => id);
}
