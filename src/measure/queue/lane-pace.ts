import {
  beginTrial,
  countInTrial,
  findWidestIntervalMs,
  judgeTrial,
  maxIntervalMs,
  type PaceTrial,
} from './pace-trial.js';

/**
 * The pace of a lane whose provider limits requests by time. A limit of calls in flight cannot hold
 * such a rate: at 60 a minute, one call in flight may already be too many.
 *
 * When too many calls end in 429, the provider's rate is known: the calls that it answered since the
 * rate was last exhausted, over the time until it takes calls again. From then on calls are spaced a
 * little wider. The spacing narrows with each answer, so that a raised rate is found in the end. A few
 * answers do not show a rate: the account may have been exhausted by others. Then single calls are sent
 * until one is answered, and a long wait counts for no rate.
 *
 * Some 429s come at any rate. Where a wider spacing is of no use, it is taken back, and such a share of
 * 429s is tolerated.
 *
 * Until the first 429 nothing is known of the provider's rate, and a 429 is heard of only after an
 * exchange with the database: all that is sent in between ends in 429 too. So the rate of calls starts
 * low and grows with the answers.
 */
export interface PaceState {
  /** Minimum time between two calls; 0 without a pace. */
  intervalMs: number;
  lastSentMs: number;
  /** Answers since `sinceMs`. */
  answers: number;
  /** When the present count began; null before the first answer. */
  sinceMs: number | null;
  /** When the last answer came; 0 before the first. */
  answeredMs: number;
  /**
   * When a call last ended, or the wait will that the provider asked for, whichever is later. Earlier
   * versions have none.
   */
  activeMs?: number;
  /** Further 429s before this time belong to the same burst. */
  burstEndsMs: number;
  /** The last burst came after too few answers to show a rate, and nothing was answered since. */
  isProbing: boolean;
  /** Calls lately, and how many of them ended in 429. */
  recent: number;
  recentLimited: number;
  /** Whether the spacing lowers the share of 429s; null without one. Earlier versions have none. */
  trial?: PaceTrial | null;
  /** The share of 429s that a wider spacing has not lowered. Earlier versions have none. */
  unrelatedShare?: number;
  /** Calls that may be sent at once before the first 429, as of `creditMs`. */
  credit: number;
  creditMs: number;
}

/** Spaced wider than the measured rate, because windows of providers differ. */
const margin = 1.1;
/** Each answer narrows the spacing by this factor. */
const narrowing = 0.9995;
/** By this factor, where a wider spacing has not lowered the share of 429s. */
const unrelatedNarrowing = 0.998;
/** Such a spacing begins with this share of the one from which it was widened in vain. */
const takenBack = 0.5;
/** The share that a wider spacing has not lowered is tolerated this many times, as a share up to the limit. */
const unrelatedTolerance = 2;
const maxToleratedShare = 0.25;
/** After so many answers, half of that share is forgotten. */
const unrelatedHalfLife = 7_000;
/** One measurement widens a spacing by a factor between these. */
const minWidening = 1.1;
const maxWidening = 4;
/** Below this spacing the limit of calls in flight does better. */
const minIntervalMs = 20;
/** Fewer answers do not show a rate. */
const minAnswers = 4;
/** Rates of few answers are per minute: a wait that is longer, with its jitter, is for another reason. */
const maxRateWaitMs = 90_000;
/** No call takes longer: what is in flight for so long was left by workers that have gone. */
const maxCallMs = 2 * 3_600_000;
/** From this many answers on, a long wait after them also shows a rate over more than a minute. */
const manyAnswers = 100;
/** Minimum time between two calls until one is answered, after such a burst. */
const probeIntervalMs = 1_000;
/** Responses to one burst arrive over some time. */
const minBurstMs = 1_000;
/** A smaller share of 429s is not worth a slower pace. */
const toleratedShare = 0.03;
/** Fewer 429s may be chance. */
const toleratedCount = 2;
/** The counts of recent calls are halved when they reach this. */
const recentCalls = 200;
/** Calls a second before the first 429: so many at first, and so many more for each answer. */
const startRate = 20;
const rateGrowth = 0.2;
/** Unused sending time before the first 429 is kept for at most this long. */
const maxCreditMs = 100;
/** So many calls may be sent at once, whatever the rate. */
const minTogether = 4;

/** The pace before the first call. */
export function beginPace(): PaceState {
  const counts = { answers: 0, sinceMs: null, answeredMs: 0, recent: 0, recentLimited: 0 };
  const times = { intervalMs: 0, lastSentMs: 0, burstEndsMs: 0 };
  return { ...times, ...counts, isProbing: false, credit: 0, creditMs: 0 };
}

/** Minimum time between two calls at present; 0 if they may be sent together. */
export function findSpacingMs({ intervalMs, isProbing }: PaceState): number {
  return isProbing ? Math.max(probeIntervalMs, intervalMs) : intervalMs;
}

/** The earliest time of the next call. */
export function computePacedAtMs(pace: PaceState): number {
  const spacingMs = findSpacingMs(pace);
  return spacingMs === 0 ? 0 : pace.lastSentMs + spacingMs;
}

/** Before the first 429: how many calls may be sent now, and the time that each of them takes up. */
export function computeStartRoom(
  { answers, credit, creditMs }: PaceState,
  nowMs: number,
): { readonly room: number; readonly perCallMs: number } {
  const perCallMs = 1000 / (startRate + rateGrowth * answers);
  const most = Math.max(minTogether, maxCreditMs / perCallMs);
  const room = Math.min(most, credit + (nowMs - creditMs) / perCallMs);
  return { room, perCallMs };
}

