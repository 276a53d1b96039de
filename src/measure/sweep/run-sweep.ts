import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { GradingTools } from '../graders/grade.js';
import type { Pool } from '../models/model.js';
import type { Environment } from '../models/read-api-key.js';
import type { CallTimeouts } from './calls/call-timeouts.js';
import { systemClock, type Clock } from './calls/clock.js';
import { createProviderClient } from './calls/provider-client.js';
import { defaultRetryLimits, type RetryLimits } from './calls/retry.js';
import { openCallJournal } from '../ledger/call-journal.js';
import { runFiles } from '../outcomes/run.js';
import type { TaskSet } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { createBudget } from './budget.js';
import { callCells } from './call-cells.js';
import { openSweepRecords } from './open-sweep-records.js';
import { planSweep } from './plan-sweep.js';
import { runPreflight } from './preflight.js';
import { regradeSettled } from './regrade-settled.js';
import { checkRunDirectory, writeRunDirectory } from './run-directory.js';
import { findServedDifferences } from './served-models.js';
import type { SweepEvent } from './sweep-event.js';
import type { SweepProgress } from './sweep-progress.js';
import { summariseBudget, summariseSweep, type SweepSummary } from './sweep-summary.js';

export interface SweepSettings {
  readonly taskSet: TaskSet;
  readonly pool: Pool;
  /** The run's folder; created where it does not exist, resumed where it does. */
  readonly runDirectory: string;
  /** Calls under way at the same time, over all models; minimum 1. @default 8 */
  readonly concurrency?: number;
  /** Calls of each task and model; minimum 1. @default 1 */
  readonly repeats?: number;
  /** Decides the order of the calls. @default 0 */
  readonly seed?: number;
  /** Where the keys are: `process.env`. */
  readonly environment: Environment;
  /** @default systemClock */
  readonly clock?: Clock;
  /** Ends the sweep: what is under way is finished and recorded, and nothing else begun. */
  readonly signal?: AbortSignal;
  /** Called after every cell, and with a line of text where something should be said. */
  readonly onProgress?: (progress: SweepProgress, notice?: string) => void;
  /** Called for everything that explains the sweep's pace and its failures. */
  readonly onEvent?: (event: SweepEvent) => void;
  /** The most prompts to run, the first ones of the seed's order. @default all of them */
  readonly limit?: number;
  /**
   * The most that the run may cost in USD, earlier sweeps into the same folder included. What a
   * call can cost at most is put aside before it is sent, so that it holds. @default no limit
   */
  readonly budgetUsd?: number;
  /** Call only cells whose last call failed, and none that was never called. @default false */
  readonly retryFailed?: boolean;
  readonly timeouts?: Partial<CallTimeouts>;
  readonly retryLimits?: RetryLimits;
  /** What graders may use beyond the answer. @default nothing: no code is run, no model judges */
  readonly tools?: GradingTools;
}

/**
 * Runs every cell that is not settled yet and records it in the run's ledger. May be ended at any
 * moment, by the signal or by a crash, and run again: settled cells are never called again,
 * infrastructure failures are.
 *
 * @throws RoutesmithError before the first call: `usage`, `invalid_pool`, `invalid_task_set`,
 * `missing_key`, `provider_unreachable`, `run_locked`, `ledger_corrupt`, `invalid_input`. Failures
 * of cells and a budget that is reached are data and in the summary.
 */
export async function runSweep(settings: SweepSettings): Promise<SweepSummary> {
  const { taskSet, pool, runDirectory, clock = systemClock, tools = {} } = settings;
  const { budgetUsd } = settings;
  const concurrency = checkCount('concurrency', settings.concurrency ?? 8);
  const plan = planSweep(readPlanSettings(settings));
  if (budgetUsd !== undefined) checkBudget(budgetUsd);
  const hasBudget = budgetUsd !== undefined;
  const { environment } = settings;
  const apiKeys = await runPreflight(pool.models, taskSet.examples, { environment, hasBudget });

  await checkRunDirectory(runDirectory);
  const records = await openSweepRecords(runDirectory, plan, tools, () => clock.date());
  const { ledger, settled } = records;
  const client = createProviderClient({ clock, timeouts: settings.timeouts ?? {} });
  const stop = createStop(settings.signal);
  try {
    await writeRunDirectory(runDirectory, { taskSet, pool, now: clock.date() });
    const regraded = await regradeSettled(plan, settled, ledger, tools);
    await ledger.flush();
    const journal = openCallJournal(path.join(runDirectory, runFiles.calls), () => {
      ledger.write();
      return ledger.writtenBytes;
    });
    const budget = createBudget(budgetUsd ?? Infinity, settled);
    let isBudgetReached = false;
    const progress = await callCells(plan, records, {
      concurrency,
      tools,
      client,
      apiKeys,
      journal,
      budget,
      redactor: createRedactor([...apiKeys.values()]),
      clock,
      random: createRandom(settings.seed ?? 0),
      retryLimits: settings.retryLimits ?? defaultRetryLimits,
      signal: stop.signal,
      isRetry: settings.retryFailed ?? false,
      onProgress: settings.onProgress,
      onEvent(event) {
        if (event.kind === 'budget_reached') isBudgetReached = true;
        settings.onEvent?.(event);
      },
    });
    await ledger.flush();
    journal.close();
    return summariseSweep(progress, {
      runDirectory,
      aborted: stop.signal.aborted,
      budget: summariseBudget(budget, isBudgetReached),
      cutOffCalls: records.cutOff.length,
      duplicateTasks: plan.duplicateExamples.length,
      regraded,
      served: findServedDifferences(pool.models, settled.served),
      simulated: pool.models.some((model) => model.simulated),
    });
  } finally {
    stop.dispose();
    await Promise.all([client.close(), ledger.close()]);
  }
}

/** The caller's signal, passed on to one that every waiting cell may listen to without a warning. */
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

/** What a plan is made of, checked. */
export function readPlanSettings(
  settings: Pick<SweepSettings, 'taskSet' | 'pool' | 'repeats' | 'seed' | 'limit'>,
): Parameters<typeof planSweep>[0] {
  const { taskSet, pool, seed = 0 } = settings;
  const repeats = checkCount('repeats', settings.repeats ?? 1);
  const limit = settings.limit === undefined ? undefined : checkCount('limit', settings.limit);
  return { examples: taskSet.examples, models: pool.models, repeats, seed, limit };
}

function checkBudget(value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RoutesmithError('usage', 'a budget must be a number of at least 0, in USD', {
    fix: 'Give it as 5 or 0.50.',
  });
}

function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RoutesmithError('usage', `${name} must be a whole number of at least 1`, {
    fix: `Give ${name} as 1, 2, 3, ...`,
  });
}
