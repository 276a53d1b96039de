import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { runFiles } from '../outcomes/run.js';
import { checkNoBatches } from '../sweep/batches/call-batches.js';
import type { JudgeSpend } from '../sweep/create-judge.js';
import { systemClock, type Clock } from '../sweep/calls/clock.js';
import { defaultRetryLimits } from '../sweep/calls/retry.js';
import { openRun, type OpenRun } from '../sweep/open-run.js';
import { planSweep, type SweepPlan } from '../sweep/plan-sweep.js';
import { checkCallable } from '../sweep/preflight.js';
import { checkRunDirectory } from '../sweep/run-directory.js';
import { checkBudget, readPlanSettings, type SweepSettings } from '../sweep/run-sweep.js';
import { findServedDifferences } from '../sweep/served-models.js';
import { describeStart } from '../sweep/sweep-notices.js';
import { startProgress } from '../sweep/sweep-progress.js';
import { summarizeSweep, type SweepSummary } from '../sweep/sweep-summary.js';
import { createEntryCollector, type EntryCollector } from './collect-entries.js';
import { describeDatabaseError } from './database.js';
import { findRun, nameRun, startQueueFile } from './find-run.js';
import { followRun, type FollowedRun } from './follow-run.js';
import { openQueue, type OpenQueue } from './open-queue.js';
import { createPendingTest, insertRun, writePlan } from './plan-run.js';
import type { QueueAddress } from './queue-address.js';
import { readQueueFile, writeQueueFile, type QueueFile } from './queue-file.js';
import { nameLaneQueue } from './queue-jobs.js';
import { buildQueuePlan, computePlanDigest, type QueueTools } from './queue-plan.js';
import type { RunHandle } from './queue-run.js';

export interface QueueSweepSettings extends Omit<
  SweepSettings,
  'environment' | 'concurrency' | 'tools' | 'timeouts' | 'batches' | 'onEvent'
> {
  readonly address: QueueAddress;
  /** Upper limit of the calls in flight of each account and model, over all workers. @default 1000 */
  readonly laneMaximum?: number;
  /** A worker that is silent for this long loses its cells; minimum 10. @default 30 */
  readonly leaseSeconds?: number;
  /** What graders may use; workers open it. @default nothing */
  readonly tools?: QueueTools;
}

export interface QueueSweepSummary extends SweepSummary {
  /** What the workers' judges have cost; undefined without a judge. */
  readonly judge: JudgeSpend | undefined;
  readonly queue: {
    readonly runId: string;
    /** Answers that arrived after their cell was given to another worker; paid for, not recorded. */
    readonly lateAnswers: number;
  };
}

/**
 * Runs a sweep whose cells are called by workers: writes the plan into the database, follows the run
 * and collects its lines into the folder's ledger. It needs no keys and calls no model. When it is
 * started again, it continues the run.
 *
 * @throws RoutesmithError `queue_unavailable` if the database cannot be reached at the start,
 * `run_locked` while another coordinator follows the run, and as `runSweep` does
 */
export async function coordinateSweep(settings: QueueSweepSettings): Promise<QueueSweepSummary> {
  const { taskSet, pool, runDirectory, clock = systemClock, budgetUsd, address } = settings;
  const plan = planSweep(readPlanSettings(settings));
  if (budgetUsd !== undefined) checkBudget(budgetUsd);
  checkCallable(pool.models, taskSet.examples, budgetUsd !== undefined);
  await checkRunDirectory(runDirectory);
  await checkNoBatches(path.join(runDirectory, runFiles.batches));
  const leaseSeconds = settings.leaseSeconds ?? 30;
  const queue = await openQueue(address, leaseSeconds);
  try {
    const records = await openRun(plan, settings, readTools(settings), () => clock.date());
    try {
      return await new Coordinator(
        { ...settings, leaseSeconds, clock },
        queue,
        plan,
        records,
      ).run();
    } finally {
      await records.ledger.close();
    }
  } catch (error) {
    throw describeUnlessOwn(error, address);
  } finally {
    await queue.close();
  }
}

/** The coordinator regrades recorded answers only with what needs neither a sandbox nor a judge. */
function readTools({ tools }: QueueSweepSettings): { ambiguous?: 'wrong' } {
  return tools?.ambiguous === 'wrong' ? { ambiguous: 'wrong' } : {};
}

/** Errors of the database hold its address; others are left as they are. */
function describeUnlessOwn(error: unknown, address: QueueAddress): unknown {
  const isDatabase = error instanceof Error && ('severity' in error || 'routine' in error);
  return isDatabase ? describeDatabaseError(error, address) : error;
}

class Coordinator {
  readonly #settings: QueueSweepSettings & { readonly leaseSeconds: number; readonly clock: Clock };
  readonly #queue: OpenQueue;
  readonly #plan: SweepPlan;
  readonly #records: OpenRun;
  readonly #digest: string;

  constructor(
    settings: QueueSweepSettings & { readonly leaseSeconds: number; readonly clock: Clock },
    queue: OpenQueue,
    plan: SweepPlan,
    records: OpenRun,
  ) {
    this.#settings = settings;
    this.#queue = queue;
    this.#plan = plan;
    this.#records = records;
    this.#digest = computePlanDigest(plan);
  }

