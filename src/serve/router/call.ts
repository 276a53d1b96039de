import { textHash } from '../../util/text-hash.js';
import type { Decision } from '../../policy/decide/decision.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import type { Price } from '../../llm/price.js';
import { readCharge, type AnswerFigures } from './answer-charge.js';
import { isRefused, listNotPermitted, type Attempt } from './attempt-record.js';
import type { CallLogEntry } from './call-log.js';
import { createCutoff, type Cutoff } from './cutoff.js';
import type { EndpointHealthTracker, Lease } from './endpoint-health.js';
import type { AttemptError, AttemptFailureClass, FailureBlame } from './failure.js';
import type { RouterErrorCode } from '../../util/errors.js';
import { ReaderTime } from './reader-time.js';
import { describeAttempts, RouterError } from './router-error.js';
import type { RouterEvent } from './router-event.js';
import type { RouterTimeouts } from './timeouts.js';
import type { TokenUsage } from '../../llm/usage.js';

/** A clock that is passed in. */
export interface RouterClock {
  /** Monotonic milliseconds, for latencies, cooldowns and the breaker. */
  now(): number;
  /** The wall-clock time, for a Retry-After that is a date. */
  date(): Date;
}

export const systemRouterClock: RouterClock = {
  now: () => performance.now(),
  date: () => new Date(),
};

/** A model that can be called, with its state. */
export interface Candidate<Target> {
  readonly model: string;
  /** What is called, such as an endpoint. */
  readonly target: Target;
  readonly health: EndpointHealthTracker;
  readonly price: Price | undefined;
  readonly contextWindow: number | undefined;
  /** The effort of reasoning that the policy measured it with, if it is one of several. */
  readonly effort: string | undefined;
}

/** One call, from its decision to its end. */
export interface Call<Target> {
  readonly requestId: number;
  /** The request as a model may get it: with the reasoning of earlier answers only if it is its own. */
  readonly requestFor: (model: string) => CallerRequest;
  readonly decision: Decision;
  /** In the order in which they may be called. */
  readonly candidates: readonly Candidate<Target>[];
  /** Grows during the call. */
  readonly attempts: Attempt[];
  readonly cutoff: Cutoff;
  readonly timeouts: RouterTimeouts;
  readonly clock: RouterClock;
  readonly asksEarly: boolean;
  /** See `CallOptions`. */
  readonly mayAttempt: (model: string, request: CallerRequest) => boolean;
  /** The request in a decision log, if there is one. */
  readonly logEntry: CallLogEntry | undefined;
  readonly emit: (event: RouterEvent) => void;
}

/** The finish reason and usage of a complete answer. */
export interface AnswerSummary {
  /** As the provider spells it. */
  readonly finishReason: string | null;
  readonly tokens: TokenUsage;
}

/** An attempt in progress. Ends once, with `succeed` or `fail`; later calls do nothing. */
export interface RunningAttempt {
  readonly model: string;
  readonly isProbe: boolean;
  readonly cutoff: Cutoff;
  /** Runs only for a stream. */
  readonly readerTime: ReaderTime;
  elapsedMs(): number;
  /** Notes that a stream has begun. */
  noteAnswering(): void;
  succeed(summary: AnswerSummary, ttftMs: number | null): AnswerFigures;
  /** Also closes the connection. */
  fail(error: AttemptError, isCommitted: boolean): void;
}

/** Begins an attempt: starts its clock and emits the event. */
export function startAttempt(
  call: Call<unknown>,
  candidate: Candidate<unknown>,
  lease: Lease,
): RunningAttempt {
  const { model, price } = candidate;
  const { isProbe } = lease;
  const cutoff = createCutoff(call.cutoff, call.timeouts.attemptMs, 'attempt_timeout');
  const startedMs = call.clock.now();
  const elapsedMs = (): number => call.clock.now() - startedMs;
  const readerTime = new ReaderTime(() => call.clock.now());
  const findOwnMs = (): number => Math.max(0, elapsedMs() - readerTime.totalMs);
  const isFirst = !call.attempts.some(({ outcome }) => outcome === 'failed');
  const place = call.attempts.length;
  let isOver = false;
  call.emit({ type: 'attempt_started', requestId: call.requestId, model, isProbe });
  return {
    model,
    isProbe,
    cutoff,
    readerTime,
    elapsedMs,
    noteAnswering: () => lease.noteAnswering(),
    succeed(summary, ttftMs) {
      const { finishReason, tokens } = summary;
      const latencyMs = findOwnMs();
      const figures: AnswerFigures = {
        finishReason,
        ...readCharge(tokens, price),
        latencyMs,
        ...(isHidden(latencyMs, readerTime) ? { latencyIsGuess: true } : {}),
        ttftMs,
      };
      if (isOver) return figures;
      isOver = true;
      cutoff.dispose();
      lease.succeed();
      call.attempts[place] = { model, outcome: 'answered', isProbe, latencyMs };
      call.emit({ type: 'succeeded', requestId: call.requestId, model, ...figures });
      return figures;
    },
    fail({ failure, blame, tokens }, isCommitted) {
      if (isOver) return;
      isOver = true;
      cutoff.dispose();
      cutoff.cut('aborted');
      const latencyMs = findOwnMs();
      const isLate = isFirst && readerTime.totalMs <= readerShare * latencyMs;
      const finalBlame = findBlame(failure.class, blame, isLate, readerTime);
      const mayBeRequest = finalBlame === 'misconfigured' || failure.class === 'model_error';
      const request = mayBeRequest ? hashConversation(call.requestFor(model)) : undefined;
      lease.fail(failure, finalBlame, request);
      call.attempts[place] = { model, outcome: 'failed', isProbe, latencyMs, failure };
      const { requestId } = call;
      const charged = tokens === undefined ? {} : { charge: readCharge(tokens, price) };
      const event = { requestId, model, failure, latencyMs, isCommitted, ...charged };
      call.emit({ type: 'attempt_failed', ...event });
    },
  };
}

