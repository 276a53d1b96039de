import type { Failure, FailureClass } from '../../llm/failure.js';

/** Why an attempt gave no answer; stable, for programs. */
export type AttemptFailureClass =
  | FailureClass
  /** No response headers in time: connecting included. */
  | 'connect_timeout'
  /** Headers, but no byte of the body in time. */
  | 'first_byte_timeout'
  /** The body fell silent for too long. */
  | 'idle_timeout'
  /** The attempt took longer than one attempt may. */
  | 'attempt_timeout'
  /** The call as a whole took longer than it may. */
  | 'total_timeout'
  /** The connection was refused, reset or could not be made. */
  | 'network'
  /** A whole answer without text, tool call or refusal. */
  | 'empty_answer'
  /** The response is a redirect. It is not followed: the key would go along. */
  | 'redirected'
  /** The caller's function for the key or the headers failed, or gave what no header can hold. */
  | 'invalid_credentials'
  /** The caller aborted the call. */
  | 'aborted';

/** What went wrong in one attempt. Holds no text of the prompt and none of the provider. */
export interface AttemptFailure {
  readonly class: AttemptFailureClass;
  /** The HTTP status, or null where there was none. */
  readonly status: number | null;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What failed, in words of this library, or a code such as ECONNRESET. */
  readonly detail?: string;
  /** What the provider says, without keys; only where the router exposes it. May quote the prompt. */
  readonly providerMessage?: string;
}

/**
 * What a failure means for its endpoint. `broken` counts towards the circuit breaker, `busy` needs a
 * pause, `misconfigured` will not pass by itself, and `none` means nothing.
 */
export type FailureBlame = 'broken' | 'busy' | 'misconfigured' | 'none';

interface FailureRule {
  /** Whether the next eligible model is called. */
  readonly failsOver: boolean;
  readonly blame: FailureBlame;
}

const passing: FailureRule = { failsOver: true, blame: 'broken' };
const misconfigured: FailureRule = { failsOver: true, blame: 'misconfigured' };
const notThisModel: FailureRule = { failsOver: true, blame: 'none' };
const callersFault: FailureRule = { failsOver: false, blame: 'none' };

/** What follows from each class of failure. */
export const failureRules: Readonly<Record<AttemptFailureClass, FailureRule>> = {
  rate_limited: { failsOver: true, blame: 'busy' },
  server_error: passing,
  timeout: passing,
  connect_timeout: passing,
  first_byte_timeout: passing,
  idle_timeout: passing,
  attempt_timeout: passing,
  network: passing,
  truncated: passing,
  malformed: passing,
  empty_answer: passing,
  quota_exhausted: misconfigured,
  authentication: misconfigured,
  model_not_found: misconfigured,
  redirected: misconfigured,
  invalid_credentials: misconfigured,
  context_overflow: notThisModel,
  unsupported: notThisModel,
  // Passing a filtered request on until a model answers is not for a library to decide.
  content_filtered: callersFault,
  bad_request: callersFault,
  total_timeout: callersFault,
  aborted: callersFault,
};

/** Thrown inside an attempt, and caught where the attempt ends. */
export class AttemptError extends Error {
  constructor(
    readonly failure: AttemptFailure,
    /** Where other than the rule of the class says. */
    readonly blame: FailureBlame = failureRules[failure.class].blame,
  ) {
    super(failure.class);
    this.name = 'AttemptError';
  }
}

/** An attempt error of this class, without a status. */
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
 */
export function toAttemptError(failure: Failure, exposesMessages: boolean): AttemptError {
  const { class: failureClass, status, retryAfterMs, providerMessage, refusedMember } = failure;
  const detail = refusedMember === undefined ? failure.detail : explainRefusal(refusedMember);
  return new AttemptError({
    class: failureClass,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(detail === undefined ? {} : { detail }),
    ...(exposesMessages && providerMessage !== undefined ? { providerMessage } : {}),
  });
}

/** What to write at the endpoint whose server refuses a member of the request. */
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
