import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { privateMode } from '../../util/replace-file.js';

/**
 * Replaces a segment that is complete by its compressed file. At any time, one of the two is there
 * and whole.
 *
 * @throws Error of the file system
 */
export async function packSegment(path: string): Promise<void> {
  const draft = `${path}.gz.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await pipeline(
      createReadStream(path),
      createGzip({ level: 6 }),
      createWriteStream(draft, { flags: 'wx', mode: privateMode, flush: true }),
    );
    await rename(draft, `${path}.gz`);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(path, { force: true });
}
