import { renameSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * A temporary file that replaces another one by a rename, so that readers see either the old or the
 * new content, even after a crash.
 */
export interface Draft {
  /** Where to write; it ends in `.tmp`. */
  readonly path: string;
  /** Renames the draft to the final name. */
  commit(): Promise<void>;
  /** Removes the draft. */
  discard(): Promise<void>;
}

/** Names a draft. The file is not created yet. */
export function createDraft(file: string): Draft {
  const path = computeDraftPath(file);
  return {
    path,
    commit: () => rename(path, file),
    discard: () => rm(path, { force: true }),
  };
}

/** Replaces the content of a file, or creates it. The content is on disk before it is renamed. */
export async function replaceFile(file: string, content: string | Iterable<string>): Promise<void> {
  const draft = createDraft(file);
  try {
    await writeFile(draft.path, content, { flush: true });
    await draft.commit();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Replaces the content of a file in one turn of the event loop, without waiting for the disk. */
export function replaceFileSync(file: string, text: string): void {
  const path = computeDraftPath(file);
  writeFileSync(path, text);
  renameSync(path, file);
}

function computeDraftPath(file: string): string {
  return `${file}.${process.pid}.tmp`;
}
