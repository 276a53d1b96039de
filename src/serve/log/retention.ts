import { rm, stat } from 'node:fs/promises';
import { listSegments } from './list-segments.js';

/** How long closed segments are kept. */
export interface Retention {
  /** Segments that were closed longer ago are removed. @default Infinity */
  readonly maxAgeDays: number;
  /** The oldest segments are removed while all of them together are larger. @default Infinity */
  readonly maxTotalBytes: number;
}

const dayMs = 86_400_000;

/**
 * Removes closed segments of all writers that are too old or too many. Feedback is kept as long as
 * its segment, whatever became of the decisions that it is about.
 *
 * @returns the names of the files that were removed
 */
export async function removeOldSegments(
  directory: string,
  { maxAgeDays, maxTotalBytes }: Retention,
  now: Date,
): Promise<string[]> {
  if (maxAgeDays === Infinity && maxTotalBytes === Infinity) return [];
  const files = await listSegments(directory);
  const sized = await Promise.all(
    files.map(async ({ path, isPacked }) => {
      const found = await stat(path).catch(() => undefined);
      return { path, isPacked, bytes: found?.size ?? 0, atMs: found?.mtimeMs ?? Infinity };
    }),
  );
  let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: string[] = [];
  for (const { path, bytes, atMs } of sized
    .filter(({ isPacked }) => isPacked)
    .sort((a, b) => a.atMs - b.atMs || (a.path < b.path ? -1 : 1))) {
    const isOld = now.getTime() - atMs > maxAgeDays * dayMs;
    if (!isOld && total <= maxTotalBytes) break;
    await rm(path, { force: true });
    total -= bytes;
    removed.push(path);
  }
  return removed;
}
