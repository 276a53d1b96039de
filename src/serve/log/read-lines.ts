import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { decodeLine, LineSplitter } from '../../util/split-lines.js';
import type { SegmentFile } from './list-segments.js';

const chunkBytes = 512 * 1024;
/** What is decoded at once should be garbage before it is collected: it is many times as large. */
const linesAtOnce = 32;

/** Lines of a file, in order. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** The number of the first one, from 1. */
  readonly first: number;
  /** Whether the file ends here, in the middle of a line that is left out. */
  readonly isTorn: boolean;
}

/**
 * Reads a segment in batches of lines, so that it may be larger than memory. A segment that is
 * compressed in the meantime is read from its compressed file.
 *
 * @throws Error of the file system, or of gzip where the file is damaged
 */
export async function* readLines(file: SegmentFile): AsyncGenerator<LineBatch> {
  const { handle, isPacked } = await openSegment(file);
  const source = handle.createReadStream({ highWaterMark: chunkBytes });
  const chunks: Readable = isPacked ? source.pipe(createGunzip({ chunkSize: chunkBytes })) : source;
  if (isPacked) source.on('error', (error) => chunks.destroy(error));
  const splitter = new LineSplitter();
  let first = 1;
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      let lines: string[] = [];
      for (const line of splitter.split(chunk)) {
        lines.push(decodeLine(line));
        if (lines.length < linesAtOnce) continue;
        yield { lines, first, isTorn: false };
        first += lines.length;
        lines = [];
      }
      if (lines.length > 0) yield { lines, first, isTorn: false };
      first += lines.length;
    }
  } finally {
    source.destroy();
    chunks.destroy();
    await handle.close().catch(() => undefined);
  }
  if (splitter.end() !== undefined) yield { lines: [], first, isTorn: true };
}

async function openSegment({
  path,
  isPacked,
}: SegmentFile): Promise<{ readonly handle: FileHandle; readonly isPacked: boolean }> {
  try {
    return { handle: await open(path, 'r'), isPacked };
  } catch (error) {
    if (isPacked || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { handle: await open(`${path}.gz`, 'r'), isPacked: true };
  }
}
