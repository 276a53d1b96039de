import type { Grade } from '../graders/grade.js';
import type { Usage } from '../../llm/usage.js';
import type { JsonValue } from '../../util/json.js';

export type { Usage } from '../../llm/usage.js';

/**
 * What became of a cell. All but `infrastructure` are settled: they say something about the model
 * and are labels to learn from. `infrastructure` (rate limit, 5xx, timeout, network) says nothing
 * about the model, is never a label, and is run again on resume.
 */
export type CellOutcome =
  'answered' | 'refused' | 'truncated' | 'malformed' | 'context_overflow' | 'infrastructure';

/** One HTTP attempt that did not end the cell. */
export interface FailedAttempt {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string;
}

/** One line of a ledger: a cell and what became of it. */
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
  readonly costUsd: number | null;
  /** A charge reported by the provider beats the price table. */
  readonly costSource: 'provider' | 'price_table' | null;
  /**
   * True if the price table was applied to tokens that are partly a guess, such as reasoning that
   * only a total shows. Absent otherwise, and in lines of earlier versions.
   */
  readonly costIsGuess?: boolean;
  /** First non-empty reasoning or content delta, of the final attempt. */
  readonly ttftMs: number | null;
  readonly firstContentMs: number | null;
  readonly latencyMs: number | null;
  readonly queueMs: number;
  readonly startedAt: string;
  readonly failedAttempts: readonly FailedAttempt[];
  readonly finishReason: string | null;
  readonly servedModel: string | null;
  /** Who served it, where a gateway says so. Absent, as all below, in lines of earlier versions. */
  readonly servedProvider?: string | null;
  /** The provider's fingerprint of the configuration behind the model's name. */
  readonly fingerprint?: string | null;
  /** Calls to the same account and model under way when the final attempt was sent, it included. */
  readonly inFlight?: number;
  /**
   * The most, in USD, that attempts may have cost of which no charge is known: they timed out, broke
   * off, or came without usage. Absent where there is none, or no upper bound.
   */
  readonly possibleCostUsd?: number;
  /** True where this line was made from an earlier one of the same call, without a call. */
  readonly regraded?: boolean;
  readonly error: string | null;
  readonly simulated: boolean;
}
