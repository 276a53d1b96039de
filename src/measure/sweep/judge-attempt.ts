import type { LoadSign } from './calls/adaptive-limit.js';
import type { CallFailure, CallFailureClass } from './calls/call-failure.js';
import type { CallResult } from './calls/call-result.js';
import { decideRetry, type RetryState } from './calls/retry.js';
import { describeFailure } from './cell-run.js';
import type { Lane } from './lane.js';

/** A time during which a lane sends nothing. */
export interface LanePause {
  readonly pauseMs: number;
  readonly reason: string;
  /** True if a single test call follows the pause. */
  readonly halfOpens: boolean;
}

/** The consequences of an attempt for its cell and its lane. */
export interface Judgment {
  /** When the cell is retried; null if this was its last attempt. */
  readonly retryInMs: number | null;
  /** True if the cell waits only for the lane's pause. */
  readonly waitsForLane: boolean;
  readonly pause: LanePause | undefined;
  /** Why the lane's other calls would fail as well. */
  readonly stopBecause: string | undefined;
}

/** After several of these in a row, the model's other calls would fail the same way. */
const lastingFailures: ReadonlySet<CallFailureClass> = new Set([
  'authentication',
  'quota_exhausted',
  'model_not_found',
]);

const settledFailures: ReadonlySet<CallFailureClass> = new Set([
  'context_overflow',
  'content_filtered',
]);

const isFinal: Judgment = {
  retryInMs: null,
  waitsForLane: false,
  pause: undefined,
  stopBecause: undefined,
};

/**
 * Decides what follows an attempt, and reports it to the lane's limit and breaker. A wait requested
 * by the provider pauses the whole lane; one longer than a cell's total time limit fails the cell, and
 * stops the lane if other cells are told the same.
 */
export function judgeAttempt(
  lane: Pick<Lane, 'limit' | 'breaker'>,
  result: CallResult,
  call: RetryState,
): Judgment {
  const failure = result.kind === 'failed' ? result.failure : undefined;
  const maxWaitMs = call.limits.maxElapsedMs;
  lane.limit.noteEnd(readLoadSign(failure), Math.min(failure?.retryAfterMs ?? 0, maxWaitMs));
  if (failure === undefined) {
    lane.breaker.noteSuccess();
    return isFinal;
  }
  const reason = describeFailure(failure);
  if (lastingFailures.has(failure.class)) return judgeRefusal(lane.breaker, reason);
  const retryAfterMs = failure.retryable ? (failure.retryAfterMs ?? 0) : 0;
  if (retryAfterMs > maxWaitMs) {
    const minutes = Math.ceil(retryAfterMs / 60_000);
    return judgeRefusal(
      lane.breaker,
      `The provider requests a wait of ${minutes} minutes. ${reason}`,
    );
  }
  // These failures are about the prompt: the model works.
  if (settledFailures.has(failure.class)) lane.breaker.noteSuccess();
  const verdict = lane.breaker.noteFailure(failure);
  if (verdict.kind === 'given_up') return { ...isFinal, stopBecause: verdict.reason };
  const decision = decideRetry(failure, call);
  const isRequested = decision.kind === 'retry' && decision.isRequested;
  const pause: LanePause | undefined =
    verdict.kind === 'open'
      ? {
          pauseMs: Math.max(verdict.pauseMs, retryAfterMs),
          reason: verdict.reason,
          halfOpens: true,
        }
      : retryAfterMs > 0 || isRequested
        ? { pauseMs: isRequested ? decision.delayMs : retryAfterMs, reason, halfOpens: false }
        : undefined;
  return {
    retryInMs: decision.kind === 'retry' ? decision.delayMs : null,
    waitsForLane: isRequested,
    pause,
    stopBecause: undefined,
  };
}

/** The cell is not tried again; the lane stops only after several calls that ended like this. */
function judgeRefusal(breaker: Lane['breaker'], reason: string): Judgment {
  const verdict = breaker.noteRefusal(reason);
  return verdict.kind === 'given_up' ? { ...isFinal, stopBecause: verdict.reason } : isFinal;
}

function readLoadSign(failure: CallFailure | undefined): LoadSign {
  switch (failure?.class) {
    case 'rate_limited':
      return 'rate_limited';
    case 'server_error':
    case 'timeout':
    case 'network':
      return 'struggling';
    case 'cancelled':
      return 'none';
    default:
      return 'answered';
  }
}
