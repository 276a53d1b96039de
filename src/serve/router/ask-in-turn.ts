import type { CallerRequest } from '../../llm/caller-request.js';
import { isRefused, type Attempt } from './attempt-record.js';
import {
  startAttempt,
  endCall,
  endWithFailure,
  hashConversation,
  type Call,
  type Candidate,
  type RunningAttempt,
} from './call.js';
import type { Cutoff } from './cutoff.js';
import type { Lease } from './endpoint-health.js';
import type { RouterTimeouts } from './timeouts.js';
import { AttemptError, attemptError, failureRules } from './failure.js';

/** One attempt at one model. */
export interface AttemptContext<Target> {
  readonly model: string;
  readonly target: Target;
  readonly request: CallerRequest;
  /** See `Candidate`. */
  readonly effort: string | undefined;
  readonly cutoff: Cutoff;
  readonly timeouts: RouterTimeouts;
  /** Milliseconds since the attempt began. */
  readonly elapsedMs: () => number;
  readonly date: () => Date;
  /** Whether to send the request once more if its connection was stale. */
  readonly resendsOnReset: boolean;
}

/** The value of an attempt that answered. The caller ends the attempt. */
export interface Answered<Target, T> {
  readonly running: RunningAttempt;
  readonly target: Target;
  readonly value: T;
}

/**
 * Calls the candidates in order, each at most once, until one answers. If none does, those that only
 * the router itself holds back are probed early, and then those that another call is probing.
 *
 * @param ask makes one attempt; any error other than an `AttemptError` ends the call
 * @throws RouterError
 */
export async function askInTurn<Target, T>(
  call: Call<Target>,
  ask: (context: AttemptContext<Target>) => Promise<T>,
): Promise<Answered<Target, T>> {
  let last: AttemptError | undefined;
  /** The largest known window that was too small for the request. */
  let tooSmall = -Infinity;
  /** How many servers called the request a bad one. */
  let refusals = 0;

  async function tryCandidate(
    candidate: Candidate<Target>,
    lease: Lease,
  ): Promise<Answered<Target, T> | undefined> {
    try {
      return await askOnce(call, candidate, lease, ask);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      const { failsOver } = failureRules[error.failure.class];
      if (failsOver === 'once') refusals += 1;
      if (failsOver === false || refusals > 1) throw endWithFailure(call, error);
      if (error.failure.class === 'context_overflow') {
        tooSmall = Math.max(tooSmall, candidate.contextWindow ?? -Infinity);
      }
      last = error;
      return undefined;
    }
  }

  const checkCutoff = (): void => {
    if (call.cutoff.reason === undefined) return;
    throw endWithFailure(call, attemptError(call.cutoff.reason));
  };
  const isTooSmall = ({ contextWindow }: Candidate<Target>): boolean =>
    contextWindow !== undefined && contextWindow < tooSmall;
  /** Those that were held back. */
  const skipped = new Set<Candidate<Target>>();

  for (const candidate of call.candidates) {
    checkCutoff();
    if (isTooSmall(candidate)) {
      noteSkipped(call, candidate, { reason: 'context_too_small', availableInMs: null });
      continue;
    }
    const unavailable = candidate.health.findUnavailable();
    if (unavailable !== undefined) {
      noteSkipped(call, candidate, unavailable);
      skipped.add(candidate);
      continue;
    }
    if (!isPermitted(call, candidate)) continue;
    const answered = await tryCandidate(candidate, candidate.health.acquire());
    if (answered !== undefined) return answered;
  }

  while (call.asksEarly) {
    checkCutoff();
    for (const candidate of skipped) if (isTooSmall(candidate)) skipped.delete(candidate);
    const candidate = findEarly(skipped);
    if (candidate === undefined) break;
    skipped.delete(candidate);
    if (!isPermitted(call, candidate)) continue;
    const answered = await tryCandidate(candidate, candidate.health.acquireEarly());
    if (answered !== undefined) return answered;
  }
  for (const candidate of call.asksEarly ? skipped : []) {
    checkCutoff();
    if (isTooSmall(candidate)) continue;
    // Other calls probe it in turn: each may have failed for what its own request says.
    const startedMs = call.clock.now();
    let ended = candidate.health.findProbeEnd();
    while (ended !== undefined && call.clock.now() - startedMs <= maxQueueMs) {
      await call.cutoff.wait(ended).catch(() => undefined);
      checkCutoff();
      ended = candidate.health.findProbeEnd();
    }
    // No await from here to the attempt: a lease that is never ended would block the endpoint.
    const acquire = findAcquire(candidate);
    if (acquire === undefined) continue;
    if (!isPermitted(call, candidate)) continue;
    const answered = await tryCandidate(candidate, acquire());
    if (answered !== undefined) return answered;
  }
  if (last === undefined) {
    throw endCall(call, 'all_endpoints_unavailable', 'no model is available now');
  }
  forgiveAll(call);
  throw call.attempts.every(isRefused)
    ? endCall(call, 'request_refused', 'no model can handle the request', last)
    : endCall(call, 'all_attempts_failed', 'no model answered', last);
}

