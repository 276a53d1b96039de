import type { CallFailure } from './calls/call-failure.js';
import type { CallResult } from './calls/call-result.js';
import type { BegunCall } from '../ledger/call-journal.js';
import type { CellPurchase, FailedAttempt } from '../ledger/ledger-entry.js';
import type { Redactor } from '../../util/redact-secrets.js';
import type { Cell } from './plan-sweep.js';

/** The state of a cell that is being processed. */
export interface CellRun {
  readonly cell: Cell;
  /** Its position in the calling order. */
  readonly place: number;
  /** Why it is called; undefined in a sweep of all cells. */
  readonly purchase: CellPurchase | undefined;
  /** When its first attempt was sent; undefined before that. */
  firstSentMs: number | undefined;
  /** When it became ready to be sent. */
  readyMs: number;
  /** The attempts before the last one. */
  readonly failedAttempts: FailedAttempt[];
  /** Attempts that ended in a timeout after they were sent. */
  timedOutAttempts: number;
  /** The latest attempt that has ended, if any. */
  last: EndedAttempt | undefined;
  /** Upper bound of the cost of its attempts without a known charge, in USD. */
  possibleCostUsd: number;
  /** Those of them whose cost nothing limits. */
  unboundedCalls: number;
  /** Whether a line of its own has what earlier attempts may have cost, and the counts above do not. */
  hasChargeLine: boolean;
}

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly result: CallResult;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** How long the cell was ready before it was sent. */
  readonly queueMs: number;
  /** Calls of the lane in flight when it was sent, this one included; undefined in a batch. */
  readonly inFlight?: number;
  /** Of the price of a call, where it came in a batch. @default 1 */
  readonly priceShare?: number;
}

/** Creates the state of a cell that is ready for its first attempt. */
export function startCellRun(
  cell: Cell,
  place: number,
  nowMs: number,
  {
    purchase,
    hasChargeLine = false,
  }: {
    readonly purchase?: CellPurchase | undefined;
    /** Whether a recorded line has what calls of the cell may have cost. @default false */
    readonly hasChargeLine?: boolean;
  } = {},
): CellRun {
  return {
    cell,
    place,
    purchase,
    firstSentMs: undefined,
    readyMs: nowMs,
    failedAttempts: [],
    timedOutAttempts: 0,
    last: undefined,
    possibleCostUsd: 0,
    unboundedCalls: 0,
    hasChargeLine,
  };
}

/** Notes an attempt whose charge is unknown. @param worstUsd infinite if nothing limits its cost */
export function noteUnknownCharge(run: CellRun, worstUsd: number): void {
  if (Number.isFinite(worstUsd)) run.possibleCostUsd += worstUsd;
  else run.unboundedCalls += 1;
}

/**
 * Describes a call for the journal, before it is sent.
 *
 * @param worstUsd upper bound of this attempt's cost; infinite if nothing limits it
 */
export function describeBegun(run: CellRun, startedAt: string, worstUsd: number): BegunCall {
  const possibleUsd = run.possibleCostUsd + worstUsd;
  return describeCall(run, startedAt, Number.isFinite(possibleUsd) ? possibleUsd : null);
}

/** Describes a cell for the journal whose call has failed and that waits for another one. */
export function describeWaiting(run: CellRun): BegunCall {
  return { ...describeCall(run, run.last?.startedAt ?? '', run.possibleCostUsd), hasEnded: true };
}

function describeCall(
  { cell, unboundedCalls }: CellRun,
  startedAt: string,
  possibleCostUsd: number | null,
): BegunCall {
  const { cellKey, example, promptHash, model, repeat } = cell;
  return {
    cellKey,
    taskId: example.id,
    promptHash,
    model: model.id,
    repeat,
    simulated: model.simulated,
    startedAt,
    possibleCostUsd,
    ...(unboundedCalls > 0 && { unboundedCalls }),
  };
}

/** Describes a failed attempt that was followed by another one. */
export function describeFailedAttempt({
  result,
  startedAt,
  durationMs,
}: EndedAttempt): FailedAttempt {
  const failure = result.kind === 'failed' ? result.failure : undefined;
  const error = failure === undefined ? '' : describeFailure(failure);
  return { startedAt, durationMs, status: failure?.status ?? null, error };
}

/** Formats a failure for the ledger: `class: message`. */
export function describeFailure(failure: CallFailure): string {
  return `${failure.class}: ${failure.message}`;
}

/**
 * Removes API keys from a provider's response: a server may repeat the key, and ledgers are shared.
 * Done before grading, so that the recorded answer is the graded one.
 */
export function redactResult(result: CallResult, redactor: Redactor): CallResult {
  if (result.kind === 'failed') {
    const message = redactor.message(result.failure.message);
    return { ...result, failure: { ...result.failure, message } };
  }
  const redact = (text: string | null): string | null =>
    text === null ? null : redactor.message(text);
  return {
    ...result,
    answer: redactor.answer(result.answer),
    rawUsage: redactor.json(result.rawUsage),
    finishReason: redact(result.finishReason),
    servedModel: redact(result.servedModel),
    servedProvider: redact(result.servedProvider),
    fingerprint: redact(result.fingerprint),
  };
}
