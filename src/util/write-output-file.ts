import { access, constants, mkdir, readlink, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';
import { isSpecialFile, replaceFile } from './replace-file.js';

/**
 * Checks before a long computation that its output file can be written, and creates its folder.
 *
 * @param overwrite whether a file that exists may be replaced
 * @throws RoutesmithError `usage`
 */
export async function prepareOutputFile(
  file: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (cause) {
    throw new RoutesmithError('usage', 'the folder of the file cannot be created', {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
  // What is written to in its place needs no permission for the folder, as in /dev.
  const isInPlace = await isSpecialFile(file);
  try {
    await access(isInPlace ? file : dirname(file), constants.W_OK);
  } catch (cause) {
    const what = isInPlace ? 'this' : 'the folder of the file';
    throw new RoutesmithError('usage', `no permission to write to ${what}`, {
      where: file,
      fix: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return;
  if (found.isFile() && !overwrite) {
    throw new RoutesmithError('usage', 'the file already exists', {
      where: file,
      fix: 'Replace it with --overwrite, or name another file.',
    });
  }
  // Such as /dev/stdout where output goes to a file: the link itself would be replaced.
  const target = found.isFile() ? await readlink(file).catch(() => '') : '';
  if (target.startsWith('/proc/')) {
    throw new RoutesmithError('usage', 'this leads to a file that is open already', {
      where: file,
      fix: 'Name the file itself.',
    });
  }
  if (!found.isDirectory()) return;
  throw new RoutesmithError('usage', 'this is a folder, not a file', {
    where: file,
    fix: 'Name a file inside it.',
  });
}

/**
 * Writes an output file.
 *
 * @throws RoutesmithError `usage` if it cannot be written
 */
export const writeOutputFile: (file: string, content: string | Uint8Array) => Promise<void> =
  replaceFile;