  async run(): Promise<QueueSweepSummary> {
    for (const notice of describeStart(this.#plan, this.#records)) this.#say(notice);
    const file = await this.#begin();
    const collector = await this.#openCollector(file);
    const followed = await followRun({
      ...this.#address(file.runId),
      ...this.#queue,
      coordinator: file.coordinator,
      sweepPlan: this.#plan,
      settled: this.#records.settled,
      collector,
      clock: this.#settings.clock,
      signal: this.#settings.signal ?? new AbortController().signal,
      onProgress: this.#settings.onProgress ?? (() => {}),
    });
    const { state } = followed.run;
    if (state === 'finished' || state === 'cancelled') await this.#removeCells(file.runId);
    return this.#summarize(followed);
  }

  /** Continues the folder's run or begins a new one, and writes what is missing of its plan. */
  async #begin(): Promise<QueueFile> {
    const { database } = this.#queue;
    const { runDirectory } = this.#settings;
    const known = await readQueueFile(runDirectory);
    let found = await findRun(database, runDirectory, this.#digest, known);
    if (found?.isSamePlan === false) {
      await this.#drain(found.file);
      found = undefined;
    }
    const file = found?.file ?? this.#startFile(known);
    await writeQueueFile(runDirectory, file);
    if (found === undefined) {
      await this.#insertRun(file);
    } else {
      this.#say(`Continuing run ${file.runId}.`);
      await this.#renewBudget(file.runId);
    }
    const isPending = createPendingTest(this.#records.settled, this.#settings.retryFailed ?? false);
    if (found === undefined || found.state === 'planning') {
      await writePlan({ ...this.#address(file.runId), ...this.#queue }, this.#plan, isPending);
    }
    return file;
  }

  /** A new run's lines can only come after those that are in the ledger. */
  #startFile(known: QueueFile | undefined): QueueFile {
    const { writtenBytes: ledgerBytes } = this.#records.ledger;
    return { ...startQueueFile(randomUUID(), known?.coordinator), ledgerBytes };
  }

  async #insertRun(file: QueueFile): Promise<void> {
    const { settled } = this.#records;
    await insertRun({
      ...this.#address(file.runId),
      ...this.#queue,
      name: nameRun(this.#settings.runDirectory),
      planDigest: this.#digest,
      coordinator: file.coordinator,
      limitUsd: this.#settings.budgetUsd,
      spentUsd: settled.spentUsd,
      possibleUsd: settled.possibleUsd,
    });
  }

  /** Takes the present budget; a run whose budget was reached goes on. */
  async #renewBudget(runId: string): Promise<void> {
    const { database } = this.#queue;
    await database.query(
      `update ${database.address.schema}.run set limit_usd = $2, is_budget_tight = false,
         state = case when state = 'budget_reached' then 'open' else state end where id = $1`,
      [runId, this.#settings.budgetUsd ?? null],
    );
  }

  #openCollector(file: QueueFile): Promise<EntryCollector> {
    const { ledger } = this.#records;
    return createEntryCollector(this.#queue.database, ledger, this.#settings.runDirectory, file);
  }

  /** Collects the last lines of a run that has ended. */
  async #drain(file: QueueFile): Promise<void> {
    const collector = await this.#openCollector(file);
    while (await collector.collect(() => {}));
    await collector.save();
    await this.#removeCells(file.runId);
  }

  /** Removes what only an unfinished run needs; its lines stay until the run is purged. */
  async #removeCells(runId: string): Promise<void> {
    const { database, jobs } = this.#queue;
    const { schema } = database.address;
    const lanes = await database.query<{ number: number }>(
      `select number from ${schema}.lane where run_id = $1`,
      [runId],
    );
    for (const { number } of lanes) await jobs.removeLane(nameLaneQueue(runId, number));
    await database.query(`delete from ${schema}.cell where run_id = $1`, [runId]);
    await database.query(`delete from ${schema}.prompt where run_id = $1`, [runId]);
    await database.query(`update ${schema}.run set state = 'collected' where id = $1`, [runId]);
  }

  #address(runId: string): RunHandle {
    const { leaseSeconds, laneMaximum = 1000, retryLimits, tools } = this.#settings;
    const plan = buildQueuePlan(this.#plan, {
      laneMaximum,
      leaseSeconds,
      retryLimits: retryLimits ?? defaultRetryLimits,
      tools: tools ?? { allowCode: false, judge: null, ambiguous: null },
    });
    return { database: this.#queue.database, runId, plan };
  }

  #summarize({ progress, run, cutOffCalls }: FollowedRun): QueueSweepSummary {
    const { pool, tools, signal, runDirectory, budgetUsd } = this.#settings;
    const { settled, cutOff, regraded } = this.#records;
    const { spentUsd, possibleUsd } = run;
    const summary = summarizeSweep(progress, {
      runDirectory,
      aborted: signal?.aborted === true || run.state === 'cancelled',
      budget: {
        limitUsd: budgetUsd ?? null,
        spentUsd,
        possibleUsd,
        reached: run.state === 'budget_reached',
      },
      cutOffCalls: cutOff.length + cutOffCalls,
      duplicateTasks: this.#plan.duplicateExamples.length,
      regraded,
      served: findServedDifferences(pool.models, settled.served),
      simulated: pool.models.some((model) => model.simulated),
    });
    const { judgeCalls: calls, judgeUsd: costUsd, judgeUnpriced: unpriced } = run;
    const judge = (tools?.judge ?? null) === null ? undefined : { calls, costUsd, unpriced };
    return { ...summary, judge, queue: { runId: run.id, lateAnswers: run.lateAnswers } };
  }

  #say(notice: string): void {
    const none = startProgress([], this.#settings.clock.now());
    this.#settings.onProgress?.(none, notice);
  }
}
