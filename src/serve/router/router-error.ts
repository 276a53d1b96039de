import type { Decision } from '../../policy/decide/decision.js';
import { RoutesmithError, type RouterErrorCode } from '../../util/errors.js';
import type { Attempt } from './attempt-record.js';
import type { AttemptFailure } from './failure.js';

/** What a RouterError says beside its message. */
export interface RouterErrorDetails {
  readonly decision: Decision;
  /** Every model that was called or skipped, in order. */
  readonly attempts: readonly Attempt[];
  /** The failure that ended the call; null if no model was called. */
  readonly failure: AttemptFailure | null;
  /** The time until a model may be called again; null if unknown, or where waiting does not help. */
  readonly retryAfterMs: number | null;
}

/**
 * The error of a failed router call. It and its members contain no text of the prompt, of the
 * provider (unless the router exposes it) or of a key.
 */
export class RouterError extends RoutesmithError {
  declare readonly code: RouterErrorCode;
  readonly decision: Decision;
  readonly attempts: readonly Attempt[];
  readonly failure: AttemptFailure | null;
  readonly retryAfterMs: number | null;

  constructor(code: RouterErrorCode, what: string, details: RouterErrorDetails, fix?: string) {
    super(code, what, fix === undefined ? {} : { fix });
    this.name = 'RouterError';
    this.decision = details.decision;
    this.attempts = details.attempts;
    this.failure = details.failure;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** One line about attempts, such as `small: server_error (503); large: skipped, cooling_down`. */
export function describeAttempts(attempts: readonly Attempt[]): string {
  return attempts
    .map((attempt) => {
      if (attempt.outcome === 'skipped') return `${attempt.model}: skipped, ${attempt.reason}`;
      if (attempt.outcome !== 'failed') return `${attempt.model}: ${attempt.outcome}`;
      const { class: failureClass, status } = attempt.failure;
      return `${attempt.model}: ${failureClass}${status === null ? '' : ` (${status})`}`;
    })
    .join('; ');
}
