import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isLockedElsewhere, type FileLock } from '../../util/file-lock.js';
import { acquireLedgerLock, tryLedgerLock } from '../ledger/ledger-lock.js';
import { parseSpool, type SpoolContent, type SpoolKey } from './spool-lines.js';

/** What a worker of this folder left behind when it was killed. */
export interface LeftSpool extends SpoolContent {
  readonly file: string;
  /** Removes the file, after its content is in the database. */
  remove(): Promise<void>;
  /** Keeps the file for another time. */
  keep(): Promise<void>;
}

/** The name of a spool; other files of the folder are not touched. */
const spoolName = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.jsonl$/;

/**
 * Reads the spool files of a folder whose processes have ended, one after the other: each is locked
 * until it is removed or kept.
 *
 * @param workerId the worker whose own file is left alone
 * @param isAbandoned whether the worker of another host is gone, which left these lines
 */
export async function* readLeftSpools(
  folder: string,
  workerId: string,
  isAbandoned: (lines: readonly SpoolKey[]) => Promise<boolean>,
): AsyncGenerator<LeftSpool> {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter((one) => spoolName.test(one));
  for (const name of names.filter((one) => one !== `${workerId}.jsonl`)) {
    let file = path.join(folder, name);
    let lock = await tryLedgerLock(file);
    if (lock === undefined && isLockedElsewhere(file)) {
      if (!(await isAbandoned(listLines(readSpool(file))))) continue;
      const taken = path.join(folder, `${randomUUID()}.jsonl`);
      lock = await takeFile(file, taken);
      file = taken;
    }
    if (lock === undefined) continue;
    const { release } = lock;
    const spool = readSpool(file);
    // Another worker may have recorded and removed it since.
    if (spool === undefined) {
      await release();
      continue;
    }
    yield {
      file,
      ...spool,
      async remove() {
        rmSync(file, { force: true });
        await release();
      },
      keep: release,
    };
  }
}

/**
 * Takes the file of another host's worker under a name of its own, and then reads it: where that worker
 * is back, it finds its file gone, and what it wrote before that is read.
 *
 * @returns the lock of the new name; undefined if the file is gone
 */
async function takeFile(file: string, taken: string): Promise<FileLock | undefined> {
  const lock = await acquireLedgerLock(taken, new Date());
  try {
    rmSync(`${file}.lock`, { force: true });
    renameSync(file, taken);
    return lock;
  } catch (error) {
    await lock.release();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The content of a spool; undefined if the file is gone. */
function readSpool(file: string): SpoolContent | undefined {
  try {
    return parseSpool(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function listLines(content: SpoolContent | undefined): readonly SpoolKey[] {
  const { answers = [], grades = [], judgings = [] } = content ?? {};
  return [...answers, ...grades, ...judgings];
}
