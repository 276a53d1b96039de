/** How a call of a router can fail. */
export type RouterErrorCode =
  | 'no_feasible_model'
  | 'all_endpoints_unavailable'
  | 'all_attempts_failed'
  | 'request_refused'
  | 'stream_truncated'
  | 'deadline_exceeded'
  | 'aborted';

/** The kind of a failure; it determines the exit code of the command line. */
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
  // Sweeps on several machines.
  | 'queue_unavailable'
  | 'version_mismatch'
  | 'missing_package'
  | 'interrupted'
  | RouterErrorCode
  | 'internal';

/** What an error says besides what happened. */
export interface ErrorDetails {
  /** Where it happened: a file, a file and line, a model, a URL without credentials. */
  readonly where?: string;
  /** How to fix it, as an instruction. */
  readonly fix?: string;
  readonly cause?: unknown;
}

const marker = Symbol.for('routesmith.error');

/**
 * The error class of Routesmith. Its message says where and what went wrong and how to fix it;
 * `code` is stable and meant for programs.
 */
export class RoutesmithError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  readonly [marker] = true;

  constructor(code: ErrorCode, what: string, { where, fix, cause }: ErrorDetails = {}) {
    const happened = where === undefined ? what : `${where}: ${what}`;
    super(
      fix === undefined ? happened : `${happened}\n  ${fix}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'RoutesmithError';
    this.code = code;
    this.where = where;
    this.fix = fix;
  }

  /** Also recognizes errors of another copy of this package, unlike `instanceof`. */
  static isInstance(value: unknown): value is RoutesmithError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}

/** The message of an error, which may have lines for what happened and what to do, as sentences on one line. */
export function joinLines(message: string): string {
  // No pattern with white space before a line break: a long run of spaces would stall it.
  const lines = message.split('\n').map((line) => line.trim());
  const sentences = lines.filter((line) => line !== '');
  return sentences
    .map((line, place) => (place < sentences.length - 1 ? line.replace(/[.;]$/, '') : line))
    .join('. ')
    .replace(/\s+/g, ' ');
}

/** An error and its causes, at most five. */
export function listCauses(error: unknown): Error[] {
  const causes: Error[] = [];
  let current = error;
  while (causes.length < 5 && current instanceof Error) {
    causes.push(current);
    // One error per address of a host name; the first one represents all.
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return causes;
}

/** The first `code` in an error's chain of causes, such as ECONNRESET; empty if there is none. */
export function findErrorCode(error: unknown): string {
  const codes = listCauses(error).map((one) => (one as { readonly code?: unknown }).code);
  return codes.find((code) => typeof code === 'string') ?? '';
}
