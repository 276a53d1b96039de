import { RoutesmithError, type ErrorCode } from '../../util/errors.js';
import { escapeControls } from './print.js';

/** An error as the command line prints it. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: number;
}

const exitCodes: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  invalid_input: 2,
  invalid_task_set: 2,
  invalid_pool: 2,
  invalid_outcomes: 2,
  invalid_policy: 2,
  insufficient_data: 2,
  missing_key: 2,
  provider_unreachable: 2,
  run_locked: 2,
  ledger_corrupt: 2,
  incomplete_coverage: 3,
  budget_reached: 4,
  gate_failed: 5,
  queue_unavailable: 2,
  version_mismatch: 2,
  missing_package: 2,
  interrupted: 130,
  no_feasible_model: 1,
  all_endpoints_unavailable: 1,
  all_attempts_failed: 1,
  request_refused: 1,
  stream_truncated: 1,
  deadline_exceeded: 1,
  aborted: 1,
  internal: 1,
};

/**
 * Describes anything that was thrown. Expected errors have a stack only with `debug`; an unexpected
 * one always has it, for the bug report.
 */
export function describeError(error: unknown, { debug }: { readonly debug: boolean }): ErrorReport {
  if (RoutesmithError.isInstance(error)) {
    const details = debug ? `\n${describeStacks(error)}` : '';
    return {
      text: escapeControls(`error: ${error.message}${details}`),
      exitCode: exitCodes[error.code],
    };
  }
  if (isSystemError(error)) {
    const details = debug ? `\n${describeStacks(error)}` : '';
    return { text: escapeControls(`error: ${error.message}${details}`), exitCode: 1 };
  }
  const text = `error: unexpected: ${describeStacks(error)}\n  This is a bug in Routesmith. Please report it with these lines.`;
  return { text: escapeControls(text), exitCode: 1 };
}

/** An error of the operating system, such as a full disk. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The stack of an error and of its causes. */
function describeStacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describeStacks(error.cause)}`;
  return stack + cause;
}
