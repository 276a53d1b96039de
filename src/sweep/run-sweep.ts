import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { GradingTools } from '../graders/grade.js';
import type { Pool } from '../pool/model.js';
import type { Environment } from '../pool/read-api-key.js';
import type { FailureClass } from '../providers/call-result.js';
import { systemClock, type Clock } from '../providers/clock.js';
import { createOpenAiClient, type CallTimeouts } from '../providers/openai-client.js';
import { defaultRetryLimits, type RetryLimits } from '../providers/retry.js';
import { openLedger, type Ledger } from '../records/ledger.js';
import { runFiles } from '../records/run-info.js';
import type { TaskSet } from '../tasks/task.js';
import { RoutesmithError } from '../util/errors.js';
import { createRandom } from '../util/random.js';
import { planSweep, type Cell, type SweepPlan } from './plan-sweep.js';
import { runPreflight } from './preflight.js';
import { regradeSettled } from './regrade-settled.js';
import { runCell, type CellSettings } from './run-cell.js';
import { checkRunDirectory, writeRunDirectory } from './run-directory.js';
import { runWorkers } from './run-workers.js';
import {
  countCell,
  countSkipped,
  startProgress,
  stopModel,
  type SweepProgress,
} from './sweep-progress.js';
import { summariseSweep, type SweepSummary } from './sweep-summary.js';

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
  /** The most prompts to run, the first ones of the seed's order. @default all of them */
  readonly limit?: number;
  readonly timeouts?: Partial<CallTimeouts>;
  readonly retryLimits?: RetryLimits;
  /** What graders may use beyond the answer. @default nothing: no code is run, no model judges */
  readonly tools?: GradingTools;
}

/** After one of these, the model's other cells would fail the same way. */
const lastingFailures: ReadonlySet<FailureClass> = new Set([
  'authentication',
  'quota_exhausted',
  'model_not_found',
]);

/**
 * Runs every cell that is not settled yet and records it in the run's ledger. May be ended at any
 * moment, by the signal or by a crash, and run again: settled cells are never called again,
 * infrastructure failures are.
 *
 * @throws RoutesmithError before the first call: `usage`, `invalid_pool`, `missing_key`,
 * `provider_unreachable`, `run_locked`, `ledger_corrupt`, `invalid_input`. Failures of cells are
 * data and in the summary.
 */
export async function runSweep(settings: SweepSettings): Promise<SweepSummary> {
  const { taskSet, pool, runDirectory, clock = systemClock } = settings;
  const repeats = checkCount('repeats', settings.repeats ?? 1);
  const concurrency = checkCount('concurrency', settings.concurrency ?? 8);
  const limit = settings.limit === undefined ? undefined : checkCount('limit', settings.limit);
  const seed = settings.seed ?? 0;
  const apiKeys = await runPreflight(pool.models, settings.environment);

  await checkRunDirectory(runDirectory);
  const ledgerFile = path.join(runDirectory, runFiles.ledger);
  const ledger = await openLedger(ledgerFile, { now: () => clock.date() });
  const client = createOpenAiClient({ clock, timeouts: settings.timeouts ?? {} });
  const stop = createStop(settings.signal);
  try {
    const { settledKeys } = ledger;
    const { models } = pool;
    const { tasks } = taskSet;
    const plan = planSweep({ tasks, models, repeats, seed, settledKeys, limit });
    await writeRunDirectory(runDirectory, { taskSet, pool, now: clock.date() });
    const tools = settings.tools ?? {};
    const regraded = await regradeSettled(ledger.entries, plan.settled, tools);
    for (const entry of regraded) ledger.append(entry);

    const progress = await callCells(plan, ledger, concurrency, settings, {
      client,
      apiKeys,
      clock,
      random: createRandom(seed),
      retryLimits: settings.retryLimits ?? defaultRetryLimits,
      signal: stop.signal,
      tools,
    });
    return summariseSweep(progress, {
      runDirectory,
      aborted: stop.signal.aborted,
      duplicateTasks: plan.duplicateTasks.length,
      regraded: regraded.length,
      simulated: models.some((model) => model.simulated),
    });
  } finally {
    stop.dispose();
    await Promise.all([client.close(), ledger.close()]);
  }
}

async function callCells(
  plan: SweepPlan,
  ledger: Ledger,
  concurrency: number,
  { pool, onProgress }: SweepSettings,
  cellSettings: CellSettings,
): Promise<SweepProgress> {
  const modelIds = pool.models.map((model) => model.id);
  let progress = startProgress(plan, modelIds, cellSettings.clock.now());
  for (const notice of describeStart(plan, ledger)) onProgress?.(progress, notice);
  onProgress?.(progress);

  const runOne = async (cell: Cell): Promise<void> => {
    const modelId = cell.model.id;
    const isStopped = progress.models.get(modelId)?.stoppedBecause !== undefined;
    if (isStopped || cellSettings.signal.aborted) {
      progress = countSkipped(progress, modelId);
      return;
    }
    const { entry, failure } = await runCell(cell, cellSettings);
    ledger.append(entry);
    progress = countCell(progress, entry);
    const wasStopped = progress.models.get(modelId)?.stoppedBecause !== undefined;
    if (failure === undefined || !lastingFailures.has(failure.class) || wasStopped) {
      onProgress?.(progress);
      return;
    }
    const reason = `${failure.class}: ${failure.message}`;
    progress = stopModel(progress, modelId, reason);
    onProgress?.(progress, `${modelId} is left out from here on. ${reason}`);
  };
  await runWorkers(plan.pending, concurrency, runOne);
  onProgress?.(progress);
  return progress;
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

function describeStart(plan: SweepPlan, ledger: Ledger): string[] {
  const notices: string[] = [];
  if (ledger.repairedBytes > 0) {
    notices.push(`${ledger.file}: removed a last line that had been cut off.`);
  }
  if (plan.duplicateTasks.length > 0) {
    const names = plan.duplicateTasks.slice(0, 3).map((task) => task.id);
    const more = plan.duplicateTasks.length > names.length ? ', ...' : '';
    notices.push(
      `${plan.duplicateTasks.length} tasks ask the same as an earlier one and are left out: ${names.join(', ')}${more}`,
    );
  }
  return notices;
}

function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RoutesmithError('usage', `${name} must be a whole number of at least 1`, {
    fix: `Give ${name} as 1, 2, 3, ...`,
  });
}
