/** A change of the maximum number of calls in flight, and its reason. */
export interface LimitChange {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What the end of a call says about the provider's capacity. */
export type LoadSign =
  /** The provider answered. */
  | 'answered'
  /** 429: too many requests. */
  | 'rate_limited'
  /** 5xx or a timeout: neither a reason to send more nor to send less. */
  | 'struggling'
  /** No information, such as a call that was canceled. */
  | 'none';

/** The maximum number of calls in flight of one account and model, adapted to how calls end. */
export interface AdaptiveLimit {
  readonly limit: number;
  /** Notes that a call is sent; `inFlight` includes it. */
  noteStart(inFlight: number): void;
  noteEnd(sign: LoadSign, retryAfterMs?: number): void;
}

/** What a limit remembers, as plain JSON, so that several processes can share it. */
export interface LimitState {
  limit: number;
  isSlowStart: boolean;
  /** Number of calls that end the round. */
  roundSize: number;
  ended: number;
  /** Most calls in flight in this round. */
  peak: number;
  isClean: boolean;
  /** Until then another 429 does not reduce the limit; null before the first. */
  episodeEndsMs: number | null;
}

/** The initial limit, unless the maximum is lower. */
const startLimit = 20;
/** A round increases the limit only if it used at least this share of it. */
const usedShare = 0.8;
const growth = 1.05;
const shrinkage = 0.8;
/** Responses to one burst arrive over some time; they reduce the limit only once. */
const minEpisodeMs = 15_000;

/** The state of a limit before its first call. */
export function startLimitState(maximum: number): LimitState {
  const limit = Math.min(startLimit, maximum);
  const round = { roundSize: limit, ended: 0, peak: 0, isClean: true };
  return { limit, isSlowStart: true, ...round, episodeEndsMs: null };
}

/**
 * Creates a limit. A round ends after as many calls as the limit was when it began. A clean round
 * doubles the limit until the first 429; later ones increase it by 5 %. A 429 multiplies the limit
 * by 0.8, at most once in 15 s or in the requested wait, whichever is longer. A round with a 5xx or
 * a timeout is not clean: it neither increases nor reduces the limit.
 *
 * @param maximum the upper bound of the limit; minimum 1
 * @param now monotonic clock in milliseconds
 * @param state changed in place
 */
export function createAdaptiveLimit(
  maximum: number,
  now: () => number,
  onChange: (change: LimitChange) => void = () => {},
  state: LimitState = startLimitState(maximum),
): AdaptiveLimit {
  function change(to: number, reason: string): void {
    const from = state.limit;
    state.limit = to;
    beginRound();
    if (to !== from) onChange({ from, to, reason });
  }

  function beginRound(): void {
    Object.assign(state, { roundSize: state.limit, ended: 0, peak: 0, isClean: true });
  }

  function endRound(): void {
    const { limit, isSlowStart } = state;
    if (!state.isClean || state.peak < usedShare * limit || limit >= maximum) {
      beginRound();
      return;
    }
    const grown = isSlowStart ? limit * 2 : Math.max(limit + 1, Math.floor(limit * growth));
    const reason = isSlowStart ? 'slow start, a clean round' : 'a clean round';
    change(Math.min(maximum, grown), reason);
  }

  return {
    get limit() {
      return state.limit;
    },
    noteStart(inFlight) {
      state.peak = Math.max(state.peak, inFlight);
    },
    noteEnd(sign, retryAfterMs = 0) {
      if (sign === 'none') return;
      if (sign === 'rate_limited') {
        state.isClean = false;
        if (now() >= (state.episodeEndsMs ?? -Infinity)) {
          state.episodeEndsMs = now() + Math.max(minEpisodeMs, retryAfterMs);
          state.isSlowStart = false;
          change(Math.max(1, Math.floor(state.limit * shrinkage)), '429, rate limited');
          state.isClean = false;
        }
      }
      if (sign === 'struggling') state.isClean = false;
      state.ended += 1;
      if (state.ended >= state.roundSize) endRound();
    },
  };
}
