import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { GradingTools } from '../graders/grade.js';
import type { Environment } from '../models/read-api-key.js';
import { readMoment, systemClock, type Clock } from '../sweep/calls/clock.js';
import { createProviderClient } from '../sweep/calls/provider-client.js';
import { watchJudge } from '../sweep/judge-budget.js';
import { describePlainKeys, tellEvents, tellNewForms } from '../sweep/sweep-notices.js';
import { createRandom } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { textHash } from '../../util/text-hash.js';
import { version } from '../../version.js';
import {
  describeDatabaseError,
  isConnectionLoss,
  isDatabaseError,
  retryWhileAway,
} from './database.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { ConnectedTime } from './connected-time.js';
import { finishIfDone, recoverLostCells } from './keep-run.js';
import { openQueue, type OpenQueue } from './open-queue.js';
import { defaultLeaseSeconds, type QueueAddress } from './queue-address.js';
import { leasesUntilLost, nameLaneQueue } from './queue-jobs.js';
import type { QueueTools } from './queue-plan.js';
import { RunGoneError } from './queue-run.js';
import { removeWorker, reportWorker, type WorkerNote } from './queue-workers.js';
import { looksAgainMs, SpoolRecoverer } from './recover-spools.js';
import { RunWorker } from './run-worker.js';
import { findServedRuns, hasWork, RefusedTools, type ServedRun } from './served-runs.js';
import { openWorkerSpool, type WorkerSpool } from './worker-spool.js';

export interface WorkerSettings {
  readonly address: QueueAddress;
  /** Maximum number of calls of this worker in flight; minimum 1. @default 8 */
  readonly concurrency?: number;
  /** The environment variables with the API keys, usually `process.env`. */
  readonly environment: Environment;
  /** Folder of the file with answers that are not in the database yet. */
  readonly spoolFolder: string;
  /** Whether to end when no run has cells left. @default false: wait for the next run */
  readonly once?: boolean;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Opens what a run's graders need. @throws RoutesmithError if this worker may not or cannot */
  readonly openTools: (tools: QueueTools) => Promise<OpenWorkerTools>;
  readonly onNotice: (notice: string) => void;
}

export interface OpenWorkerTools {
  readonly tools: GradingTools;
  close(): Promise<void>;
}

export interface WorkerSummary {
  /** Cells that this worker has settled. */
  readonly settled: number;
  readonly runs: number;
  /** Answers of earlier workers of this folder that were recorded now. */
  readonly recovered: number;
  /** Answers that are, or whose grades are, still only in the spool folder. */
  readonly unrecorded: number;
}

/**
 * Works on the runs of a queue until the signal aborts, or, with `once`, until none has cells left.
 * Keys come from this process's environment only.
 *
 * @throws RoutesmithError `queue_unavailable` at the start, `version_mismatch` for a run of another
 * version, `missing_key` with `once` if this worker has no key of any lane
 */
export async function serveQueue(settings: WorkerSettings): Promise<WorkerSummary> {
  const queue = await openQueue(settings.address, defaultLeaseSeconds);
  const workerId = randomUUID();
  const spool = await openWorkerSpool(settings.spoolFolder, workerId);
  const { clock = systemClock } = settings;
  const server = new QueueServer({ ...settings, clock }, queue, workerId, spool);
  try {
    return await server.serve();
  } catch (error) {
    if (isDatabaseError(error)) throw describeDatabaseError(error, settings.address);
    throw error;
  } finally {
    await spool.close();
    await queue.close().catch(() => {});
  }
}

class QueueServer {
  readonly #settings: WorkerSettings & { readonly clock: Clock };
  readonly #queue: OpenQueue;
  readonly #workerId: string;
  readonly #spool: WorkerSpool;
  readonly #name = `${hostname()} (${process.pid})`;
  /** What was already said of a run. */
  readonly #said = new Set<string>();
  readonly #refused: RefusedTools;
  /** What it says of the runs that it has found. */
  #notes: readonly WorkerNote[] = [];
  readonly #spools: SpoolRecoverer;
  readonly #connected: ConnectedTime;
  /** Asked at other times, for other durations. */
  readonly #connectedToSpools: ConnectedTime;
  #settled = 0;
  #runs = 0;

