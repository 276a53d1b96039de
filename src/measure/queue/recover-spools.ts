import { formatWhole } from '../../util/format-number.js';
import { isConnectionLoss, type Database } from './database.js';
import type { QueueJobs } from './queue-jobs.js';
import type { QueuePlan } from './queue-plan.js';
import { readPlan } from './queue-run.js';
import { recordSpooled } from './record-spooled.js';
import { readLeftSpools, type LeftSpool, type SpooledAnswer } from './worker-spool.js';

export interface SpoolRecovery {
  readonly database: Database;
  readonly jobs: QueueJobs;
  /** Folder of the spools. */
  readonly folder: string;
  /** The worker that recovers, whose own file is left alone. */
  readonly workerId: string;
  /** For how long this process has been connected: before that, silent workers may only be away, too. */
  readonly connectedForMs: () => number;
  readonly onNotice: (notice: string) => void;
}

/** Records the answers that workers left in a folder when they were killed, file by file. */
export class SpoolRecoverer {
  /** Answers that are in the ledger now and were not before. */
  recorded = 0;
  readonly #recovery: SpoolRecovery;
  /** Files of which something is left; each is told once. */
  readonly #told = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(recovery: SpoolRecovery) {
    this.#recovery = recovery;
  }

  /** Recovers what is there now; a recovery that runs already goes on instead. */
  recover(): Promise<void> {
    this.#running ??= this.#recoverAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Recovers beside other work; where the database is away, the next time. */
  recoverBeside(): void {
    void this.recover().catch((error: unknown) => {
      if (!isConnectionLoss(error)) this.#recovery.onNotice(`Left answers: ${String(error)}`);
    });
  }

  /** Resolves when nothing is being recovered. */
  async end(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #recoverAll(): Promise<void> {
    const { folder, workerId, onNotice } = this.#recovery;
    const plans = new Map<string, QueuePlan | undefined>();
    const left = readLeftSpools(folder, workerId, (answers) =>
      isAbandoned(this.#recovery, answers),
    );
    for await (const spool of left) {
      const counts = await recoverSpool(this.#recovery, spool, plans);
      this.recorded += counts.recorded;
      const kept = counts.unknown + counts.no_place + spool.damaged;
      // What is left could only be recorded by hand, or by workers of another queue.
      if (kept > 0) await spool.keep();
      else await spool.remove();
      const isEmpty = spool.answers.length + spool.damaged === 0;
      const isNews = counts.recorded > 0 || !this.#told.has(spool.file);
      if (!isEmpty && isNews) onNotice(describeRecovery(spool, counts));
      if (kept > 0) this.#told.add(spool.file);
    }
  }
}

type Counts = Record<Awaited<ReturnType<typeof recordSpooled>> | 'unknown', number>;

async function recoverSpool(
  { database, jobs }: SpoolRecovery,
  spool: LeftSpool,
  plans: Map<string, QueuePlan | undefined>,
): Promise<Readonly<Counts>> {
  const counts: Counts = { recorded: 0, recorded_before: 0, late: 0, no_place: 0, unknown: 0 };
  try {
    for (const answer of spool.answers) {
      const { runId } = answer;
      if (!plans.has(runId)) plans.set(runId, await readPlan(database, runId));
      const plan = plans.get(runId);
      if (plan === undefined) counts.unknown += 1;
      else counts[await recordSpooled({ database, jobs, runId, plan }, answer)] += 1;
    }
  } catch (error) {
    await spool.keep();
    throw error;
  }
  return counts;
}

function describeRecovery(
  { file, damaged }: LeftSpool,
  { recorded, recorded_before: before, late, no_place: over, unknown }: Readonly<Counts>,
): string {
  const parts = [
    `${formatWhole(recorded)} recorded now`,
    ...(before > 0 ? [`${formatWhole(before)} recorded before`] : []),
    ...(late > 0 ? [`${formatWhole(late)} too late, as their cells were called again`] : []),
    ...(over > 0 ? [`${formatWhole(over)} of runs that have ended without them`] : []),
    ...(unknown > 0 ? [`${formatWhole(unknown)} of runs that this queue does not have`] : []),
    ...(damaged > 0 ? [`${formatWhole(damaged)} that cannot be read`] : []),
  ];
  const left = over + unknown + damaged > 0 ? ` What is left stays in ${file}.` : '';
  return `Answers of a killed worker: ${parts.join(', ')}.${left}`;
}

/**
 * Whether the worker of another host, such as a container that was replaced, is gone. It is if this
 * queue has all its runs and has not heard of it for longer than a lease, while this process was
 * connected.
 */
async function isAbandoned(
  { database, connectedForMs }: SpoolRecovery,
  answers: readonly SpooledAnswer[],
): Promise<boolean> {
  const [first] = answers;
  if (first === undefined) return false;
  const { schema } = database.address;
  const runIds = [...new Set(answers.map(({ runId }) => runId))];
  const [row] = await database.query<{ runs: number; waitSeconds: number; isAlive: boolean }>(
    `with mine as (select 1.5 * (plan::json->>'leaseSeconds')::float8 as wait from ${schema}.run
       where id::text = any($1::text[]))
     select (select count(*)::int from mine) as runs,
       (select max(wait) from mine) as "waitSeconds",
       exists (select from ${schema}.worker where id::text = $2
         and seen_at > now() - (select max(wait) from mine) * interval '1 second') as "isAlive"`,
    [runIds, first.workerId],
  );
  if (row?.runs !== runIds.length || row.isAlive) return false;
  return connectedForMs() >= 1000 * row.waitSeconds;
}
