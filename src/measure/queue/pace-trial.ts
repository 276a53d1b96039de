/**
 * Tells a limit of the rate from 429s that come at any rate, such as those of an overloaded provider.
 *
 * While calls are spaced, they are counted in periods. Where a provider limits the rate, a wider spacing
 * lowers the share of 429s, or leaves the time for each answer as it was. Where neither happens, the 429s
 * do not depend on the pace.
 */
export interface PaceTrial {
  /** The present period. */
  period: Period;
  /** An earlier period with a narrower spacing and a similar share of 429s. */
  base: PeriodResult | null;
}

interface Period {
  /** The spacing with which it began. */
  readonly startIntervalMs: number;
  sinceMs: number;
  answers: number;
  limited: number;
  /** Sum over the calls. */
  intervalsMs: number;
}

interface PeriodResult {
  readonly startIntervalMs: number;
  readonly meanIntervalMs: number;
  /** Share of calls that ended in 429. */
  readonly share: number;
  readonly perAnswerMs: number;
}

/** The widest spacing of calls. */
export const maxIntervalMs = 60_000;
/** So many 429s complete a period. */
const limitedPerPeriod = 8;
/** A period with fewer 429s than that in so many calls shows that the pace is right. */
const maxCallsPerPeriod = 400;
/** Fewer answers do not show how long each takes. */
const answersPerPeriod = 10;
/** Within a period, the spacing grows by this factor at most: without a comparison, it may be in vain. */
const maxGrowth = 2;
/** With a larger share of 429s, by this factor. */
const largeShare = 0.25;
const maxGrowthAtLargeShare = 4;
/** Shares that differ by more than this factor are not the same share. */
const similarShare = 2;
/** Spacings that differ by less cannot be compared. */
const minComparedGrowth = 1.25;

/** A trial that begins with a spacing. */
export function beginTrial(intervalMs: number, nowMs: number): PaceTrial {
  return { period: beginPeriod(intervalMs, nowMs), base: null };
}

function beginPeriod(startIntervalMs: number, sinceMs: number): Period {
  return { startIntervalMs, sinceMs, answers: 0, limited: 0, intervalsMs: 0 };
}

/** Counts the end of a call. */
export function countInTrial(
  trial: PaceTrial,
  intervalMs: number,
  isLimited: boolean,
  nowMs: number,
): void {
  const { period } = trial;
  period.intervalsMs += intervalMs;
  if (isLimited) period.limited += 1;
  else period.answers += 1;
  if (period.answers + period.limited < maxCallsPerPeriod) return;
  if (period.limited >= limitedPerPeriod) return;
  trial.base = null;
  trial.period = beginPeriod(intervalMs, nowMs);
}

/** The widest spacing before the present period is complete. */
export function findWidestIntervalMs({ period }: PaceTrial): number {
  const share = period.limited / Math.max(1, period.answers + period.limited);
  return period.startIntervalMs * (share > largeShare ? maxGrowthAtLargeShare : maxGrowth);
}

/**
 * Compares the present period with an earlier one, if it is complete, and begins the next.
 *
 * @param intervalMs the present spacing
 * @param nowMs the end of the wait that the provider asked for last
 * @returns the share of 429s and the narrower spacing at which it was the same, if the 429s do not
 * depend on the pace
 */
export function judgeTrial(
  trial: PaceTrial,
  intervalMs: number,
  nowMs: number,
): { readonly share: number; readonly startIntervalMs: number } | undefined {
  const { period, base } = trial;
  if (period.limited < limitedPerPeriod || period.answers < answersPerPeriod) return undefined;
  const result = summarize(period, nowMs);
  trial.period = beginPeriod(intervalMs, nowMs);
  const ratio = base === null ? Infinity : result.share / base.share;
  if (base === null || ratio > similarShare || ratio < 1 / similarShare) {
    trial.base = result;
    return undefined;
  }
  const growth = result.meanIntervalMs / base.meanIntervalMs;
  // By half of the widening at least, on a logarithmic scale.
  const isSlower = result.perAnswerMs >= base.perAnswerMs * Math.sqrt(growth);
  // The widest spacing cannot be compared with a wider one.
  const isWidest = intervalMs * minComparedGrowth > maxIntervalMs;
  if (growth < minComparedGrowth && !isWidest) return undefined;
  trial.base = isSlower ? null : result;
  if (!isSlower) return undefined;
  return { share: result.share, startIntervalMs: base.startIntervalMs };
}

function summarize(period: Period, nowMs: number): PeriodResult {
  const { startIntervalMs, sinceMs, answers, limited, intervalsMs } = period;
  const calls = answers + limited;
  return {
    startIntervalMs,
    meanIntervalMs: intervalsMs / calls,
    share: limited / calls,
    perAnswerMs: (nowMs - sinceMs) / Math.max(1, answers),
  };
}
