import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';
import { replaceFile } from './replace-file.js';

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
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new RoutesmithError('usage', 'no permission to write to the folder of the file', {
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
