/** When an endpoint is left alone, and for how long. Times are in milliseconds. */
export interface BreakerSettings {
  /** Consecutive failures that open the breaker; minimum 1. @default 5 */
  readonly failureThreshold: number;
  /** How long an open breaker blocks requests. @default 30_000 */
  readonly openMs: number;
  /** The pause after a 429 without a requested wait. @default 5_000 */
  readonly rateLimitMs: number;
  /**
   * Different requests that an endpoint must refuse, with no success in between, to count as
   * misconfigured (a wrong key, model or URL). One alone may be what a firewall dislikes. @default 3
   */
  readonly refusalThreshold: number;
  /** How long a misconfigured endpoint is skipped. @default 300_000 */
  readonly misconfiguredMs: number;
  /** The longest wait that a provider may request. @default 300_000 */
  readonly maxRetryAfterMs: number;
}

export const defaultBreakerSettings: BreakerSettings = {
  failureThreshold: 5,
  openMs: 30_000,
  rateLimitMs: 5_000,
  refusalThreshold: 3,
  misconfiguredMs: 300_000,
  maxRetryAfterMs: 300_000,
};
