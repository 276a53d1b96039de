/** What kind of failure it is; decides the exit code of the command line. */
export type ErrorCode =
  | 'usage'
  | 'invalid_input'
  | 'invalid_task_set'
  | 'invalid_pool'
  | 'invalid_outcomes'
  | 'invalid_policy'
  | 'insufficient_data'
  | 'missing_key'
  | 'provider_unreachable'
  | 'run_locked'
  | 'ledger_corrupt'
  | 'incomplete_coverage'
  | 'budget_reached'
  | 'gate_failed'
  | 'interrupted'
  // Calls of a router.
  | 'no_feasible_model'
  | 'all_endpoints_unavailable'
  | 'all_attempts_failed'
  | 'request_refused'
  | 'stream_truncated'
  | 'deadline_exceeded'
  | 'aborted'
  | 'internal';

export interface ErrorDetails {
  /** Where it happened: a file, a file and line, a model, a URL without credentials. */
  readonly where?: string;
  /** What the reader can do about it, as an instruction. */
  readonly fix?: string;
  readonly cause?: unknown;
}

const marker = Symbol.for('routesmith.error');

/**
 * The one error class that Routesmith throws on purpose. Its message says what went wrong, where
 * it went wrong and what to do, in that order; `code` is stable and meant for programs.
 */
export class RoutesmithError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  readonly [marker] = true;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    const parts = [details.where === undefined ? what : `${details.where}: ${what}`];
    if (details.fix !== undefined) parts.push(details.fix);
    super(parts.join('\n  '), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RoutesmithError';
    this.code = code;
    this.where = details.where;
    this.fix = details.fix;
  }

  /** Also recognises errors of another copy of this package, which `instanceof` would not. */
  static isInstance(value: unknown): value is RoutesmithError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
