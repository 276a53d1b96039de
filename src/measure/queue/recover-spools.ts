import { formatCount, formatWhole } from '../../util/format-number.js';
import type { Clock } from '../sweep/calls/clock.js';
import { tellEvents } from '../sweep/sweep-notices.js';
import type { ConnectedTime } from './connected-time.js';
import { isConnectionLoss, type Database } from './database.js';
import type { QueueJobs } from './queue-jobs.js';
import type { QueuePlan } from './queue-plan.js';
import { readPlan } from './queue-run.js';
import { readLeftSpools, type LeftSpool } from './left-spools.js';
import {
  recordSpooled,
  recordSpooledGrade,
  recordSpooledJudging,
  type SpooledOutcome,
} from './record-spooled.js';
import type { SpoolKey } from './spool-lines.js';

export interface SpoolRecovery {
  readonly database: Database;
  readonly jobs: QueueJobs;
  /** Folder of the spools. */
  readonly folder: string;
  /** The worker that recovers, whose own file is left alone. */
  readonly workerId: string;
  /** For how long this process has been connected: before that, silent workers may only be away, too. */
  readonly connected: ConnectedTime;
  readonly onNotice: (notice: string) => void;
}

/** A fifth of the shortest lease. */
export const looksAgainMs = 2_000;

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

  /**
   * Recovers for some time, and goes on beside other work after that; where the database is away, the
   * next time.
   */
  async recoverWithin(maxMs: number, clock: Pick<Clock, 'sleep'>): Promise<void> {
    const recovered = new AbortController();
    const recovering = this.recover()
      .catch((error: unknown) => {
        // Other workers could not renew their leases, either.
        if (isConnectionLoss(error)) this.#recovery.connected.restart();
        else this.#recovery.onNotice(`Left answers: ${String(error)}`);
      })
      .finally(() => recovered.abort());
    await Promise.race([recovering, clock.sleep(maxMs, recovered.signal)]);
  }

  /**
   * Waits, and looks every few seconds at what is left meanwhile: whether a worker is gone whose run
   * has a short lease shows only if that is asked several times as often.
   */
  async waitAndRecover(
    durationMs: number,
    clock: Pick<Clock, 'sleep'>,
    ended: AbortSignal,
  ): Promise<void> {
    const steps = Math.ceil(durationMs / looksAgainMs);
    for (let step = 1; step <= steps && !ended.aborted; step++) {
      await clock.sleep(durationMs / steps, ended);
      if (step < steps && !ended.aborted) await this.recoverWithin(looksAgainMs, clock);
    }
  }

  /** Resolves when nothing is being recovered. */
  async end(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #recoverAll(): Promise<void> {
    const { folder, workerId, onNotice } = this.#recovery;
    const plans = new Map<string, QueuePlan | undefined>();
    const left = readLeftSpools(folder, workerId, (lines) => isAbandoned(this.#recovery, lines));
    for await (const spool of left) {
      const counts = await recoverSpool(this.#recovery, spool, plans);
      const { answers, grades, judgings } = counts;
      this.recorded += answers.recorded;
      const unplaced = [answers, grades, judgings].map((one) => one.unknown + one.no_place);
      const kept = unplaced.reduce((sum, one) => sum + one, spool.damaged);
      // What is left could only be recorded by hand, or by workers of another queue.
      if (kept > 0) await spool.keep();
      else await spool.remove();
      const wasAdded = [answers, grades, judgings].some(({ recorded }) => recorded > 0);
      const notice = describeRecovery(spool, counts, kept > 0);
      const isNews = wasAdded || !this.#told.has(spool.file);
      if (notice !== undefined && isNews) onNotice(notice);
      if (kept > 0) this.#told.add(spool.file);
    }
  }
}

type Counts = Record<SpooledOutcome | 'unknown', number>;

/** What became of a file's lines. */
type SpoolCounts = Readonly<Record<'answers' | 'grades' | 'judgings', Counts>>;

function startCounts(): Counts {
  return { recorded: 0, recorded_before: 0, late: 0, no_place: 0, unknown: 0 };
}

async function recoverSpool(
  { database, jobs, onNotice }: SpoolRecovery,
  spool: LeftSpool,
  plans: Map<string, QueuePlan | undefined>,
): Promise<SpoolCounts> {
  const onEvent = tellEvents(onNotice);
  async function recordAll<Line extends SpoolKey>(
    lines: readonly Line[],
    record: (run: Parameters<typeof recordSpooled>[0], line: Line) => Promise<SpooledOutcome>,
  ): Promise<Counts> {
    const counts = startCounts();
    for (const line of lines) {
      const { runId } = line;
      if (!plans.has(runId)) plans.set(runId, await readPlan(database, runId));
      const plan = plans.get(runId);
      if (plan === undefined) counts.unknown += 1;
      else counts[await record({ database, jobs, runId, plan, onEvent }, line)] += 1;
    }
    return counts;
  }
  try {
    return {
      answers: await recordAll(spool.answers, recordSpooled),
      // A grade has its place once its answer is recorded.
      grades: await recordAll(spool.grades, recordSpooledGrade),
      judgings: await recordAll(spool.judgings, recordSpooledJudging),
    };
  } catch (error) {
    await spool.keep();
    throw error;
  }
}

/** @returns undefined if there is nothing to say */
function describeRecovery(
  { file, damaged }: LeftSpool,
  { answers, grades, judgings }: SpoolCounts,
  isKept: boolean,
): string | undefined {
  const { recorded, recorded_before: before, late } = answers;
  const isAboutAnswers = Object.values(answers).some((count) => count > 0);
  const over = answers.no_place + grades.no_place + judgings.no_place;
  const unknown = answers.unknown + grades.unknown + judgings.unknown;
  const parts = [
    ...(isAboutAnswers ? [`${formatWhole(recorded)} recorded now`] : []),
    ...(before > 0 ? [`${formatWhole(before)} recorded before`] : []),
    ...(late > 0 ? [`${formatWhole(late)} too late, as their cells were called again`] : []),
    ...(grades.recorded > 0 ? [`${formatCount(grades.recorded, 'grade')} recorded now`] : []),
    ...(grades.late > 0
      ? [`${formatCount(grades.late, 'grade')} too late, as other workers have their cells`]
      : []),
    ...(judgings.recorded > 0
      ? [
          `calls of the judge for ${formatCount(judgings.recorded, 'answer')} cut off, which may have been charged`,
        ]
      : []),
    ...(over > 0 ? [`${formatWhole(over)} of runs that have ended without them`] : []),
    ...(unknown > 0 ? [`${formatWhole(unknown)} of runs that this queue does not have`] : []),
    ...(damaged > 0 ? [`${formatWhole(damaged)} that cannot be read`] : []),
  ];
  if (parts.length === 0) return undefined;
  const left = isKept ? ` What is left stays in ${file}.` : '';
  return `Answers of a killed worker: ${parts.join(', ')}.${left}`;
}

/**
 * Whether the worker of another host, such as a container that was replaced, is gone. It is if this
 * queue has all its runs and has not heard of it for longer than a lease, while this process was
 * connected.
 */
async function isAbandoned(
  { database, connected }: SpoolRecovery,
  lines: readonly SpoolKey[],
): Promise<boolean> {
  const [first] = lines;
  if (first === undefined) return false;
  const { schema } = database.address;
  const runIds = [...new Set(lines.map(({ runId }) => runId))];
  const [row] = await database.query<{ runs: number; waitSeconds: number; isAlive: boolean }>(
    `with mine as (select (plan::json->>'leaseSeconds')::float8 as wait from ${schema}.run
       where id::text = any($1::text[]))
     select (select count(*)::int from mine) as runs,
       (select max(wait) from mine) as "waitSeconds",
       exists (select from ${schema}.worker where id::text = $2
         and seen_at > now() - (select max(wait) from mine) * interval '1 second') as "isAlive"`,
    [runIds, first.workerId],
  );
  if (row?.runs !== runIds.length) return false;
  // Asked also of workers that are alive: it counts from the first question.
  const isLong = connected.isLongerThan(1000 * row.waitSeconds);
  return isLong && !row.isAlive;
}
