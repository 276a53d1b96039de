import type { Cutoff } from './cutoff.js';
import { attemptError } from './failure.js';
import { describeNetworkError } from './send-request.js';
import type { RouterTimeouts } from './timeouts.js';

/** Reads a response's body chunk by chunk. */
export interface BodyReader {
  /**
   * The next chunk, or undefined at the end.
   *
   * @throws AttemptError `first_byte_timeout`, `idle_timeout`, `truncated` if the connection broke,
   * or the cutoff's reason
   */
  read(): Promise<Uint8Array | undefined>;
  /** The whole body as text. @throws AttemptError also `malformed` if it is longer than the limit */
  readText(maxBytes: number): Promise<string>;
  /** Discards the rest, so that the connection can be reused; cancels it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

/**
 * Creates the reader of a body. The idle timeout only runs during a read.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createBodyReader(
  response: Response,
  cutoff: Cutoff,
  timeouts: RouterTimeouts,
  elapsedMs: () => number,
): BodyReader {
  const reader = response.body?.getReader() as
    ReadableStreamDefaultReader<Uint8Array<ArrayBufferLike>> | undefined;
  let hasBytes = false;

  async function read(): Promise<Uint8Array | undefined> {
    if (reader === undefined) return undefined;
    const limitMs = hasBytes ? timeouts.idleMs : Math.max(1, timeouts.firstByteMs - elapsedMs());
    const limitClass = hasBytes ? 'idle_timeout' : 'first_byte_timeout';
    try {
      const { done, value } = await cutoff.wait(reader.read(), limitMs, limitClass);
      if (done) return undefined;
      hasBytes ||= value.length > 0;
      return value;
    } catch (error) {
      // A fetch that ignores the signal keeps its connection until the body is canceled.
      reader.cancel().catch(() => undefined);
      throw cutoff.reason === undefined
        ? attemptError('truncated', describeNetworkError(error))
        : attemptError(cutoff.reason);
    }
  }

  return {
    read,
    async drain(graceMs) {
      if (reader === undefined) return;
      const cancel = (): void => void reader.cancel().catch(() => undefined);
      const timer = setTimeout(cancel, graceMs);
      try {
        while (!(await reader.read()).done);
      } catch {
        // The answer is complete, so errors of the connection no longer matter.
      } finally {
        clearTimeout(timer);
      }
    },
    async readText(maxBytes) {
      const decoder = new TextDecoder();
      const pieces: string[] = [];
      let size = 0;
      for (let bytes = await read(); bytes !== undefined; bytes = await read()) {
        size += bytes.length;
        if (size > maxBytes) {
          throw attemptError('malformed', `the body is longer than ${maxBytes} bytes`);
        }
        pieces.push(decoder.decode(bytes, { stream: true }));
      }
      return pieces.join('') + decoder.decode();
    },
  };
}
