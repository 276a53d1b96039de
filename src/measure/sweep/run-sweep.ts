import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { RequestForm } from '../../llm/request-form.js';
import type { GradingTools } from '../graders/grade.js';
import type { Pool } from '../models/model.js';
import type { Environment } from '../models/read-api-key.js';
import type { CallTimeouts } from './calls/call-timeouts.js';
import { systemClock, type Clock } from './calls/clock.js';
import { createProviderClient } from './calls/provider-client.js';
import { defaultRetryLimits, type RetryLimits } from './calls/retry.js';
import { openCallJournal, type CallJournal } from '../ledger/call-journal.js';
import type { Ledger } from '../ledger/ledger.js';
import { runFiles } from '../outcomes/run.js';
import type { TaskSet } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { callBatches, checkNoBatches, type BatchSettings } from './batches/call-batches.js';
import { callCells, type CallSettings } from './call-cells.js';
import type { CreateCellSource } from './cell-source.js';
import { openSweepRun, type OpenSweepRun } from './open-sweep-run.js';
import { planSweep, type SweepPlan } from './plan-sweep.js';
import { runPreflight } from './preflight.js';
import { checkNoQueue, checkRunDirectory } from './run-directory.js';
import { findServedDifferences } from './served-models.js';
import { describeNewForm, type SweepEvent } from './sweep-event.js';
import { describeEvent } from './sweep-notices.js';
import { countInFlight, startProgress, type SweepProgress } from './sweep-progress.js';
import { summarizeBudget, summarizeSweep, type SweepSummary } from './sweep-summary.js';

/** What a sweep calls, where it records the answers, and within which limits. */
export interface SweepSettings {
  /** The examples that every model answers. */
  readonly taskSet: TaskSet;
  /** The models. */
  readonly pool: Pool;
  /** The run's folder. It is created if it does not exist, and otherwise resumed. */
  readonly runDirectory: string;
  /** Maximum number of calls in flight, over all models; minimum 1. @default 8 */
  readonly concurrency?: number;
  /** Calls per example and model; minimum 1. @default 1 */
  readonly repeats?: number;
  /** Decides the order of the calls. @default 0 */
  readonly seed?: number;
  /** The environment variables with the API keys, usually `process.env`. */
  readonly environment: Environment;
  /** @default systemClock */
  readonly clock?: Clock;
  /** Ends the sweep: calls in flight are finished and recorded, and no others are sent. */
  readonly signal?: AbortSignal;
  /** Called after every cell, and with a notice for the user if there is one. */
  readonly onProgress?: (progress: SweepProgress, notice?: string) => void;
  /** Called for events that explain the sweep's pace and its failures. */
  readonly onEvent?: (event: SweepEvent) => void;
  /** Maximum number of prompts, the first ones in the seed's order. @default all */
  readonly limit?: number;
  /**
   * Maximum cost of the run in USD, including earlier sweeps into the same folder. The worst-case
   * cost of each call is reserved before it is sent. @default no limit
   */
  readonly budgetUsd?: number;
  /** Call only cells whose last call failed, not those that were never called. @default false */
  readonly retryFailed?: boolean;
  /**
   * Send the calls in the providers' batches: usually half the price, within a day, without latencies. A
   * provider without a batch API is skipped, and said so. @default one by one
   */
  readonly batches?: BatchSettings;
  /**
   * Makes what decides, while the sweep runs, which cells are called; all of the summary's counts are
   * then of those cells. @default none: all cells are called
   */
  readonly createSource?: CreateCellSource;
  /**
   * For all models; those that the pool gives a model come first. @default see `CallTimeouts`, and
   * longer for models with long answers
   */
  readonly timeouts?: Partial<CallTimeouts>;
  /** How often, and for how long, a call that fails is tried again. @default 5 attempts in 10 minutes */
  readonly retryLimits?: RetryLimits;
  /** The tools that graders may use. @default none: no sandbox and no judge */
  readonly tools?: GradingTools;
}

