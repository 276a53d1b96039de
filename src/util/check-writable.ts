import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';
import { describeWriteError } from './replace-file.js';

/**
 * Checks that a file can be written, without creating it: one that is created in a check by another user
 * could not be written later.
 *
 * @param how `replaced` files come and go in their folder, `appended` ones only where there is none yet
 * @throws RoutesmithError `usage` that names the file
 */
export async function checkWritable(file: string, how: 'appended' | 'replaced'): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) {
    throw new RoutesmithError('usage', 'this is a folder, not a file', {
      where: file,
      fix: 'Name a file inside it.',
    });
  }
  try {
    if (found !== undefined) await access(file, constants.W_OK);
    if (found === undefined || (how === 'replaced' && found.isFile())) {
      await access(dirname(file), constants.W_OK | constants.X_OK);
    }
  } catch (cause) {
    throw describeWriteError(cause, file);
  }
}
