import { fstatSync, type BigIntStats, type Stats } from 'node:fs';
import { access, constants, mkdir, readlink, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RoutesmithError } from './errors.js';
import { isSpecialFile, replaceFile } from './replace-file.js';

/** What a command may write. */
export interface OutputRules {
  /** Whether a file that exists may be replaced. */
  readonly overwrite: boolean;
  /** The files that the command reads, which it may never replace. */
  readonly inputs: readonly (string | undefined)[];
}

/**
 * Checks before a long computation that its output file can be written, and creates its folder.
 *
 * @throws RoutesmithError `usage`
 */
export async function prepareOutputFile(
  file: string,
  { overwrite, inputs }: OutputRules,
): Promise<void> {
  await checkIsNoInput(file, inputs);
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
  if (isStandardOutput(found)) {
    throw new RoutesmithError('usage', 'this is standard output, where the command prints', {
      where: file,
      fix: 'Name a file.',
    });
  }
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
 * Checks that a file to write is none that the command reads: also by another spelling or a link.
 *
 * @param fix how to name another file
 * @throws RoutesmithError `usage`
 */
export async function checkIsNoInput(
  file: string,
  inputs: OutputRules['inputs'],
  fix = 'Name another file to write.',
): Promise<void> {
  const output = await findFile(file);
  if (output === undefined) return;
  for (const input of inputs) {
    const found = input === undefined ? undefined : await findFile(input);
    if (found?.ino !== output.ino || found.dev !== output.dev) continue;
    throw new RoutesmithError('usage', 'the command reads this file, and would write over it', {
      where: file,
      fix,
    });
  }
}

/** Whether something is the pipe or the socket that the command prints to. */
function isStandardOutput(found: Stats): boolean {
  if (!found.isFIFO() && !found.isSocket()) return false;
  const own = fstatSync(1);
  return own.dev === found.dev && own.ino === found.ino;
}

/** What identifies a file, whatever its path. Devices may be read and written. */
async function findFile(path: string): Promise<BigIntStats | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? found : undefined;
}

/**
 * Writes an output file.
 *
 * @throws RoutesmithError `usage` if it cannot be written
 */
export const writeOutputFile: (file: string, content: string | Uint8Array) => Promise<void> =
  replaceFile;
