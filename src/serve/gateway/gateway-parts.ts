import type { Decision } from '../../policy/decide/decision.js';
import type { CallLog } from '../router/call-log.js';
import type { Admission } from './admission.js';
import type { Conversations } from './conversations.js';
import type { Exchange } from './exchange.js';
import type { FeedbackSink } from './feedback.js';
import type { GatewayError } from './gateway-error.js';
import type { RateLimit } from './rate-limit.js';
import type { RequestBodyReader } from './read-body.js';
import type { RequestLog } from './request-log.js';
import type { Spending } from './spending.js';
import type { Readiness } from './status-pages.js';

/** What the handlers of a gateway share. */
export interface GatewayParts {
  readonly admission: Admission;
  readonly bodies: RequestBodyReader;
  readonly rateLimit: RateLimit;
  readonly conversations: Conversations;
  readonly spending: Spending;
  readonly feedback: FeedbackSink | undefined;
  readonly decisionLog: CallLog | undefined;
  readonly isDraining: boolean;
  /** Monotonic milliseconds. */
  now(): number;
  date(): Date;
  readiness(): Readiness;
  renderMetrics(): string;
  /** Ends an exchange: frees what it holds, and logs it. Later calls do nothing. */
  finish(
    exchange: Exchange,
    status: number,
    outcome: RequestLog['outcome'],
    error: GatewayError | undefined,
  ): void;
  /** Counts a decision that no model is called for. */
  noteDecision(decision: Decision): void;
  /** Reports an error that is neither the caller's nor a provider's. */
  noteFault(error: unknown): void;
}
