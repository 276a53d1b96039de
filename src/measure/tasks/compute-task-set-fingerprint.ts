import { sha256OfJson } from '../../util/sha256.js';
import type { Example } from './example.js';

/**
 * SHA-256 over the canonical JSON of tasks, in hexadecimal: the same for the same tasks in the same
 * order, whatever the format of the file they were read from.
 */
export function computeTaskSetFingerprint(examples: readonly Example[]): string {
  return sha256OfJson(examples);
}