/**
 * Notes calls that are sent: time without any, such as a night without workers, says nothing of the rate.
 *
 * @param inFlight calls in flight, these included
 */
export function noteStart(pace: PaceState, count: number, nowMs: number, inFlight = count): void {
  omitIdleTime(pace, nowMs, inFlight > count ? maxCallMs : maxRateWaitMs);
  pace.credit = computeStartRoom(pace, nowMs).room - count;
  pace.creditMs = nowMs;
}

function omitIdleTime(pace: PaceState, nowMs: number, maxGapMs: number): void {
  const { sinceMs, lastSentMs, answeredMs, activeMs = 0 } = pace;
  if (sinceMs === null) return;
  // A wait that the provider asked for ends with the start of the present count, or with `activeMs`.
  const idleMs = nowMs - Math.max(lastSentMs, sinceMs, answeredMs, activeMs);
  if (idleMs <= maxGapMs) return;
  pace.sinceMs = sinceMs + idleMs;
  if (pace.trial) pace.trial.period.sinceMs += idleMs;
  pace.answeredMs = Math.min(nowMs, answeredMs + idleMs);
}

/** Notes the end of a call, or of a wait that the provider asked for. */
export function noteActive(pace: PaceState, untilMs: number): void {
  pace.activeMs = Math.max(pace.activeMs ?? 0, untilMs);
}

/** Notes an answer. */
export function noteAnswer(pace: PaceState, nowMs: number): void {
  noteActive(pace, nowMs);
  count(pace, 0, nowMs);
  pace.isProbing = false;
  pace.sinceMs ??= nowMs;
  pace.answeredMs = nowMs;
  pace.answers += 1;
  narrow(pace);
}

function narrow(pace: PaceState): void {
  const { unrelatedShare = 0 } = pace;
  pace.intervalMs *= unrelatedShare > toleratedShare ? unrelatedNarrowing : narrowing;
  pace.unrelatedShare = unrelatedShare * 0.5 ** (1 / unrelatedHalfLife);
  if (pace.intervalMs >= minIntervalMs) return;
  pace.intervalMs = 0;
  pace.trial = null;
}

/**
 * Notes a 429.
 *
 * @param pauseMs how long the provider wants to be left alone
 */
export function noteRateLimit(pace: PaceState, nowMs: number, pauseMs: number): void {
  noteActive(pace, nowMs + pauseMs);
  count(pace, 1, nowMs);
  if (isTolerated(pace) || nowMs < pace.burstEndsMs) return;
  const resumesMs = nowMs + pauseMs;
  pace.burstEndsMs = Math.max(resumesMs, nowMs + minBurstMs);
  if (takeBack(pace, resumesMs)) return;
  const { intervalMs, answers } = pace;
  if (answers < minAnswers) {
    // Refused again without an answer since, the wait goes on: it widens the spacing once.
    if (!pace.isProbing) widen(pace, intervalMs * minWidening, resumesMs);
    pace.isProbing = true;
    // What was answered counts with what follows, unless the wait says nothing of the rate.
    if (answers > 0 && resumesMs - pace.answeredMs <= maxRateWaitMs) return;
    pace.answers = 0;
    pace.sinceMs = resumesMs;
    return;
  }
  const waitMs = resumesMs - pace.answeredMs;
  const ratedMs = answers < manyAnswers ? Math.min(waitMs, maxRateWaitMs) : waitMs;
  const measuredMs = (margin * (pace.answeredMs + ratedMs - (pace.sinceMs ?? nowMs))) / answers;
  const widest = intervalMs === 0 ? maxIntervalMs : intervalMs * maxWidening;
  widen(pace, Math.max(intervalMs * minWidening, Math.min(measuredMs, widest)), resumesMs);
  pace.answers = 0;
  pace.sinceMs = resumesMs;
}

function isTolerated({ recent, recentLimited, unrelatedShare = 0 }: PaceState): boolean {
  const unrelated = Math.min(maxToleratedShare, unrelatedTolerance * unrelatedShare);
  return recentLimited <= Math.max(toleratedCount, toleratedShare * recent, unrelated * recent);
}

/** Narrows the spacing again, if it was widened in vain. */
function takeBack(pace: PaceState, nowMs: number): boolean {
  const found = pace.trial ? judgeTrial(pace.trial, pace.intervalMs, nowMs) : undefined;
  if (found === undefined) return false;
  pace.unrelatedShare = found.share;
  pace.intervalMs = takenBack * found.startIntervalMs;
  pace.trial = beginTrial(pace.intervalMs, nowMs);
  pace.answers = 0;
  pace.sinceMs = nowMs;
  return true;
}

function widen(pace: PaceState, wantedMs: number, nowMs: number): void {
  const { intervalMs, trial } = pace;
  const widestMs = trial ? Math.max(intervalMs, findWidestIntervalMs(trial)) : maxIntervalMs;
  const next = Math.min(wantedMs, widestMs, maxIntervalMs);
  pace.intervalMs = next < minIntervalMs ? 0 : next;
  if (pace.intervalMs > 0) pace.trial ??= beginTrial(next, nowMs);
}

function count(pace: PaceState, limited: 0 | 1, nowMs: number): void {
  if (pace.trial) countInTrial(pace.trial, pace.intervalMs, limited === 1, nowMs);
  pace.recent += 1;
  pace.recentLimited += limited;
  if (pace.recent < recentCalls) return;
  pace.recent /= 2;
  pace.recentLimited /= 2;
}