  constructor(
    settings: WorkerSettings & { readonly clock: Clock },
    queue: OpenQueue,
    workerId: string,
    spool: WorkerSpool,
  ) {
    this.#settings = settings;
    this.#queue = queue;
    this.#workerId = workerId;
    this.#spool = spool;
    this.#refused = new RefusedTools(settings.clock);
    this.#connected = new ConnectedTime(settings.clock);
    this.#connectedToSpools = new ConnectedTime(settings.clock);
    this.#spools = new SpoolRecoverer({
      ...queue,
      folder: settings.spoolFolder,
      workerId,
      connected: this.#connectedToSpools,
      onNotice: settings.onNotice,
    });
  }

  async serve(): Promise<WorkerSummary> {
    const { signal, clock, once = false } = this.#settings;
    while (!signal.aborted) {
      await this.#persist(() => this.#spools.recover());
      const { served, refused } = await this.#persist(() => this.#findRuns());
      const [run] = served;
      if (run !== undefined) {
        await this.#work(run);
        continue;
      }
      const [first] = refused;
      if (once && first !== undefined && this.#runs === 0) throw first.refusal;
      if (once && !(await this.#persist(() => this.#isPlanning()))) break;
      await this.#persist(() => this.#report(null, 0));
      await clock.sleep(looksAgainMs, signal);
    }
    await this.#spools.end();
    await removeWorker(this.#queue.database, this.#workerId).catch(() => {});
    return {
      settled: this.#settled,
      runs: this.#runs,
      recovered: this.#spools.recorded,
      unrecorded: this.#spool.size,
    };
  }

  async #findRuns(): ReturnType<typeof findServedRuns> {
    const { environment } = this.#settings;
    const runs = await findServedRuns(this.#queue.database, environment, this.#refused);
    this.#notes = [...runs.served, ...runs.refused].flatMap(({ runId, notes }) =>
      notes.map((text) => ({ runId, text })),
    );
    for (const { runId, text } of this.#notes) this.#sayOnce(runId, text);
    return runs;
  }

  async #isPlanning(): Promise<boolean> {
    const { database } = this.#queue;
    const rows = await database.query(
      `select id from ${database.address.schema}.run where state = 'planning'`,
    );
    return rows.length > 0;
  }

  async #work(run: ServedRun): Promise<void> {
    const { clock, signal, onNotice, concurrency = defaultConcurrency } = this.#settings;
    const opened = await this.#openTools(run);
    if (opened === undefined) return;
    const { tools, close } = opened;
    const client = createProviderClient({ clock, onNewForm: tellNewForms(onNotice) });
    onNotice(`Working on run ${run.runId}: ${formatCount(run.lanes.length, 'lane')}.`);
    for (const notice of describePlainKeys(run.apiKeys)) onNotice(notice);
    const onEvent = tellEvents(onNotice);
    const ended = new AbortController();
    try {
      await this.#persist(() => this.#report(run.runId, 0));
      const worker = new RunWorker({
        ...run,
        ...this.#queue,
        workerId: this.#workerId,
        concurrency,
        client,
        redactor: createRedactor([...run.apiKeys.values()]),
        // Workers that wait for the same lane ask at different times.
        random: createRandom(textHash(this.#workerId, 0)),
        clock,
        tools: watchJudge(tools, onEvent),
        spool: this.#spool,
        signal,
        onEvent,
        onConnection: (isAway) =>
          onNotice(
            isAway
              ? 'The database is away. Answers are kept; trying again.'
              : 'The database is back.',
          ),
      });
      const keeping = this.#keep(run, worker, ended.signal);
      try {
        await worker.run();
      } finally {
        this.#settled += worker.settled;
        this.#runs += 1;
        ended.abort();
        await keeping;
      }
    } finally {
      await Promise.all([client.close(), close()]);
    }
  }

  /** @returns undefined if this worker may not or cannot use them; the run is refused then */
  async #openTools({ runId, plan }: ServedRun): Promise<OpenWorkerTools | undefined> {
    try {
      return await this.#settings.openTools(plan.tools);
    } catch (error) {
      if (!RoutesmithError.isInstance(error)) throw error;
      this.#refused.note(runId, plan.tools, error);
      return undefined;
    }
  }

  /** Renews leases, says that this worker is alive, and gives the cells of silent workers to others. */
  async #keep(run: ServedRun, worker: RunWorker, ended: AbortSignal): Promise<void> {
    const { clock } = this.#settings;
    const { jobs } = this.#queue;
    const leaseMs = 1000 * run.plan.leaseSeconds;
    while (!ended.aborted) {
      await this.#spools.waitAndRecover(leaseMs / 5, clock, ended);
      try {
        const started = readMoment(clock);
        for (const lane of worker.lanes) {
          await jobs.touch(nameLaneQueue(run.runId, lane.number), lane.listHeld());
        }
        // Before it may take cells again: those of a worker that is not there are taken away.
        await this.#report(run.runId, worker.inFlight, worker.settled);
        worker.noteRenewed(started);
        // First, so that no cell is called again whose answer lies there; leases are to be renewed.
        await this.#spools.recoverWithin(leaseMs / 5, clock);
        if (this.#connected.isLongerThan(leasesUntilLost * leaseMs)) {
          await recoverLostCells({ ...run, jobs });
        }
        const row = await finishIfDone(run);
        // Where its lanes have all been stopped, other runs may have cells for this worker.
        const isIdle = worker.lanes.every((lane) => lane.isIdle);
        if (row?.state !== 'open' || (isIdle && !(await hasWork(run, run.lanes)))) worker.end();
      } catch (error) {
        if (error instanceof RunGoneError) worker.end();
        else if (!isConnectionLoss(error)) worker.fail(error);
        this.#noteLoss();
      }
    }
  }

  async #report(runId: string | null, inFlight: number, settled = 0): Promise<void> {
    await reportWorker(this.#queue.database, {
      id: this.#workerId,
      name: this.#name,
      version,
      concurrency: this.#settings.concurrency ?? defaultConcurrency,
      inFlight,
      settled: this.#settled + settled,
      runId,
      notes: this.#notes,
    });
  }

  /** Other workers could not renew their leases, either. */
  #noteLoss(): void {
    this.#connected.restart();
    this.#connectedToSpools.restart();
  }

  #sayOnce(runId: string, note: string): void {
    const key = `${runId} ${note}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#settings.onNotice(`This worker ${note}.`);
  }

  #persist<Result>(work: () => Promise<Result>): Promise<Result> {
    const { clock, signal } = this.#settings;
    return retryWhileAway(work, {
      clock,
      signal,
      onFailure: () => this.#noteLoss(),
    });
  }
}
