import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { runFiles } from '../outcomes/run.js';
import { checkNoBatches } from '../sweep/batches/call-batches.js';
import type { AmbiguousRule, GraderTool } from '../graders/grade.js';
import type { JudgeSpend } from '../sweep/create-judge.js';
import { systemClock, type Clock } from '../sweep/calls/clock.js';
import { defaultRetryLimits } from '../sweep/calls/retry.js';
import { openSweepRun, type OpenSweepRun } from '../sweep/open-sweep-run.js';
import { planSweep, type SweepPlan } from '../sweep/plan-sweep.js';
import { checkCallable } from '../sweep/preflight.js';
import { checkRunDirectory } from '../sweep/run-directory.js';
import { checkBudget, readPlanSettings, type SweepSettings } from '../sweep/run-sweep.js';
import { findServedDifferences } from '../sweep/served-models.js';
import { describeStart } from '../sweep/sweep-notices.js';
import { startProgress } from '../sweep/sweep-progress.js';
import { summarizeSweep, type SweepSummary } from '../sweep/sweep-summary.js';
import { RoutesmithError } from '../../util/errors.js';
import { beginRun, type BegunRun } from './begin-run.js';
import { createEntryCollector } from './collect-entries.js';
import { describeDatabaseError, isDatabaseError, retryWhileAway } from './database.js';
import { checkRun, releaseRun } from './find-run.js';
import { followRun, type FollowedRun } from './follow-run.js';
import { openQueue, type OpenQueue } from './open-queue.js';
import { defaultLeaseSeconds, type QueueAddress } from './queue-address.js';
import { removeQueueFile } from './queue-file.js';
import { computePlanDigest, type QueueTools } from './queue-plan.js';
import { RunGoneError } from './queue-run.js';

export interface QueueSweepSettings extends Omit<
  SweepSettings,
  'environment' | 'concurrency' | 'tools' | 'timeouts' | 'batches' | 'onEvent'
> {
  readonly address: QueueAddress;
  /** Upper limit of the calls in flight of each account and model, over all workers. @default 1000 */
  readonly laneMaximum?: number;
  /** A worker that is silent for 1.5 times this long loses its cells; minimum 10. @default 30 */
  readonly leaseSeconds?: number;
  /** What graders may use; workers open it. @default nothing */
  readonly tools?: QueueTools;
}

export interface QueueSweepSummary extends SweepSummary {
  /** What judging the answers that this sweep collected has cost; undefined without a judge. */
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
  await checkRunDirectory(runDirectory, taskSet.file);
  await checkNoBatches(path.join(runDirectory, runFiles.batches));
  const leaseSeconds = settings.leaseSeconds ?? defaultLeaseSeconds;
  const queue = await openQueue(address, leaseSeconds);
  try {
    const full = { ...settings, leaseSeconds, clock };
    const { signal = neverAborted } = settings;
    const digest = computePlanDigest(plan);
    // Before anything is written into the folder: a sweep that is refused leaves it as it was.
    await retryWhileAway(
      () => checkRun(queue.database, runDirectory, digest, settings.retryFailed ?? false),
      { clock, signal },
    );
    for (;;) {
      const run = { ...settings, openJournal: () => undefined, describeLack };
      const records = await openSweepRun(plan, run, readTools(settings), () => clock.date());
      try {
        const summary = await new Coordinator(full, queue, plan, records).run();
        if (summary !== undefined) return summary;
      } finally {
        await records.ledger.close();
      }
    }
  } catch (error) {
    if (error instanceof RunGoneError) throw describePurged(error, settings.runDirectory);
    throw isDatabaseError(error) ? describeDatabaseError(error, address) : error;
  } finally {
    await queue.close();
  }
}

/** The coordinator regrades recorded answers only with what needs neither a sandbox nor a judge. */
function readTools({ tools }: QueueSweepSettings): { readonly ambiguous?: AmbiguousRule } {
  const ambiguous = tools?.ambiguous ?? null;
  return ambiguous === null ? {} : { ambiguous };
}

/** Options of this sweep are for its workers, which get new answers only. */
function describeLack(tool: GraderTool): string {
  const [lack, option] =
    tool === 'judge' ? ['asks no judge', '--judge FILE'] : ['runs no code', '--allow-code'];
  return `the sweep itself ${lack} with --queue. Grade them with routesmith grade RUN ${option}`;
}

function describePurged(error: RunGoneError, runDirectory: string): RoutesmithError {
  return new RoutesmithError('usage', error.message, {
    where: runDirectory,
    fix: 'Everything that was collected counts. Run the same command again for the rest.',
  });
}

const neverAborted = new AbortController().signal;

