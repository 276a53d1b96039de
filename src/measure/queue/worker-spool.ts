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
import type { FileLock } from '../../util/file-lock.js';
import { describeWriteError, privateMode, replaceFileSync } from '../../util/replace-file.js';
import { writeFully } from '../../util/write-fully.js';
import type { SpooledLine, SpoolKey } from './spool-lines.js';

/** The file is rewritten when it exceeds this size and twice the size of what it keeps. */
const minRewriteBytes = 4 * 1024 * 1024;

/** The delivery that a line is about. */
type SpooledKey = Pick<SpoolKey, 'runId' | 'number' | 'fence'>;

/**
 * Opens a spool file of this process in a folder.
 *
 * @throws RoutesmithError if the folder cannot be written
 */
export async function openWorkerSpool(folder: string, workerId: string): Promise<WorkerSpool> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${workerId}.jsonl`);
  return new WorkerSpool(file, await acquireLedgerLock(file, new Date()));
}

/** The file of one worker process. */
export class WorkerSpool {
  readonly #file: string;
  #lock: FileLock;
  #locking: Promise<void> | undefined;
  #descriptor: number;
  #writtenBytes = 0;
  #keptBytes = 0;
  /** Written before the next line, where a failed write may have left a part of one. */
  #lead = '';
  readonly #kept = new Map<string, string>();

  /** @param lock of the file */
  constructor(file: string, lock: FileLock) {
    this.#file = file;
    this.#lock = lock;
    this.#descriptor = openSync(file, 'a', privateMode);
  }

  /** Answers of this process that are not in the database yet, or whose grades are not. */
  get size(): number {
    const names = [...this.#kept.keys()].filter((name) => !name.startsWith('judging'));
    return new Set(names.map((name) => name.slice(name.indexOf(' ')))).size;
  }

  /** The line is in the file when this returns, which survives a killed process. */
  add(spooled: SpooledLine): void {
    const name = nameSpooled(spooled);
    const before = this.#kept.get(name);
    try {
      this.#put(name, `${JSON.stringify(spooled)}\n`);
    } catch (error) {
      // The call is not sent; an answer was paid for, and has its place in the next rewrite.
      if ('kind' in spooled && spooled.kind === 'judging') this.#keep(name, before);
      throw error;
    }
  }

  /** Forgets an answer that is in the database. */
  remove(answer: SpooledKey): void {
    this.#forget(nameLine('answer', answer));
  }

  /** Forgets a grade that is in the database. */
  removeGrade(grade: SpooledKey): void {
    this.#forget(nameLine('grade', grade));
  }

  /** Forgets the judge's calls for a grade that was added, by its id; does nothing for other ids. */
  endJudging(id: string): void {
    this.#forget(nameJudging(id));
  }

  /** Removes the file if it is empty. */
  async close(): Promise<void> {
    closeSync(this.#descriptor);
    if (this.#kept.size === 0) rmSync(this.#file, { force: true });
    await this.#locking;
    await this.#lock.release();
  }

  #put(name: string, line: string): void {
    this.#keep(name, line);
    if (this.#writtenBytes > Math.max(minRewriteBytes, 2 * this.#keptBytes)) this.#rewrite();
    else this.#write(line);
    // Another host that has not heard of this worker may have taken the file. Looked at after the
    // line is written, so that it is in the file that was taken, or in the new one.
    if (!isFileOf(this.#descriptor, this.#file)) this.#rewrite();
  }

  #forget(name: string): void {
    if (!this.#kept.has(name)) return;
    this.#keep(name, undefined);
    if (this.#kept.size > 0) return;
    ftruncateSync(this.#descriptor);
    this.#writtenBytes = 0;
  }

  /** @param line undefined to keep nothing under the name */
  #keep(name: string, line: string | undefined): void {
    const before = this.#kept.get(name) ?? '';
    this.#keptBytes += Buffer.byteLength(line ?? '') - Buffer.byteLength(before);
    if (line === undefined) this.#kept.delete(name);
    else this.#kept.set(name, line);
  }

  #write(text: string): void {
    try {
      this.#writtenBytes += writeFully(this.#descriptor, this.#lead + text);
      this.#lead = '';
    } catch (error) {
      // What was written of the line must not swallow the next one.
      this.#lead = '\n';
      if (isFileOf(this.#descriptor, this.#file)) throw describeWriteError(error, this.#file);
    }
  }

  /** Leaves only the lines that are kept in the file. */
  #rewrite(): void {
    const text = [...this.#kept.values()].join('');
    const wasTaken = !isFileOf(this.#descriptor, this.#file);
    replaceFileSync(this.#file, text, { mode: privateMode });
    const renewed = openSync(this.#file, 'a');
    closeSync(this.#descriptor);
    this.#descriptor = renewed;
    this.#writtenBytes = Buffer.byteLength(text);
    this.#lead = '';
    if (wasTaken) this.#locking = this.#lockAgain();
  }

  async #lockAgain(): Promise<void> {
    // Where another process has the lock, it may remove the file; the next line finds that.
    this.#lock = (await tryLedgerLock(this.#file).catch(() => undefined)) ?? this.#lock;
  }
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
