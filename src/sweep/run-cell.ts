import type { GradingTools } from '../graders/grade.js';
import { computeCostUsd } from '../util/cost.js';
import type { Price } from '../pool/model.js';
import type {
  CallFailure,
  CallResult,
  CompletedCall,
  ProviderClient,
} from '../providers/call-result.js';
import type { Clock } from '../providers/clock.js';
import { redactJson, redactValues } from '../util/redact-secrets.js';
import { callWithRetry, type RetryLimits } from '../providers/retry.js';
import type { LedgerEntry } from '../records/ledger-entry.js';
import type { Random } from '../util/random.js';
import { computeCellOutcome, gradeCell } from './cell-outcome.js';
import type { Cell } from './plan-sweep.js';

/** What all cells of a sweep share. */
export interface CellSettings {
  readonly client: ProviderClient;
  /** Keys by model id; undefined where a model needs none. */
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  readonly clock: Clock;
  readonly random: Random;
  readonly retryLimits: RetryLimits;
  /** Stops further attempts; the one under way is left to end. */
  readonly signal: AbortSignal;
  /** What graders may use beyond the answer. */
  readonly tools: GradingTools;
}

export interface FinishedCell {
  readonly entry: LedgerEntry;
  /** Why the call failed, where it did. */
  readonly failure: CallFailure | undefined;
}

/** Calls a cell's model, grades what comes back, and makes the ledger's line of it. */
export async function runCell(cell: Cell, settings: CellSettings): Promise<FinishedCell> {
  const { task, model } = cell;
  const { client, clock, random, retryLimits: limits, signal } = settings;
  const takenMs = clock.now();
  let queueMs: number | undefined;
  const request = { model, prompt: task.prompt, apiKey: settings.apiKeys.get(model.id) };
  const keys = [...settings.apiKeys.values()];
  const { result, failedAttempts, startedAt } = await callWithRetry(
    async () => {
      queueMs ??= clock.now() - takenMs;
      return removeKeys(await client.complete(request), keys);
    },
    { clock, random, limits, signal },
  );
  const outcome = computeCellOutcome(result);
  const answer = result.kind === 'completed' ? result.answer : null;
  const failure = result.kind === 'failed' ? result.failure : undefined;
  const entry: LedgerEntry = {
    version: 1,
    cellKey: cell.cellKey,
    taskId: task.id,
    promptHash: cell.promptHash,
    model: model.id,
    repeat: cell.repeat,
    outcome,
    answer,
    ...(await gradeCell(task, outcome, answer, settings.tools)),
    ...describeCompletion(result, model.price),
    queueMs: queueMs ?? 0,
    startedAt: startedAt.toISOString(),
    failedAttempts: failedAttempts.map((attempt) => ({
      startedAt: attempt.startedAt.toISOString(),
      durationMs: attempt.durationMs,
      status: attempt.failure.status,
      error: describeFailure(attempt.failure),
    })),
    error: failure === undefined ? null : describeFailure(failure),
    simulated: model.simulated,
  };
  return { entry, failure };
}

type CompletionPart = Pick<
  LedgerEntry,
  | 'usage'
  | 'rawUsage'
  | 'costUsd'
  | 'costSource'
  | 'ttftMs'
  | 'firstContentMs'
  | 'latencyMs'
  | 'finishReason'
  | 'servedModel'
>;

function describeCompletion(result: CallResult, price: Price): CompletionPart {
  if (result.kind === 'failed') {
    return {
      usage: null,
      rawUsage: null,
      costUsd: null,
      costSource: null,
      ttftMs: null,
      firstContentMs: null,
      latencyMs: null,
      finishReason: null,
      servedModel: null,
    };
  }
  const { usage, rawUsage, ttftMs, firstContentMs, latencyMs, finishReason, servedModel } = result;
  return {
    usage,
    rawUsage,
    ...computeCharge(result, price),
    ttftMs,
    firstContentMs,
    latencyMs,
    finishReason,
    servedModel,
  };
}

/** The provider's own charge where it names one, else the price table; unknown without usage. */
function computeCharge(
  result: CompletedCall,
  price: Price,
): Pick<LedgerEntry, 'costUsd' | 'costSource'> {
  if (result.costUsd !== undefined) return { costUsd: result.costUsd, costSource: 'provider' };
  if (result.usage === null) return { costUsd: null, costSource: null };
  return { costUsd: computeCostUsd(result.usage, price), costSource: 'price_table' };
}

function describeFailure(failure: CallFailure): string {
  return `${failure.class}: ${failure.message}`;
}

/**
 * What a provider sent, without our keys: a server that repeats the key it was sent must not bring
 * it into a file that is shared. Done before grading, so that a grade is of what is recorded.
 */
function removeKeys(result: CallResult, keys: readonly (string | undefined)[]): CallResult {
  if (result.kind === 'failed') {
    const message = redactValues(result.failure.message, keys);
    return { ...result, failure: { ...result.failure, message } };
  }
  const redact = (text: string | null): string | null =>
    text === null ? null : redactValues(text, keys);
  return {
    ...result,
    answer: redactValues(result.answer, keys),
    rawUsage: redactJson(result.rawUsage, keys),
    finishReason: redact(result.finishReason),
    servedModel: redact(result.servedModel),
  };
}
