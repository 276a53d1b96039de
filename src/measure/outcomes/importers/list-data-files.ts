import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RoutesmithError } from '../../../util/errors.js';

/** The files to import, and the number of other files in the folders. */
export interface DataFiles {
  readonly files: readonly string[];
  readonly ignored: number;
  /** The subfolders that were read. */
  readonly subfolders: readonly string[];
}

/**
 * Lists data files: the given files, and all files of each given folder with one of the extensions
 * (optionally followed by `.gz`), sorted by name. Subfolders are ignored, unless a folder has no such file: tools
 * write a folder for each model.
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
  const subfolders: string[] = [];
  let ignored = 0;
  for (const path of paths) {
    if (!(await isFolder(path))) {
      if (!hasEnding(path, accepted)) throw unknownEnding(path, accepted);
      files.push(path);
      continue;
    }
    const own = await listFolder(path, endings);
    const below = own.matching.length > 0 ? [] : await listSubfolders(path, endings);
    if (own.matching.length === 0 && below.length === 0) throw noDataFiles(path, endings);
    subfolders.push(...below.map(({ folder }) => folder));
    for (const { matching, others } of [own, ...below]) {
      ignored += others;
      files.push(...matching);
    }
  }
  return { files, ignored, subfolders };
}

interface FolderFiles {
  readonly folder: string;
  readonly matching: readonly string[];
  /** The number of its other files. */
  readonly others: number;
}

async function listFolder(folder: string, endings: readonly string[]): Promise<FolderFiles> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const matching = names.filter((name) => hasEnding(name, endings));
  return {
    folder,
    matching: matching.map((name) => join(folder, name)),
    others: names.length - matching.length,
  };
}

/** The subfolders with data files, without hidden ones. */
async function listSubfolders(
  folder: string,
  endings: readonly string[],
): Promise<readonly FolderFiles[]> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const listed: FolderFiles[] = [];
  for (const name of names) {
    const found = await listFolder(join(folder, name), endings);
    if (found.matching.length > 0) listed.push(found);
  }
  return listed;
}

function hasEnding(name: string, endings: readonly string[]): boolean {
  return endings.some((ending) => new RegExp(`\\.${ending}(\\.gz)?$`, 'i').test(name));
}

function noDataFiles(path: string, endings: readonly string[]): RoutesmithError {
  return new RoutesmithError(
    'invalid_input',
    'the folder contains no data files, nor do its subfolders',
    { where: path, fix: `Choose a folder with files that end in ${endings.join(', ')}.` },
  );
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
