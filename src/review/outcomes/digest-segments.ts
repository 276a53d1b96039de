import { readFile } from 'node:fs/promises';
import type { RunInfo } from '../../measure/outcomes/run.js';
import type { SegmentFile } from '../../serve/log/list-segments.js';
import { sha256 } from '../../util/sha256.js';

export interface SegmentDigests {
  readonly sources: RunInfo['sources'];
  /** Segments that are not there any more. */
  readonly removed: number;
}

/**
 * Digests the segments of a log, each as it is now: with its compressed file where it was compressed
 * since it was listed.
 *
 * @throws Error of the file system
 */
export async function digestSegments(files: readonly SegmentFile[]): Promise<SegmentDigests> {
  const sources: { file: string; sha256: string }[] = [];
  let removed = 0;
  for (const { path, isPacked } of files) {
    const found = await readFirst(isPacked ? [path] : [path, `${path}.gz`]);
    if (found === undefined) removed += 1;
    else sources.push({ file: found.path, sha256: sha256(found.bytes) });
  }
  return { sources, removed };
}

/** The first of the files that is there. */
async function readFirst(
  paths: readonly string[],
): Promise<{ readonly path: string; readonly bytes: Buffer } | undefined> {
  for (const path of paths) {
    try {
      return { path, bytes: await readFile(path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}
