const windowMs = 60_000;

/** A rate limit as providers have it: so many requests in any minute. */
export interface PracticeLimiter {
  /** Counts a request. @returns 0 if it is taken, or else the time until one would be */
  findWaitMs(modelId: string): number;
}

/**
 * Creates the limits of simulated models, each of its own.
 *
 * @param perMinute maximum number of requests in any 60 seconds
 * @param now monotonic clock in milliseconds
 */
export function createPracticeLimiter(
  perMinute: number,
  now: () => number = () => performance.now(),
): PracticeLimiter {
  const takenOf = new Map<string, number[]>();
  return {
    findWaitMs(modelId) {
      if (perMinute === Infinity) return 0;
      const nowMs = now();
      const taken = (takenOf.get(modelId) ?? []).filter((atMs) => atMs > nowMs - windowMs);
      takenOf.set(modelId, taken);
      const oldest = taken[0];
      if (taken.length >= perMinute && oldest !== undefined) return oldest + windowMs - nowMs;
      taken.push(nowMs);
      return 0;
    },
  };
}
