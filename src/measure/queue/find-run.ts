import path from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import type { Database } from './database.js';
import type { QueueAddress } from './queue-address.js';
import { findQueueFile, readQueueFile, type QueueFile } from './queue-file.js';
import { readPlan, readRunRow, RunGoneError, type RunState } from './queue-run.js';

/** A coordinator that was silent for this long has ended. */
const coordinatorSeconds = 15;

export interface FoundRun {
  readonly file: QueueFile;
  readonly state: RunState;
  /** False for a run that has ended, with lines to collect, and whose sweep had another plan. */
  readonly isSamePlan: boolean;
}

type RunKey = Pick<FoundRun, 'state'> & { readonly id: string; readonly planDigest: string };

/** States in which a run has cells to call. */
export const unfinishedStates: ReadonlySet<RunState> = new Set([
  'planning',
  'open',
  'budget_reached',
]);

/**
 * Finds the run that a sweep continues: the one that the folder's `queue.json` names, or, where that is
 * missing, the latest run of the same name and plan that is not collected: workers may have finished it
 * meanwhile. All lines of the latter are compared with the ledger.
 *
 * @param sweep `coordinator` names this coordinator
 * @returns undefined if there is none; the folder's run also where another folder has collected it
 * @throws RoutesmithError `run_locked` while another coordinator follows the run, `usage` if the
 * folder's run has another plan, or is in another schema or database
 */
export async function findRun(
  database: Database,
  sweep: {
    readonly runDirectory: string;
    readonly planDigest: string;
    readonly known: QueueFile | undefined;
    readonly coordinator: string;
  },
): Promise<FoundRun | undefined> {
  const { runDirectory, planDigest, known, coordinator } = sweep;
  const row = await lookUp(database, runDirectory, planDigest, known);
  if (row === undefined) return undefined;
  const isSamePlan = row.planDigest === planDigest;
  const started = startQueueFile(row.id, coordinator, database.address);
  const { seq, ledgerBytes } = known?.runId === row.id ? known : started;
  const file = { ...started, seq, ledgerBytes };
  if (row.state !== 'collected') await claimRun(database, row.id, file.coordinator);
  return { file, state: row.state, isSamePlan };
}

/**
 * Checks that a sweep can continue the run of its folder, without changing anything.
 *
 * @throws RoutesmithError `usage` as `findRun` does, and where the run was begun with other cells because
 * of `retryFailed`
 */
export async function checkRun(
  database: Database,
  runDirectory: string,
  planDigest: string,
  retryFailed: boolean,
): Promise<void> {
  const known = await readQueueFile(runDirectory);
  const row = await lookUp(database, runDirectory, planDigest, known);
  if (row === undefined || !unfinishedStates.has(row.state)) return;
  if (await hasOtherCells(database, row.id, retryFailed)) {
    throw describeOtherCellsOfRun(row.id, retryFailed);
  }
}

/** Whether a run was begun for other cells than `retryFailed` asks for. */
export async function hasOtherCells(
  database: Database,
  runId: string,
  retryFailed: boolean,
): Promise<boolean> {
  const planned = await readPlan(database, runId);
  return (planned?.retryFailed ?? retryFailed) !== retryFailed;
}

export function describeOtherCellsOfRun(runId: string, retryFailed: boolean): RoutesmithError {
  return new RoutesmithError(
    'usage',
    `the run of this folder was begun ${retryFailed ? 'without' : 'with'} --retry-failed`,
    {
      where: `run ${runId}`,
      fix: `Repeat the command ${retryFailed ? 'without' : 'with'} it, or end the run first: routesmith queue cancel --run ${runId}`,
    },
  );
}

/** @throws RoutesmithError `usage` as `findRun` does */
async function lookUp(
  database: Database,
  runDirectory: string,
  planDigest: string,
  known: QueueFile | undefined,
): Promise<RunKey | undefined> {
  const { address } = database;
  const select = `select id, state, plan_digest as "planDigest" from ${address.schema}.run`;
  const [noted] =
    known === undefined
      ? []
      : await database.query<RunKey>(`${select} where id = $1`, [known.runId]);
  if (noted === undefined && known !== undefined) checkPlace(known, address, runDirectory);
  const [row = noted] =
    noted === undefined
      ? await database.query<RunKey>(
          `${select} where name = $1 and plan_digest = $2 and state <> 'collected'
           order by created_at desc limit 1`,
          [nameRun(runDirectory), planDigest],
        )
      : [];
  if (row !== undefined && row.planDigest !== planDigest && unfinishedStates.has(row.state)) {
    throw new RoutesmithError(
      'usage',
      'the run of this folder has other tasks, models or repeats',
      {
        where: `run ${row.id}`,
        fix: `Repeat the command that began it, or end it first: routesmith queue cancel --run ${row.id}`,
      },
    );
  }
  return row;
}

/** The `queue.json` of a run of which nothing has been collected. */
export function startQueueFile(
  runId: string,
  coordinator: string,
  { schema, shown }: QueueAddress,
): QueueFile {
  return { version: 1, runId, schema, database: shown, coordinator, seq: 0, ledgerBytes: 0 };
}

/**
 * Checks that a run that is not here was begun here. Workers elsewhere go on with it: with a new one,
 * its cells would be paid twice. A database that has moved has the run.
 */
function checkPlace(known: QueueFile, address: QueueAddress, runDirectory: string): void {
  const { runId, schema = address.schema, database = address.shown } = known;
  const isSchema = schema !== address.schema;
  if (!isSchema && database === address.shown) return;
  const where = isSchema ? `the schema ${schema}` : 'another database';
  const of = database === address.shown ? '' : ` of ${database}`;
  const option = isSchema ? `--queue-schema ${schema}` : `that database as --queue`;
  const both = isSchema && of !== '' ? ' and that database as --queue' : '';
  throw new RoutesmithError('usage', `the run of this folder is in ${where}${of}`, {
    where: `run ${runId}`,
    fix: `Repeat the command with ${option}${both}. Where the run is lost, delete ${findQueueFile(runDirectory)}: a run of the same name and plan in this database is continued, and otherwise what was not collected is called again.`,
  });
}

/** The name of a run in the database: that of its folder. */
export function nameRun(runDirectory: string): string {
  return path.basename(path.resolve(runDirectory));
}

/**
 * Says that this coordinator follows a run; repeated every few seconds.
 *
 * @throws RoutesmithError `run_locked` while another one does; RunGoneError if it has been purged
 */
export async function claimRun(
  database: Database,
  runId: string,
  coordinator: string,
): Promise<void> {
  const rows = await database.query(
    `update ${database.address.schema}.run set coordinator = $2, coordinator_seen_at = now()
     where id = $1 and (coordinator is null or coordinator = $2
       or coordinator_seen_at < now() - ${coordinatorSeconds} * interval '1 second') returning id`,
    [runId, coordinator],
  );
  if (rows.length > 0) return;
  if ((await readRunRow(database, runId)) === undefined) throw new RunGoneError(runId);
  throw describeLocked(runId);
}

/** Lets another coordinator follow a run at once. */
export async function releaseRun(
  database: Database,
  runId: string,
  coordinator: string,
): Promise<void> {
  await database.query(
    `update ${database.address.schema}.run set coordinator = null where id = $1 and coordinator = $2`,
    [runId, coordinator],
  );
}

export function describeLocked(runId: string): RoutesmithError {
  return new RoutesmithError('run_locked', 'another process follows this run', {
    where: `run ${runId}`,
    fix: `Wait until it has ended, or for ${coordinatorSeconds} seconds if it was killed.`,
  });
}
