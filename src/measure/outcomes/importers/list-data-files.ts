import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RoutesmithError } from '../../../util/errors.js';

/** The files to import, and the number of other files in the folders. */
export interface DataFiles {
  readonly files: readonly string[];
  readonly ignored: number;
}

/**
 * Lists data files: the given files, and all files of each given folder with one of the extensions
 * (optionally followed by `.gz`), sorted by name. Subfolders are ignored.
 *
 * @param endings extensions without the dot, such as `csv`
 * @param fileEndings further extensions of files that are given one by one
 * @throws RoutesmithError `invalid_input` if a path does not exist, a file has another extension, or
 * a folder has no such file
 */
export async function listDataFiles(
  paths: readonly string[],
  endings: readonly string[],
  fileEndings: readonly string[] = [],
): Promise<DataFiles> {
  const accepted = [...endings, ...fileEndings];
  const files: string[] = [];
  let ignored = 0;
  for (const path of paths) {
    if (!(await isFolder(path))) {
      if (!hasEnding(path, accepted)) throw unknownEnding(path, accepted);
      files.push(path);
      continue;
    }
    const names = (await readdir(path, { withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    const matching = names.filter((name) => hasEnding(name, endings));
    if (matching.length === 0) {
      throw new RoutesmithError('invalid_input', 'the folder contains no data files', {
        where: path,
        fix: `Choose a folder with files that end in ${endings.join(', ')}.`,
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
  return new RoutesmithError('invalid_input', 'unknown file extension', {
    where: path,
    fix: `Choose a file that ends in ${endings.join(', ')}, optionally followed by .gz.`,
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'there is no such file or folder', {
      where: path,
      fix: /^\w+=/.test(path)
        ? 'If it belongs to --map, give --map before each: --map model=LLM --map task=Topic.'
        : 'Check the path and the working directory.',
      cause,
    });
  }
}
