import { RoutesmithError } from '../../util/errors.js';
import type { Database, Query } from './database.js';

/**
 * The schema's changes in order; number n makes version n + 1. They are only ever added to, because
 * databases of earlier versions go through the rest of them.
 */
const migrations: readonly string[] = [
  `
  create table run (
    id uuid primary key,
    name text not null,
    state text not null,
    plan text not null,
    plan_digest text not null,
    planned_places integer not null default 0,
    limit_usd double precision,
    spent_usd double precision not null default 0,
    possible_usd double precision not null default 0,
    reserved_usd numeric not null default 0,
    is_budget_tight boolean not null default false,
    judge_calls integer not null default 0,
    judge_usd double precision not null default 0,
    judge_unpriced integer not null default 0,
    late_answers integer not null default 0,
    created_at timestamptz not null default now(),
    coordinator text,
    coordinator_seen_at timestamptz
  );
  create table prompt (
    run_id uuid not null references run on delete cascade,
    place integer not null,
    example text not null,
    primary key (run_id, place)
  );
  create table lane (
    run_id uuid not null references run on delete cascade,
    number integer not null,
    total integer not null default 0,
    done integer not null default 0,
    is_stopped boolean not null default false,
    control text not null,
    primary key (run_id, number)
  ) with (fillfactor = 30);
  create table cell (
    run_id uuid not null references run on delete cascade,
    number integer not null,
    lane integer not null,
    fence integer not null,
    worker_id uuid,
    state text not null,
    is_open boolean not null default false,
    is_waiting boolean not null default false,
    attempt integer not null default 0,
    begun text,
    reserved_usd double precision not null default 0,
    primary key (run_id, number)
  ) with (fillfactor = 50);
  create index cell_held on cell (run_id, lane) where state = 'held';
  create table entry (
    seq bigint generated always as identity primary key,
    run_id uuid not null references run on delete cascade,
    number integer not null,
    kind text not null,
    line text not null
  );
  create index entry_of_run on entry (run_id, seq);
  create unique index entry_once on entry (run_id, number, md5(line));
  create unique index entry_settles_once on entry (run_id, number) where kind = 'settled';
  create table worker (
    id uuid primary key,
    name text not null,
    version text not null,
    concurrency integer not null,
    in_flight integer not null default 0,
    settled integer not null default 0,
    run_id uuid,
    notes text not null default '[]',
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  );
  `,
  `
  alter table cell add column is_grading boolean not null default false;
  create index cell_grading on cell (run_id) where is_grading;
  `,
  `
  alter table run add column judge_before_usd double precision not null default 0;
  `,
  // In place of notes, which do not say of which run they are.
  `
  alter table worker add column run_notes text not null default '[]';
  `,
  `
  alter table run add column judge_guessed integer not null default 0;
  `,
  `
  alter table entry add column ends_cut_off boolean not null default false;
  `,
  // Null in runs that were begun before: there, possible_usd has it.
  `
  alter table run add column judge_possible_before_usd double precision;
  `,
];

/** Does work while no other process of the schema does such work. */
export function whileLocked<Result>(
  database: Database,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (query) => {
    await query('select pg_advisory_xact_lock(hashtext($1))', [
      `routesmith ${database.address.schema}`,
    ]);
    return work(query);
  });
}

/**
 * Brings the tables of a schema to the version of this program, and creates them if there are none.
 * Several processes may do it at the same time.
 *
 * @param mustExist whether a schema that is not there is an error
 * @throws RoutesmithError `usage` if it must exist and does not, `version_mismatch` if a newer program
 * has changed the schema
 */
export async function migrateQueue(database: Database, mustExist: boolean): Promise<void> {
  const { schema, shown } = database.address;
  await whileLocked(database, async (query) => {
    await createMigrationTable(query, database, mustExist);
    const [row] = await query<{ version: number | null }>(
      `select max(version) as version from ${schema}.migration`,
    );
    const version = row?.version ?? 0;
    if (version > migrations.length) {
      throw new RoutesmithError(
        'version_mismatch',
        `schema ${schema} has version ${version}, and this program knows versions up to ${migrations.length}`,
        { where: shown, fix: 'Install the newer routesmith, or use another --queue-schema.' },
      );
    }
    await query(`set local search_path to ${schema}`);
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue;
      await query(sql);
      await query('insert into migration (version) values ($1)', [index + 1]);
    }
  });
}

/** Not `if not exists`, which asks for the right to create also where nothing is missing. */
async function createMigrationTable(
  query: Query,
  { address: { schema, shown } }: Database,
  mustExist: boolean,
): Promise<void> {
  const [found] = await query<{ hasSchema: boolean; hasTable: boolean }>(
    `select exists (select from pg_namespace where nspname = $1) as "hasSchema",
       exists (select from pg_tables where schemaname = $1 and tablename = 'migration') as "hasTable"`,
    [schema],
  );
  if (found?.hasTable === true) return;
  if (mustExist) {
    throw new RoutesmithError('usage', `the database has no queue in schema ${schema}`, {
      where: shown,
      fix: 'Check --queue-schema. A sweep or a worker creates a queue.',
    });
  }
  if (found?.hasSchema !== true) await query(`create schema ${schema}`);
  await query(`create table ${schema}.migration (
    version integer primary key, applied_at timestamptz not null default now())`);
}
