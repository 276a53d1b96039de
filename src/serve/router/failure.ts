import type { Failure, FailureClass } from '../../llm/failure.js';
import type { TokenUsage } from '../../llm/usage.js';

/** Why an attempt returned no answer. Stable, so that programs can rely on it. */
export type AttemptFailureClass =
  | FailureClass
  /** No response headers in time, including the time to connect. */
  | 'connect_timeout'
  /** Headers, but no byte of the body in time. */
  | 'first_byte_timeout'
  /** Data, but no content of the answer in time. */
  | 'first_content_timeout'
  /** No data of the body, or no further content, for too long. */
  | 'idle_timeout'
  /** The attempt exceeded its time limit. */
  | 'attempt_timeout'
  /** The call exceeded its total time limit. */
  | 'total_timeout'
  /** The connection failed or was reset. */
  | 'network'
  /** A complete answer without text, tool call or refusal. */
  | 'empty_answer'
  /** The response is a redirect, which is not followed because it would receive the key. */
  | 'redirected'
  /** The caller's function for the key or headers failed, or returned an invalid header value. */
  | 'invalid_credentials'
  /** Of a model that is an object: its code threw an error that tells of no response. */
  | 'model_error'
  /** The caller aborted the call. */
  | 'aborted';

/** What went wrong in one attempt. Contains no text of the prompt or, by default, the provider. */
export interface AttemptFailure {
  readonly class: AttemptFailureClass;
  /** The HTTP status, or null if there was none. */
  readonly status: number | null;
  /** Present for an error inside a 200, which may come after a part of the answer. */
  readonly isInAnswer?: true;
  /** Present if the request's token limit left nothing for an answer, or not enough, as it would again. */
  readonly isTokenLimit?: true;
  /** The wait that the provider requests, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A description by this library, or a code such as ECONNRESET. */
  readonly detail?: string;
  /** The provider's message without keys, if the router exposes it. May quote the prompt. */
  readonly providerMessage?: string;
}

/**
 * The consequence of a failure for its endpoint. `broken` counts toward the circuit breaker, `busy`
 * causes a pause, `misconfigured` will not resolve by itself, and `none` has no consequence.
 */
export type FailureBlame = 'broken' | 'busy' | 'misconfigured' | 'none';

interface FailureRule {
  /**
   * Whether the next eligible model is called. `once`: what one server calls a bad request another may
   * take, but not what two of them refuse.
   */
  readonly failsOver: boolean | 'once';
  readonly blame: FailureBlame;
}

const passing: FailureRule = { failsOver: true, blame: 'broken' };
const misconfigured: FailureRule = { failsOver: true, blame: 'misconfigured' };
const notThisModel: FailureRule = { failsOver: true, blame: 'none' };
const callersFault: FailureRule = { failsOver: false, blame: 'none' };

/** The consequences of each class of failure. */
export const failureRules: Readonly<Record<AttemptFailureClass, FailureRule>> = {
  rate_limited: { failsOver: true, blame: 'busy' },
  server_error: passing,
  timeout: passing,
  connect_timeout: passing,
  first_byte_timeout: passing,
  first_content_timeout: passing,
  idle_timeout: passing,
  attempt_timeout: passing,
  network: passing,
  truncated: passing,
  malformed: passing,
  empty_answer: passing,
  model_error: passing,
  quota_exhausted: misconfigured,
  authentication: misconfigured,
  model_not_found: misconfigured,
  redirected: misconfigured,
  invalid_credentials: misconfigured,
  context_overflow: notThisModel,
  unsupported: notThisModel,
  // A library must not try to get around a content filter.
  content_filtered: callersFault,
  bad_request: { failsOver: 'once', blame: 'none' },
  total_timeout: callersFault,
  aborted: callersFault,
};

/** Thrown inside an attempt, and caught where the attempt ends. */
export class AttemptError extends Error {
  constructor(
    readonly failure: AttemptFailure,
    /** Overrides the rule of the class. */
    readonly blame: FailureBlame = failureRules[failure.class].blame,
    /** What a whole answer reports that cannot be used. */
    readonly tokens?: TokenUsage,
  ) {
    super(failure.class);
    this.name = 'AttemptError';
  }
}

/** Creates an attempt error without a status. */
export function attemptError(failureClass: AttemptFailureClass, detail?: string): AttemptError {
  return new AttemptError({
    class: failureClass,
    status: null,
    ...(detail === undefined ? {} : { detail }),
  });
}

/**
 * The attempt error for a provider's failure.
 *
 * @param exposesMessages whether the provider's text may be shown
 * @param tokens what the answer reports: it is charged if the model has made a mistake in it
 */
export function toAttemptError(
  failure: Failure,
  exposesMessages: boolean,
  tokens?: TokenUsage,
): AttemptError {
  const {
    class: failureClass,
    status,
    isInAnswer,
    isTokenLimit,
    retryAfterMs,
    providerMessage,
    refusedMember,
    isModelFault,
  } = failure;
  const detail = refusedMember === undefined ? failure.detail : explainRefusal(refusedMember);
  return new AttemptError(
    {
      class: failureClass,
      status,
      ...(isInAnswer === undefined ? {} : { isInAnswer }),
      ...(isTokenLimit === undefined ? {} : { isTokenLimit }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(detail === undefined ? {} : { detail }),
      ...(exposesMessages && providerMessage !== undefined ? { providerMessage } : {}),
    },
    // What a model writes for one request says nothing of the endpoint.
    isModelFault === true ? 'none' : undefined,
    isModelFault === true ? tokens : undefined,
  );
}

/** Explains how to configure an endpoint whose server rejects a member of the request. */
function explainRefusal(member: NonNullable<Failure['refusedMember']>): string {
  const other = member === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  switch (member) {
    case 'max_tokens':
    case 'max_completion_tokens':
      return `the server refuses ${member}: set request: { tokenLimit: '${other}' } at the endpoint`;
    case 'stream_options':
    case 'temperature':
    case 'seed':
      return `the server refuses ${member}: set request: { omit: ['${member}'] } at the endpoint`;
    default:
      return `the server refuses ${member}`;
  }
}
