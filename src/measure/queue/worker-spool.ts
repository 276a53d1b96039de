import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { acquireLedgerLock, isLockedElsewhere, type LedgerLock } from '../ledger/ledger-lock.js';
import { RoutesmithError } from '../../util/errors.js';
import { nameDelivery } from './exchange-types.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import { describeWriteError, privateMode, replaceFileSync } from '../../util/replace-file.js';
import { writeFully } from '../../util/write-fully.js';

/** An answer that was paid for, as the worker's own file keeps it until it is in the database. */
const spooledSchema = z.object({
  runId: z.string(),
  lane: z.int().min(0),
  number: z.int().min(0),
  jobId: z.string(),
  fence: z.int().min(0),
  workerId: z.string(),
  /** The charge of the call; null if unknown. */
  chargedUsd: z.number().nullable(),
  /** The line for the run's ledger. */
  line: z.string(),
  /** The line has no grade yet; it was being graded. Absent where it has. */
  isGrading: z.boolean().optional(),
});

export type SpooledAnswer = z.infer<typeof spooledSchema>;

/** The file is rewritten when it exceeds this size and twice the size of what it keeps. */
const minRewriteBytes = 4 * 1024 * 1024;

/** The file of one worker process. */
export interface WorkerSpool {
  /** The answer is in the file when this returns, which survives a killed process. */
  add(answer: SpooledAnswer): void;
  /** Forgets an answer that is in the database. */
  remove(answer: Pick<SpooledAnswer, 'runId' | 'number' | 'fence'>): void;
  /** Answers of this process that are not in the database yet. */
  readonly size: number;
  /** Removes the file if it is empty. */
  close(): Promise<void>;
}

/**
 * Opens a spool file of this process in a folder.
 *
 * @throws RoutesmithError if the folder cannot be written
 */
export async function openWorkerSpool(folder: string, workerId: string): Promise<WorkerSpool> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${workerId}.jsonl`);
  let lock = await acquireLedgerLock(file, new Date());
  let locking: Promise<void> | undefined;
  let descriptor = openSync(file, 'a', privateMode);
  let writtenBytes = 0;
  let keptBytes = 0;
  let lead = '';
  const kept = new Map<string, string>();

  function write(text: string): void {
    try {
      writtenBytes += writeFully(descriptor, lead + text);
      lead = '';
    } catch (error) {
      // What was written of the line must not swallow the next one.
      lead = '\n';
      if (isFileOf(descriptor, file)) throw describeWriteError(error, file);
    }
  }

  /** Leaves only the answers that are kept in the file. */
  function rewrite(): void {
    const text = [...kept.values()].join('');
    const wasTaken = !isFileOf(descriptor, file);
    replaceFileSync(file, text, { mode: privateMode });
    const renewed = openSync(file, 'a');
    closeSync(descriptor);
    descriptor = renewed;
    writtenBytes = Buffer.byteLength(text);
    lead = '';
    if (wasTaken) locking = lockAgain();
  }

  async function lockAgain(): Promise<void> {
    // Where another process has the lock, it may remove the file; the next answer finds that.
    lock = (await tryLock(file).catch(() => undefined)) ?? lock;
  }

  return {
    get size() {
      return kept.size;
    },
    add(answer) {
      const line = `${JSON.stringify(answer)}\n`;
      kept.set(nameSpooled(answer), line);
      keptBytes += Buffer.byteLength(line);
      if (writtenBytes > Math.max(minRewriteBytes, 2 * keptBytes)) rewrite();
      else write(line);
      // Another host that has not heard of this worker may have taken the file. Looked at after the
      // line is written, so that it is in the file that was taken, or in the new one.
      if (!isFileOf(descriptor, file)) rewrite();
    },
    remove(answer) {
      const name = nameSpooled(answer);
      keptBytes -= Buffer.byteLength(kept.get(name) ?? '');
      if (!kept.delete(name) || kept.size > 0) return;
      ftruncateSync(descriptor);
      writtenBytes = 0;
    },
    async close() {
      closeSync(descriptor);
      if (kept.size === 0) rmSync(file, { force: true });
      await locking;
      await lock.release();
    },
  };
}

/** Whether a file is still the one that was opened. */
function isFileOf(descriptor: number, file: string): boolean {
  try {
    return statSync(file, { bigint: true }).ino === fstatSync(descriptor, { bigint: true }).ino;
  } catch {
    return false;
  }
}

/** One worker works on many runs, whose cells have the same numbers. */
function nameSpooled(answer: Pick<SpooledAnswer, 'runId' | 'number' | 'fence'>): string {
  return `${answer.runId} ${nameDelivery(answer)}`;
}

/** The answers that a worker of this folder left behind when it was killed. */
export interface LeftSpool {
  readonly file: string;
  readonly answers: readonly SpooledAnswer[];
  /** Lines that cannot be read; an incomplete last one is an answer that had not arrived. */
  readonly damaged: number;
  /** Removes the file, after its answers are in the database. */
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
 * @param isAbandoned whether the worker of another host is gone, which left these answers
 */
export async function* readLeftSpools(
  folder: string,
  workerId: string,
  isAbandoned: (answers: readonly SpooledAnswer[]) => Promise<boolean>,
): AsyncGenerator<LeftSpool> {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter((one) => spoolName.test(one));
  for (const name of names.filter((one) => one !== `${workerId}.jsonl`)) {
    let file = path.join(folder, name);
    let lock = await tryLock(file);
    if (lock === undefined && isLockedElsewhere(file)) {
      if (!(await isAbandoned(readSpool(file)?.answers ?? []))) continue;
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
async function takeFile(file: string, taken: string): Promise<LedgerLock | undefined> {
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

async function tryLock(file: string): Promise<LedgerLock | undefined> {
  try {
    return await acquireLedgerLock(file, new Date());
  } catch (error) {
    if (RoutesmithError.isInstance(error) && error.code === 'run_locked') return undefined;
    throw error;
  }
}

type SpoolContent = Pick<LeftSpool, 'answers' | 'damaged'>;

/** The content of a spool; undefined if the file is gone. */
function readSpool(file: string): SpoolContent | undefined {
  try {
    return parseSpool(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseSpool(text: string): SpoolContent {
  const answers: SpooledAnswer[] = [];
  let damaged = 0;
  for (const line of parseJsonLines(text.slice(0, text.lastIndexOf('\n') + 1))) {
    const parsed = line.ok ? spooledSchema.safeParse(line.value) : undefined;
    if (parsed?.success === true) answers.push(parsed.data);
    else damaged += 1;
  }
  return { answers, damaged };
}
