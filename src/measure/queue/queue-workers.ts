import type { Database } from './database.js';

/** What the operator of a run should know of a worker, such as keys that it lacks. */
export interface WorkerNote {
  readonly runId: string;
  /** With the worker as its subject: `takes no cells of small: ...` */
  readonly text: string;
}

/** What a worker says of itself. */
export interface WorkerReport {
  readonly id: string;
  /** Host and process, such as `build-7 (4121)`. */
  readonly name: string;
  readonly version: string;
  readonly concurrency: number;
  readonly inFlight: number;
  readonly settled: number;
  readonly runId: string | null;
  readonly notes: readonly WorkerNote[];
}

/** A worker as the progress view shows it. */
export interface WorkerRow extends WorkerReport {
  readonly silentSeconds: number;
}

/** Says that a worker is alive. */
export async function reportWorker(database: Database, worker: WorkerReport): Promise<void> {
  await database.query(
    `insert into ${database.address.schema}.worker
       (id, name, version, concurrency, in_flight, settled, run_id, run_notes)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set in_flight = $5, settled = $6, run_id = $7, run_notes = $8,
       seen_at = now()`,
    [
      worker.id,
      worker.name,
      worker.version,
      worker.concurrency,
      worker.inFlight,
      worker.settled,
      worker.runId,
      JSON.stringify(worker.notes),
    ],
  );
}

/**
 * Says that a worker has left. One that could not hand all its cells back stays until its lease has run
 * out: its answers may be in its spool, and are recorded as its own until then.
 */
export async function removeWorker(database: Database, id: string): Promise<void> {
  const { schema } = database.address;
  await database.query(
    `delete from ${schema}.worker where id = $1
       and not exists (select from ${schema}.cell where worker_id = $1 and state = 'held')`,
    [id],
  );
}

export async function readWorkers(database: Database): Promise<WorkerRow[]> {
  const rows = await database.query<Omit<WorkerRow, 'notes'> & { notes: string }>(
    `select id, name, version, concurrency, in_flight as "inFlight", settled, run_id as "runId",
       run_notes as notes, extract(epoch from now() - seen_at)::float8 as "silentSeconds"
     from ${database.address.schema}.worker order by started_at`,
  );
  return rows.map((row) => ({ ...row, notes: JSON.parse(row.notes) as WorkerNote[] }));
}