/**
 * Runs every cell that is not settled yet and records it in the run's ledger. A sweep can be
 * resumed after the signal or a crash ended it: settled cells are never called again,
 * infrastructure failures are.
 *
 * @throws RoutesmithError before the first call: `usage`, `invalid_pool`, `invalid_task_set`,
 * `missing_key`, `provider_unreachable`, `run_locked`, `ledger_corrupt`, `invalid_input`. Failed
 * cells and a reached budget do not throw; they are in the summary.
 */
export async function runSweep(settings: SweepSettings): Promise<SweepSummary> {
  const { clock = systemClock, tools = {}, batches } = settings;
  const concurrency = checkCount('concurrency', settings.concurrency ?? defaultConcurrency);
  const plan = planSweep(readPlanSettings(settings));
  const apiKeys = await checkSweep(settings);
  const watch = new SweepWatch(settings);
  const { onProgress, onEvent, onEventBeforeCalls } = watch;
  const records = await openSweepRun(
    plan,
    { ...settings, onEvent: onEventBeforeCalls, onProgress, openJournal: openJournalIn(settings) },
    tools,
    () => clock.date(),
  );
  const client = createProviderClient({
    clock,
    timeouts: settings.timeouts ?? {},
    onNewForm: (model, request) => onEvent(describeNewForm(model, request)),
  });
  const stop = createStop(settings.signal);
  try {
    const call: CallSettings = {
      concurrency,
      tools: records.tools,
      client,
      apiKeys,
      journal: records.journal,
      budget: records.budget,
      redactor: createRedactor([...apiKeys.values()]),
      clock,
      random: createRandom(settings.seed ?? 0),
      retryLimits: settings.retryLimits ?? defaultRetryLimits,
      signal: stop.signal,
      isRetry: settings.retryFailed ?? false,
      createSource: settings.createSource,
      onProgress,
      onEvent,
    };
    const { reservations, findTools } = records;
    const file = findBatchFile(settings);
    const ended =
      batches === undefined
        ? await callCells(plan, records, call)
        : await callBatches(plan, records, { ...call, batches, file, reservations, findTools });
    return await finishSweep(ended, records, { settings, plan, watch, signal: stop.signal });
  } finally {
    stop.dispose();
    await Promise.all([client.close(), records.ledger.close()]);
  }
}

/** Makes all checks that come before the run is opened, and reads the API keys of its models. */
async function checkSweep(settings: SweepSettings): ReturnType<typeof runPreflight> {
  const { taskSet, pool, runDirectory, budgetUsd, environment } = settings;
  if (budgetUsd !== undefined) checkBudget(budgetUsd);
  const hasBudget = budgetUsd !== undefined;
  const apiKeys = await runPreflight(pool.models, taskSet.examples, { environment, hasBudget });
  await checkRunDirectory(runDirectory, taskSet.file);
  checkNoQueue(runDirectory);
  if (settings.batches === undefined) await checkNoBatches(findBatchFile(settings));
  return apiKeys;
}

function findBatchFile({ runDirectory }: Pick<SweepSettings, 'runDirectory'>): string {
  return path.join(runDirectory, runFiles.batches);
}

function openJournalIn({ runDirectory }: SweepSettings): (ledger: Ledger) => CallJournal {
  return (ledger) =>
    openCallJournal(path.join(runDirectory, runFiles.calls), () => {
      ledger.write();
      return ledger.writtenBytes;
    });
}

/** Passes a sweep's progress and events on, and remembers what its summary says of them. */
class SweepWatch {
  readonly #settings: Pick<SweepSettings, 'onProgress' | 'onEvent'>;
  #progress = startProgress([], null);
  /** Whether a candidate's call did not fit into the budget. */
  isBudgetReached = false;
  /** The latest request forms that the sweep found, by the pool's entries. */
  readonly newForms = new Map<string, RequestForm>();

