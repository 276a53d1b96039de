import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RoutesmithError } from '../../../util/errors.js';

/** The files to import, and how many of the folders' files are left aside. */
export interface DataFiles {
  readonly files: readonly string[];
  readonly ignored: number;
}

/**
 * Lists data files: files as they are given, and of each folder all files with one of the endings
 * (also with `.gz` behind), sorted by name. Folders inside folders are not entered.
 *
 * @param endings for instance `csv`, without the dot
 * @throws RoutesmithError `invalid_input` when a path does not exist, a file has another ending, or
 * a folder has no such file
 */
export async function listDataFiles(
  paths: readonly string[],
  endings: readonly string[],
): Promise<DataFiles> {
  const files: string[] = [];
  let ignored = 0;
  for (const path of paths) {
    if (!(await isFolder(path))) {
      if (!hasEnding(path, endings)) throw unknownEnding(path, endings);
      files.push(path);
      continue;
    }
    const names = (await readdir(path, { withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    const matching = names.filter((name) => hasEnding(name, endings));
    if (matching.length === 0) {
      throw new RoutesmithError('invalid_input', 'the folder holds no data files', {
        where: path,
        fix: `Name a folder with files that end in ${endings.join(', ')}.`,
      });
    }
    ignored += names.length - matching.length;
    files.push(...matching.map((name) => join(path, name)));
  }
  return { files, ignored };
}

function hasEnding(name: string, endings: readonly string[]): boolean {
  return endings.some((ending) => new RegExp(`\\.${ending}(\\.gz)?$`, 'i').test(name));
}

function unknownEnding(path: string, endings: readonly string[]): RoutesmithError {
  return new RoutesmithError('invalid_input', 'the ending says nothing of a known format', {
    where: path,
    fix: `Name a file that ends in ${endings.join(', ')}, or one of them and .gz.`,
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'there is no such file or folder', {
      where: path,
      fix: 'Check the path and the working directory.',
      cause,
    });
  }
}