/** A number that is equal for equal conversations. */
export function hashConversation({ words }: CallerRequest): number {
  return textHash(JSON.stringify(words.messages));
}

/** Of a model's own time: a reader that takes no more hides little of it. */
const readerShare = 0.1;
/** The same for short answers. */
const minHiddenMs = 50;

/** Whether the model may have taken clearly longer than is known. */
function isHidden(latencyMs: number, { betweenReadsMs }: ReaderTime): boolean {
  return betweenReadsMs > Math.max(minHiddenMs, readerShare * latencyMs);
}

/**
 * A limit that passes while nobody reads says nothing about the model, and a server may have given up
 * on a reader that took nothing.
 *
 * @param isLate whether the model had the whole time of the call: only the first one did, if its reader
 * took none of it. Only then a total timeout is blamed
 */
function findBlame(
  failureClass: AttemptFailureClass,
  blame: FailureBlame,
  isLate: boolean,
  { isPaused, followsLongPause }: ReaderTime,
): FailureBlame {
  switch (failureClass) {
    case 'attempt_timeout':
      return isPaused ? 'none' : blame;
    case 'total_timeout':
      return isLate && !isPaused ? 'broken' : blame;
    case 'truncated':
    case 'network':
      return followsLongPause ? 'none' : blame;
    default:
      return blame;
  }
}

const fixes: Readonly<Partial<Record<RouterErrorCode, string>>> = {
  no_feasible_model: 'See "decision.excluded" of this error for the reason of each model.',
  all_endpoints_unavailable: 'See "router.health()", and try again after "retryAfterMs".',
  request_refused: 'Change the request. It would be rejected again.',
};

/** Ends a call with an error and emits the event. */
export function endCall(
  call: Call<unknown>,
  code: RouterErrorCode,
  what: string,
  error?: AttemptError,
): RouterError {
  const attempts = [...call.attempts];
  call.cutoff.dispose();
  call.emit({ type: 'failed', requestId: call.requestId, code, attempts });
  const failure = error?.failure ?? null;
  const isFinal = code === 'request_refused' || code === 'aborted';
  const retryAfterMs = isFinal ? null : findRetryAfterMs(call);
  const details = { decision: call.decision, attempts, failure, retryAfterMs };
  const asked = attempts.length === 0 ? '' : ` (${describeAttempts(attempts)})`;
  return new RouterError(code, `${what}${asked}`, details, fixes[code]);
}

/** Ends a call after a failure that does not fail over to another model. */
export function endWithFailure(call: Call<unknown>, error: AttemptError): RouterError {
  switch (error.failure.class) {
    case 'aborted':
      return endCall(call, 'aborted', 'aborted by the caller', error);
    case 'total_timeout':
      return endCall(call, 'deadline_exceeded', 'no answer within the total time', error);
    default:
      return endCall(call, 'request_refused', 'the request was rejected', error);
  }
}

/**
 * The time until the first candidate is available again; null if unknown. Waiting does not help one
 * that this call may not ask, or that refused its request.
 */
function findRetryAfterMs({ candidates, attempts }: Call<unknown>): number | null {
  const closed = listNotPermitted(attempts);
  const refusing = new Set(attempts.filter(isRefused).map(({ model }) => model));
  const others = candidates.filter(({ model }) => !closed.has(model) && !refusing.has(model));
  const times = others.map(({ health }) => {
    const waitMs = health.findUnavailable()?.availableInMs;
    return waitMs === undefined ? 0 : waitMs;
  });
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
