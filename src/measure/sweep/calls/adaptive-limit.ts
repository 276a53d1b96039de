/** A change of how many calls may be under way, and why. */
export interface LimitChange {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What a call's end says of its provider's capacity. */
export type LoadSign =
  /** It was answered, well or badly. */
  | 'answered'
  /** 429: the provider wants less. */
  | 'rate_limited'
  /** 5xx or a timeout: no sign to send more, and none to send less. */
  | 'struggling'
  /** It says nothing, such as a call that was cancelled. */
  | 'none';

/** How many calls of one account and model may be under way: it learns from how they end. */
export interface AdaptiveLimit {
  readonly limit: number;
  /** A call is sent; `inFlight` counts it. */
  noteStart(inFlight: number): void;
  noteEnd(sign: LoadSign, retryAfterMs?: number): void;
}

/** Where a limit starts, unless less is allowed. */
const startLimit = 20;
/** A round grows the limit only where it has used so much of it. */
const usedShare = 0.8;
const growth = 1.05;
const shrinkage = 0.8;
/** Replies to one burst come over a while: they shrink the limit once. */
const minEpisodeMs = 15_000;

/**
 * Creates a limit. A round is as many ends as the limit was when it began. After a clean round the
 * limit doubles, until the first 429; from then on it grows by 5 %. A 429 multiplies it by .8, at
 * most once in 15 s or in the time the provider asked to wait, whichever is longer. A round with a
 * 5xx or a timeout is not clean, so that it stops growth, and shrinks nothing.
 *
 * @param maximum the limit never exceeds it; minimum 1
 * @param now milliseconds that only go forward
 */
export function createAdaptiveLimit(
  maximum: number,
  now: () => number,
  onChange: (change: LimitChange) => void = () => {},
): AdaptiveLimit {
  let limit = Math.min(startLimit, maximum);
  let isSlowStart = true;
  let roundSize = limit;
  let ended = 0;
  let peak = 0;
  let isClean = true;
  let episodeEndsMs = -Infinity;

  function change(to: number, reason: string): void {
    const from = limit;
    limit = to;
    beginRound();
    if (to !== from) onChange({ from, to, reason });
  }

  function beginRound(): void {
    roundSize = limit;
    ended = 0;
    peak = 0;
    isClean = true;
  }

  function endRound(): void {
    if (!isClean || peak < usedShare * limit || limit >= maximum) {
      beginRound();
      return;
    }
    const grown = isSlowStart ? limit * 2 : Math.max(limit + 1, Math.floor(limit * growth));
    const reason = isSlowStart ? 'slow start, a clean round' : 'a clean round';
    change(Math.min(maximum, grown), reason);
  }

  return {
    get limit() {
      return limit;
    },
    noteStart(inFlight) {
      peak = Math.max(peak, inFlight);
    },
    noteEnd(sign, retryAfterMs = 0) {
      if (sign === 'none') return;
      if (sign === 'rate_limited') {
        isClean = false;
        if (now() >= episodeEndsMs) {
          episodeEndsMs = now() + Math.max(minEpisodeMs, retryAfterMs);
          isSlowStart = false;
          change(Math.max(1, Math.floor(limit * shrinkage)), '429, rate limited');
          isClean = false;
        }
      }
      if (sign === 'struggling') isClean = false;
      ended += 1;
      if (ended >= roundSize) endRound();
    },
  };
}