class Coordinator {
  readonly #settings: QueueSweepSettings & { readonly leaseSeconds: number; readonly clock: Clock };
  readonly #queue: OpenQueue;
  readonly #plan: SweepPlan;
  readonly #records: OpenSweepRun;
  readonly #coordinator = randomUUID();
  readonly #missing = new Set<string>();

  constructor(
    settings: QueueSweepSettings & { readonly leaseSeconds: number; readonly clock: Clock },
    queue: OpenQueue,
    plan: SweepPlan,
    records: OpenSweepRun,
  ) {
    this.#settings = settings;
    this.#queue = queue;
    this.#plan = plan;
    this.#records = records;
  }

  /** @returns undefined if the records are to be opened again; see `beginRun` */
  async run(): Promise<QueueSweepSummary | undefined> {
    const begun = await this.#persist(() => this.#begin());
    if (begun === undefined) return undefined;
    const { file, handle } = begun;
    for (const notice of describeStart(this.#plan, this.#records)) this.#say(notice);
    const { runDirectory } = this.#settings;
    const { database } = this.#queue;
    const { ledger, settled } = this.#records;
    const collector = await createEntryCollector(database, ledger, runDirectory, file);
    const followed = await followRun({
      ...handle,
      ...this.#queue,
      coordinator: file.coordinator,
      sweepPlan: this.#plan,
      settled,
      collector,
      clock: this.#settings.clock,
      signal: this.#signal,
      onProgress: this.#settings.onProgress ?? (() => {}),
    });
    if (followed.isOver && followed.run.state !== 'budget_reached') {
      await removeQueueFile(runDirectory);
    } else {
      await this.#persist(() => releaseRun(database, file.runId, file.coordinator));
    }
    return this.#summarize(followed);
  }

  #begin(): Promise<BegunRun | undefined> {
    const { leaseSeconds, laneMaximum = 1000, retryLimits, tools, budgetUsd } = this.#settings;
    return beginRun({
      ...this.#queue,
      sweepPlan: this.#plan,
      records: this.#records,
      runDirectory: this.#settings.runDirectory,
      coordinator: this.#coordinator,
      settings: {
        laneMaximum,
        leaseSeconds,
        retryLimits: retryLimits ?? defaultRetryLimits,
        tools: {
          ...(tools ?? { allowCode: false, judge: null }),
          ambiguous: this.#records.tools.ambiguous ?? null,
        },
      },
      budgetUsd,
      retryFailed: this.#settings.retryFailed ?? false,
      clock: this.#settings.clock,
      signal: this.#signal,
      missing: this.#missing,
      onNotice: (notice) => this.#say(notice),
    });
  }

  get #signal(): AbortSignal {
    return this.#settings.signal ?? neverAborted;
  }

  #persist<Result>(work: () => Promise<Result>): Promise<Result> {
    return retryWhileAway(work, {
      clock: this.#settings.clock,
      signal: this.#signal,
      onAway: () => this.#say('The database is away; trying again.'),
    });
  }

  #summarize({ progress, run, cutOffCalls, ...followed }: FollowedRun): QueueSweepSummary {
    const { pool, tools, signal, runDirectory, budgetUsd } = this.#settings;
    const { settled, cutOff, regraded, renamed, toRegrade } = this.#records;
    const { spentUsd, possibleUsd } = run;
    const judgeUsd = run.judgeUsd + run.judgeBeforeUsd;
    const unboundedCalls = settled.unboundedCalls + followed.unboundedCalls;
    const { count: cellsElsewhere, isPossible: mayHaveCellsElsewhere } = followed.elsewhere;
    const summary = summarizeSweep(progress, {
      runDirectory,
      ...(cellsElsewhere > 0 && { cellsElsewhere }),
      ...(mayHaveCellsElsewhere && { mayHaveCellsElsewhere }),
      aborted: signal?.aborted === true || run.state === 'cancelled',
      budget: {
        limitUsd: budgetUsd ?? null,
        spentUsd,
        possibleUsd,
        ...(unboundedCalls > 0 && { unboundedCalls }),
        ...(judgeUsd > 0 && { judgeUsd }),
        reached: run.state === 'budget_reached',
      },
      cutOffCalls: cutOff.length + cutOffCalls,
      duplicateTasks: this.#plan.duplicateExamples.length,
      regraded,
      renamed,
      toRegrade,
      served: findServedDifferences(pool.models, settled.served),
      simulated: pool.models.some((model) => model.simulated),
    });
    const judge = (tools?.judge ?? null) === null ? undefined : followed.judge;
    return { ...summary, judge, queue: { runId: run.id, lateAnswers: run.lateAnswers } };
  }

  #say(notice: string): void {
    const none = startProgress([], this.#settings.clock.now());
    this.#settings.onProgress?.(none, notice);
  }
}
