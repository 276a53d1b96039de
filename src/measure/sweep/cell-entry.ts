import type { Price } from '../models/model.js';
import type { CallResult } from './calls/call-result.js';
import type { BegunCall } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { computeCallCharge } from './call-charge.js';
import { computeCellOutcome } from './cell-outcome.js';
import { describeFailure, type CellRun, type EndedAttempt } from './cell-run.js';

/** Builds the ledger entry of a cell after its last attempt. The answer is not graded yet. */
export function buildEntry(
  { cell, purchase, failedAttempts, possibleCostUsd, unboundedCalls, hasChargeLine }: CellRun,
  { result, startedAt, queueMs, inFlight, priceShare = 1 }: EndedAttempt,
): LedgerEntry {
  const { example, model } = cell;
  const outcome = computeCellOutcome(result);
  const answer = result.kind === 'completed' ? result.answer : null;
  // An amount of 0: another line has what the cell may have cost, which was not refused for free.
  const isRefusedAfterCharge =
    hasChargeLine && result.kind === 'failed' && outcome !== 'infrastructure';
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
    ...describeCompletion(result, model.price, priceShare),
    ...(possibleCostUsd > 0 || isRefusedAfterCharge ? { possibleCostUsd } : {}),
    ...(unboundedCalls > 0 ? { unboundedCalls } : {}),
    queueMs,
    ...(inFlight === undefined ? {} : { inFlight }),
    startedAt,
    failedAttempts,
    ...(purchase !== undefined && { purchase }),
    error: result.kind === 'failed' ? describeFailure(result.failure) : null,
    simulated: model.simulated,
  };
}

/**
 * Builds the ledger entry of a call that was in flight when its process was killed. The answer is
 * lost, the call may have been charged, and its cell is called again. Where it was a call of the judge,
 * the cell stays settled, and is graded again. A cell that waited for another attempt has the cost of
 * its earlier ones.
 */
export function buildCutOffEntry(call: BegunCall): LedgerEntry {
  const { cellKey, taskId, promptHash, model, repeat, simulated, startedAt, judging } = call;
  const { possibleCostUsd } = call;
  const possible = possibleCostUsd === null ? {} : { possibleCostUsd };
  // The process that was killed has not recorded the earlier attempts, either.
  const unbounded = (call.unboundedCalls ?? 0) + (possibleCostUsd === null ? 1 : 0);
  const lost = { costUsd: null, calls: 0, unpriced: Math.max(1, unbounded), ...possible };
  return {
    version: 1,
    cellKey,
    taskId,
    promptHash,
    model,
    repeat,
    outcome: 'infrastructure',
    answer: null,
    gradeKey: null,
    grade: {
      kind: 'ungraded',
      reason: 'infrastructure failure',
      ...(judging && { judge: { ...judging, ...lost } }),
    },
    usage: null,
    rawUsage: null,
    costUsd: null,
    costSource: null,
    ...(judging === undefined && {
      ...possible,
      ...(unbounded > 0 && { unboundedCalls: unbounded }),
    }),
    ttftMs: null,
    firstContentMs: null,
    latencyMs: null,
    queueMs: 0,
    startedAt,
    failedAttempts: [],
    finishReason: null,
    servedModel: null,
    error: `cut_off: the sweep was killed while ${describeState(call)}`,
    simulated,
  };
}

function describeState({ judging, hasEnded = false }: BegunCall): string {
  if (judging !== undefined) {
    return 'a call of the judge was in flight; it may have been charged';
  }
  return hasEnded
    ? 'this cell waited for another attempt; earlier ones may have been charged'
    : 'this call was in flight; it may have been charged';
}

type CompletionPart = Pick<
  LedgerEntry,
  | 'usage'
  | 'rawUsage'
  | 'costUsd'
  | 'costSource'
  | 'costIsGuess'
  | 'paidUsd'
  | 'ttftMs'
  | 'firstContentMs'
  | 'latencyMs'
  | 'finishReason'
  | 'servedModel'
  | 'servedProvider'
  | 'fingerprint'
>;

function describeCompletion(result: CallResult, price: Price, priceShare: number): CompletionPart {
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
  const { tokens, rawUsage, ttftMs, firstContentMs, latencyMs } = result;
  const { charge, paidUsd } = computeCallCharge(tokens, price, priceShare);
  const { costUsd, costSource, isGuess } = charge;
  const { finishReason, servedModel, servedProvider, fingerprint } = result;
  return {
    usage: tokens.usage,
    rawUsage,
    costUsd,
    costSource,
    ...(isGuess ? { costIsGuess: true } : {}),
    ...(paidUsd !== null && paidUsd !== costUsd ? { paidUsd } : {}),
    ttftMs,
    firstContentMs,
    latencyMs,
    finishReason,
    servedModel,
    ...(servedProvider === null ? {} : { servedProvider }),
    ...(fingerprint === null ? {} : { fingerprint }),
  };
}
