import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';
import { replaceFile } from './replace-file.js';

/**
 * Checks before a long computation that its output file can be written, and creates its folder.
 *
 * @throws RoutesmithError `usage`
 */
export async function prepareOutputFile(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (cause) {
    throw new RoutesmithError('usage', 'the folder of the file cannot be created', {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new RoutesmithError('usage', 'no permission to write to the folder of the file', {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return;
  throw new RoutesmithError('usage', 'this is a folder, not a file', {
    where: file,
    fix: 'Name a file inside it.',
  });
}

/**
 * Writes an output file; see `replaceFile`.
 *
 * @throws RoutesmithError `usage` if it cannot be written
 */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RoutesmithError('usage', `the file cannot be written: ${reason}`, {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
}
