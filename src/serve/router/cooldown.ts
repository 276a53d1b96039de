import type { BreakerSettings } from './breaker-settings.js';
import type { AttemptFailure, FailureBlame } from './failure.js';

/**
 * The pause of an endpoint that is busy. A wait that the provider requests (Retry-After) is observed up to
 * `maxRetryAfterMs`: neither a later success nor a shorter Retry-After reduces it.
 */
export class Cooldown {
  /** As requested by the provider. */
  retryAfterUntilMs = -Infinity;
  /** The router's own choice, after a 429 without a requested wait. */
  pauseUntilMs = -Infinity;

  get untilMs(): number {
    return Math.max(this.retryAfterUntilMs, this.pauseUntilMs);
  }

  noteFailure(
    { retryAfterMs }: AttemptFailure,
    blame: FailureBlame,
    { maxRetryAfterMs, rateLimitMs }: BreakerSettings,
    nowMs: number,
  ): void {
    if (retryAfterMs !== undefined && blame !== 'none') {
      const untilMs = nowMs + Math.min(retryAfterMs, maxRetryAfterMs);
      this.retryAfterUntilMs = Math.max(this.retryAfterUntilMs, untilMs);
    } else if (blame === 'busy') {
      this.pauseUntilMs = Math.max(this.pauseUntilMs, nowMs + rateLimitMs);
    }
  }
}
