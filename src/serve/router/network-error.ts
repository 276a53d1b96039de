import { findErrorCode } from '../../util/errors.js';
import type { Cutoff } from './cutoff.js';

/** A code such as ECONNREFUSED, without the message, which may contain a URL with a key. */
export function describeNetworkError(error: unknown): string | undefined {
  const code = findErrorCode(error);
  return /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
}

/**
 * A connection that had been idle for too long is reset within a round trip. A server that resets it
 * later may have worked on the request, and may charge for it.
 */
const staleMs = 500;

/**
 * Sends a request, and once more if its connection was stale: no byte of the response came before it ended.
 */
export async function sendOnceMoreIfStale<T>(
  send: () => Promise<T>,
  {
    cutoff,
    elapsedMs,
    mayResend,
  }: {
    readonly cutoff: Pick<Cutoff, 'reason'>;
    readonly elapsedMs: () => number;
    /** Whether the request may be sent again, and no byte of a response came before the error. */
    readonly mayResend: (error: unknown) => boolean;
  },
): Promise<T> {
  // What came before, such as waiting for a key, says nothing of the connection.
  const sentMs = elapsedMs();
  try {
    return await send();
  } catch (error) {
    const resets = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];
    const isStale = elapsedMs() - sentMs < staleMs && resets.includes(findErrorCode(error));
    if (isStale && cutoff.reason === undefined && mayResend(error)) return send();
    throw error;
  }
}
