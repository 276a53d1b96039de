import {
  createAdaptiveLimit,
  startLimitState,
  type LimitState,
} from '../sweep/calls/adaptive-limit.js';
import { createBreaker, startBreakerState, type BreakerMemory } from '../sweep/calls/breaker.js';
import type { CallResult } from '../sweep/calls/call-result.js';
import type { RetryState } from '../sweep/calls/retry.js';
import { computeSurcharge, type Surcharge } from '../sweep/call-charges.js';
import { judgeAttempt, type Judgment } from '../sweep/judge-attempt.js';
import type { Cell } from '../sweep/plan-sweep.js';
import type { SweepEvent } from '../sweep/sweep-event.js';
import { computeWorstCaseCostUsd } from '../sweep/worst-case-cost.js';
import {
  beginPace,
  computePacedAtMs,
  computeStartRoom,
  findSpacingMs,
  noteActive,
  noteAnswer,
  noteRateLimit,
  noteStart,
  type PaceState,
} from './lane-pace.js';

/** What a lane's workers share, as plain JSON in the lane's row. Times are those of the database. */
export interface LaneControlState {
  readonly limit: LimitState;
  readonly breaker: BreakerMemory;
  readonly pace: PaceState;
  pause: { untilMs: number; reason: string; halfOpens: boolean } | null;
  /** Why no further call is sent. */
  stoppedBecause: string | null;
  /** Calls that were sent in the present minute of the database's clock, and in the one before. */
  minute: { startedMs: number; calls: number; callsBefore: number };
  /** By model id: the largest ratio of a charge to its worst case, if above 1. */
  readonly surcharges: Record<string, number>;
  /** By model id: the largest charge of a call that should have cost nothing. Earlier versions have none. */
  minCharges?: Record<string, number>;
}

/** The state of a lane before its first call. */
export function startLaneControl(maximum: number): LaneControlState {
  return {
    limit: startLimitState(maximum),
    breaker: startBreakerState(),
    pace: beginPace(),
    pause: null,
    stoppedBecause: null,
    minute: { startedMs: 0, calls: 0, callsBefore: 0 },
    surcharges: {},
  };
}

/** By how much a model's charges have exceeded their worst case. */
export function findSurcharge(
  { surcharges, minCharges }: Pick<LaneControlState, 'surcharges' | 'minCharges'>,
  model: string,
): Surcharge {
  return { factor: surcharges[model] ?? 1, minUsd: minCharges?.[model] ?? 0 };
}

function setSurcharge(state: LaneControlState, model: string, { factor, minUsd }: Surcharge): void {
  if (factor > 1) state.surcharges[model] = factor;
  if (minUsd > 0) state.minCharges = { ...state.minCharges, [model]: minUsd };
}

/**
 * Raises what is reserved for a model's next calls where one was charged more than its worst case.
 *
 * @returns undefined if it was not, or no more than another one before
 */
export function noteSurcharge(
  state: LaneControlState,
  { model, example }: Cell,
  chargedUsd: number,
): SweepEvent | undefined {
  const { id } = model;
  const worstCaseUsd = computeWorstCaseCostUsd(model, example.prompt);
  const surcharge = computeSurcharge(worstCaseUsd, chargedUsd, findSurcharge(state, id));
  if (surcharge === undefined) return undefined;
  setSurcharge(state, id, surcharge);
  return { kind: 'overcharged', model: id, taskId: example.id, chargedUsd, worstCaseUsd };
}

const minuteMs = 60_000;
/** Asking again sooner would cost more than it gains. */
const minAskMs = 50;

/** Calls that a lane has sent in the last minute; a mean over up to two minutes. */
export function computeCallsPerMinute({ minute }: LaneControlState, nowMs: number): number {
  const { startedMs, calls, callsBefore } = rollMinute(minute, nowMs);
  const elapsed = (nowMs - startedMs) / minuteMs;
  return calls + callsBefore * (1 - elapsed);
}

function rollMinute(minute: LaneControlState['minute'], nowMs: number): LaneControlState['minute'] {
  const startedMs = Math.floor(nowMs / minuteMs) * minuteMs;
  if (startedMs <= minute.startedMs) return minute;
  const isNext = startedMs === minute.startedMs + minuteMs;
  return { startedMs, calls: 0, callsBefore: isNext ? minute.calls : 0 };
}

/** Why a lane sends nothing now, and when to ask again; `none` if it may send. */
export type LaneHold =
  | { readonly kind: 'none' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'pause' | 'pace'; readonly forMs: number };

/**
 * A lane's limit, breaker, pauses and pace at one moment, while its row is locked. The rules are those
 * of a sweep on one machine; only the memory is elsewhere.
 */
export class LaneControl {
  readonly #state: LaneControlState;
  readonly #maximum: number;
  readonly #nowMs: number;
  readonly #limit;
  readonly #breaker;

