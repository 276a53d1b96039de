import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { RoutesmithError } from './errors.js';

/** Mode of files that hold prompts and answers: only their owner may read them. */
export const privateMode = 0o600;

/** How a new file is made. */
export interface FileSettings {
  /** Permissions. @default 0o666 less the process's umask */
  readonly mode?: number;
}

/**
 * A temporary file that replaces another one by a rename, so that readers see either the old or the
 * new content, even after a crash. Its name cannot be guessed, and it must be opened with `wx`: a
 * link that somebody put there is never followed.
 */
export interface Draft {
  /** Where to write; it ends in `.tmp`. */
  readonly path: string;
  /** Writes the draft. The content is on disk when this resolves. */
  write(content: string | Uint8Array | Iterable<string> | AsyncIterable<string>): Promise<void>;
  /** Renames the draft to the final name. */
  commit(): Promise<void>;
  /** Removes the draft. */
  discard(): Promise<void>;
}

/** Names a draft. The file is not created yet. */
export function createDraft(file: string, { mode = 0o666 }: FileSettings = {}): Draft {
  const path = createDraftPath(file);
  return {
    path,
    write: (content) => writeFile(path, content, { flush: true, flag: 'wx', mode }),
    commit: () => rename(path, file),
    discard: () => rm(path, { force: true }),
  };
}

/**
 * Whether a path leads to a device, a pipe or a socket. These are written to: a rename would put a
 * regular file in their place, for every program of the machine.
 */
export async function isSpecialFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/**
 * Replaces the content of a file, or creates it. The content is on disk before it is renamed. What is
 * no regular file, such as `/dev/null` or a pipe, stays and gets the content.
 *
 * @throws RoutesmithError `usage` that names the file if it cannot be written, as on a full disk;
 * then no draft is left
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | Iterable<string>,
  settings: FileSettings = {},
): Promise<void> {
  if (await isSpecialFile(file)) {
    await writeFile(file, content).catch((error: unknown) => {
      throw describeWriteError(error, file);
    });
    return;
  }
  const draft = createDraft(file, settings);
  try {
    await draft.write(content);
    await draft.commit();
  } catch (error) {
    await draft.discard();
    throw describeWriteError(error, file);
  }
}

/** Replaces the content of a file in one turn of the event loop, without waiting for the disk. */
export function replaceFileSync(
  file: string,
  text: string,
  { mode = 0o666 }: FileSettings = {},
): void {
  const path = createDraftPath(file);
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
    renameSync(path, file);
  } catch (error) {
    rmSync(path, { force: true });
    throw describeWriteError(error, file);
  }
}

/** The error of a file that cannot be written. The system's own often does not name the file. */
export function describeWriteError(cause: unknown, file: string): RoutesmithError {
  if (RoutesmithError.isInstance(cause)) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new RoutesmithError('usage', `the file cannot be written: ${message}`, {
    where: file,
    fix: isFull
      ? 'Free some space on its disk, and run the command again.'
      : 'Name a file in a folder that you may write to.',
    cause,
  });
}

function createDraftPath(file: string): string {
  return `${file}.${randomBytes(8).toString('hex')}.tmp`;
}
