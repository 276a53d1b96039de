import { formatWhole } from '../../util/format-number.js';
import type { Database } from './database.js';
import type { QueueJobs } from './queue-jobs.js';
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
  /** Files with answers of other queues' runs; each is told once. */
  readonly foreign: Set<string>;
  readonly onNotice: (notice: string) => void;
}

/**
 * Records the answers that workers left in a folder when they were killed.
 *
 * @returns how many are in the ledger now and were not before
 */
export async function recoverSpools(recovery: SpoolRecovery): Promise<number> {
  const { database, folder, workerId, foreign, onNotice } = recovery;
  let recorded = 0;
  const left = await readLeftSpools(folder, workerId, (answers) => isAbandoned(database, answers));
  for (const spool of left) {
    const counts = await recoverSpool(recovery, spool);
    recorded += counts.recorded;
    const isTold = spool.answers.length === counts.unknown && foreign.has(spool.file);
    if (counts.unknown > 0) foreign.add(spool.file);
    if (spool.answers.length > 0 && !isTold) onNotice(describeRecovery(spool, counts));
  }
  return recorded;
}

type Recovered = Awaited<ReturnType<typeof recordSpooled>> | 'unknown';

async function recoverSpool(
  { database, jobs }: SpoolRecovery,
  spool: LeftSpool,
): Promise<Readonly<Record<Recovered, number>>> {
  const counts = { recorded: 0, recorded_before: 0, late: 0, unknown: 0 };
  try {
    for (const answer of spool.answers) {
      const { runId } = answer;
      const plan = await readPlan(database, runId);
      const become: Recovered =
        plan === undefined
          ? 'unknown'
          : await recordSpooled({ database, jobs, runId, plan }, answer);
      counts[become] += 1;
    }
  } catch (error) {
    await spool.keep();
    throw error;
  }
  // The answers of another queue's runs are paid for: its workers will record them.
  if (counts.unknown > 0) await spool.keep();
  else await spool.remove();
  return counts;
}

function describeRecovery(
  { file }: LeftSpool,
  { recorded, recorded_before: before, late, unknown }: Readonly<Record<Recovered, number>>,
): string {
  const parts = [
    `${formatWhole(recorded)} recorded now`,
    ...(before > 0 ? [`${formatWhole(before)} recorded before`] : []),
    ...(late > 0 ? [`${formatWhole(late)} too late, as their cells were called again`] : []),
  ];
  const left =
    unknown === 0
      ? ''
      : ` ${formatWhole(unknown)} of runs that this queue does not have stay in ${file}.`;
  return `Answers of a killed worker: ${parts.join(', ')}.${left}`;
}

/**
 * Whether a locked file's worker is gone: on another host, such as a container that was replaced, its
 * process cannot be looked for. It is if this queue has all its runs and has not heard of it for longer
 * than a lease.
 */
async function isAbandoned(
  database: Database,
  answers: readonly SpooledAnswer[],
): Promise<boolean> {
  const [first] = answers;
  if (first === undefined) return false;
  const { schema } = database.address;
  const runIds = [...new Set(answers.map(({ runId }) => runId))];
  const [row] = await database.query<{ runs: number; isAlive: boolean }>(
    `with mine as (select (plan::json->>'leaseSeconds')::float8 as lease from ${schema}.run
       where id::text = any($1::text[]))
     select (select count(*)::int from mine) as runs, exists (select from ${schema}.worker
       where id::text = $2 and seen_at > now() - 1.5 * (select max(lease) from mine)
         * interval '1 second') as "isAlive"`,
    [runIds, first.workerId],
  );
  return row?.runs === runIds.length && !row.isAlive;
}
