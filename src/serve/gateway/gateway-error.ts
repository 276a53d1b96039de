import { joinLines, type RouterErrorCode } from '../../util/errors.js';
import { listNotPermitted, type Attempt } from '../router/attempt-record.js';
import { RouterError } from '../router/router-error.js';
import { describeLimit, type BudgetLimit } from './budget-limit.js';

/** The HTTP status of each error. */
const statuses = {
  invalid_request: 400,
  invalid_control: 400,
  unknown_model: 404,
  not_found: 404,
  method_not_allowed: 405,
  missing_key: 401,
  invalid_key: 401,
  not_allowed: 403,
  body_too_large: 413,
  rate_limited: 429,
  budget_exhausted: 429,
  overloaded: 503,
  shutting_down: 503,
  no_feedback_sink: 501,
  unwritable_answer: 502,
  context_overflow: 400,
  content_filtered: 400,
  no_feasible_model: 400,
  all_endpoints_unavailable: 503,
  all_attempts_failed: 502,
  request_refused: 400,
  stream_truncated: 502,
  deadline_exceeded: 504,
  // Nobody reads it; as nginx logs requests that their clients gave up.
  aborted: 499,
  internal: 500,
} satisfies Readonly<Record<string, number>> & Readonly<Record<RouterErrorCode, number>>;

/** Why a request got no answer; stable, for programs. */
export type GatewayErrorCode = keyof typeof statuses;

/** An error that is sent to the caller. Holds no text of a prompt, of a provider or of a key. */
export class GatewayError extends Error {
  readonly status: number;

  constructor(
    readonly code: GatewayErrorCode,
    message: string,
    readonly details: {
      /** When to try again. */
      readonly retryAfterMs?: number;
      /** Whether sending it again within seconds is in vain, although other errors of its status pass. */
      readonly isFinal?: boolean;
      /** The member or header that is wrong. */
      readonly param?: string;
    } = {},
  ) {
    super(message);
    this.name = 'GatewayError';
    this.status = statuses[code];
  }
}

/**
 * Whatever was thrown while a request was answered, as the error to send.
 *
 * @param budgetLimit what held back a model
 */
export function toGatewayError(error: unknown, budgetLimit?: BudgetLimit): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof RouterError) return convertRouterError(error, budgetLimit);
  return new GatewayError('internal', 'The gateway failed. Its log says why.');
}

function convertRouterError(
  error: RouterError,
  budgetLimit: BudgetLimit | undefined,
): GatewayError {
  const { failure, retryAfterMs, attempts } = error;
  const wait = retryAfterMs === null ? {} : { retryAfterMs };
  const overBudget = listNotPermitted(attempts);
  const isOverBudget = overBudget.size > 0 && attempts.every(({ model }) => overBudget.has(model));
  if (isOverBudget && error.code === 'all_endpoints_unavailable') {
    const isFinal = budgetLimit?.mayFitSoon !== true;
    return new GatewayError('budget_exhausted', describeLimit(budgetLimit), { isFinal });
  }
  const message = describeRouterError(error);
  if (error.code === 'request_refused' && failure?.class === 'context_overflow') {
    return new GatewayError('context_overflow', message);
  }
  if (error.code === 'request_refused' && failure?.class === 'content_filtered') {
    return new GatewayError('content_filtered', message);
  }
  if (error.code === 'all_attempts_failed' && failure?.class === 'rate_limited') {
    return new GatewayError('rate_limited', message, wait);
  }
  if (error.code === 'all_attempts_failed' && attempts.every(isTokenLimit)) {
    return new GatewayError(error.code, message, { isFinal: true });
  }
  const isDown = error.code === 'all_endpoints_unavailable' || error.code === 'all_attempts_failed';
  return new GatewayError(error.code, message, isDown ? wait : {});
}

function isTokenLimit(attempt: Attempt): boolean {
  return attempt.outcome === 'failed' && attempt.failure.isTokenLimit === true;
}

function describeRouterError({ message, failure, decision, code }: RouterError): string {
  // The second line names members of the router here, which the caller does not have.
  const isOfRouter = code === 'all_endpoints_unavailable' || code === 'no_feasible_model';
  const shown = isOfRouter ? message.split('\n', 1) : [message];
  // The message itself has the reason of a model that the caller named.
  if (code === 'no_feasible_model' && !decision.notes.includes('model_excluded')) {
    const reasons = decision.excluded.map(({ model, reason }) => `${model}: ${reason}`);
    return `No model can take this request. ${reasons.join('; ')}`;
  }
  const { detail, providerMessage } = failure ?? {};
  const own = detail === undefined ? shown : [...shown, detail];
  // May begin with the name of a member or a model, and stays as the provider wrote it.
  const quoted = providerMessage === undefined ? [] : [providerMessage];
  return joinLines([...own.map(capitalize), ...quoted].join('\n'));
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
