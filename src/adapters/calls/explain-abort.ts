import { RouterError } from '../../serve/router/router-error.js';

/** Whether a call ended because its caller aborted it. */
export function isAborted(error: unknown): boolean {
  return error instanceof RouterError && error.code === 'aborted';
}

/**
 * The error of a call as its caller's library knows it: after an abort the signal's own reason, which
 * is an `AbortError` unless the caller gave another one.
 */
export function explainAbort(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!isAborted(error)) return error;
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('aborted by the caller', 'AbortError');
}
