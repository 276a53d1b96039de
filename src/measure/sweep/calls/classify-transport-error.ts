import { findErrorCode } from '../../../util/find-error-code.js';
import type { CallFailure } from './call-result.js';
import { createFailure } from './classify-failure.js';

const timeoutCodes: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection within the connect timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no response within the first-byte timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'the stream fell silent for longer than the idle timeout'],
  ['ETIMEDOUT', 'the connection timed out'],
]);

const requestCodes: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL']);

/**
 * What an error thrown by the HTTP client means. Everything unknown counts as the network.
 *
 * @param mayBeCharged whether the request had been sent by then
 */
export function classifyTransportError(
  error: unknown,
  mayBeCharged: boolean,
  secrets: readonly (string | undefined)[] = [],
): CallFailure {
  const code = findErrorCode(error);
  const timeout = timeoutCodes.get(code);
  if (timeout !== undefined) return createFailure('timeout', { message: timeout, mayBeCharged });
  const text = error instanceof Error ? error.message : String(error);
  const message = [code, text].filter((part) => part !== '').join(': ');
  const failureClass = requestCodes.has(code) ? 'bad_request' : 'network';
  return createFailure(failureClass, { message, secrets, mayBeCharged });
}
