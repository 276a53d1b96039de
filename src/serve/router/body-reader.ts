import type { Cutoff } from './cutoff.js';
import { AttemptError, attemptError } from './failure.js';
import { createReadLimits } from './read-limits.js';
import { describeNetworkError } from './network-error.js';
import type { FetchedBody, FetchedPiece, FetchedResponse } from './send-request.js';
import type { RouterTimeouts } from './timeouts.js';

/** Reads a response's body chunk by chunk. */
export interface BodyReader {
  /**
   * The next chunk, or undefined at the end.
   *
   * @throws AttemptError `first_byte_timeout`, `first_content_timeout`, `idle_timeout`, `truncated` if
   * the connection broke, the cutoff's reason, or what the response's own body throws
   */
  read(): Promise<Uint8Array | undefined>;
  /** Notes that what was read has content of the answer, which the timeouts wait for. */
  noteProgress(): void;
  /** The whole body as text. @throws AttemptError also `malformed` if it is longer than the limit */
  readText(maxBytes: number): Promise<string>;
  /** Discards the rest, so that the connection can be reused; cancels it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

type PieceReader = ReturnType<FetchedBody['getReader']>;

const wholeDecoder = new TextDecoder();

/**
 * Creates the reader of a body. Once there is content, the timeouts only run during a read.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createBodyReader(
  response: FetchedResponse,
  cutoff: Cutoff,
  timeouts: RouterTimeouts,
  elapsedMs: () => number,
): BodyReader {
  const reader = response.body?.getReader();
  const limits = createReadLimits(timeouts, elapsedMs);

  async function read(): Promise<Uint8Array | undefined> {
    if (reader === undefined) return undefined;
    try {
      const { done, value } = readNow(reader) ?? (await waitForPiece(reader));
      if (done) return undefined;
      if (value.length > 0) limits.noteData();
      return value;
    } catch (error) {
      // A fetch that ignores the signal keeps its connection until the body is canceled.
      reader.cancel().catch(() => undefined);
      if (cutoff.reason !== undefined) throw attemptError(cutoff.reason);
      throw error instanceof AttemptError
        ? error
        : attemptError('truncated', describeNetworkError(error));
    }
  }

  /** What has arrived needs no timer, unless the time is over that it came in. */
  function readNow({ readNow: readArrived }: PieceReader): FetchedPiece | undefined {
    if (readArrived === undefined || cutoff.reason !== undefined) return undefined;
    return limits.find()[0] > 1 ? readArrived() : undefined;
  }

  async function waitForPiece(pieces: PieceReader): Promise<FetchedPiece> {
    return limits.wait(cutoff, () => pieces.read());
  }

  return {
    read,
    noteProgress: limits.noteProgress,
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
      const pieces: Uint8Array[] = [];
      let size = 0;
      for (let bytes = await read(); bytes !== undefined; bytes = await read()) {
        // Servers that do not stream keep the connection open with white space (DeepSeek).
        if (bytes.some((byte) => byte > 0x20)) limits.noteProgress();
        size += bytes.length;
        if (size > maxBytes) {
          throw attemptError('malformed', `the body is longer than ${maxBytes} bytes`);
        }
        pieces.push(bytes);
      }
      return wholeDecoder.decode(joinBytes(pieces, size));
    },
  };
}

function joinBytes(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(size);
  let start = 0;
  for (const piece of pieces) {
    joined.set(piece, start);
    start += piece.length;
  }
  return joined;
}
