/** Counts the requests of callers. */
export interface RateLimit {
  /** @returns milliseconds until the caller may ask again; 0 if it may now, which is then counted */
  take(caller: string, requestsPerMinute: number): number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Creates the rate limit of a gateway: a token bucket for each caller that holds the requests of one
 * minute and fills evenly.
 *
 * @param now monotonic clock in milliseconds
 */
export function createRateLimit(now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(caller, requestsPerMinute) {
      const nowMs = now();
      const perMs = requestsPerMinute / 60_000;
      const bucket = buckets.get(caller) ?? { tokens: requestsPerMinute, atMs: nowMs };
      buckets.set(caller, bucket);
      const filled = bucket.tokens + (nowMs - bucket.atMs) * perMs;
      bucket.tokens = Math.min(requestsPerMinute, filled);
      bucket.atMs = nowMs;
      // Tolerates the rounding of many small additions.
      if (bucket.tokens < 1 - 1e-9) return Math.ceil((1 - bucket.tokens) / perMs);
      bucket.tokens -= 1;
      return 0;
    },
  };
}
