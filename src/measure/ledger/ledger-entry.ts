import type { Grade } from '../graders/grade.js';
import type { Usage } from '../../llm/usage.js';
import type { JsonValue } from '../../util/json.js';

export type { Usage } from '../../llm/usage.js';

/**
 * The outcome of a cell. All but `infrastructure` are settled: they say something about the model
 * and are training labels. `infrastructure` (rate limit, 5xx, timeout, network) says nothing about
 * the model, is never a label, and is called again on resume.
 */
export type CellOutcome =
  'answered' | 'refused' | 'truncated' | 'malformed' | 'context_overflow' | 'infrastructure';

/**
 * Why a sweep that decides itself what to call called a cell. An adaptive sweep:
 *
 * - `start`: every model answers some prompts of every task first;
 * - `round`: its outcome could change which model is best on its task;
 * - `hold_out`: the prompt was drawn for the verdict before any outcome was known.
 *
 * A sweep of all cells that decides about repeats:
 *
 * - `pilot`: the prompt was drawn, before any outcome was known, to measure the noise of answers;
 * - `repeat`: noise could change which model is best on its task.
 */
export const purchaseReasons = ['start', 'round', 'hold_out', 'pilot', 'repeat'] as const;

/** Why an adaptive sweep bought a cell. */
export interface CellPurchase {
  readonly reason: (typeof purchaseReasons)[number];
  /** From 0; a round is decided by the outcomes of earlier ones. */
  readonly round: number;
  /**
   * The chance, in (0, 1], that this prompt was drawn among those of its task that could have been
   * (`hold_out`: among all prompts), so that estimates can be weighted.
   */
  readonly probability: number;
}

/** One HTTP attempt that did not end the cell. */
export interface FailedAttempt {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string;
}

/** One line of a ledger: a cell and its outcome. */
export interface LedgerEntry {
  readonly version: 1;
  /** SHA-256 of everything that shapes the answer. */
  readonly cellKey: string;
  readonly taskId: string;
  /** SHA-256 of the prompt that was sent. */
  readonly promptHash: string;
  readonly model: string;
  readonly repeat: number;
  readonly outcome: CellOutcome;
  readonly answer: string | null;
  /** SHA-256 of grader, version, options, reference and answer. */
  readonly gradeKey: string | null;
  readonly grade: Grade;
  readonly usage: Usage | null;
  /** As the provider sent it, so that an old run can be priced again. */
  readonly rawUsage: JsonValue;
  /** What the call costs by itself: what production would pay. */
  readonly costUsd: number | null;
  /** What was paid, where that is not `costUsd`: a batch costs less. Absent otherwise. */
  readonly paidUsd?: number;
  /** A charge reported by the provider takes precedence over the price table. */
  readonly costSource: 'provider' | 'price_table' | null;
  /**
   * True if the price table was applied to partly estimated tokens, such as reasoning tokens that
   * appear only in a total, or has no price for some of them. Absent otherwise, and in lines of
   * earlier versions.
   */
  readonly costIsGuess?: boolean;
  /** Time to the first non-empty reasoning or content delta of the final attempt. */
  readonly ttftMs: number | null;
  readonly firstContentMs: number | null;
  readonly latencyMs: number | null;
  readonly queueMs: number;
  readonly startedAt: string;
  readonly failedAttempts: readonly FailedAttempt[];
  readonly finishReason: string | null;
  readonly servedModel: string | null;
  /** The provider behind a gateway, if reported. Absent in lines of earlier versions, as all below. */
  readonly servedProvider?: string | null;
  /** The provider's fingerprint of the configuration behind the model's name. */
  readonly fingerprint?: string | null;
  /** Calls to the same account and model in flight when the final attempt was sent, including it. */
  readonly inFlight?: number;
  /**
   * Upper bound, in USD, of what attempts with an unknown charge may have cost: those that timed
   * out, broke off, or had no usage. Absent if there is none, or no upper bound.
   */
  readonly possibleCostUsd?: number;
  /**
   * Attempts with an unknown charge whose cost nothing limits. Absent if there are none, and in lines
   * of earlier versions.
   */
  readonly unboundedCalls?: number;
  /**
   * True if this is the end, with a known charge, of the call that the line of its cell before it calls
   * cut off: its worker was silent for long. Absent otherwise, and in lines of earlier versions.
   */
  readonly endsCutOff?: boolean;
  /** Why the cell was called. Absent where a sweep calls all cells. */
  readonly purchase?: CellPurchase;
  /** True if this line was derived from an earlier line of the same call. */
  readonly regraded?: boolean;
  readonly error: string | null;
  readonly simulated: boolean;
}

/** Whether a line is of a call that was sent, and whose end nobody has seen. */
export function isCutOff({ error }: Pick<LedgerEntry, 'error'>): boolean {
  return error?.startsWith('cut_off') === true;
}

/** What a line's call was charged, in USD; null if that is not known. */
export function findPaidUsd({ paidUsd, costUsd }: LedgerEntry): number | null {
  return paidUsd ?? costUsd;
}

/** Whether a line counts a call of its cell that may have been charged, and whose charge is unknown. */
export function mayHaveCharged({
  possibleCostUsd = 0,
  unboundedCalls = 0,
}: Pick<LedgerEntry, 'possibleCostUsd' | 'unboundedCalls'>): boolean {
  return possibleCostUsd > 0 || unboundedCalls > 0;
}

/**
 * Whether the cost of a settled line is unknown. A provider that refuses a request (a content filter,
 * an overflow) asks nothing for it: such a line has no cost, but for attempts before that one.
 */
export function isUnpriced({
  costUsd,
  error,
  possibleCostUsd,
  unboundedCalls,
}: Omit<FreeEntry, 'outcome' | 'costSource'>): boolean {
  if (costUsd !== null) return false;
  return error === null || possibleCostUsd !== undefined || unboundedCalls !== undefined;
}

/**
 * Whether a line's call is known to have cost nothing, because the provider refused the request: with an
 * error, or with an answer that it does not bill.
 */
export function isRefusedForFree(entry: FreeEntry): boolean {
  const { outcome, costUsd, costSource } = entry;
  if (costUsd === 0) return outcome === 'refused' && costSource === 'provider';
  return outcome !== 'infrastructure' && costUsd === null && !isUnpriced(entry);
}

/** What `isRefusedForFree` reads of a line. */
export type FreeEntry = Pick<
  LedgerEntry,
  'outcome' | 'costUsd' | 'costSource' | 'error' | 'possibleCostUsd' | 'unboundedCalls'
>;
