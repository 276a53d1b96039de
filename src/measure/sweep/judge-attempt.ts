import type { LoadSign } from './calls/adaptive-limit.js';
import type { CallFailure, CallResult, FailureClass } from './calls/call-result.js';
import { decideRetry, type RetryLimits } from './calls/retry.js';
import type { Random } from '../../util/random.js';
import { describeFailure } from './cell-run.js';
import type { Lane } from './lane.js';

/** A time in which a lane sends nothing. */
export interface LanePause {
  readonly pauseMs: number;
  readonly reason: string;
  /** True where a single call is to follow it, to see. */
  readonly halfOpens: boolean;
}

/** What the end of an attempt means for its cell and for its lane. */
export interface Judgement {
  /** When the cell is tried again; null where this was its last attempt. */
  readonly retryInMs: number | null;
  /** True where the lane's pause is all that the cell has to wait for. */
  readonly waitsForLane: boolean;
  readonly pause: LanePause | undefined;
  /** Why the lane's other calls are in vain. */
  readonly stopBecause: string | undefined;
}

/** After one of these, the model's other calls would fail the same way. */
const lastingFailures: ReadonlySet<FailureClass> = new Set([
  'authentication',
  'quota_exhausted',
  'model_not_found',
]);

const settledFailures: ReadonlySet<FailureClass> = new Set([
  'context_overflow',
  'content_filtered',
]);

const isOver: Judgement = {
  retryInMs: null,
  waitsForLane: false,
  pause: undefined,
  stopBecause: undefined,
};

/**
 * Judges an attempt that has ended, and tells the lane's limit and breaker of it. A wait that the
 * provider asks for holds for the whole lane; one longer than a call may take in all ends its work.
 */
export function judgeAttempt(
  lane: Pick<Lane, 'limit' | 'breaker'>,
  result: CallResult,
  call: {
    readonly attempt: number;
    readonly elapsedMs: number;
    readonly limits: RetryLimits;
    readonly random: Random;
  },
): Judgement {
  const failure = result.kind === 'failed' ? result.failure : undefined;
  lane.limit.noteEnd(readLoadSign(failure), failure?.retryAfterMs);
  if (failure === undefined) {
    lane.breaker.noteSuccess();
    return isOver;
  }
  const reason = describeFailure(failure);
  if (lastingFailures.has(failure.class)) return { ...isOver, stopBecause: reason };
  const asksMs = failure.retryable ? (failure.retryAfterMs ?? 0) : 0;
  if (asksMs > call.limits.maxElapsedMs) {
    const minutes = Math.ceil(asksMs / 60_000);
    return { ...isOver, stopBecause: `asks to wait for ${minutes} minutes. ${reason}` };
  }
  // These say something of the prompt: the model is there, and does its work.
  if (settledFailures.has(failure.class)) lane.breaker.noteSuccess();
  const verdict = lane.breaker.noteFailure(failure);
  if (verdict.kind === 'given_up') return { ...isOver, stopBecause: verdict.reason };
  const decision = decideRetry(failure, call);
  const isAsked = decision.kind === 'retry' && decision.isAsked;
  const pause: LanePause | undefined =
    verdict.kind === 'open'
      ? {
          pauseMs: Math.max(verdict.pauseMs, asksMs),
          reason: verdict.reason,
          halfOpens: true,
        }
      : asksMs > 0 || isAsked
        ? { pauseMs: isAsked ? decision.delayMs : asksMs, reason, halfOpens: false }
        : undefined;
  return {
    retryInMs: decision.kind === 'retry' ? decision.delayMs : null,
    waitsForLane: isAsked,
    pause,
    stopBecause: undefined,
  };
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
