import { findErrorCode } from '../../util/errors.js';

/** A code such as ECONNREFUSED, without the message, which may contain a URL with a key. */
export function describeNetworkError(error: unknown): string | undefined {
  const code = findErrorCode(error);
  return /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
}
