import type { Price } from '../models/model.js';
import type { CallFailure, CallResult, CompletedCall } from './calls/call-result.js';
import type { BegunCall } from '../ledger/call-journal.js';
import type { FailedAttempt, LedgerEntry } from '../ledger/ledger-entry.js';
import { computeCostUsd } from '../../llm/cost.js';
import type { Redactor } from '../../util/redact-secrets.js';
import { computeCellOutcome } from './cell-outcome.js';
import type { Cell } from './plan-sweep.js';

/** A cell on its way from the plan to the ledger. */
export interface CellRun {
  readonly cell: Cell;
  /** Its place in the plan's order. */
  readonly place: number;
  /** When its first attempt was sent; undefined before. */
  firstSentMs: number | undefined;
  /** Since when it could have been sent. */
  readyMs: number;
  /** The attempts before the last one. */
  readonly failedAttempts: FailedAttempt[];
  /** The attempt that has ended last; undefined before the first. */
  last: EndedAttempt | undefined;
  /** What its attempts without a known charge can have cost. */
  possibleCostUsd: number;
}

export interface EndedAttempt {
  readonly result: CallResult;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly queueMs: number;
  readonly inFlight: number;
}

/**
 * What is on record of a call before it is sent.
 *
 * @param worstUsd what this attempt can cost at most; infinite where nothing limits it
 */
export function describeBegun(
  { cell, possibleCostUsd }: CellRun,
  startedAt: string,
  worstUsd: number,
): BegunCall {
  const { cellKey, example, promptHash, model, repeat } = cell;
  const possibleUsd = possibleCostUsd + worstUsd;
  return {
    cellKey,
    taskId: example.id,
    promptHash,
    model: model.id,
    repeat,
    simulated: model.simulated,
    startedAt,
    possibleCostUsd: Number.isFinite(possibleUsd) ? possibleUsd : null,
  };
}

/** What is kept of an attempt that failed and was followed by another one. */
export function describeFailedAttempt({
  result,
  startedAt,
  durationMs,
}: EndedAttempt): FailedAttempt {
  const failure = result.kind === 'failed' ? result.failure : undefined;
  const error = failure === undefined ? '' : describeFailure(failure);
  return { startedAt, durationMs, status: failure?.status ?? null, error };
}

/** Makes the ledger's line of a cell whose last attempt has ended; its answer is not graded yet. */
export function buildEntry(
  { cell, failedAttempts, possibleCostUsd }: CellRun,
  { result, startedAt, queueMs, inFlight }: EndedAttempt,
): LedgerEntry {
  const { example, model } = cell;
  const outcome = computeCellOutcome(result);
  const answer = result.kind === 'completed' ? result.answer : null;
  return {
    version: 1,
    cellKey: cell.cellKey,
    taskId: example.id,
    promptHash: cell.promptHash,
    model: model.id,
    repeat: cell.repeat,
    outcome,
    answer,
    grade: { kind: 'ungraded', reason: 'not graded yet', retryable: true },
    gradeKey: null,
    ...describeCompletion(result, model.price),
    ...(possibleCostUsd > 0 ? { possibleCostUsd } : {}),
    queueMs,
    inFlight,
    startedAt,
    failedAttempts,
    error: result.kind === 'failed' ? describeFailure(result.failure) : null,
    simulated: model.simulated,
  };
}

/** The provider's own charge where it names one, else the price table; unknown without usage. */
export function computeCharge(
  result: CompletedCall,
  price: Price,
): Pick<LedgerEntry, 'costUsd' | 'costSource'> {
  if (result.costUsd !== undefined) return { costUsd: result.costUsd, costSource: 'provider' };
  if (result.usage === null) return { costUsd: null, costSource: null };
  return { costUsd: computeCostUsd(result.usage, price), costSource: 'price_table' };
}

/** `class: message`, as it stands in the ledger. */
export function describeFailure(failure: CallFailure): string {
  return `${failure.class}: ${failure.message}`;
}

/**
 * What a provider sent, without our keys: a server that repeats the key it was sent must not bring
 * it into a file that is shared. Done before grading, so that a grade is of what is recorded.
 */
export function redactResult(result: CallResult, redactor: Redactor): CallResult {
  if (result.kind === 'failed') {
    const message = redactor.text(result.failure.message);
    return { ...result, failure: { ...result.failure, message } };
  }
  const redact = (text: string | null): string | null =>
    text === null ? null : redactor.text(text);
  return {
    ...result,
    answer: redactor.text(result.answer),
    rawUsage: redactor.json(result.rawUsage),
    finishReason: redact(result.finishReason),
    servedModel: redact(result.servedModel),
    servedProvider: redact(result.servedProvider),
    fingerprint: redact(result.fingerprint),
  };
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
  | 'servedProvider'
  | 'fingerprint'
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
  const { usage, rawUsage, ttftMs, firstContentMs, latencyMs } = result;
  const { finishReason, servedModel, servedProvider, fingerprint } = result;
  return {
    usage,
    rawUsage,
    ...computeCharge(result, price),
    ttftMs,
    firstContentMs,
    latencyMs,
    finishReason,
    servedModel,
    ...(servedProvider === null ? {} : { servedProvider }),
    ...(fingerprint === null ? {} : { fingerprint }),
  };
}