  /** @param state changed in place */
  constructor(state: LaneControlState, maximum: number, nowMs: number) {
    this.#state = state;
    this.#maximum = maximum;
    this.#nowMs = nowMs;
    this.#limit = createAdaptiveLimit(maximum, () => nowMs, undefined, state.limit);
    this.#breaker = createBreaker(state.breaker);
    const { pause } = state;
    if (pause === null || pause.untilMs > nowMs) return;
    if (pause.halfOpens) this.#breaker.halfOpen();
    state.pause = null;
  }

  get #maximumInFlight(): number {
    return this.#breaker.isHalfOpen ? 1 : Math.min(this.#maximum, this.#limit.limit);
  }

  /**
   * How many calls may be sent now, with some that count against the limit already, and what holds
   * back those beyond.
   */
  #findRoom(counted: number): { readonly room: number; readonly hold: LaneHold } {
    const { stoppedBecause, pause, pace, limit } = this.#state;
    if (stoppedBecause !== null)
      return { room: 0, hold: { kind: 'stopped', reason: stoppedBecause } };
    if (pause !== null)
      return { room: 0, hold: { kind: 'pause', forMs: pause.untilMs - this.#nowMs } };
    const room = this.#maximumInFlight - counted;
    if (room <= 0) return { room: 0, hold: { kind: 'limit' } };
    const pacedAtMs = computePacedAtMs(pace);
    if (pacedAtMs > this.#nowMs)
      return { room: 0, hold: { kind: 'pace', forMs: pacedAtMs - this.#nowMs } };
    const spacingMs = findSpacingMs(pace);
    if (spacingMs > 0) return { room: 1, hold: { kind: 'pace', forMs: spacingMs } };
    if (!limit.isSlowStart) return { room, hold: { kind: 'limit' } };
    const start = computeStartRoom(pace, this.#nowMs);
    if (start.room >= room) return { room, hold: { kind: 'limit' } };
    return {
      room: Math.max(0, Math.floor(start.room)),
      hold: { kind: 'pace', forMs: Math.max(minAskMs, start.perCallMs) },
    };
  }

  /**
   * Chooses what may be sent now. Cells that back off count against what is sent for the first time:
   * otherwise a failing model would start them all.
   *
   * @param candidates in the order in which they are to be sent
   * @param waiting cells of the lane that back off, those among the candidates included
   */
  chooseCalls<Call extends { readonly attempt: number }>(
    candidates: readonly Call[],
    inFlight: number,
    waiting: number,
  ): { readonly chosen: readonly Call[]; readonly hold: LaneHold } {
    const again = candidates.filter(({ attempt }) => attempt > 1);
    const first = candidates.filter(({ attempt }) => attempt === 1);
    const all = this.#findRoom(inFlight);
    const chosen = again.slice(0, all.room);
    if (all.room === 0) return { chosen, hold: all.hold };
    const { room } = this.#findRoom(inFlight + Math.max(waiting, chosen.length));
    chosen.push(...first.slice(0, Math.max(0, Math.min(room, all.room - chosen.length))));
    if (chosen.length === candidates.length) return { chosen, hold: { kind: 'none' } };
    return { chosen, hold: chosen.length < all.room ? { kind: 'limit' } : all.hold };
  }

  /** Notes that calls are sent; `inFlight` includes them. */
  noteSent(count: number, inFlight: number): void {
    this.#state.minute = rollMinute(this.#state.minute, this.#nowMs);
    this.#state.minute.calls += count;
    this.#limit.noteStart(inFlight);
    noteStart(this.#state.pace, count, this.#nowMs, inFlight);
    this.#state.pace.lastSentMs = this.#nowMs;
  }

  /** Decides what follows an attempt, and pauses or stops the lane. */
  noteEnd(result: CallResult, call: RetryState): Judgment {
    const lane = { limit: this.#limit, breaker: this.#breaker };
    const judgment = judgeAttempt(lane, result, call);
    const state = this.#state;
    noteActive(state.pace, this.#nowMs);
    if (result.kind === 'completed') noteAnswer(state.pace, this.#nowMs);
    else if (result.failure.class === 'rate_limited') {
      noteRateLimit(state.pace, this.#nowMs, judgment.pause?.pauseMs ?? 0);
    }
    if (judgment.stopBecause !== undefined) state.stoppedBecause ??= judgment.stopBecause;
    if (judgment.pause !== undefined) {
      const { pauseMs, reason, halfOpens } = judgment.pause;
      const untilMs = Math.max(this.#nowMs + pauseMs, state.pause?.untilMs ?? 0);
      state.pause = { untilMs, reason, halfOpens: halfOpens || state.pause?.halfOpens === true };
    }
    return judgment;
  }
}