/**
 * Where the code of every model that was asked failed for a request, such as for content that no package
 * can convert, nothing says that it is the models' fault.
 */
function forgiveAll({ attempts, candidates, requestFor }: Call<unknown>): void {
  const failed = attempts.filter((attempt) => attempt.outcome === 'failed');
  if (!failed.every(({ failure }) => failure.class === 'model_error')) return;
  for (const { model } of failed) {
    const asked = candidates.find((candidate) => candidate.model === model);
    asked?.health.forgive(hashConversation(requestFor(model)));
  }
}

async function askOnce<Target, T>(
  call: Call<Target>,
  candidate: Candidate<Target>,
  lease: Lease,
  ask: (context: AttemptContext<Target>) => Promise<T>,
): Promise<Answered<Target, T>> {
  const { model, target, effort } = candidate;
  // An endpoint that has just failed is down rather than behind a stale connection.
  const resendsOnReset = candidate.health.read().consecutiveFailures === 0;
  const running = startAttempt(call, candidate, lease);
  const { cutoff, elapsedMs } = running;
  try {
    const value = await ask({
      model,
      target,
      effort,
      request: call.requestFor(model),
      timeouts: call.timeouts,
      resendsOnReset,
      date: () => call.clock.date(),
      cutoff,
      elapsedMs,
    });
    return { running, target, value };
  } catch (error) {
    // Any other error is caused by the request or by a bug here, so the endpoint is not blamed.
    const isAttempt = error instanceof AttemptError;
    running.fail(isAttempt ? error : attemptError('bad_request'), false);
    if (!isAttempt) call.cutoff.dispose();
    throw error;
  }
}

/** How long a call waits for its turn to probe, after the first probe that it waited for has failed. */
const maxQueueMs = 10_000;

/** How to take a lease of a candidate now; undefined if it may not be called. */
function findAcquire({ health }: Candidate<unknown>): (() => Lease) | undefined {
  if (health.findUnavailable() === undefined) return () => health.acquire();
  return health.findEarlyProbeMs() === undefined ? undefined : () => health.acquireEarly();
}

/** The candidate that is available soonest, among those that only the router's own guess blocks. */
function findEarly<Target>(skipped: ReadonlySet<Candidate<Target>>): Candidate<Target> | undefined {
  let soonest: Candidate<Target> | undefined;
  let soonestMs = Infinity;
  for (const candidate of skipped) {
    const waitMs = candidate.health.findEarlyProbeMs();
    if (waitMs !== undefined && waitMs < soonestMs) {
      soonest = candidate;
      soonestMs = waitMs;
    }
  }
  return soonest;
}

/** Asks the caller of the router whether a candidate may be called now, and notes a refusal. */
function isPermitted(call: Call<unknown>, candidate: Candidate<unknown>): boolean {
  const { model } = candidate;
  try {
    if (call.mayAttempt(model, call.requestFor(model))) return true;
  } catch (error) {
    call.cutoff.dispose();
    throw error;
  }
  noteSkipped(call, candidate, { reason: 'not_permitted', availableInMs: null });
  return false;
}

function noteSkipped(
  call: Call<unknown>,
  { model }: Candidate<unknown>,
  why: {
    readonly reason: Extract<Attempt, { outcome: 'skipped' }>['reason'];
    readonly availableInMs: number | null;
  },
): void {
  const attempt = { model, outcome: 'skipped', ...why } as const;
  call.attempts.push(attempt);
  call.emit({ type: 'endpoint_skipped', requestId: call.requestId, attempt });
}