  constructor(settings: Pick<SweepSettings, 'onProgress' | 'onEvent'>) {
    this.#settings = settings;
  }

  readonly onProgress = (progress: SweepProgress, notice?: string): void => {
    this.#progress = progress;
    this.#settings.onProgress?.(progress, notice);
  };

  readonly onEvent = (event: SweepEvent): void => {
    // What did not fit of the judge's calls may fit when batches have ended.
    if (event.kind === 'budget_reached' && event.isJudge !== true) this.isBudgetReached = true;
    if (event.kind === 'new_form') this.newForms.set(event.model, event.request);
    this.#settings.onEvent?.(event);
  };

  /** For events before the calls, whose report says the notices of its own. */
  readonly onEventBeforeCalls = (event: SweepEvent): void => {
    this.onEvent(event);
    this.onProgress(this.#progress, describeEvent(event));
  };
}

/** Asks the judge about the answers of batches that the budget did not cover, and summarizes. */
async function finishSweep(
  ended: SweepProgress,
  records: OpenSweepRun & { readonly journal: CallJournal },
  sweep: {
    readonly settings: SweepSettings;
    readonly plan: SweepPlan;
    readonly watch: SweepWatch;
    readonly signal: AbortSignal;
  },
): Promise<SweepSummary> {
  const { settings, plan, watch, signal } = sweep;
  const { models } = settings.pool;
  await records.ledger.flush();
  // One by one, the judge waits for calls in flight: what did not fit does not fit now.
  const hasBatches = settings.batches !== undefined;
  const again = hasBatches ? await records.judgeRefused(signal) : { regraded: 0, left: 0 };
  const unjudged = records.countUnjudged();
  const isReached = watch.isBudgetReached || (unjudged > 0 && !records.mayJudgeLater());
  const cellsInBatches = hasBatches ? countInFlight(ended) : 0;
  records.journal.close();
  return summarizeSweep(ended, {
    runDirectory: settings.runDirectory,
    aborted: signal.aborted,
    budget: summarizeBudget(records.budget, isReached, unjudged),
    ...(cellsInBatches > 0 && { cellsInBatches }),
    cutOffCalls: records.cutOff.length,
    duplicateTasks: plan.duplicateExamples.length,
    regraded: records.regraded + again.regraded,
    renamed: records.renamed,
    toRegrade: records.toRegrade + again.left,
    served: findServedDifferences(models, records.settled.served),
    ...(watch.newForms.size > 0 && {
      newForms: Array.from(watch.newForms, ([model, request]) => ({ model, request })),
    }),
    simulated: models.some((model) => model.simulated),
  });
}

/** A signal that follows the caller's and allows any number of listeners without a warning. */
function createStop(outer: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort();
  if (outer?.aborted === true) abort();
  outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    dispose: () => outer?.removeEventListener('abort', abort),
  };
}

/**
 * What a sweep plans, with the defaults.
 *
 * @throws RoutesmithError `usage` for a number of repeats or prompts that is not a whole one from 1
 */
export function readPlanSettings(
  settings: Pick<SweepSettings, 'taskSet' | 'pool' | 'repeats' | 'seed' | 'limit'>,
): Parameters<typeof planSweep>[0] {
  const { taskSet, pool, seed = 0 } = settings;
  const repeats = checkCount('repeats', settings.repeats ?? 1);
  const limit = settings.limit === undefined ? undefined : checkCount('limit', settings.limit);
  return { examples: taskSet.examples, models: pool.models, repeats, seed, limit };
}

export function checkBudget(value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RoutesmithError('usage', 'the budget must be a number of at least 0, in USD', {
    fix: 'Give an amount such as 5 or 0.50.',
  });
}

function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RoutesmithError('usage', `${name} must be a whole number of at least 1`, {
    fix: `Give ${name} as 1, 2, 3, ...`,
  });
}
