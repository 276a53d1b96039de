import { access, constants, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';

/**
 * Makes sure that a file can be written later, so that no long work is done in vain: creates its
 * folder, and refuses a name that is a folder's.
 *
 * @throws RoutesmithError `usage`
 */
export async function prepareOutputFile(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (cause) {
    throw new RoutesmithError('usage', 'the folder of the file cannot be made', {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new RoutesmithError('usage', 'the folder of the file may not be written to', {
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
  throw new RoutesmithError('usage', 'this is a folder, and a file is to be written', {
    where: file,
    fix: 'Name a file inside it.',
  });
}

/**
 * Writes a file beside its place and renames it: readers see the old text or the new one.
 *
 * @throws RoutesmithError `usage` where it cannot be written
 */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RoutesmithError('usage', `the file cannot be written: ${reason}`, {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
}
