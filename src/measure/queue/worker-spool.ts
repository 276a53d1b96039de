import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { acquireLedgerLock, tryLedgerLock } from '../ledger/ledger-lock.js';
import { nameDelivery } from './exchange-types.js';
import { describeWriteError, privateMode, replaceFileSync } from '../../util/replace-file.js';
import { writeFully } from '../../util/write-fully.js';
import type { SpooledLine, SpoolKey } from './spool-lines.js';

/** The file is rewritten when it exceeds this size and twice the size of what it keeps. */
const minRewriteBytes = 4 * 1024 * 1024;

/** The delivery that a line is about. */
type SpooledKey = Pick<SpoolKey, 'runId' | 'number' | 'fence'>;

/** The file of one worker process. */
export interface WorkerSpool {
  /** The line is in the file when this returns, which survives a killed process. */
  add(line: SpooledLine): void;
  /** Forgets an answer that is in the database. */
  remove(answer: SpooledKey): void;
  /** Forgets a grade that is in the database. */
  removeGrade(grade: SpooledKey): void;
  /** Forgets the judge's calls for a grade that was added, by its id; does nothing for other ids. */
  endJudging(id: string): void;
  /** Answers of this process that are not in the database yet, or whose grades are not. */
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

  /** Leaves only the lines that are kept in the file. */
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
    // Where another process has the lock, it may remove the file; the next line finds that.
    lock = (await tryLedgerLock(file).catch(() => undefined)) ?? lock;
  }

  /** @param line undefined to keep nothing under the name */
  function keep(name: string, line: string | undefined): void {
    keptBytes += Buffer.byteLength(line ?? '') - Buffer.byteLength(kept.get(name) ?? '');
    if (line === undefined) kept.delete(name);
    else kept.set(name, line);
  }

  function put(name: string, line: string): void {
    keep(name, line);
    if (writtenBytes > Math.max(minRewriteBytes, 2 * keptBytes)) rewrite();
    else write(line);
    // Another host that has not heard of this worker may have taken the file. Looked at after the
    // line is written, so that it is in the file that was taken, or in the new one.
    if (!isFileOf(descriptor, file)) rewrite();
  }

  function forget(name: string): void {
    if (!kept.has(name)) return;
    keep(name, undefined);
    if (kept.size > 0) return;
    ftruncateSync(descriptor);
    writtenBytes = 0;
  }

  return {
    get size() {
      const names = [...kept.keys()].filter((name) => !name.startsWith('judging'));
      return new Set(names.map((name) => name.slice(name.indexOf(' ')))).size;
    },
    add(spooled) {
      const name = nameSpooled(spooled);
      const before = kept.get(name);
      try {
        put(name, `${JSON.stringify(spooled)}\n`);
      } catch (error) {
        // The call is not sent; an answer was paid for, and has its place in the next rewrite.
        if ('kind' in spooled && spooled.kind === 'judging') keep(name, before);
        throw error;
      }
    },
    remove: (answer) => forget(nameLine('answer', answer)),
    removeGrade: (grade) => forget(nameLine('grade', grade)),
    endJudging: (id) => forget(nameJudging(id)),
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

function nameSpooled(spooled: SpooledLine): string {
  if (!('kind' in spooled)) return nameLine('answer', spooled);
  if (spooled.kind === 'grade') return nameLine('grade', spooled);
  return nameJudging(spooled.call.judging.id);
}

/** One worker works on many runs, whose cells have the same numbers. */
function nameLine(kind: 'answer' | 'grade', key: SpooledKey): string {
  return `${kind} ${key.runId} ${nameDelivery(key)}`;
}

function nameJudging(id: string): string {
  return `judging ${id}`;
}
