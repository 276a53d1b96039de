import { writeSync } from 'node:fs';

/**
 * Writes a whole text to a file. A single write may write a part of it and report no error, as it does
 * on a disk that is nearly full.
 *
 * @returns the number of bytes
 * @throws the system's error, after a part may have been written
 */
export function writeFully(descriptor: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
  return bytes.length;
}
